import type { SoftTerm } from '../index/lexical-index.js';
import type { PassageIndex } from '../index/passage-index.js';
import type { Candidate } from './candidate.js';
import type { ReadPassage } from './match.js';

/** How many of the first passages are taken for right ones. */
const BELIEVED = 5;
/** A word says something of the question's topic when this many of them have it. */
const SHARED_BY = 3;
const MOST_TERMS = 6;
const FEEDBACK_WEIGHT = 0.15;

/**
 * Pseudo relevance feedback: words that the first passages share and that are rare elsewhere, as further words of the
 * question. They come from the candidates only, so a page that the reader may not see lends none.
 */
export function feedbackTerms(
  asked: SoftTerm[],
  first: Candidate[],
  index: PassageIndex,
  read: (candidate: Candidate) => ReadPassage,
): SoftTerm[] {
  const known = new Set(asked.flatMap(({ term, alternatives }) => [term, ...alternatives.flatMap(termsOf)]));
  const holders = new Map<string, number>();
  for (const candidate of first.slice(0, BELIEVED)) {
    for (const term of read(candidate).known) holders.set(term, (holders.get(term) ?? 0) + 1);
  }
  return [...holders]
    .filter(([term, count]) => count >= SHARED_BY && !known.has(term))
    .map(([term, count]) => ({ term, worth: count * index.passageWords.rarity(term) }))
    .sort((a, b) => b.worth - a.worth || (a.term < b.term ? -1 : 1))
    .slice(0, MOST_TERMS)
    .map(({ term }) => ({ term, weight: FEEDBACK_WEIGHT, alternatives: [] }));
}

const termsOf = ({ terms }: SoftTerm['alternatives'][number]): string[] => terms;
