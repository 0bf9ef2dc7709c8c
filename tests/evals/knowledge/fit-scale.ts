import { type Scale } from '../../../core/knowledge/appraise/network.js';
import { logisticRegression } from './fit-confidence.js';

/** A question with the network's score of its best evidence. */
export interface ScoredQuestion {
  set: string;
  answerable: boolean;
  /** The best evidence is of a right document. */
  right: boolean;
  score: number;
  /** The bar is found by its set: not one whose questions the pages nearly answer, nor one that is unlike all that taught. */
  tellsBar: boolean;
}

/** What part of the unanswerable ones the share of right answers is told for. */
const UNANSWERABLE_SHARE = 0.45;
/** Where an answer is given from: so many of the unanswerable questions are refused, in a set of the usual kind. */
const REFUSED = 0.8;

/** The slope with which scores are the share of right documents (Platt, 1999), and the bar as its middle. */
export function fitScale(questions: ScoredQuestion[]): Scale {
  const sets = [...new Set(questions.map(({ set }) => set))].map((name) =>
    questions.filter(({ set }) => set === name),
  );
  const rows = sets.flatMap((set) =>
    set.map(({ answerable, right, score }) => ({
      values: [score],
      truth: Number(right),
      weight:
        (answerable ? 1 : UNANSWERABLE_SHARE) / set.filter((one) => one.answerable === answerable).length,
    })),
  );
  const slope = logisticRegression(rows, 1e-6).weights[0] ?? 1;
  const bar = barOf(sets.filter(([one]) => one?.tellsBar));
  return { slope: round(slope), offset: round(-slope * bar) };
}

/** The score below which, averaged over the sets, the wanted share of the unanswerable lies. */
function barOf(sets: ScoredQuestion[][]): number {
  const unanswerable = sets.map((set) =>
    set.filter(({ answerable }) => !answerable).map(({ score }) => score),
  );
  const refusedBelow = (bar: number): number =>
    unanswerable.reduce(
      (sum, scores) => sum + scores.filter((score) => score < bar).length / scores.length,
      0,
    ) / unanswerable.length;
  const scores = unanswerable.flat().sort((a, b) => a - b);
  return scores.find((score) => refusedBelow(score) >= REFUSED) ?? 0;
}

const round = (value: number): number => Number(value.toPrecision(4));
