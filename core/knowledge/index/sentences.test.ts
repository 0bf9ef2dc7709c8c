import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { sentencesOf } from './sentences.js';

const texts = (text: string): string[] => sentencesOf(text).map((sentence) => sentence.text);

describe('sentencesOf', () => {
  it('splits at sentence ends and at line ends', () => {
    expect(texts('You get 80 days. Ask early!\n- first item\nWhy? Because.')).toEqual([
      'You get 80 days.',
      'Ask early!',
      'first item',
      'Why?',
      'Because.',
    ]);
  });

  it('does not split at abbreviations, decimals or before a small letter', () => {
    expect(texts('Costs, e.g. 4.20 euros, are paid. Ask the approx. three people.')).toEqual([
      'Costs, e.g. 4.20 euros, are paid.',
      'Ask the approx. three people.',
    ]);
  });

  it('does not split a German date or ordinal', () => {
    expect(texts('Resturlaub verfällt am 31. März des Folgejahres. Ab dem 3. Tag gilt das Attest.')).toEqual([
      'Resturlaub verfällt am 31. März des Folgejahres.',
      'Ab dem 3. Tag gilt das Attest.',
    ]);
    expect(texts('Es sind 30. Mehr gibt es nicht.')).toEqual(['Es sind 30.', 'Mehr gibt es nicht.']);
  });

  it('leaves lines without any letter or digit out', () => {
    expect(texts('One.\n---\n***\nTwo.')).toEqual(['One.', 'Two.']);
  });

  it('gives exact, ordered and separate pieces of any text', () => {
    const piece = fc.constantFrom('Leave', ' ', '. ', '!\n', '?', 'e.g. ', '3.5', '。', '日', '"', ')', 'a');
    fc.assert(
      fc.property(
        fc.array(piece).map((pieces) => pieces.join('')),
        (text) => {
          let before = 0;
          for (const { start, end, text: sentence } of sentencesOf(text)) {
            expect(text.slice(start, end)).toBe(sentence);
            expect(start).toBeGreaterThanOrEqual(before);
            before = end;
          }
        },
      ),
    );
  });
});
