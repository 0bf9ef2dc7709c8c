import { credit } from '../retrieve/match.js';
import type { Question } from '../retrieve/question.js';
import type { AnswerTools, Evidence } from './answer-tools.js';

const MOST = 2;
/** A further sentence has to bring this much of the question that was not answered yet. */
const GAIN = 0.3;
/** It must come close to the best one, in the units of the ranking. */
const BEHIND = 2.5;

/** Sentences that answer the parts of the question which the best one leaves open. */
export function alsoNeeded(
  question: Question,
  best: Evidence,
  evidence: Evidence[],
  tools: AnswerTools,
): Evidence[] {
  const total = question.terms.reduce((sum, term) => sum + tools.rarity(term), 0);
  const knownTo = (one: Evidence): Set<string> => {
    const passage = tools.read(one.candidate);
    const sentence = passage.sentences.find(({ start }) => start === one.start);
    return new Set([...(sentence?.known ?? []), ...passage.context]);
  };
  const open = new Set(question.terms.filter((term) => credit(term, knownTo(best)) < 0.5));
  const chosen: Evidence[] = [];
  for (const other of evidence.slice(1)) {
    if (chosen.length >= MOST || open.size === 0 || other.score < best.score - BEHIND) break;
    const answers = [...open].filter((term) => credit(term, knownTo(other)) >= 0.5);
    const gain = answers.reduce((sum, term) => sum + tools.rarity(term), 0) / Math.max(total, 1e-9);
    if (gain < GAIN) continue;
    chosen.push(other);
    for (const term of answers) open.delete(term);
  }
  return chosen;
}
