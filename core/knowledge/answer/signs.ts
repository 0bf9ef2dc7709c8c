import { fold } from '../index/words.js';
import type { SoftTerm } from '../index/lexical-index.js';
import { credit } from '../retrieve/match.js';
import type { Question } from '../retrieve/question.js';
import type { AnswerTools, Evidence } from './answer-tools.js';
import type { AnswerSigns } from './confidence.js';

/** What a passage without a vector is taken for: the usual cosine of a question with its answer. */
const USUAL_COSINE = 0.4;
/** A capitalised word inside the question, or one with a digit. */
const NAME = /(?<=[\p{L}\p{N},;:'"’] +["'(]?)(?:\p{Lu}[\p{L}\p{N}-]+|[\p{L}-]*\d[\p{L}\p{N}.-]*)/gu;

/** A question of fewer words gives little to go by. */
const ENOUGH_WORDS = 3;
/** Rarity of a word that one of some twenty thousand passages has. */
const RAREST = 10;

/** Collects what the likelihood of an answer is judged by. */
export function signsOf(question: Question, best: Evidence, tools: AnswerTools): AnswerSigns {
  const { candidate } = best;
  const { known } = tools.read(candidate);
  const { terms } = question;
  const open = terms.filter((term) => credit(term, known) < 0.5).map((term) => tools.rarity(term));
  return {
    agreed: candidate.signals.coverage * (candidate.cosine || USUAL_COSINE),
    sentence: candidate.signals.sentence || USUAL_COSINE,
    fits: best.fits,
    open: Math.min(1, Math.max(0, ...open) / RAREST),
    missingNames: shareOf(namesIn(question, tools), (term) => credit(term, known) === 0),
    detail: Math.min(1, terms.length / 10),
    few: Math.max(0, ENOUGH_WORDS - terms.length) / ENOUGH_WORDS,
    foreign: Number(!tools.comparesMeaning(question.language)),
  };
}

function namesIn({ text, terms }: Question, tools: AnswerTools): SoftTerm[] {
  const names = new Set([...text.matchAll(NAME)].flatMap(([name]) => tools.termsOf(fold(name))));
  return terms.filter(({ term }) => names.has(term));
}

const shareOf = <T>(all: T[], holds: (one: T) => boolean): number =>
  all.filter(holds).length / Math.max(1, all.length);
