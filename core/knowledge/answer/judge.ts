import type { Candidate } from '../retrieve/candidate.js';
import type { Question } from '../retrieve/question.js';
import type { AnswerTools, Evidence } from './answer-tools.js';
import { type AnswerSigns, confidenceOf } from './confidence.js';
import { findEvidence } from './evidence.js';
import { nearnessOf } from './nearness.js';
import { signsOf } from './signs.js';
import { appraisalInputs, type AppraisalInput } from '../appraise/inputs.js';
import { confidenceOfBoth } from '../appraise/confidence-of-both.js';
import { appraise, loadAppraisalNetwork } from '../appraise/network.js';

/** What is said of a guess at most. */
const GUESS = 0.2;
const HARDLY = 0.1;
/** Hashed words have no meaning that could be near: more of the question has to stand there. */
const HARDLY_HASHED = 0.35;
const NEAR = 0.45;
/** How many pieces of evidence are read closely. */
const READ_CLOSELY = 4;
/** What the ranking's score counts beside the network's log odds: among many passages it knows better. */
const RANK_WEIGHT = 0.5;

export interface Judged {
  /** The best first. */
  evidence: Evidence[];
  best: Evidence;
  /** Of the evidence that ranks first. */
  signs: AnswerSigns;
  confidence: number;
  /** What the network was asked of, to teach it anew; empty where the question is judged by signs alone. */
  appraised: AppraisedEvidence[];
}

export interface AppraisedEvidence {
  evidence: Evidence;
  input: AppraisalInput;
}

/**
 * Finds the best evidence and how likely it is right: by the network that compares question and evidence word by word and
 * by signs of the evidence that ranks first; where there is no encoder for the one, by the other alone.
 */
export async function judge(
  question: Question,
  candidates: Candidate[],
  tools: AnswerTools,
): Promise<Judged | undefined> {
  const evidence = findEvidence(question, candidates, tools);
  const first = evidence[0];
  if (!first) return undefined;
  const closest = firstPlaces(evidence);
  const near = await nearnessOf(question, closest, tools);
  const inputs = near && (await appraisalInputs(question, closest, near, tools));
  const appraised = (inputs ?? []).map((input, at) => ({ input, evidence: closest[at] as Evidence }));
  const chosen = tools.appraises ? mostLikely(appraised) : undefined;
  const best = chosen?.evidence ?? first;
  const signs = signsOf(question, first, near?.[0], tools);
  const confidence = chosen ? confidenceOfBoth(chosen.score, signs) : confidenceOf(signs);
  return {
    evidence: [best, ...evidence.filter((one) => one !== best)],
    best,
    signs,
    confidence:
      isGuess(best) || (signs.foreign === 1 && hasFewWords(best)) ? Math.min(confidence, GUESS) : confidence,
    appraised,
  };
}

/** The evidence that most likely answers, by network and ranking; nothing where none could be appraised. */
function mostLikely(appraised: AppraisedEvidence[]): { evidence: Evidence; score: number } | undefined {
  const network = loadAppraisalNetwork();
  const scored = appraised.map(({ evidence, input }) => {
    const score = appraise(network, input);
    return { evidence, score, worth: score + RANK_WEIGHT * evidence.score };
  });
  return scored.toSorted((one, other) => other.worth - one.worth)[0];
}

/** The first pieces of evidence that quote different places. */
function firstPlaces(evidence: Evidence[]): Evidence[] {
  const places = new Map<string, Evidence>();
  for (const one of evidence) {
    const place = `${one.candidate.slot} ${one.start} ${one.end}`;
    if (!places.has(place)) places.set(place, one);
    if (places.size >= READ_CLOSELY) break;
  }
  return [...places.values()];
}

const hasFewWords = ({ candidate: { signals } }: Evidence): boolean => signals.coverage < HARDLY_HASHED;

/** Hardly a word of the question stands there, and the meaning is not near either. */
export const isGuess = ({ candidate: { signals } }: Evidence): boolean =>
  signals.coverage < HARDLY && signals.sentence < NEAR;
