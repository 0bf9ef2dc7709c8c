/** What the likelihood of an answer being right is judged by; all between 0 and 1. */
export interface AnswerSigns {
  /** Words and meaning agree: share of the question's words that the passage answers, times the cosine. */
  agreed: number;
  /** Cosine of the question with the passage's nearest sentence. */
  sentence: number;
  /** The sentence holds the kind of thing asked for; 0.5 where no sign tells. */
  fits: number;
  /** Rarity of the rarest word of the question that the passage leaves open. */
  open: number;
  /** Names and figures of the question that the passage does not have, by share. */
  missingNames: number;
  /** How many words the question has, in tens, at most 1: the longer it is, the less of it any answer repeats. */
  detail: number;
  /** Share of the question's words, by their rarity, that the sentence itself has. */
  said: number;
  /** How near the question's strangest word comes to any word of the sentence: a cosine of single words. */
  strangest: number;
  /** It asks for a count: near misses are common there. */
  counts: number;
  /** It asks for a way to do something. */
  asksWay: number;
  /** Question and document are in a language that no encoder knows, so that cosines are those of hashed words. */
  foreign: number;
}

export interface ConfidenceModel {
  bias: number;
  weights: AnswerSigns;
  /** An answer is given from this confidence on. */
  threshold: number;
}

/**
 * Logistic regression on questions about two handbooks of our own (`tests/evals/knowledge`) and the Sourcegraph handbook
 * (Apache-2.0), 396 answerable ones and 302 that the documents do not answer, each set with the same weight, then
 * scaled so that the number is the share of right answers (Platt, 1999). `npm run eval:knowledge -- --fit` finds them
 * anew; docs/answers.md says what came out on a handbook that was left out.
 */
export const CONFIDENCE: ConfidenceModel = {
  bias: -2.85,
  weights: {
    agreed: 1.04,
    sentence: 2.05,
    fits: 0.64,
    open: -1.87,
    missingNames: -0.77,
    detail: 3.91,
    said: 0.55,
    strangest: 1.72,
    counts: -1.15,
    asksWay: -1.08,
    foreign: 1.92,
  },
  threshold: 0.5,
};

/** Likelihood between 0 and 1 that an answer with these signs is right. */
export function confidenceOf(signs: AnswerSigns, { bias, weights }: ConfidenceModel = CONFIDENCE): number {
  let sum = bias;
  for (const name of Object.keys(weights) as (keyof AnswerSigns)[]) sum += weights[name] * signs[name];
  return 1 / (1 + Math.exp(-sum));
}
