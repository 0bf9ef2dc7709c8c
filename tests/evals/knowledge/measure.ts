import type { Answer } from '../../../core/kernel/answer.js';
import type { KnowledgeDocument } from '../../../core/knowledge/document.js';
import type { KnowledgeBase } from '../../../core/knowledge/knowledge-base.js';
import type { GoldenCase } from './golden-set.js';

export interface CaseResult {
  golden: GoldenCase;
  answer: Answer;
  /** Place of the first right document, from 0; -1 when it is not among the first ten. */
  rank: number;
  /** A citation is of a right document. */
  rightDocument: boolean;
  /** A citation's quote holds what was expected. */
  rightQuote: boolean;
}

/** Which readers each role of the golden set stands for. */
const READERS: Record<GoldenCase['as'], string[]> = {
  employee: [],
  manager: ['confidential'],
  board: ['confidential', 'restricted'],
};

export const mayReadAs =
  (role: GoldenCase['as']) =>
  ({ access }: KnowledgeDocument): boolean =>
    ['public', 'internal', ...READERS[role]].includes(access.classification);

export async function runCase(knowledge: KnowledgeBase, golden: GoldenCase): Promise<CaseResult> {
  const options = { k: 10, mayRead: mayReadAs(golden.as), history: golden.history ?? [] };
  const answer = await knowledge.answer(golden.question, options);
  const hits = await knowledge.searchDocuments(golden.question, options);
  const { expect } = golden;
  if (!expect.answered) return { golden, answer, rank: -1, rightDocument: false, rightQuote: false };
  return {
    golden,
    answer,
    rank: hits.findIndex(({ document }) => expect.documents.includes(document.path)),
    rightDocument: answer.citations.some(({ path }) => expect.documents.includes(path)),
    rightQuote: answer.citations.some(({ quote }) => quote.includes(expect.quote)),
  };
}

/** Figures between 0 and 1, by name. */
export type Figures = Record<string, number>;

const share = <T>(all: T[], holds: (one: T) => boolean): number =>
  all.length === 0 ? 1 : all.filter(holds).length / all.length;
export const mean = (values: number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

/**
 * The figures of a run. Faithfulness: every quote is in its document word for word. Context precision: share of the
 * cited documents that are right; context recall: share of the right documents that are cited. Completeness: all
 * documents that a question needs are cited.
 */
export function figuresOf(results: CaseResult[], passageText: (id: string) => string | undefined): Figures {
  const answerable = results.filter(({ golden }) => golden.expect.answered);
  const silent = results.filter(({ golden }) => !golden.expect.answered && !hiddenOf(golden));
  const hidden = results.filter(({ golden }) => hiddenOf(golden) !== undefined);
  const given = answerable.filter(({ answer }) => answer.answered);
  const citations = results.flatMap(({ answer }) => answer.citations);
  return {
    'right document first': share(answerable, ({ rank }) => rank === 0),
    'right document in 5': share(answerable, ({ rank }) => rank >= 0 && rank < 5),
    'nDCG@10': mean(answerable.map(({ rank }) => (rank < 0 ? 0 : 1 / Math.log2(rank + 2)))),
    'quote of a right document': share(answerable, ({ rightDocument }) => rightDocument),
    'quote holds the evidence': share(answerable, ({ rightQuote }) => rightQuote),
    'answerable answered': share(answerable, ({ answer }) => answer.answered),
    'unanswerable refused': share(silent, ({ answer }) => !answer.answered),
    'hidden refused and said so': share(
      hidden,
      ({ answer }) => !answer.answered && answer.reason === 'not-permitted',
    ),
    faithfulness: share(
      citations,
      ({ passageId, quote }) => passageText(passageId)?.includes(quote) ?? false,
    ),
    'context precision': mean(given.map((result) => precisionOf(result))),
    'context recall': mean(given.map((result) => recallOf(result))),
    completeness: share(given, (result) => recallOf(result) === 1),
    'conflicts shown': share(
      answerable.filter(({ golden }) => golden.kind === 'conflict'),
      ({ answer }) => answer.conflict === true,
    ),
  };
}

const hiddenOf = ({ expect }: GoldenCase): string | undefined =>
  expect.answered ? undefined : expect.hidden;
const documentsOf = ({ expect }: GoldenCase): string[] => (expect.answered ? expect.documents : []);
const citedBy = ({ answer }: CaseResult): Set<string> => new Set(answer.citations.map(({ path }) => path));

function precisionOf(result: CaseResult): number {
  const right = documentsOf(result.golden);
  return share([...citedBy(result)], (path) => right.includes(path));
}

function recallOf(result: CaseResult): number {
  const cited = citedBy(result);
  return share(documentsOf(result.golden), (path) => cited.has(path));
}

/** How often answers of one band of confidence were right. */
export function reliability(
  results: CaseResult[],
): { from: number; count: number; confidence: number; right: number }[] {
  return [0, 0.2, 0.4, 0.6, 0.8].flatMap((from) => {
    const band = results.filter(
      ({ answer }) => answer.confidence >= from && (answer.confidence < from + 0.2 || from === 0.8),
    );
    if (band.length === 0) return [];
    return {
      from,
      count: band.length,
      confidence: mean(band.map(({ answer }) => answer.confidence)),
      right: share(band, ({ rightDocument }) => rightDocument),
    };
  });
}
