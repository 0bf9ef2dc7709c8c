import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { createAnalyser, fold, words } from './words.js';

describe('words', () => {
  it('folds case and accents and drops possessive endings', () => {
    expect(words("The Company's Café, naïve Straße").map(({ text }) => text)).toEqual([
      'the',
      'company',
      'cafe',
      'naive',
      'strasse',
    ]);
  });

  it('cuts scripts without spaces into pairs of characters', () => {
    expect(words('育児休暇').map(({ text }) => text)).toEqual(['育児', '児休', '休暇']);
  });

  it('gives offsets that hold the word in any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        for (const { start, end } of words(text)) {
          expect(start).toBeLessThan(end);
          expect(fold(text.slice(start, end))).not.toBe('');
        }
      }),
    );
  });
});

describe('An analyser', () => {
  it.each([
    ['en', 'reimbursements were reimbursed', ['reimburs', 'reimburs']],
    ['de', 'die Kündigungen', ['kundig']],
    ['es', 'las vacaciones', ['vacacion']],
    ['fr', 'les congés', ['cong']],
  ])('stems %s and leaves stop words out', (language, text, terms) => {
    expect(createAnalyser(language).terms(text)).toEqual(terms);
  });

  it('takes words of a language without a stemmer as they are', () => {
    expect(createAnalyser('pl').terms('urlop rodzicielski')).toEqual(['urlop', 'rodzicielski']);
  });
});
