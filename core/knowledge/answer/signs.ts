import { type ContentWord, fold } from '../index/words.js';
import { credit, softTermOf } from '../retrieve/match.js';
import type { Question } from '../retrieve/question.js';
import { isDefinedUnder } from './defines.js';
import { namesIn } from './names.js';
import type { AnswerTools, Evidence } from './answer-tools.js';
import type { AnswerSigns } from './confidence.js';
import type { Nearness } from './nearness.js';
import { lacksWantedKind } from './wanted-kind.js';

/** What a passage without a vector is taken for: the usual cosine of a question with its answer. */
const USUAL_COSINE = 0.5;
/** What a question is taken for whose words cannot be compared one by one. */
const USUAL_NEARNESS = 0.6;
/** Rarity of a word that no passage has, where there are some thirty or some eight thousand: as far as was measured. */
const RAREST_OF_FEW = 4;
const RAREST_OF_MANY = 10;

/** "How long" asks for a length; no answer has to say it. */
const MEASURE = /\bhow (\p{L}+)/u;
/** Nor does one have to repeat these. */
const FORM = new Set([
  'allowed',
  'permitted',
  'possible',
  'ok',
  'okay',
  'need',
  'want',
  'happens',
  'happen',
  'tell',
]);

/**
 * Collects what the likelihood of an answer is judged by.
 * @param nearness of the evidence; none where words cannot be compared one by one.
 */
export function signsOf(
  question: Question,
  best: Evidence,
  nearness: Nearness | undefined,
  tools: AnswerTools,
): AnswerSigns {
  const { candidate } = best;
  const { known } = tools.read(candidate);
  const { language, shape } = question;
  const words = wordsThatCount(question);
  const near = nearness && wordsNear(question, words, best, nearness);
  return {
    sentence: candidate.signals.sentence || USUAL_COSINE,
    holds: Number(best.fits === 1),
    lacks: Number(language === 'en' && lacksWantedKind(question.text, best.quote)),
    missingNames: shareOf(namesIn(question, tools), (term) => credit(term, known) === 0),
    detail: question.words.length / 10,
    close: candidate.signals.closeCoverage,
    strangest: near ? Math.min(1, ...near.map((word) => word.sentence)) : USUAL_NEARNESS,
    headed: near ? secondLowest(near.map((word) => word.headings)) : USUAL_NEARNESS,
    open: Math.max(0, ...openWords(question, words, near, known, tools)),
    counts: Number(shape === 'number'),
    asksWay: Number(shape === 'way'),
    size: Math.min(RAREST_OF_MANY, Math.max(RAREST_OF_FEW, tools.rarest())) / RAREST_OF_MANY,
    foreign: Number(!tools.comparesMeaning(language) && candidate.owner.document.language === language),
  };
}

/** The question's words without those that only say how it asks. */
export function wordsThatCount({ text, words }: Question): ContentWord[] {
  const measure = MEASURE.exec(fold(text))?.[1];
  return words.filter(({ word }) => word !== measure && !FORM.has(word));
}

/** How near a word of the question comes to the words of the sentence, of its passage, and of title and headings. */
interface NearWord {
  sentence: number;
  passage: number;
  headings: number;
}

/** For each of these words of the question. */
function wordsNear(
  question: Question,
  words: ContentWord[],
  { sentence }: Evidence,
  nearness: Nearness,
): NearWord[] {
  const isNamedAbove = isDefinedUnder(question, sentence);
  return words.map((word) => {
    const at = question.words.indexOf(word);
    const [headings, passage] = [nearness.headings[at] ?? 0, nearness.passage[at] ?? 0];
    return {
      sentence: isNamedAbove ? 1 : (nearness.sentence[at] ?? 0),
      passage: Math.max(passage, headings),
      headings,
    };
  });
}

/** What each word of the question leaves open: the rarer it is among the documents and the stranger to the passage. */
function openWords(
  { terms }: Question,
  words: ContentWord[],
  near: NearWord[] | undefined,
  known: Set<string>,
  tools: AnswerTools,
): number[] {
  return words.map(({ term }, at) => {
    const soft = softTermOf(terms, term);
    const answered = Math.max(credit(soft, known), near?.[at]?.passage ?? 0);
    return ((1 - answered) * tools.rarity(soft)) / tools.rarest();
  });
}

const secondLowest = (values: number[]): number => [...values].sort((a, b) => a - b)[1] ?? 1;

const shareOf = <T>(all: T[], holds: (one: T) => boolean): number =>
  all.filter(holds).length / Math.max(1, all.length);
