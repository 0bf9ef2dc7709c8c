import type { Question } from '../retrieve/question.js';
import type { Evidence } from './answer-tools.js';

const NUMBER = /\d+(?:[.,]\d+)*/g;
/** Both must say the same about the same thing, but for the figure. */
const ALIKE = 0.65;
const STRONG = 0.7;

/**
 * Two documents whose sentences answer the same and differ in a figure.
 * @returns both, by date; the newer one first.
 */
export function findConflict(
  question: Question,
  best: Evidence,
  evidence: Evidence[],
): { newer: Evidence; older: Evidence } | undefined {
  if (question.terms.length < 2) return undefined;
  const figures = figuresOf(best.sentence.text);
  if (figures.size === 0) return undefined;
  const rival = evidence.find(
    (other) =>
      other.candidate.owner !== best.candidate.owner &&
      other.covered >= STRONG * best.covered &&
      differ(figures, figuresOf(other.sentence.text)) &&
      alikeness(termsOf(best), termsOf(other)) >= ALIKE,
  );
  if (!rival) return undefined;
  const isNewer = dateOf(rival) > dateOf(best);
  return isNewer ? { newer: rival, older: best } : { newer: best, older: rival };
}

const dateOf = ({ candidate }: Evidence): number => candidate.owner.document.updatedAt.getTime();
const figuresOf = (text: string): Set<string> => new Set(text.match(NUMBER) ?? []);

function differ(one: Set<string>, other: Set<string>): boolean {
  if (other.size === 0) return false;
  return [...one].some((figure) => !other.has(figure)) && [...other].some((figure) => !one.has(figure));
}

const termsOf = ({ sentence }: Evidence): Set<string> =>
  new Set(sentence.terms.filter((term) => !/\d/.test(term)));

/** Share of the smaller set that both have. */
function alikeness(one: Set<string>, other: Set<string>): number {
  const common = [...one].filter((term) => other.has(term)).length;
  return common / Math.max(1, Math.min(one.size, other.size));
}
