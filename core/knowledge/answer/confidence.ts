/** What the likelihood of an answer being right is judged by; all between 0 and 1. */
export interface AnswerSigns {
  /** Cosine of the question with the passage's nearest sentence. */
  sentence: number;
  /** The sentence holds the kind of thing asked for. */
  holds: number;
  /** The question wants a sum, a time, a count or a person, and the quote shows none. */
  lacks: number;
  /** Names and figures of the question that the passage does not have, by share. */
  missingNames: number;
  /** How many words the question has, in tens: the longer it is, the less of it any answer repeats. */
  detail: number;
  /** Share of the question's words, by their rarity, that two neighbouring sentences and the headings above them have. */
  close: number;
  /** How near the question's strangest word comes to any word of the sentence: a cosine of single words. */
  strangest: number;
  /** How near the question's second strangest word comes to any word of title and headings. */
  headed: number;
  /** The word that the passage leaves most open, by its rarity and by how strange it is to all words there. */
  open: number;
  /** It asks for a count: near misses are common there. */
  counts: number;
  /** It asks for a way to do something. */
  asksWay: number;
  /** How many passages there are, as a logarithm: among many, some are like any question. */
  size: number;
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
 * Logistic regression on questions about five handbooks of our own (`tests/evals/knowledge`) and the Sourcegraph handbook
 * (Apache-2.0), each set with the same weight, then scaled so that the number is the share of right answers where about
 * a third of the questions has none (Platt, 1999), and moved by 0.2, so that 0.5 refuses four fifths of what has no answer.
 * `npm run eval:knowledge -- --fit` finds them anew; docs/answers.md says what came out on handbooks that were left out.
 */
export const CONFIDENCE: ConfidenceModel = {
  bias: -3,
  weights: {
    sentence: 1.85,
    holds: 0.36,
    lacks: -0.8,
    missingNames: -1.07,
    detail: 6.15,
    close: 2.65,
    strangest: 1.63,
    headed: 1,
    open: -2.67,
    counts: -1.52,
    asksWay: -0.52,
    size: -2.25,
    foreign: 4.4,
  },
  threshold: 0.5,
};

/** Likelihood between 0 and 1 that an answer with these signs is right. */
export const confidenceOf = (signs: AnswerSigns, model: ConfidenceModel = CONFIDENCE): number =>
  likelihoodOf(logOddsOf(signs, model));

export const likelihoodOf = (logOdds: number): number => 1 / (1 + Math.exp(-logOdds));

/** The same as log odds. */
export function logOddsOf(signs: AnswerSigns, { bias, weights }: ConfidenceModel = CONFIDENCE): number {
  let sum = bias;
  for (const name of Object.keys(weights) as (keyof AnswerSigns)[]) sum += weights[name] * signs[name];
  return sum;
}
