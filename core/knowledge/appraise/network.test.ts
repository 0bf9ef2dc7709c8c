import { describe, expect, it } from '@jest/globals';
import { Defect } from '../../kernel/errors.js';
import { appraise, type AppraisalMember } from './network.js';

/** Two numbers a word, one of the whole; one number comes out of each layer. */
const member: AppraisalMember = {
  word: { weights: [[1, -0.5]], biases: [0.25] },
  sense: { weights: [[2]], biases: [0.1] },
  mixed: { weights: [[0.5, 1, -1]], biases: [0.2] },
  score: { weights: [[0.3, -0.7, 0.9, 1.5]], biases: [-0.4] },
};
const words = [
  [1, 0],
  [0, 2],
  [0.5, 0.5],
];
const network = { members: [member] };

describe('appraising evidence', () => {
  it('gives the score that is worked out by hand', () => {
    const senses = [2 * Math.tanh(1.25) + 0.1, 2 * Math.tanh(-0.75) + 0.1, 2 * Math.tanh(0.5) + 0.1] as const;
    const mean = (senses[0] + senses[1] + senses[2]) / 3;
    const highest = senses[0];
    const mixed = Math.tanh(0.5 * 3 + mean - highest + 0.2);
    expect(appraise(network, { words, whole: [3] })).toBeCloseTo(
      0.3 * 3 - 0.7 * mean + 0.9 * highest + 1.5 * mixed - 0.4,
      12,
    );
  });

  it('is the mean of its networks', () => {
    const other: AppraisalMember = { ...member, score: { ...member.score, biases: [1.6] } };
    const input = { words, whole: [3] };
    expect(appraise({ members: [member, other] }, input)).toBeCloseTo(appraise(network, input) + 1, 12);
  });

  it('does not depend on the order of the words', () => {
    expect(appraise(network, { words: words.toReversed(), whole: [3] })).toBeCloseTo(
      appraise(network, { words, whole: [3] }),
      12,
    );
  });

  it('takes what a single word says for the mean and the highest', () => {
    const sense = 2 * Math.tanh(1.25) + 0.1;
    expect(appraise(network, { words: [[1, 0]], whole: [3] })).toBeCloseTo(
      0.3 * 3 + 0.2 * sense + 1.5 * Math.tanh(0.5 * 3 + 0.2) - 0.4,
      12,
    );
  });

  it('reads the whole alone where the question has no words', () => {
    expect(appraise(network, { words: [], whole: [3] })).toBeCloseTo(
      0.3 * 3 + 1.5 * Math.tanh(0.5 * 3 + 0.2) - 0.4,
      12,
    );
  });

  it('tells the developer when words or wholes have other numbers than it was taught with', () => {
    expect(() => appraise(network, { words: [[1, 2, 3]], whole: [3] })).toThrow(Defect);
    expect(() => appraise(network, { words: [[1, 2, 3]], whole: [3] })).toThrow(
      /2 numbers of each word.* gives 3\./u,
    );
    expect(() => appraise(network, { words, whole: [3, 4] })).toThrow(/1 numbers of the whole.* gives 2\./u);
  });
});
