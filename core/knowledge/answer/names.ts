import type { SoftTerm } from '../index/lexical-index.js';
import { fold } from '../index/words.js';
import type { Question } from '../retrieve/question.js';
import type { AnswerTools } from './answer-tools.js';

/** A capitalised word inside the question, or one with a digit. */
const NAME = /(?<=[\p{L}\p{N},;:'"’] +["'(]?)(?:\p{Lu}[\p{L}\p{N}-]+|[\p{L}-]*\d[\p{L}\p{N}.-]*)/gu;

/** The words of a question that name one thing among its like: `G5`, `Zurich`. */
export function namesIn({ text, terms }: Question, tools: AnswerTools): SoftTerm[] {
  const names = new Set([...text.matchAll(NAME)].flatMap(([name]) => tools.termsOf(fold(name))));
  return terms.filter(({ term }) => names.has(term));
}
