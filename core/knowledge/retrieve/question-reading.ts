import type { VectorShelf } from '../index/vector-shelf.js';
import type { Candidate } from './candidate.js';

/** A question as one encoder reads it, with the vectors that it is compared with. */
export interface QuestionReading {
  shelf: VectorShelf;
  vector: Float32Array;
  words: Float32Array | undefined;
}

/** The question against each sentence of each candidate. */
export function compareSentences(readings: QuestionReading[], candidates: Candidate[]): void {
  for (const { shelf, vector } of readings) {
    for (const candidate of candidates) {
      const cosines = shelf.sentenceCosines(candidate.passage.id, vector);
      if (cosines) candidate.sentenceCosines = cosines;
    }
  }
}

/** The pieces of the question's words against the nearest ones of each candidate, on average. */
export function compareWords(readings: QuestionReading[], candidates: Candidate[]): void {
  for (const { shelf, words } of readings) {
    for (const candidate of candidates) {
      const cosine = words && shelf.wordsCosine(candidate.passage.id, words);
      if (cosine !== undefined) candidate.wordsInContext = cosine;
    }
  }
}
