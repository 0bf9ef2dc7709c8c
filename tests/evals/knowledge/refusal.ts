import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { shippedFile } from '../../../core/kernel/package-root.js';
import type { FullKnowledgeBase } from '../../../core/knowledge/create-knowledge-base.js';
import type { AnswerSigns } from '../../../core/knowledge/answer/confidence.js';
import type { AppraisedEvidence } from '../../../core/knowledge/answer/judge.js';
import type { Figures } from './measure.js';
import type { TaughtQuestion } from './teach-appraisal.js';

/** A question with the documents that answer it, or one that the handbook does not answer. */
const questionSchema = z.union([
  z.object({
    question: z.string(),
    documents: z.array(z.string()),
    /** Words of the first document that hold the answer. */
    answer: z.string().optional(),
  }),
  /** `../data` files name one document and whether there is an answer. */
  z
    .object({
      question: z.string(),
      answerable: z.literal(true),
      source_path: z.string(),
      evidence_sentence: z.string(),
    })
    .transform(({ question, source_path, evidence_sentence }) => ({
      question,
      documents: [source_path],
      answer: evidence_sentence,
    })),
  z.object({ question: z.string() }).transform(({ question }) => ({ question, documents: [] as string[] })),
]);
export interface SetQuestion {
  question: string;
  documents: string[];
  answer?: string | undefined;
}

/** A handbook with questions that it answers and questions that it does not. */
export interface QuestionSet {
  name: string;
  folder: string;
  questions: SetQuestion[];
  /** It is asked, but takes no part in finding the weights of confidence. */
  isOnlyAsked?: boolean;
  /** It was written to teach by: most of its unanswerable questions are nearly answered. */
  isBook?: boolean;
  /** It is of the caller's, who may have no other handbook of its size: left out, it is judged by others unlike it. */
  isNamed?: boolean;
}

export async function loadQuestionSet(folder: string, file: string): Promise<QuestionSet> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line.trim() !== '');
  const questions = lines.map((line) => questionSchema.parse(JSON.parse(line)));
  const named = basename(file, '.jsonl');
  return { name: named === 'questions' ? basename(dirname(file)) : named, folder, questions };
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

/** Of the books, those that are asked whenever something is measured. */
const USUAL_BOOKS = ['agency', 'chipmaker', 'florist', 'housing', 'lawfirm', 'vet'];

/** Handbooks that were written to teach by, with questions of which half come near to what the pages say. */
export async function bookSets(all: boolean): Promise<QuestionSet[]> {
  const books = shippedFile('tests', 'evals', 'knowledge', 'books');
  const names = all ? (await readdir(books)).sort() : USUAL_BOOKS;
  return Promise.all(
    names.map(async (name) => ({
      ...(await loadQuestionSet(join(books, name, 'pages'), join(books, name, 'questions.jsonl'))),
      isBook: true,
    })),
  );
}

/** A question as it was judged. */
export interface JudgedQuestion extends TaughtQuestion {
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
  const counts = { answerable: 0, found: 0, cited: 0, quoted: 0, answered: 0, refused: 0 };
  for (const one of questions) {
    const { question, documents } = one;
    const answerable = documents.length > 0;
    const answer = await knowledge.answer(question, options);
    const verdict = await knowledge.judge(question, options);
    if (verdict) {
      const right = documents.includes(verdict.best.candidate.passage.path);
      const evidence = verdict.appraised.map((each) => ({ ...each, right: isRight(each, one) }));
      const { signs, confidence } = verdict;
      judged.push({ set: name, answerable, right, signs, confidence, evidence });
    }
    if (!answerable) {
      counts.refused += Number(!answer.answered);
      continue;
    }
    const hits = await knowledge.searchDocuments(question, options);
    counts.answerable += 1;
    counts.found += Number(hits.some(({ document }) => documents.includes(document.path)));
    counts.cited += Number(answer.citations.some(({ path }) => documents.includes(path)));
    counts.quoted += Number(
      answer.citations.some(({ path, quote }) => documents.includes(path) && holds(quote, one.answer)),
    );
    counts.answered += Number(answer.answered);
  }
  const { answerable } = counts;
  return {
    figures: {
      [`${name}: right document in 5`]: counts.found / answerable,
      [`${name}: right document cited`]: counts.cited / answerable,
      ...(questions.some((one) => one.answer !== undefined)
        ? { [`${name}: quote holds the answer`]: counts.quoted / answerable }
        : {}),
      [`${name}: answerable answered`]: counts.answered / answerable,
      [`${name}: unanswerable refused`]: counts.refused / Math.max(1, questions.length - answerable),
    },
    judged,
  };
}

const isRight = ({ evidence: { candidate, quote } }: AppraisedEvidence, asked: SetQuestion): boolean =>
  asked.documents.includes(candidate.passage.path) && holds(quote, asked.answer);

/** Whether a quote holds the words of an answer, or is of them; where those are not known, that of a right document does. */
function holds(quote: string, answer: string | undefined): boolean {
  if (answer === undefined) return true;
  const [said, wanted] = [plain(quote), plain(answer)];
  return said.includes(wanted) || (said.length > FEW_CHARACTERS && wanted.includes(said));
}

const FEW_CHARACTERS = 20;
const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/gu, ' ')
    .trim();
