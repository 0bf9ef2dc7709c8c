import type { AnswerTools, Evidence } from './answer-tools.js';
import { fitsShape } from '../retrieve/question-shape.js';
import type { Question } from '../retrieve/question.js';
import { sentenceCoverage } from '../retrieve/rerank.js';
import type { Candidate } from '../retrieve/candidate.js';

/** How many of the best passages are read sentence by sentence. */
const READ = 10;
/** Weights of a sentence's own merits beside its passage's score; measured by `npm run eval:knowledge`. */
const COVERED_WEIGHT = 3;
const FITS_WEIGHT = 0.8;
/** Very short lines (labels, table heads) seldom answer by themselves. */
const SHORT_LINE_WORDS = 4;
const SHORT_LINE_PENALTY = 0.7;

/** The sentences of the best passages, most convincing first. */
export function findEvidence(question: Question, candidates: Candidate[], tools: AnswerTools): Evidence[] {
  const found: Evidence[] = [];
  for (const candidate of candidates.slice(0, READ)) {
    const passage = tools.read(candidate);
    for (const [at, sentence] of passage.sentences.entries()) {
      const next = passage.sentences[at + 1];
      const covered = sentenceCoverage(question.terms, sentence, next, passage.context, tools.rarity);
      const fits = Number(fitsShape(question.shape, sentence.text) ?? 0.5);
      const short = sentence.text.split(/\s+/).length < SHORT_LINE_WORDS ? SHORT_LINE_PENALTY : 0;
      found.push({
        candidate,
        start: sentence.start,
        end: sentence.end,
        quote: sentence.text,
        covered,
        fits,
        score: candidate.score + COVERED_WEIGHT * covered + FITS_WEIGHT * fits - short,
      });
    }
  }
  return found.sort((a, b) => b.score - a.score);
}
