/** What the likelihood of an answer being right is judged by. */
export interface AnswerSigns {
  /** Share of the question's words that the quoted sentence answers. */
  covered: number;
  /** The same for its whole passage. */
  passageCovered: number;
  /** Cosine of question and passage; 0 without a vector. */
  cosine: number;
  /** z-score of the passage's words. */
  lexical: number;
  /** z-score of the passage's meaning. */
  meaning: number;
  /** z-score of the document's words. */
  document: number;
  /** How far the best document is ahead of the next one. */
  margin: number;
  /** The sentence holds the kind of thing asked for; 0.5 where no sign tells. */
  fits: number;
  /** Rarest word of the question: how well the passage answers it. */
  rarest: number;
  /** Neighbouring words of the question that are neighbours in the passage. */
  pairs: number;
  /** The question's words that no document has, by share. */
  unknown: number;
}

/** Coefficients of a logistic regression, fitted by `tests/evals/knowledge/fit-confidence.ts`. */
export interface ConfidenceModel {
  bias: number;
  weights: AnswerSigns;
  /** An answer is given from this confidence on. */
  threshold: number;
}

export const CONFIDENCE: ConfidenceModel = {
  bias: -3,
  weights: {
    covered: 3,
    passageCovered: 2,
    cosine: 3,
    lexical: 0.1,
    meaning: 0.2,
    document: 0.05,
    margin: 0.1,
    fits: 0.8,
    rarest: 1,
    pairs: 0.5,
    unknown: -2,
  },
  threshold: 0.5,
};

/** Likelihood between 0 and 1 that an answer with these signs is right. */
export function confidenceOf(signs: AnswerSigns, { bias, weights }: ConfidenceModel = CONFIDENCE): number {
  let sum = bias;
  for (const name of Object.keys(weights) as (keyof AnswerSigns)[]) sum += weights[name] * signs[name];
  return 1 / (1 + Math.exp(-sum));
}
