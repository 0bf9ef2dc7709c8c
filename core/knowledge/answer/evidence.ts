import type { Candidate } from '../retrieve/candidate.js';
import { coverage, credit, type ReadSentence } from '../retrieve/match.js';
import { sentenceCoverage } from '../retrieve/rerank.js';
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
/** A quote takes its neighbours along as long as it stays this short. */
const QUOTED_WORDS = 60;

/** Words of the earlier question found the passage; which sentence answers is up to the new one's. */
const EARLIER_WORDS = 0.5;

/** The sentences of the best passages, most convincing first. */
export function findEvidence(question: Question, candidates: Candidate[], tools: AnswerTools): Evidence[] {
  const terms = question.terms.map((term) =>
    term.weight < 1 ? { ...term, weight: term.weight * EARLIER_WORDS } : term,
  );
  return candidates
    .slice(0, READ)
    .filter((candidate) => speaksToFollowUp(question, candidate, tools))
    .flatMap((candidate) => evidenceIn({ ...question, terms }, candidate, tools))
    .sort((a, b) => b.score - a.score);
}

/** A follow-up is not answered by what only its earlier question fits: the passage has a word of its own. */
function speaksToFollowUp({ leansOn, terms }: Question, candidate: Candidate, tools: AnswerTools): boolean {
  const own = terms.filter(({ weight }) => weight === 1);
  if (leansOn === undefined || own.length === 0) return true;
  const { known } = tools.read(candidate);
  return own.some((term) => credit(term, known) > 0);
}

function evidenceIn(question: Question, candidate: Candidate, tools: AnswerTools): Evidence[] {
  const { sentences } = tools.read(candidate);
  return sentences.flatMap((sentence, at) => {
    if (sentence.isLead) return [];
    const next = sentences[at + 1];
    const covering = (known: Set<string>): number =>
      coverage(question.terms, tools.rarity, (term) => credit(term, known));
    const fits = Number(fitsShape(question.shape, sentence.text) ?? 0.5);
    const cosine = candidate.sentenceCosines?.[at] ?? candidate.cosine;
    const [start, end] = quoteSpan(candidate.passage.text, sentences[at - 1], sentence, next);
    return [
      {
        candidate,
        sentence,
        start,
        end,
        quote: candidate.passage.text.slice(start, end),
        covered: sentenceCoverage(question.terms, sentence, next, tools.rarity),
        fits,
        cosine,
        score:
          candidate.score +
          OWN_WEIGHT * covering(sentence.known) +
          CONTEXT_WEIGHT * covering(sentence.context) +
          FITS_WEIGHT * fits +
          COSINE_WEIGHT * cosine,
      },
    ];
  });
}

/** A sentence with the next and the one before, if they stand in the same line; a line that ends in a colon goes on. */
function quoteSpan(
  text: string,
  before: ReadSentence | undefined,
  sentence: ReadSentence,
  next: ReadSentence | undefined,
): [start: number, end: number] {
  const fits = (start: number, end: number): boolean =>
    text.slice(start, end).split(/\s+/).length <= QUOTED_WORDS;
  const joined = (one: ReadSentence, other: ReadSentence): boolean =>
    !text.slice(one.end, other.start).includes('\n') || one.text.endsWith(':');
  let { start, end } = sentence;
  if (next && joined(sentence, next) && fits(start, next.end)) end = next.end;
  if (before && joined(before, sentence) && fits(before.start, end)) start = before.start;
  return [start, end];
}
