import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { type AnswerVote, MOST, createFeedbackPrior } from './feedback-prior.js';

const NOW = new Date('2026-03-02T09:00:00Z');
const daysAgo = (days: number): Date => new Date(NOW.getTime() - days * 86_400_000);
const vote = (changes: Partial<AnswerVote> = {}): AnswerVote => ({
  answerId: 'a1',
  personId: 'p1',
  rating: 'up',
  passageIds: ['d1:x'],
  at: NOW,
  ...changes,
});
const crowd = (size: number, changes: Partial<AnswerVote> = {}): AnswerVote[] =>
  Array.from({ length: size }, (_, number) => vote({ personId: `p${number}`, ...changes }));

describe('what feedback does to the ranking', () => {
  it('is nothing without votes', () => {
    expect(createFeedbackPrior([], NOW).factor('d1:x')).toBe(1);
  });

  it('lifts what was liked and lowers what was not, the more the more people agree', () => {
    const one = createFeedbackPrior(crowd(1), NOW).factor('d1:x');
    const many = createFeedbackPrior(crowd(30), NOW).factor('d1:x');
    expect(one).toBeGreaterThan(1);
    expect(many).toBeGreaterThan(one);
    expect(createFeedbackPrior(crowd(30, { rating: 'down' }), NOW).factor('d1:x')).toBeCloseTo(2 - many, 10);
  });

  it('counts one person once for a passage, with the latest vote', () => {
    const insistent = Array.from({ length: 50 }, (_, minute) =>
      vote({ answerId: `a${minute}`, at: new Date(NOW.getTime() - (minute + 1) * 60_000) }),
    );
    expect(createFeedbackPrior(insistent, NOW).factor('d1:x')).toBeCloseTo(
      createFeedbackPrior(crowd(1), NOW).factor('d1:x'),
      4,
    );
    const changedMind = [...insistent, vote({ rating: 'down' })];
    expect(createFeedbackPrior(changedMind, NOW).factor('d1:x')).toBeLessThan(1);
  });

  it('forgets with time', () => {
    const fresh = createFeedbackPrior(crowd(5), NOW).factor('d1:x');
    const old = createFeedbackPrior(crowd(5, { at: daysAgo(720) }), NOW).factor('d1:x');
    expect(old).toBeLessThan(fresh);
    expect(old).toBeGreaterThan(1);
  });

  it('says a little about the neighbours in the document and nothing about others', () => {
    const prior = createFeedbackPrior(crowd(10), NOW);
    expect(prior.factor('d1:y')).toBeGreaterThan(1);
    expect(prior.factor('d1:y')).toBeLessThan(prior.factor('d1:x'));
    expect(prior.factor('d2:x')).toBe(1);
  });

  it('never leaves its bounds, whatever is voted', () => {
    const anyVote = fc.record({
      answerId: fc.constantFrom('a', 'b', 'c'),
      personId: fc.string({ maxLength: 3 }),
      rating: fc.constantFrom('up' as const, 'down' as const),
      passageIds: fc.subarray(['d1:x', 'd1:y', 'd2:z']),
      at: fc.integer({ min: -100, max: 2_000 }).map(daysAgo),
    });
    fc.assert(
      fc.property(fc.array(anyVote, { maxLength: 200 }), (votes) => {
        const factor = createFeedbackPrior(votes, NOW).factor('d1:x');
        return factor > 1 - MOST && factor < 1 + MOST;
      }),
    );
  });
});
