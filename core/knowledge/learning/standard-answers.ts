import type { DocumentAccess } from '../document.js';
import type { Analyser } from '../index/words.js';
import { keyTerms, overlap } from './similarity.js';

/** An answer that the company fixed for a question, word for word. */
export interface StandardAnswer {
  id: string;
  /** Ways in which people ask it; the first one is shown as its title. */
  phrasings: string[];
  /** Markdown, given as it stands. */
  answer: string;
  owner: string;
  /** After this day it is not given any more until somebody has looked at it. */
  reviewBy: Date;
  access: DocumentAccess;
  enabled: boolean;
}

/** Where one tenant's standard answers are kept. */
export interface StandardAnswerStore {
  list(): Promise<StandardAnswer[]>;
  put(answer: StandardAnswer): Promise<void>;
  remove(id: string): Promise<void>;
}

/** Words in common from which on a question is the phrasing; high, because what follows is not checked further. */
const SAME = 0.8;

/**
 * Finds the standard answer to a question: the phrasing with the same words, in any order, small words aside. Answers
 * that are switched off, past their review or not for this audience do not exist.
 */
export function matchStandardAnswer(
  question: string,
  answers: StandardAnswer[],
  { analyser, now, mayRead }: { analyser: Analyser; now: Date; mayRead: (access: DocumentAccess) => boolean },
): StandardAnswer | undefined {
  const asked = keyTerms(question, analyser);
  let best: StandardAnswer | undefined;
  let bestOverlap = SAME;
  for (const answer of answers) {
    if (!answer.enabled || answer.reviewBy <= now || !mayRead(answer.access)) continue;
    const nearness = Math.max(
      0,
      ...answer.phrasings.map((phrasing) => likeness(asked, keyTerms(phrasing, analyser))),
    );
    if (nearness < bestOverlap || (nearness === bestOverlap && best)) continue;
    best = answer;
    bestOverlap = nearness;
  }
  return best;
}

/** Another number is another question, however many words are the same. */
function likeness(asked: Set<string>, phrasing: Set<string>): number {
  const numbers = (terms: Set<string>): string =>
    [...terms]
      .filter((term) => /\d/.test(term))
      .sort()
      .join(' ');
  return numbers(asked) === numbers(phrasing) ? overlap(asked, phrasing) : 0;
}
