import { CONFIDENCE, confidenceOf, type ConfidenceModel } from '../../../core/knowledge/answer/confidence.js';
import { areaUnderCurve } from '../guardrails/measures.js';
import { fitConfidence } from './fit-confidence.js';
import type { JudgedQuestion, QuestionSet } from './refusal.js';

/** A set with how its questions were judged. */
export interface AskedSet {
  set: QuestionSet;
  judged: JudgedQuestion[];
}

/** How well confidence tells the questions of one set that are answered from those that are not. */
export interface Separation {
  name: string;
  /** Chance that an answerable question is given more confidence than one that is not. */
  auc: number;
  answerableRefused: number;
  unanswerableRefused: number;
}

/** Of each set, with the weights in use. */
export const separations = (asked: AskedSet[]): Separation[] =>
  asked.map((one) => separationOf(one, CONFIDENCE));

/** Of each set, with weights that were found without its handbook: what another handbook has to expect. */
export function leftOutInTurn(asked: AskedSet[]): Separation[] {
  return asked.map((one) => {
    const others = asked.filter(({ set }) => set.folder !== one.set.folder && !set.isOnlyAsked);
    const found = fitConfidence(others.map(({ judged }) => judged));
    return separationOf(one, { ...found, threshold: CONFIDENCE.threshold });
  });
}

function separationOf({ set: { name }, judged }: AskedSet, model: ConfidenceModel): Separation {
  const confidences = (answerable: boolean): number[] =>
    judged.filter((one) => one.answerable === answerable).map(({ signs }) => confidenceOf(signs, model));
  const [answerable, unanswerable] = [confidences(true), confidences(false)];
  const refused = (all: number[]): number =>
    all.filter((confidence) => confidence < model.threshold).length / Math.max(1, all.length);
  return {
    name,
    auc: areaUnderCurve(answerable, unanswerable),
    answerableRefused: refused(answerable),
    unanswerableRefused: refused(unanswerable),
  };
}
