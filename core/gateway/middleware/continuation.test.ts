import { describe, expect, it } from '@jest/globals';
import { array, assert, integer, nat, property, stringMatching } from 'fast-check';
import { createContinuation } from './continuation.js';

function join(shown: string, pieces: string[]): string {
  const joint = createContinuation(shown);
  return shown + pieces.map((piece) => joint.add(piece)).join('') + joint.end();
}

const piecesOf = (text: string, length: number): string[] =>
  text.match(new RegExp(`[\\s\\S]{1,${length}}`, 'g')) ?? [];

describe('a reply that is continued by another endpoint', () => {
  it('is whole and says nothing twice, wherever it broke and however much is repeated', () => {
    const words = array(stringMatching(/^[a-z]{2,9}$/), { minLength: 6, maxLength: 30 });
    assert(
      property(words, nat(), nat(), integer({ min: 1, max: 12 }), (list, a, b, length) => {
        // numbers make every place of the text different, so that a repetition can be told from a coincidence
        const text = list.map((word, index) => `${index}${word}`).join(' ');
        const cut = 11 + (a % (text.length - 11));
        const repeated = b % 3 === 0 ? 0 : b % 3 === 1 ? cut : 10 + (b % (cut - 10));
        const shown = text.slice(0, cut);
        expect(join(shown, piecesOf(text.slice(cut - repeated), length))).toBe(text);
      }),
    );
  });

  it('keeps a repetition of a few letters, which may be meant', () => {
    expect(join('It is very, very', [' very', ' late'])).toBe('It is very, very very late');
  });

  it('drops a word that is said again from its beginning', () => {
    expect(join('The leave is sixteen', ['six', 'teen weeks.'])).toBe('The leave is sixteen weeks.');
    expect(join('The leave is six', ['sixteen weeks.'])).toBe('The leave is sixteen weeks.');
  });

  it('gives out what was held back when the reply ends', () => {
    expect(join('one two three', ['one'])).toBe('one two threeone');
  });
});
