import { describe, expect, it } from '@jest/globals';
import { everydayWords, wordRarity } from './everyday-words.js';

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

describe('How rare a word is', () => {
  it('grows from what everybody says to what only a trade says', () => {
    const rarities = ['the', 'want', 'holiday', 'gearbox'].map(wordRarity);
    expect(rarities).toEqual([...rarities].sort((a, b) => a - b));
    expect(new Set(rarities).size).toBe(4);
  });

  it('lies between a twentieth and one, whatever is written', () => {
    for (const word of ['', 'a', 'Ünïcödé', '0.12', '質問', '\u{1F600}', 'x'.repeat(5_000)]) {
      expect(wordRarity(word)).toBeGreaterThanOrEqual(0.05);
      expect(wordRarity(word)).toBeLessThanOrEqual(1);
    }
  });
});
