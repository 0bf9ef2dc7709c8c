import type { DocumentAccess } from '../document.js';
import type { Analyser } from '../index/words.js';
import { shapeOf } from '../retrieve/question-shape.js';
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
  /** Grows with each change in chat; a change is written only on top of the revision it was made from. */
  revision?: number;
  /** What it was before that change, to take it back. */
  before?: StandardAnswerContent;
}

/** All of a standard answer that is changed and taken back. */
export type StandardAnswerContent = Omit<StandardAnswer, 'id' | 'revision' | 'before'>;

/** Changes a standard answer so that the change can be taken back: by the same function, with `before`. */
export function changedAnswer(answer: StandardAnswer, content: StandardAnswerContent): StandardAnswer {
  const { id, revision = 0, before: _earlier, ...before } = answer;
  return { ...content, id, revision: revision + 1, before };
}

/** Where one tenant's standard answers are kept. */
export interface StandardAnswerStore {
  list(): Promise<StandardAnswer[]>;
  put(answer: StandardAnswer): Promise<void>;
  remove(id: string): Promise<void>;
}

/** The same for those who change them beside others. */
export interface SharedStandardAnswers extends StandardAnswerStore {
  /** As it stands now. */
  get(id: string): Promise<StandardAnswer | undefined>;
  /** @returns false when there is one of this id already. */
  add(answer: StandardAnswer): Promise<boolean>;
  /** Writes a changed one. @returns false when somebody else was first. */
  replace(answer: StandardAnswer): Promise<boolean>;
}

/** Standard answers whose review is overdue, by owner. */
export function overdueByOwner(answers: StandardAnswer[], now: Date): Map<string, StandardAnswer[]> {
  const owners = new Map<string, StandardAnswer[]>();
  for (const answer of answers)
    if (answer.enabled && answer.reviewBy <= now)
      owners.set(answer.owner, [...(owners.get(answer.owner) ?? []), answer]);
  return owners;
}

/** Words in common from which on a question is the phrasing; high, because what follows is not checked further. */
const SAME = 0.8;

/**
 * Finds the standard answer to a question: the phrasing with the same words, in any order, small words aside that ask for
 * nothing else. Answers that are switched off, past their review or not for this audience do not exist.
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
      ...answer.phrasings
        .filter((phrasing) => isSameWish(question, phrasing))
        .map((phrasing) => likeness(asked, keyTerms(phrasing, analyser))),
    );
    if (nearness < bestOverlap || (nearness === bestOverlap && best)) continue;
    best = answer;
    bestOverlap = nearness;
  }
  return best;
}

/** Small words that turn a question around or make another one of it: "Where may I not park?", "When may I park?". */
const NEGATION = /\b(not|never|no|cannot|nicht|kein\p{L}*|nie|nunca|jamais|pas)\b|n['’]t\b|ない|ません/iu;
const NO_QUESTION_WORD = ['yes-no', 'thing'];

/** Whether the fixed answer to one question can be the answer to the other, by their small words. */
function isSameWish(asked: string, phrasing: string): boolean {
  if (NEGATION.test(asked) !== NEGATION.test(phrasing)) return false;
  const shape = shapeOf(asked);
  return NO_QUESTION_WORD.includes(shape) || shape === shapeOf(phrasing);
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
