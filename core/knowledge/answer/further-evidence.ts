import { credit } from '../retrieve/match.js';
import type { Question } from '../retrieve/question.js';
import type { AnswerTools, Evidence } from './answer-tools.js';
import { isCrumb } from './quote.js';

const MOST = 2;
/** A further sentence has to bring this much of the question that was not answered yet. */
const GAIN = 0.3;
/** It must come close to the best one, in the units of the ranking. */
const BEHIND = 4;
/** Another document this close behind may be the one that is meant; the reader decides. */
const RIVAL = 2;

/** Sentences that share so many of their words say the same. */
const SAME = 0.9;

/** Sentences that answer what the best one leaves open, and other documents that come close to it. */
export function furtherEvidence(
  question: Question,
  best: Evidence,
  evidence: Evidence[],
  tools: AnswerTools,
): Evidence[] {
  const total = question.terms.reduce((sum, term) => sum + tools.rarity(term), 0) || 1;
  const said = knownTo(best);
  const open = new Set(question.terms.filter((term) => credit(term, said) < 0.5));
  const chosen: Evidence[] = [];
  for (const other of evidence.slice(1)) {
    if (chosen.length >= MOST || other.score < best.score - BEHIND) break;
    if (isCrumb(other.candidate.passage.text, other.sentence)) continue;
    if ([best, ...chosen].some((one) => overlaps(one, other) || saysTheSame(one, other))) continue;
    const there = knownTo(other);
    const answers = [...open].filter((term) => credit(term, there) >= 0.5);
    const gain = answers.reduce((sum, term) => sum + tools.rarity(term), 0) / total;
    const isRival =
      other.score >= best.score - RIVAL &&
      [best, ...chosen].every((one) => one.candidate.owner !== other.candidate.owner);
    if (gain < GAIN && !isRival) continue;
    chosen.push(other);
    for (const term of answers) open.delete(term);
  }
  return chosen;
}

const knownTo = ({ sentence }: Evidence): Set<string> => new Set([...sentence.known, ...sentence.context]);

/** Pages repeat each other; once is enough. */
function saysTheSame(one: Evidence, other: Evidence): boolean {
  const [known, there] = [one.sentence.known, other.sentence.known];
  const common = [...there].filter((term) => known.has(term)).length;
  return common >= SAME * Math.max(known.size, there.size);
}

const overlaps = (one: Evidence, other: Evidence): boolean =>
  one.candidate.passage.id === other.candidate.passage.id && one.start < other.end && other.start < one.end;
