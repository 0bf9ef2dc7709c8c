import type { Candidate } from '../retrieve/candidate.js';
import type { Question } from '../retrieve/question.js';
import type { AnswerTools, Evidence } from './answer-tools.js';
import { type AnswerSigns, confidenceOf } from './confidence.js';
import { findEvidence } from './evidence.js';
import { signsOf } from './signs.js';

/** What is said of a guess at most. */
const GUESS = 0.2;
const HARDLY = 0.1;
/** Hashed words have no meaning that could be near: more of the question has to stand there. */
const HARDLY_HASHED = 0.35;
const NEAR = 0.45;

export interface Judged {
  evidence: Evidence[];
  best: Evidence;
  signs: AnswerSigns;
  confidence: number;
}

/** Finds the best evidence and how likely it is right. */
export async function judge(
  question: Question,
  candidates: Candidate[],
  tools: AnswerTools,
): Promise<Judged | undefined> {
  const evidence = findEvidence(question, candidates, tools);
  const best = evidence[0];
  if (!best) return undefined;
  const signs = await signsOf(question, best, tools);
  const confidence = confidenceOf(signs);
  return {
    evidence,
    best,
    signs,
    confidence:
      isGuess(best) || (signs.foreign === 1 && hasFewWords(best)) ? Math.min(confidence, GUESS) : confidence,
  };
}

const hasFewWords = ({ candidate: { signals } }: Evidence): boolean => signals.coverage < HARDLY_HASHED;

/** Hardly a word of the question stands there, and the meaning is not near either. */
export const isGuess = ({ candidate: { signals } }: Evidence): boolean =>
  signals.coverage < HARDLY && signals.sentence < NEAR;
