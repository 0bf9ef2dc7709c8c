/** Finds the term of an index that a misspelt word most likely means. */
export interface Spelling {
  /** A known term at most one slip away (two in long words), or undefined for known and short words. */
  nearest(term: string): string | undefined;
}

const SHORTEST = 5;
const LONG = 8;

/** @param frequency of a term in the index; 0 for unknown ones. */
export function createSpelling(terms: () => Iterable<string>, frequency: (term: string) => number): Spelling {
  return {
    nearest(term) {
      if (term.length < SHORTEST || /\d/.test(term) || frequency(term) > 0) return undefined;
      const allowed = term.length >= LONG ? 2 : 1;
      let best: string | undefined;
      let bestSlips = allowed + 1;
      for (const known of terms()) {
        if (known[0] !== term[0] || Math.abs(known.length - term.length) > allowed) continue;
        const slips = distance(term, known, allowed);
        const better = slips < bestSlips || (slips === bestSlips && frequency(known) > frequency(best ?? ''));
        if (slips <= allowed && better && frequency(known) > 0) [best, bestSlips] = [known, slips];
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
