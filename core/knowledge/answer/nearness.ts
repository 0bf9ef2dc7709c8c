import { passageContext } from '../index/passage-index.js';
import type { Question } from '../retrieve/question.js';
import type { AnswerTools, Evidence } from './answer-tools.js';

/** How near each word of a question comes to any word of a piece of evidence: cosines of single words, 1 where it stands there. */
export interface Nearness {
  sentence: number[];
  quote: number[];
  passage: number[];
  headings: number[];
}

/** Of each piece of evidence; nothing where words cannot be compared one by one. */
export async function nearnessOf(
  { language, words }: Question,
  evidence: Evidence[],
  tools: AnswerTools,
): Promise<Nearness[] | undefined> {
  const texts = evidence.map(({ candidate: { passage }, sentence, quote }) => ({
    sentence: sentence.text,
    quote,
    passage: passage.text,
    headings: passageContext(passage),
  }));
  const distinct = [...new Set(texts.flatMap((each) => Object.values(each)))];
  const found = await tools.wordNearness(
    language,
    words.map(({ word }) => word),
    distinct,
  );
  if (!found) return undefined;
  const of = new Map(distinct.map((text, at) => [text, found[at] as number[]]));
  const cosines = (text: string): number[] => of.get(text) as number[];
  return texts.map(({ sentence, quote, passage, headings }) => ({
    sentence: cosines(sentence),
    quote: cosines(quote),
    passage: cosines(passage),
    headings: cosines(headings),
  }));
}
