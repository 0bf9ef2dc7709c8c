import { appraisalDirections } from '../appraise/directions.js';
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
  const { size, shorten } = appraisalDirections();
  if (vector.length !== size) return undefined;
  const unknown = shorten('word', new Float32Array(size)).map(() => 0);
  const noSentence = { directions: shorten('sentence', vector).map(() => 0), cosine: 0 };
  const vectors = await wordVectors.vectorsOf(words);
  return {
    question: shorten('sentence', vector),
    words: vectors.map((each) => (each ? shorten('word', each) : unknown)),
    sentence: ({ candidate, sentence }) => {
      const at = read(candidate).sentences.findIndex(({ start }) => start === sentence.start);
      const own = shelf.sentenceVector(candidate.passage.id, at);
      if (!own) return noSentence;
      return {
        directions: shorten('sentence', own),
        cosine: own.reduce((sum, value, i) => sum + value * (vector[i] as number), 0),
      };
    },
  };
}
