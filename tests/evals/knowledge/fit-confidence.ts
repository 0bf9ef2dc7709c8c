import { CONFIDENCE, type AnswerSigns } from '../../../core/knowledge/answer/confidence.js';
import type { JudgedQuestion } from './refusal.js';

/** Ridge in units of standard deviations: enough to keep signs that say the same from running away. */
const RIDGE = 0.005;
const ROUNDS = 8;
/** What part of the unanswerable ones the share of right answers is told for. */
const UNANSWERABLE_SHARE = 0.45;

type Row = { values: number[]; truth: number; weight: number };

/**
 * Finds the weights of confidence: logistic regression of "is answerable" on the signs, each handbook and each side of
 * it with the same weight; then scaled so that the number is the share of right documents (Platt, 1999).
 */
export function fitConfidence(handbooks: JudgedQuestion[][]): { bias: number; weights: AnswerSigns } {
  const names = Object.keys(CONFIDENCE.weights) as (keyof AnswerSigns)[];
  const valuesOf = ({ signs }: JudgedQuestion): number[] => names.map((name) => signs[name]);
  const rows = handbooks.flatMap((judged) =>
    judged.map((one) => ({
      values: valuesOf(one),
      truth: Number(one.answerable),
      weight: 1 / judged.filter(({ answerable }) => answerable === one.answerable).length,
    })),
  );
  const separating = logisticRegression(rows, RIDGE);
  const scoreOf = (one: JudgedQuestion): number =>
    valuesOf(one).reduce((sum, value, at) => sum + value * (separating.weights[at] ?? 0), separating.bias);
  const scale = logisticRegression(
    handbooks.flatMap((judged) =>
      judged.map((one) => ({
        values: [scoreOf(one)],
        truth: Number(one.right),
        weight:
          (one.answerable ? 1 : UNANSWERABLE_SHARE) /
          judged.filter(({ answerable }) => answerable === one.answerable).length,
      })),
    ),
    1e-6,
  );
  const factor = scale.weights[0] ?? 1;
  const weights = Object.fromEntries(names.map((name, at) => [name, (separating.weights[at] ?? 0) * factor]));
  return { bias: separating.bias * factor + scale.bias, weights: weights as unknown as AnswerSigns };
}

/** Newton's method on standardised values. */
export function logisticRegression(rows: Row[], ridge: number): { bias: number; weights: number[] } {
  const size = rows[0]?.values.length ?? 0;
  const total = rows.reduce((sum, { weight }) => sum + weight, 0);
  const columns = Array.from({ length: size }, (_, at) => rows.map(({ values }) => values[at] ?? 0));
  const means = columns.map((column) => column.reduce((sum, value) => sum + value, 0) / rows.length);
  const spreads = columns.map(
    (column, at) =>
      Math.sqrt(column.reduce((sum, value) => sum + (value - (means[at] ?? 0)) ** 2, 0) / rows.length) || 1,
  );
  const points = rows.map(({ values }) => [
    ...values.map((value, at) => (value - (means[at] ?? 0)) / (spreads[at] ?? 1)),
    1,
  ]);
  let beta = Array.from({ length: size + 1 }, () => 0);
  for (let round = 0; round < ROUNDS; round += 1) {
    const gradient = beta.map((value, at) => (at < size ? ridge * value : 0));
    const hessian = beta.map((_, at) =>
      beta.map((__, other) => (at === other ? (at < size ? ridge : 1e-6) : 0)),
    );
    for (const [at, { truth, weight }] of rows.entries()) {
      const point = points[at] ?? [];
      const p = 1 / (1 + Math.exp(-point.reduce((sum, value, i) => sum + value * (beta[i] ?? 0), 0)));
      for (const [i, left] of point.entries()) {
        gradient[i] = (gradient[i] ?? 0) + (weight / total) * (p - truth) * left;
        const line = hessian[i] as number[];
        for (const [j, right] of point.entries())
          line[j] = (line[j] ?? 0) + (weight / total) * p * (1 - p) * left * right;
      }
    }
    const step = solve(hessian, gradient);
    beta = beta.map((value, at) => value - (step[at] ?? 0));
  }
  const weights = beta.slice(0, size).map((value, at) => value / (spreads[at] ?? 1));
  const bias = (beta[size] ?? 0) - weights.reduce((sum, value, at) => sum + value * (means[at] ?? 0), 0);
  return { bias, weights };
}

/** Gauss-Jordan elimination with pivots. */
function solve(matrix: number[][], right: number[]): number[] {
  const rows = matrix.map((row, at) => [...row, right[at] ?? 0]);
  for (let column = 0; column < rows.length; column += 1) {
    const pivot = rows
      .slice(column)
      .reduce((best, row) => (Math.abs(row[column] ?? 0) > Math.abs(best[column] ?? 0) ? row : best));
    rows.splice(rows.indexOf(pivot), 1);
    rows.splice(column, 0, pivot);
    const scaled = pivot.map((value) => value / (pivot[column] ?? 1));
    rows[column] = scaled;
    for (const [at, row] of rows.entries()) {
      if (at === column) continue;
      const factor = row[column] ?? 0;
      rows[at] = row.map((value, i) => value - factor * (scaled[i] ?? 0));
    }
  }
  return rows.map((row) => row.at(-1) ?? 0);
}
