import { describe, expect, it } from '@jest/globals';
import { createAnalysers } from '../index/words.js';
import { shippedSynonyms } from './shipped-synonyms.js';
import { NO_SYNONYMS } from './synonym-groups.js';
import { Synonyms } from './synonyms.js';

const analysers = createAnalysers();
const english = analysers('en');
const groups = {
  ...NO_SYNONYMS,
  same: [['fridge', 'refrigerator']],
  near: [['wedding', 'marriage']],
  kinds: [['pet', 'dog', 'guide dog', 'cat']],
  leads: [
    ['payday', 'salary'],
    ['dying', 'funeral'],
  ],
  across: [['Urlaub', 'vacation']],
};

/** What else the words of a text could be called, with the weight. */
function others(text: string, of = new Synonyms(groups, analysers)): Record<string, number> {
  const terms = english.terms(text);
  return Object.fromEntries(
    terms.flatMap((_, at) => of.of(terms, at).map(({ terms: found, weight }) => [found.join(' '), weight])),
  );
}

describe('Synonyms', () => {
  it('lead from each of the same words to each other one', () => {
    expect(Object.keys(others('refrigerators'))).toEqual(['fridg']);
    expect(Object.keys(others('fridge'))).toEqual(['refriger']);
  });

  it('lead from a kind to what covers it, and for less from that to its kinds, but not from kind to kind', () => {
    const ofDog = others('dog');
    const ofPet = others('pets');
    expect(Object.keys(ofDog)).toEqual(['pet']);
    expect(Object.keys(ofPet)).toEqual(['dog', 'guid dog', 'cat']);
    expect(ofPet['dog']).toBeLessThan(ofDog['pet'] ?? 0);
  });

  it('lead one way only where a word is asked with and another one answers', () => {
    expect(Object.keys(others('payday'))).toEqual(['salari']);
    expect(others('salary')).toEqual({});
  });

  it('count words of one topic less than words for the same', () => {
    expect(others('wedding')['marriag']).toBeLessThan(others('fridge')['refriger'] ?? 0);
  });

  it('know a phrase by each of its words', () => {
    expect(Object.keys(others('my guide dog'))).toEqual(['pet']);
  });

  it('know words whose stem begins in another way', () => {
    expect(Object.keys(others('dying'))).toEqual(['funer']);
  });

  it('find every shipped word from every other one of its group', async () => {
    const shipped = await shippedSynonyms();
    const synonyms = new Synonyms(shipped, analysers);
    const ways = [
      ...shipped.same.map((group): [string, string[]] => [group[0] ?? '', group.slice(1)]),
      ...shipped.kinds.flatMap(([first = '', ...kinds]): [string, string[]][] => [
        [first, kinds],
        ...kinds.map((kind): [string, string[]] => [kind, [first]]),
      ]),
      ...shipped.leads.map(([first = '', ...rest]): [string, string[]] => [first, rest]),
    ];
    const missing = ways.flatMap(([from, to]) => {
      const terms = english.terms(from);
      // the stemmer leaves one letter of `aed`, which tells nothing
      if (terms.length === 0 || terms.length > 3 || terms.some(({ length }) => length < 2)) return [];
      const found = new Set(
        terms.flatMap((_, at) => synonyms.of(terms, at).map((other) => other.terms.join(' '))),
      );
      return to.filter((word) => {
        const stems = english.terms(word);
        const isSaid = stems.every((stem) => terms.includes(stem));
        return !isSaid && !found.has(stems.join(' '));
      });
    });
    expect(missing).toEqual([]);
    expect(ways.length).toBeGreaterThan(5_000);
  });
});
