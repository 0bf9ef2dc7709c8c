import { describe, expect, it } from '@jest/globals';
import type { KnowledgeDocument } from '../../core/knowledge/document.js';
import type { StaleDocument } from '../../core/knowledge/learning/stale-documents.js';
import { createTexts } from '../texts.js';
import { driftLetter, gapsLetter, staleLetter } from './letters.js';

const texts = createTexts();
const INTERNAL = { classification: 'internal' } as const;
const KNOWS_ALL = (): boolean => true;
const FROM = new Date('2026-02-01');
const WEEK = { from: FROM, to: new Date('2026-02-08') };
const gap = (question: string, times: number, people: number) => ({
  question,
  questionIds: ['1'],
  times,
  people,
  firstAt: FROM,
  lastAt: FROM,
});
const stale = (citations: number, reason: StaleDocument['reason']): StaleDocument => ({
  document: {
    title: 'Travel *rules*',
    collection: 'handbook',
    path: 'a.md',
    access: INTERNAL,
  } as KnowledgeDocument,
  reason,
  since: new Date('2026-03-02'),
  citations,
});

describe('the letter about open questions', () => {
  it('says what was asked, how often and by how many, with a button for each', () => {
    const nearest = { documentId: 'd', path: 'f.md', title: 'Facilities', access: INTERNAL };
    const gaps = [{ ...gap('Can I bring my dog?', 2, 2), nearest }, gap('Where is **the** gym?', 1, 1)];
    const { text, card } = gapsLetter(texts, 'en', { gaps }, WEEK, KNOWS_ALL);
    expect(text).toContain('Between 1 Feb 2026 and 8 Feb 2026 the documents left 3 questions open');
    expect(text).toContain('- **Can I bring my dog?** (2 times, by 2 people; nearest page: Facilities)');
    expect(text).toContain('- **Where is \\*\\*the\\*\\* gym?** (1 time, by 1 person)');
    expect(card?.data.actions).toMatchObject([
      { verb: 'article.open', data: { step: 'question', question: 'Can I bring my dog?' } },
      { verb: 'article.open', data: { step: 'question', question: 'Where is **the** gym?' } },
    ]);
  });

  it('stays short, however many there are and however long they are', () => {
    const gaps = Array.from({ length: 40 }, (_, number) =>
      gap(`Question ${number} ${'x'.repeat(5_000)}`, 1, 1),
    );
    const { text, card } = gapsLetter(texts, 'en', { gaps }, WEEK, KNOWS_ALL);
    expect(text).toContain('and 25 more');
    expect(text.length).toBeLessThan(5_000);
    expect(card?.data.actions).toHaveLength(5);
  });
});

describe('a letter to somebody who may not read every page', () => {
  const isOpen = ({ classification }: { classification: string }): boolean => classification === 'internal';

  it('names no page that they may not read beside a question', () => {
    const access = { classification: 'restricted' } as const;
    const nearest = { documentId: 'd', path: 'plan.md', title: 'Merger plan', access };
    const gaps = [{ ...gap('When do we merge?', 1, 1), nearest }];
    const { text, card } = gapsLetter(texts, 'en', { gaps }, WEEK, isOpen);
    expect(text).toContain('- **When do we merge?** (1 time, by 1 person)');
    expect(`${text}${JSON.stringify(card)}`).not.toMatch(/merger plan|plan\.md/i);
  });

  it('says of stale pages that they may not read how many there are, not which', () => {
    const closed = stale(9, 'old');
    const document = { ...closed.document, title: 'Merger plan', path: 'plan.md' };
    const all = [
      { ...closed, document: { ...document, access: { classification: 'restricted' as const } } },
      stale(3, 'old'),
    ];
    const { text, card } = staleLetter(texts, 'de', all, isOpen);
    expect(text).toContain('Travel');
    expect(text).toContain('1 weitere, die Sie nicht lesen dürfen');
    expect(`${text}${JSON.stringify(card)}`).not.toMatch(/merger plan|plan\.md/i);
  });
});

describe('the letter about stale pages', () => {
  it('names pages with the reason and stays short', () => {
    const all = [
      stale(3, 'old'),
      stale(0, 'review-due'),
      ...Array.from({ length: 18 }, () => stale(1, 'old')),
    ];
    const { text } = staleLetter(texts, 'en', all, KNOWS_ALL);
    expect(text).toContain('20 pages should be looked at again');
    expect(text).toContain(
      '- Travel \\*rules\\* (handbook/a.md): unchanged for more than a year, cited 3 times',
    );
    expect(text).toContain('review was due on 2 Mar 2026, not cited lately');
    expect(text).toContain('and 5 more');
  });
});

describe('the letter about answers', () => {
  it('tells figures of what became worse, in the reader’s language', () => {
    const { text } = driftLetter(texts, 'de', [{ what: 'answered', before: 0.9, now: 0.5 }]);
    expect(text).toContain('Beantwortete Fragen: vorher 90');
    expect(text).toContain('jetzt 50');
  });
});
