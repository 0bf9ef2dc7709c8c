import { describe, expect, it } from '@jest/globals';
import { everydayWords } from './everyday-words.js';

describe('Everyday words', () => {
  const words = new Set(everydayWords());

  it('has what everybody writes, and no slips of the pen', () => {
    expect(['parking', 'party', 'holiday', 'insurance'].filter((word) => !words.has(word))).toEqual([]);
    expect(['insurence', 'vaction', 'recieve', 'hearbeat'].filter((word) => words.has(word))).toEqual([]);
  });

  it('has whole words only', () => {
    expect([...words].filter((word) => !/^\p{L}{3,}$/u.test(word))).toEqual([]);
  });
});
