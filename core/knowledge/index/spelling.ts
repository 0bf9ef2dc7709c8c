/** Finds the word of the documents that a misspelt word most likely means. */
export interface Spelling {
  /** A known word at most one slip away (two in long words), or undefined for known, short and everyday words. */
  nearest(word: string): string | undefined;
}

const SHORTEST = 5;
const LONG = 10;

/**
 * @param known words as they are written in the documents.
 * @param frequency of a word in the documents; 0 for unknown ones.
 * @param isEveryday tells words that are rightly spelt, whether the documents have them or not.
 */
export function createSpelling(
  known: () => Iterable<string>,
  frequency: (word: string) => number,
  isEveryday: (word: string) => boolean,
): Spelling {
  return {
    nearest(word) {
      if (word.length < SHORTEST || /\d/.test(word) || frequency(word) > 0 || isEveryday(word))
        return undefined;
      const allowed = word.length >= LONG ? 2 : 1;
      let best: string | undefined;
      let bestSlips = allowed + 1;
      for (const other of known()) {
        if (other[0] !== word[0] || Math.abs(other.length - word.length) > allowed) continue;
        const slips = distance(word, other, allowed);
        const better = slips < bestSlips || (slips === bestSlips && frequency(other) > frequency(best ?? ''));
        if (slips <= allowed && better && frequency(other) > 0) [best, bestSlips] = [other, slips];
      }
      return best;
    },
  };
}

/** Optimal string alignment distance, given up beyond `limit`. */
export function distance(a: string, b: string, limit: number): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1);
      row.push(cost);
    }
    if (Math.min(...row) > limit) return limit + 1;
    [beforeLast, last] = [last, row];
  }
  return last[b.length] ?? limit + 1;
}
