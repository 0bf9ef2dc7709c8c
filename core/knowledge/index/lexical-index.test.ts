import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { LexicalIndex, type SoftTerm } from './lexical-index.js';

const term = (word: string, ...alternatives: string[]): SoftTerm => ({
  term: word,
  weight: 1,
  alternatives: alternatives.map((other) => ({ terms: other.split(' '), weight: 0.4 })),
});

const indexOf = (...texts: string[]): LexicalIndex => {
  const index = new LexicalIndex();
  for (const [slot, text] of texts.entries()) index.add(slot, text.split(' '));
  return index;
};

const best = (index: LexicalIndex, question: SoftTerm[], slots: number): number => {
  const scores = index.scores(question, slots);
  return scores.indexOf(Math.max(...scores));
};

describe('The index of words', () => {
  it('ranks the text with the rarer word first', () => {
    const index = indexOf('leave policy', 'leave days', 'travel policy', 'leave sabbatical');
    expect(best(index, [term('leave'), term('sabbatical')], 4)).toBe(3);
  });

  it('finds a text by a synonym, but behind the word itself', () => {
    const index = indexOf('boss says yes', 'manager says yes', 'nobody says yes');
    const scores = index.scores([term('boss', 'manager')], 3);
    expect(scores[0]).toBeGreaterThan(scores[1] ?? 0);
    expect(scores[1]).toBeGreaterThan(0);
    expect(scores[2]).toBe(0);
  });

  it('asks for all words of a synonym that has several', () => {
    const index = indexOf('paid time', 'paid time off', 'off time');
    expect(Array.from(index.scores([term('vacation', 'time off paid')], 3), Boolean)).toEqual([
      false,
      true,
      false,
    ]);
  });

  it('forgets removed texts', () => {
    const index = indexOf('leave', 'leave days');
    index.remove(1);
    expect(index.frequency('leave')).toBe(1);
    expect(index.frequency('days')).toBe(0);
    expect(index.scores([term('leave'), term('days')], 2)[1]).toBe(0);
  });

  it('scores what stays as if the removed had never been there', () => {
    const texts = fc.array(fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1 }), { minLength: 1 });
    fc.assert(
      fc.property(texts, fc.array(fc.boolean()), (all, keep) => {
        const full = new LexicalIndex();
        const kept = new LexicalIndex();
        for (const [slot, terms] of all.entries()) full.add(slot, terms);
        for (const [slot, terms] of all.entries()) {
          if (keep[slot]) kept.add(slot, terms);
          else full.remove(slot);
        }
        const question = [term('a', 'b c'), term('d')];
        expect(full.scores(question, all.length)).toEqual(kept.scores(question, all.length));
      }),
    );
  });

  it('sweeps out many removed texts and still finds the rest', () => {
    const index = new LexicalIndex();
    for (let slot = 0; slot < 3_000; slot += 1) index.add(slot, ['leave', `n${slot}`]);
    for (let slot = 0; slot < 2_500; slot += 1) index.remove(slot);
    expect(index.frequency('leave')).toBe(500);
    expect([...index.terms()].length).toBeLessThan(1_502);
    expect(best(index, [term('n2999')], 3_000)).toBe(2_999);
  });
});
