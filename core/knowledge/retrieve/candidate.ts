import type { IndexedPassage } from '../index/passage-index.js';

/** What a second look at a passage finds; all between 0 and 1. */
export interface Signals {
  /** Share of the question's words that the passage with its title and headings answers. */
  coverage: number;
  /** The same for its best two neighbouring sentences. */
  closeCoverage: number;
  /** The question's neighbouring words that are neighbours here, too. */
  pairs: number;
  /** A well-covered sentence holds the kind of thing that is asked for; 0.5 where no sign tells. */
  fits: number;
  /** Cosine of the question with the passage's nearest sentence; the passage's own while sentences have no vectors. */
  sentence: number;
  /** Cosine of the passage's nearest words, as they are meant there, on average over the question's words. */
  context: number;
}

export const NO_SIGNALS: Signals = {
  coverage: 0,
  closeCoverage: 0,
  pairs: 0,
  fits: 0.5,
  sentence: 0,
  context: 0,
};

/** A passage that may answer, with the signals it was ranked by; z-scores are over all passages. */
export interface Candidate extends IndexedPassage {
  slot: number;
  /** z-score of BM25 with synonyms. */
  lexical: number;
  /** z-score of the cosine; 0 where there is no vector. */
  meaning: number;
  /** Cosine with the question; 0 where there is no vector. */
  cosine: number;
  /** z-score of the whole document's BM25. */
  document: number;
  signals: Signals;
  /** Cosine of each sentence with the question, where they are made. */
  sentenceCosines?: number[];
  /** The same, where its words' vectors are made. */
  wordsInContext?: number;
  /** What it is ranked by. */
  score: number;
  /** What words in context add to that: they tell which page fits, but not which sentence answers. */
  scoreOfContext?: number;
}
