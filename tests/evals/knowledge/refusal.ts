import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { z } from 'zod';
import { shippedFile } from '../../../core/kernel/package-root.js';
import type { FullKnowledgeBase } from '../../../core/knowledge/create-knowledge-base.js';
import type { AnswerSigns } from '../../../core/knowledge/answer/confidence.js';
import type { Figures } from './measure.js';

/** A question with the documents that answer it, or one that the handbook does not answer. */
const questionSchema = z.union([
  z.object({ question: z.string(), documents: z.array(z.string()), quote: z.string().optional() }),
  /** `../data` files name one document and whether there is an answer. */
  z
    .object({ question: z.string(), answerable: z.literal(true), source_path: z.string() })
    .transform(({ question, source_path }) => ({ question, documents: [source_path] })),
  z.object({ question: z.string() }).transform(({ question }) => ({ question, documents: [] as string[] })),
]);
export type SetQuestion = z.infer<typeof questionSchema>;

/** A handbook with questions that it answers and questions that it does not. */
export interface QuestionSet {
  name: string;
  folder: string;
  questions: SetQuestion[];
  /** It is asked, but takes no part in finding the weights of confidence. */
  isOnlyAsked?: boolean;
}

export async function loadQuestionSet(folder: string, file: string): Promise<QuestionSet> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line.trim() !== '');
  const questions = lines.map((line) => questionSchema.parse(JSON.parse(line)));
  return { name: basename(file, '.jsonl'), folder, questions };
}

/** Handbooks of companies that do not exist, below this folder, each with a set of its name. */
const OWN_HANDBOOKS = ['larkholm', 'fernhill', 'clinic', 'corran'];
/** One that was written after the signs of confidence were chosen. */
const ONLY_ASKED = 'anchor';

/** The sample handbook and others that nobody's company has, each with questions in other words than the documents'. */
export const ownQuestionSets = async (): Promise<QuestionSet[]> => {
  const here = (...path: string[]): string => shippedFile('tests', 'evals', 'knowledge', ...path);
  const load = (folder: string, name: string): Promise<QuestionSet> =>
    loadQuestionSet(folder, here('questions', `${name}.jsonl`));
  const sample = shippedFile('samples', 'handbook');
  return [
    await load(sample, 'tarnwick'),
    await load(sample, 'tarnwick-spoken'),
    ...(await Promise.all(OWN_HANDBOOKS.map((name) => load(here(name), name)))),
    await load(here('larkholm'), 'larkholm-foreign'),
    { ...(await load(here(ONLY_ASKED), ONLY_ASKED)), isOnlyAsked: true },
  ];
};

/** A question as it was judged. */
export interface JudgedQuestion {
  answerable: boolean;
  /** The best evidence is of a right document. */
  right: boolean;
  signs: AnswerSigns;
  confidence: number;
}

/**
 * Asks a set; figures are named after it.
 * @returns the signs of each question as well, to find the weights of confidence by.
 */
export async function measureRefusal(
  knowledge: FullKnowledgeBase,
  { name, questions }: QuestionSet,
): Promise<{ figures: Figures; judged: JudgedQuestion[] }> {
  const options = { k: 5, mayRead: () => true };
  const judged: JudgedQuestion[] = [];
  const counts = { answerable: 0, found: 0, cited: 0, answered: 0, refused: 0 };
  for (const { question, documents } of questions) {
    const answerable = documents.length > 0;
    const answer = await knowledge.answer(question, options);
    const verdict = await knowledge.judge(question, options);
    if (verdict) {
      const right = documents.includes(verdict.best.candidate.passage.path);
      judged.push({ answerable, right, signs: verdict.signs, confidence: verdict.confidence });
    }
    if (!answerable) {
      counts.refused += Number(!answer.answered);
      continue;
    }
    const hits = await knowledge.searchDocuments(question, options);
    counts.answerable += 1;
    counts.found += Number(hits.some(({ document }) => documents.includes(document.path)));
    counts.cited += Number(answer.citations.some(({ path }) => documents.includes(path)));
    counts.answered += Number(answer.answered);
  }
  const { answerable } = counts;
  return {
    figures: {
      [`${name}: right document in 5`]: counts.found / answerable,
      [`${name}: right document cited`]: counts.cited / answerable,
      [`${name}: answerable answered`]: counts.answered / answerable,
      [`${name}: unanswerable refused`]: counts.refused / Math.max(1, questions.length - answerable),
    },
    judged,
  };
}
