import type { Analyser } from '../index/words.js';

/** The words that carry a question, in their stems; small words are left out. */
export const keyTerms = (text: string, analyser: Analyser): Set<string> => new Set(analyser.terms(text));

/** How much two sets of words overlap: Jaccard's index, 0 to 1; two empty sets have nothing in common. */
export function overlap(a: Set<string>, b: Set<string>): number {
  if (a.size === 0 || b.size === 0) return 0;
  const shared = [...a].filter((term) => b.has(term)).length;
  return shared / (a.size + b.size - shared);
}
