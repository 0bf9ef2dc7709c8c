import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { Passage } from '../../kernel/answer.js';
import { extractFacts } from './extract-facts.js';

const passage = (text: string, title = 'Page'): Passage => ({
  id: 'd1:p1',
  documentId: 'd1',
  path: 'a.md',
  title,
  headings: [],
  text,
  position: 0,
});
const facts = (text: string): string[] =>
  extractFacts(passage(text)).map(({ subject, relation, object }) => `${subject} | ${relation} | ${object}`);

describe('facts', () => {
  it('come from the rows of a table, named by its header', () => {
    const table =
      'Cost centre | Name | Owner\n4100 | Milling | Katarzyna Zielinska\nSales team | - | Bastien Moreau';
    expect(facts(table)).toEqual([
      'Cost centre 4100 | name | Milling',
      'Cost centre 4100 | owner | Katarzyna Zielinska',
      'Sales team | owner | Bastien Moreau',
    ]);
  });

  it('come from lines of name and value', () => {
    expect(facts('Plant manager: Mirela Stoica\nHead of finance: Tomasz Wilk')).toEqual([
      'Plant manager | is | Mirela Stoica',
      'Head of finance | is | Tomasz Wilk',
    ]);
  });

  it('come from sentences that say who somebody is', () => {
    expect(facts('The plant safety officer is Dagmar Kuhn, extension 1150.')).toEqual([
      'plant safety officer | is | Dagmar Kuhn',
      'Dagmar Kuhn | telephone | extension 1150',
    ]);
    expect(
      facts('Tell the compliance officer, Helena Brandt, or use the reporting line at extension 2999.'),
    ).toEqual(['compliance officer | is | Helena Brandt', 'reporting line | telephone | extension 2999']);
    expect(facts('Call the security desk at once: extension 2222.')).toEqual([
      'security desk | telephone | extension 2222',
    ]);
  });

  it('come from references to other pages', () => {
    expect(facts('See the page on incident response.')).toEqual(['Page | refers to | incident response']);
  });

  it('are not made of ordinary sentences', () => {
    expect(
      facts('The officer is always right. An accident on the way is reported to extension 1112.'),
    ).toEqual([]);
    expect(facts('You may work from home up to three days a week.')).toEqual([]);
  });

  it('say where they stand', () => {
    expect(extractFacts(passage('Plant manager: Mirela Stoica'))[0]).toMatchObject({
      passageId: 'd1:p1',
      documentId: 'd1',
    });
  });

  it('state only words of the passage, whatever it holds', () => {
    const word = fc.constantFrom(
      'The',
      'officer',
      'is',
      'Ada',
      'Lovelace',
      '|',
      ':',
      ',',
      'extension',
      '1234',
      'page on',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 60 }), (some) => {
        const text = some.join(' ');
        const spaced = text.replace(/\s+/g, ' ');
        for (const { subject, object } of extractFacts(passage(text))) {
          expect(spaced).toContain(object);
          expect(subject.split(' ').every((part) => spaced.includes(part) || part === 'Page')).toBe(true);
        }
      }),
    );
  });
});
