import { describe, expect, it } from '@jest/globals';
import { createQuestionLimit, type QuestionLimit } from './question-limit.js';

/** A limit over a loop that is told how busy it was. */
function limited(
  least: number,
  most: number,
): { limit: QuestionLimit; pass: (ms: number, part: number) => number } {
  const seen = { now: 0, active: 0 };
  const limit = createQuestionLimit({ least, most, loop: () => ({ ...seen }) });
  return {
    limit,
    pass: (ms, part) => {
      seen.now += ms;
      seen.active += ms * part;
      return limit.current();
    },
  };
}

describe('how many questions run at once', () => {
  it('halves while the event loop has no time left, down to the least', () => {
    const { limit, pass } = limited(8, 64);
    expect(limit.current()).toBe(16);
    expect([pass(100, 1), pass(100, 0.95), pass(100, 1)]).toEqual([8, 8, 8]);
  });

  it('goes up by a step while it has, up to the most', () => {
    const { pass } = limited(8, 30);
    expect([pass(100, 0.5), pass(100, 0.2), pass(100, 0)]).toEqual([24, 30, 30]);
  });

  it('does not judge by less than a tenth of a second', () => {
    const { pass } = limited(8, 64);
    expect([pass(50, 1), pass(49, 1), pass(1, 1)]).toEqual([16, 16, 8]);
  });

  it('never exceeds the most, even at first', () => {
    expect(limited(8, 4).limit.current()).toBe(4);
  });
});
