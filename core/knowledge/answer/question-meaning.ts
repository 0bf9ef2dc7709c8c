import { appraisalDirections } from '../appraise/directions.js';
import { dot } from '../index/vector-index.js';
import type { WordVectors } from '../index/word-vectors.js';
import type { ReadPassage } from '../retrieve/match.js';
import type { Candidate } from '../retrieve/candidate.js';
import type { QuestionReading } from '../retrieve/question-reading.js';
import type { QuestionMeaning } from './answer-tools.js';

/** Shortens what the encoder read; nothing where its vectors are others than the directions are for. */
export async function shortenedMeaning(
  { shelf, vector }: QuestionReading,
  words: string[],
  wordVectors: WordVectors,
  read: (candidate: Candidate) => ReadPassage,
): Promise<QuestionMeaning | undefined> {
  const { size, shorten, unknown } = appraisalDirections();
  if (vector.length !== size) return undefined;
  const question = shorten('sentence', vector);
  const vectors = await wordVectors.vectorsOf(words);
  return {
    question,
    words: vectors.map((each) => (each ? shorten('word', each) : unknown('word'))),
    sentence: ({ candidate, sentence }) => {
      const at = read(candidate).sentences.findIndex(({ start }) => start === sentence.start);
      const own = shelf.sentenceVector(candidate.passage.id, at);
      if (!own) return { directions: unknown('sentence'), cosine: 0 };
      return { directions: shorten('sentence', own), cosine: dot(vector, own) };
    },
  };
}
