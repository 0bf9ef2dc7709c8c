import type { KnowledgeDocument } from '../document.js';
import type { SoftTerm } from '../index/lexical-index.js';
import type { Candidate } from '../retrieve/candidate.js';
import type { ReadPassage } from '../retrieve/match.js';
import type { Question } from '../retrieve/question.js';

/** What answering needs of the index. */
export interface AnswerTools {
  find(question: Question, mayRead: (document: KnowledgeDocument) => boolean): Promise<Candidate[]>;
  read: (candidate: Candidate) => ReadPassage;
  rarity: (term: SoftTerm) => number;
  /** How many passages hold a term. */
  frequency: (term: string) => number;
  newId(): string;
}

/** A place in a passage that may answer: one sentence, with the next one when that belongs to it. */
export interface Evidence {
  candidate: Candidate;
  /** UTF-16 offsets in the passage's text. */
  start: number;
  end: number;
  /** Exact words of the passage. */
  quote: string;
  /** Share of the question's words that the sentence answers. */
  covered: number;
  /** Holds the kind of thing asked for; 0.5 where no sign tells. */
  fits: number;
  score: number;
}

