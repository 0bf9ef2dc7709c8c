import type { KnowledgeDocument } from '../document.js';
import type { GraphPath } from '../graph/knowledge-graph.js';
import type { SoftTerm } from '../index/lexical-index.js';
import type { Candidate } from '../retrieve/candidate.js';
import type { ReadPassage, ReadSentence } from '../retrieve/match.js';
import type { Question } from '../retrieve/question.js';

/** What answering needs of the index. */
export interface AnswerTools {
  find(question: Question, mayRead: (document: KnowledgeDocument) => boolean): Promise<Candidate[]>;
  /** Whether there is any document that this reader may not see. */
  someHidden(mayRead: (document: KnowledgeDocument) => boolean): boolean;
  read: (candidate: Candidate) => ReadPassage;
  rarity: (term: SoftTerm) => number;
  /** Rarity of a word that no passage has: the more of them there are, the rarer. */
  rarest(): number;
  /** How many passages hold a term. */
  frequency: (term: string) => number;
  /** The terms of a piece of a question. */
  termsOf: (text: string) => string[];
  /** Whether cosines in this language are those of an encoder that knows it, not of hashed words. */
  comparesMeaning(language: string): boolean;
  /**
   * For each text, the cosine of its nearest word to each folded word; nothing where the language has no encoder that
   * compares single words.
   */
  wordNearness(language: string, words: string[], texts: string[]): Promise<number[][] | undefined>;
  /** Whether the network judges; else signs do. */
  appraises: boolean;
  /**
   * What a question and evidence mean, shortened; nothing where they are not compared by the encoder that is asked for.
   */
  meaningOf(question: Question): Promise<QuestionMeaning | undefined>;
  /** Ways of one or two facts from the things that a text names, through documents that may be read. */
  ways(text: string, mayRead: (document: KnowledgeDocument) => boolean): GraphPath[];
  /** A passage that was not searched for. */
  candidateOf(passageId: string): Candidate | undefined;
  newId(): string;
}

/** A question as the sentence encoder means it, along the directions of `appraise/directions.ts`. */
export interface QuestionMeaning {
  question: number[];
  /** Of each of its words by itself, in order. */
  words: number[][];
  /** The same of a sentence, with its cosine; zeros while it has no vector. */
  sentence(evidence: Evidence): { directions: number[]; cosine: number };
}

/** A place in a passage that may answer: one sentence, with the next one when both are short. */
export interface Evidence {
  candidate: Candidate;
  /** The sentence that answers; the quote may take its neighbours along. */
  sentence: ReadSentence;
  /** UTF-16 offsets in the passage's text. */
  start: number;
  end: number;
  /** Exact words of the passage. */
  quote: string;
  /** Share of the question's words that the sentence answers. */
  covered: number;
  /** Holds the kind of thing asked for; 0.5 where no sign tells. */
  fits: number;
  /** Cosine of the sentence, or of its passage, with the question. */
  cosine: number;
  score: number;
}
