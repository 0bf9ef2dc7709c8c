import type { Candidate } from '../retrieve/candidate.js';
import {
  coverage,
  credit,
  isRow,
  type KnownTerms,
  type ReadSentence,
  type WeighedWords,
  weighWords,
} from '../retrieve/match.js';
import { sentenceCoverage } from '../retrieve/rerank.js';
import type { SoftTerm } from '../index/lexical-index.js';
import { isDefinedUnder, statedBy } from './defines.js';
import { namesIn } from './names.js';
import { isCrumb, quoteSpan } from './quote.js';
import { fitsShape } from '../retrieve/question-shape.js';
import type { Question } from '../retrieve/question.js';
import type { AnswerTools, Evidence } from './answer-tools.js';

/** How many of the best passages are read sentence by sentence. */
const READ = 10;
/** Weights of a sentence's own merits beside its passage's score; found by `npm run eval:knowledge`. */
const OWN_WEIGHT = 5.5;
const CONTEXT_WEIGHT = 3;
const FITS_WEIGHT = 2.2;
const COSINE_WEIGHT = 6;
const NAMED_WEIGHT = 2;
/** Few words of a label or a link seldom answer. */
const CRUMB = -3;
/** What a thing is, its section says first. */
const DEFINES = 3;

/** "3." before an item. */
const NUMBER_ALONE = /^\d{1,3}[.)]$/;
/** Words of the earlier question found the passage; which sentence answers is up to the new one's. */
const EARLIER_WORDS = 0.5;

/** The sentences of the best passages, most convincing first. */
export function findEvidence(question: Question, candidates: Candidate[], tools: AnswerTools): Evidence[] {
  const terms = question.terms.map((term) =>
    term.weight < 1 ? { ...term, weight: term.weight * EARLIER_WORDS } : term,
  );
  const words = weighWords(terms, tools.rarity);
  const names = namesIn(question, tools);
  return candidates
    .slice(0, READ)
    .filter((candidate) => speaksToFollowUp(question, candidate, tools))
    .flatMap((candidate) => evidenceIn({ ...question, terms }, words, names, candidate, tools))
    .sort((a, b) => b.score - a.score);
}

/** A follow-up is not answered by what only its earlier question fits: the passage has a word of its own. */
function speaksToFollowUp({ leansOn, terms }: Question, candidate: Candidate, tools: AnswerTools): boolean {
  const own = terms.filter(({ weight }) => weight === 1);
  if (leansOn === undefined || own.length === 0) return true;
  const { known } = tools.read(candidate);
  return own.some((term) => credit(term, known) > 0);
}

function evidenceIn(
  question: Question,
  words: WeighedWords,
  names: SoftTerm[],
  candidate: Candidate,
  tools: AnswerTools,
): Evidence[] {
  const { sentences } = tools.read(candidate);
  const named = ({ known, context }: ReadSentence): number =>
    names.filter((name) => credit(name, known) > 0 || credit(name, context) > 0).length /
    Math.max(1, names.length);
  /** The row of what the question names says what its columns are called, too. */
  const isNamedRow = (sentence: ReadSentence): boolean =>
    isRow(sentence) && names.some((name) => credit(name, sentence.known) > 0);
  const read = new Map<string, KnownTerms>();
  /** Each line is compared with each other one, so it is read once. */
  const termsOf = (line: string): KnownTerms => {
    const terms = read.get(line) ?? new Set(tools.termsOf(line));
    read.set(line, terms);
    return terms;
  };
  /** This row or item has words of the question that the others lack, and they have none that it lacks. */
  const isAlone = (line: string, others: string[]): boolean => {
    const own = termsOf(line);
    const each = others.map(termsOf);
    const rest: KnownTerms = { has: (term) => each.some((one) => one.has(term)) };
    const onlyIn = (there: KnownTerms, elsewhere: KnownTerms): boolean =>
      question.terms.some((term) => credit(term, there) > 0.5 && credit(term, elsewhere) === 0);
    return onlyIn(own, rest) && !onlyIn(rest, own);
  };
  const covering = (known: Set<string>): number => coverage(words, words.creditsOf(known));
  return sentences.flatMap((sentence, at) => {
    if (sentence.isLead || NUMBER_ALONE.test(sentence.text)) return [];
    const next = sentences[at + 1];
    const fits = Number(fitsShape(question.shape, sentence.text) ?? 0.5);
    const cosine = candidate.sentenceCosines?.[at] ?? candidate.cosine;
    const [start, end] = quoteSpan(candidate.passage.text, sentences, at, isAlone);
    return [
      {
        candidate,
        sentence,
        start,
        end,
        quote: candidate.passage.text.slice(start, end),
        covered: sentenceCoverage(words, sentence, next),
        fits,
        cosine,
        score:
          candidate.score -
          (candidate.scoreOfContext ?? 0) +
          OWN_WEIGHT * covering(isNamedRow(sentence) ? statedBy(question, sentence) : sentence.known) +
          CONTEXT_WEIGHT * covering(sentence.context) +
          NAMED_WEIGHT * named(sentence) +
          (at === 0 && isDefinedUnder(question, sentence) ? DEFINES : 0) +
          (isCrumb(candidate.passage.text, sentence) ? CRUMB : 0) +
          FITS_WEIGHT * fits +
          COSINE_WEIGHT * cosine,
      },
    ];
  });
}
