import {
  CONFIDENCE,
  confidenceOf,
  type ConfidenceModel,
  logOddsOf,
} from '../../../core/knowledge/answer/confidence.js';
import { joinedScore, scaled } from '../../../core/knowledge/appraise/confidence-of-both.js';
import { appraise, type Scale } from '../../../core/knowledge/appraise/network.js';
import { areaUnderCurve } from '../guardrails/measures.js';
import { fitConfidence } from './fit-confidence.js';
import { fitScale } from './fit-scale.js';
import type { JudgedQuestion, QuestionSet } from './refusal.js';
import { teachAppraisal } from './teach-appraisal.js';

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

/** In how many parts handbooks are left out. */
const PARTS = 5;

/** Signs are weighed by questions of everyday, which no book is made of. */
export const teachesSigns = ({ isOnlyAsked, isBook }: QuestionSet): boolean => !isOnlyAsked && !isBook;

/** Of each set, as it was judged. */
export const separations = (asked: AskedSet[]): Separation[] =>
  asked.map((one) => separationOf(one, ({ confidence }) => confidence));

/** Of each set, with weights of the signs that were found without its handbook: what those bear alone. */
export function signsLeftOutInTurn(asked: AskedSet[]): Separation[] {
  return asked.map((one) => {
    const found = signsWithout(one.set, asked);
    return separationOf(one, ({ signs }) => confidenceOf(signs, found));
  });
}

/** Weights of the signs by all sets that may teach them but those of one handbook. */
function signsWithout({ folder }: QuestionSet, asked: AskedSet[]): ConfidenceModel {
  const others = asked.filter(({ set }) => set.folder !== folder && teachesSigns(set));
  return { ...fitConfidence(others.map(({ judged }) => judged)), threshold: CONFIDENCE.threshold };
}

/**
 * Of each set, with networks and signs that were found without its handbook: what another handbook has to expect. With the scale that
 * makes a confidence of a score there.
 */
export function networkLeftOutInTurn(asked: AskedSet[]): { scale: Scale; separated: Separation[] } {
  const folders = [...new Set(asked.map(({ set }) => set.folder))];
  const partOf = ({ set }: AskedSet): number => folders.indexOf(set.folder) % PARTS;
  const scored = new Map<JudgedQuestion, number>();
  for (let part = 0; part < PARTS; part += 1) {
    const others = asked.filter((one) => partOf(one) !== part && !one.set.isOnlyAsked);
    const network = teachAppraisal(others.flatMap(({ judged }) => judged));
    for (const { set, judged } of asked.filter((each) => partOf(each) === part)) {
      const signs = signsWithout(set, asked);
      for (const one of judged) {
        const scores = one.evidence.map(({ input }) => appraise(network, input));
        if (scores.length > 0) scored.set(one, joinedScore(Math.max(...scores), logOddsOf(one.signs, signs)));
      }
    }
  }
  const tellBar = new Set(
    asked.filter(({ set }) => teachesSigns(set) && !set.isNamed).map(({ set }) => set.name),
  );
  const scale = fitScale(
    [...scored].map(([{ set, answerable, right }, score]) => ({
      set,
      answerable,
      right,
      score,
      tellsBar: tellBar.has(set),
    })),
  );
  const separated = asked.map((one) =>
    separationOf(one, (judged) => {
      const score = scored.get(judged);
      return score === undefined ? judged.confidence : scaled(score, scale);
    }),
  );
  return { scale, separated };
}

function separationOf(
  { set: { name }, judged }: AskedSet,
  confidenceIn: (one: JudgedQuestion) => number,
): Separation {
  const confidences = (answerable: boolean): number[] =>
    judged.filter((one) => one.answerable === answerable).map(confidenceIn);
  const [answerable, unanswerable] = [confidences(true), confidences(false)];
  const refused = (all: number[]): number =>
    all.filter((confidence) => confidence < CONFIDENCE.threshold).length / Math.max(1, all.length);
  return {
    name,
    auc: areaUnderCurve(answerable, unanswerable),
    answerableRefused: refused(answerable),
    unanswerableRefused: refused(unanswerable),
  };
}
