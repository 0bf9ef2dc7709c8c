import { credit, isRow, type ReadSentence } from '../retrieve/match.js';
import type { Question } from '../retrieve/question.js';
import { asksWhatItIs } from '../retrieve/question-shape.js';

/** A question of more words asks for more than what a thing is. */
const MOST_WORDS = 3;

/** Whether the question asks what a thing is, and the title or a heading above the sentence names just that. */
export const isDefinedUnder = ({ text, terms, leansOn }: Question, { context }: ReadSentence): boolean =>
  leansOn === undefined &&
  terms.length > 0 &&
  terms.length <= MOST_WORDS &&
  asksWhatItIs(text) &&
  terms.every((term) => credit(term, context) >= 1);

/** Terms that a sentence states: a row says what its columns are called, too; under its name, what a thing is needs no name. */
export function statedBy(question: Question, sentence: ReadSentence): Set<string> {
  const { known, context } = sentence;
  return isRow(sentence) || isDefinedUnder(question, sentence) ? new Set([...known, ...context]) : known;
}
