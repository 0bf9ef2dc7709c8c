import { describe, expect, it } from '@jest/globals';
import { WordsInContext } from './words-in-context.js';

const SIZE = 64;
/** Unit vectors along these axes, one after the other. */
const along = (...axes: number[]): Float32Array => {
  const block = new Float32Array(axes.length * SIZE);
  for (const [at, axis] of axes.entries()) block[at * SIZE + axis] = 1;
  return block;
};

describe('Words in context', () => {
  const words = new WordsInContext();
  words.set('both', along(3, 8, 20));
  words.set('one', along(8));
  words.set('none', new Float32Array());

  it('count how many of the words asked for a passage has something near for', () => {
    expect(words.cosine('both', along(3, 20))).toBeCloseTo(1, 2);
    expect(words.cosine('both', along(3, 5))).toBeCloseTo(0.5, 2);
    expect(words.cosine('one', along(3, 8))).toBeCloseTo(0.5, 2);
    expect(words.cosine('one', along(40))).toBeCloseTo(0, 2);
  });

  it('say nothing of a passage or a question without any', () => {
    expect(words.cosine('none', along(3))).toBeUndefined();
    expect(words.cosine('unheard', along(3))).toBeUndefined();
    expect(words.cosine('one', new Float32Array())).toBeUndefined();
  });

  it('are forgotten with their passage', () => {
    words.set('gone', along(1));
    words.delete('gone');
    expect(words.cosine('gone', along(1))).toBeUndefined();
  });
});
