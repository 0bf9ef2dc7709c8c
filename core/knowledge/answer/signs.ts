import { fold } from '../index/words.js';
import type { SoftTerm } from '../index/lexical-index.js';
import type { Candidate } from '../retrieve/candidate.js';
import { credit } from '../retrieve/match.js';
import type { Question } from '../retrieve/question.js';
import type { AnswerTools, Evidence } from './answer-tools.js';
import type { AnswerSigns } from './confidence.js';

/** How many of the best passages tell whether the documents deal with the subject. */
const NEIGHBOURHOOD = 5;
/** What a passage without a vector is taken for: the usual cosine of a question with its answer. */
const USUAL_COSINE = 0.4;
/** A capitalised word inside the question, or one with a digit. */
const NAME = /(?<=[\p{L}\p{N},;:'"’] +["'(]?)(?:\p{Lu}[\p{L}\p{N}-]+|[\p{L}-]*\d[\p{L}\p{N}.-]*)/gu;

/** Collects what the likelihood of an answer is judged by. */
export function signsOf(
  question: Question,
  best: Evidence,
  candidates: Candidate[],
  tools: AnswerTools,
): AnswerSigns {
  const { candidate } = best;
  const { known } = tools.read(candidate);
  const around = candidates.slice(0, NEIGHBOURHOOD);
  return {
    passageCovered: candidate.signals.coverage,
    agreed: candidate.signals.coverage * (candidate.cosine || USUAL_COSINE),
    support: around.reduce((sum, { signals }) => sum + signals.coverage, 0) / Math.max(1, around.length),
    gathered: shareOf(around, ({ owner }) => owner === candidate.owner),
    fits: best.fits,
    unknown: shareOf(question.terms, (term) => isUnknown(term, tools)),
    closeness:
      around.reduce((sum, { cosine }) => sum + (cosine || USUAL_COSINE), 0) / Math.max(1, around.length),
    detail: Math.min(1, question.terms.length / 10),
    missingNames: shareOf(namesIn(question, tools), (term) => credit(term, known) === 0),
  };
}

const isUnknown = ({ term, alternatives }: SoftTerm, { frequency }: AnswerTools): boolean =>
  frequency(term) === 0 && !alternatives.some(({ terms }) => terms.every((other) => frequency(other) > 0));

function namesIn({ text, terms }: Question, tools: AnswerTools): SoftTerm[] {
  const names = new Set([...text.matchAll(NAME)].flatMap(([name]) => tools.termsOf(fold(name))));
  return terms.filter(({ term }) => names.has(term));
}

const shareOf = <T>(all: T[], holds: (one: T) => boolean): number =>
  all.filter(holds).length / Math.max(1, all.length);
