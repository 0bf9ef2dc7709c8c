/** What the likelihood of an answer being right is judged by; all between 0 and 1. */
export interface AnswerSigns {
  /** Share of the question's words, by rarity, that the passage answers. */
  passageCovered: number;
  /** That share times the cosine: words and meaning agree. */
  agreed: number;
  /** Mean coverage of the best passages: the subject is dealt with, not just touched. */
  support: number;
  /** Share of the best passages that are of the same document. */
  gathered: number;
  /** The sentence holds the kind of thing asked for; 0.5 where no sign tells. */
  fits: number;
  /** The question's words that no document has, by share. */
  unknown: number;
  /** Mean cosine of the best passages with the question. */
  closeness: number;
  /** How many words the question has, in tens, at most 1: the longer it is, the less of it any answer repeats. */
  detail: number;
  /** Names and figures of the question that the passage does not have, by share. */
  missingNames: number;
}

export interface ConfidenceModel {
  bias: number;
  weights: AnswerSigns;
  /** An answer is given from this confidence on. */
  threshold: number;
}

/**
 * Logistic regression on questions about our own sample handbook and the Sourcegraph handbook (Apache-2.0), answerable
 * and not, then scaled so that the number is the share of right answers (Platt, 1999). `npm run eval:knowledge` prints
 * the table of confidence against truth.
 */
export const CONFIDENCE: ConfidenceModel = {
  bias: -6.58,
  weights: {
    passageCovered: 2.45,
    agreed: 3.43,
    support: 1.78,
    gathered: 1.51,
    fits: 1.02,
    unknown: -0.35,
    closeness: 1.39,
    detail: 3.83,
    missingNames: -1.48,
  },
  threshold: 0.35,
};

/** Likelihood between 0 and 1 that an answer with these signs is right. */
export function confidenceOf(signs: AnswerSigns, { bias, weights }: ConfidenceModel = CONFIDENCE): number {
  let sum = bias;
  for (const name of Object.keys(weights) as (keyof AnswerSigns)[]) sum += weights[name] * signs[name];
  return 1 / (1 + Math.exp(-sum));
}
