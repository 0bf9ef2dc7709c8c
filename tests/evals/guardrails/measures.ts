/** Area under the ROC curve by ranks; ties count half. */
export function areaUnderCurve(positive: readonly number[], negative: readonly number[]): number {
  const all = [
    ...positive.map((score) => ({ score, hit: true })),
    ...negative.map((score) => ({ score, hit: false })),
  ].sort((a, b) => a.score - b.score);
  let rankSum = 0;
  for (let start = 0; start < all.length;) {
    let end = start;
    while (end < all.length && all[end]?.score === all[start]?.score) end += 1;
    for (let at = start; at < end; at += 1) if (all[at]?.hit) rankSum += (start + end + 1) / 2;
    start = end;
  }
  return (rankSum - (positive.length * (positive.length + 1)) / 2) / (positive.length * negative.length);
}

export const share = <T>(list: readonly T[], test: (item: T) => boolean): number =>
  list.length === 0 ? 0 : list.filter(test).length / list.length;

export interface SpanCount {
  right: number;
  wrong: number;
  missed: number;
}

export const f1 = ({ right, wrong, missed }: SpanCount): number =>
  right === 0 ? 0 : (2 * right) / (2 * right + wrong + missed);
