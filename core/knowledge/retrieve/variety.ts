import type { Candidate } from './candidate.js';
import type { ReadPassage } from './match.js';

type Read = (candidate: Candidate) => ReadPassage;

/** Passages that have so many of their words in common say the same. */
const TWINS = 0.9;
/** What a passage loses that says the same as one before it, in the units of the ranking. */
const REPEATS = 3;
const STEP = 0.01;

/** Puts passages that repeat a better one, word for word or nearly, behind the others. Best first in, best first out. */
export function behindTheirTwins(candidates: Candidate[], read: Read): Candidate[] {
  const first: { candidate: Candidate; known: Set<string> }[] = [];
  const twins: Candidate[] = [];
  for (const candidate of candidates) {
    const { known } = read(candidate);
    const repeats = first.some((one) => isOther(one.candidate, candidate) && areTwins(one.known, known));
    if (repeats) twins.push(candidate);
    else first.push({ candidate, known });
  }
  const floor = Math.min(...candidates.map(({ score }) => score));
  return [
    ...first.map(({ candidate }) => candidate),
    ...twins.map((twin, at) => ({ ...twin, score: floor - STEP * (at + 1) })),
  ];
}

/** The same page repeats its head in each of its passages; that is no reason to hide one. */
const isOther = (one: Candidate, other: Candidate): boolean => one.owner !== other.owner;

/**
 * Ranks anew so that each next passage is good and unlike those before it (Carbonell and Goldstein, The Use of MMR, 1998).
 * For questions that want several things: one page must not fill the list with one of them.
 */
export function diversified(candidates: Candidate[], read: Read): Candidate[] {
  const open = candidates.map((candidate) => ({ candidate, known: read(candidate).known, likest: 0 }));
  const chosen: Candidate[] = [];
  const worth = ({ candidate, likest }: (typeof open)[number]): number => candidate.score - REPEATS * likest;
  while (open.length > 0) {
    let best = 0;
    for (const [at, one] of open.entries()) {
      if (worth(one) > worth(open[best] as (typeof open)[number])) best = at;
    }
    const [next] = open.splice(best, 1) as [(typeof open)[number]];
    chosen.push({ ...next.candidate, score: worth(next) });
    for (const one of open) one.likest = Math.max(one.likest, likeness(next.known, one.known));
  }
  return chosen;
}

/** Given up as soon as too many words are missing; with sizes that differ much, before the first. */
function areTwins(one: Set<string>, other: Set<string>): boolean {
  const [small, large] = one.size < other.size ? [one, other] : [other, one];
  const both = one.size + other.size;
  let mayMiss = small.size - Math.floor((TWINS * both) / (1 + TWINS));
  if (mayMiss < 0) return false;
  for (const term of small) {
    if (large.has(term)) continue;
    mayMiss -= 1;
    if (mayMiss < 0) return false;
  }
  return likeness(small, large) >= TWINS;
}

/** Share of their words that two passages have in common. */
function likeness(one: Set<string>, other: Set<string>): number {
  const [small, large] = one.size < other.size ? [one, other] : [other, one];
  let common = 0;
  for (const term of small) if (large.has(term)) common += 1;
  return common / Math.max(1, one.size + other.size - common);
}
