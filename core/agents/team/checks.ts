import { z } from 'zod';
import { findDangerousCommands } from '../../guardrails/output/dangerous-commands.js';
import { secretDetector } from '../../guardrails/pii/secrets.js';

const words = z.string().trim().min(1).max(200);
const count = z.number().int().min(0).max(100_000);

/** Something that a result can be held to by a machine. */
export const checkSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('not-empty') }),
  z.strictObject({ kind: z.literal('harmless') }),
  z.strictObject({ kind: z.literal('contains'), text: words }),
  z.strictObject({ kind: z.literal('lacks'), text: words }),
  z.strictObject({ kind: z.literal('words-at-most'), count }),
  z.strictObject({ kind: z.literal('words-at-least'), count }),
  z.strictObject({ kind: z.literal('points-at-most'), count }),
  z.strictObject({ kind: z.literal('points-at-least'), count }),
  z.strictObject({ kind: z.literal('has-figures') }),
  z.strictObject({ kind: z.literal('has-sources') }),
]);
export type Check = z.infer<typeof checkSchema>;

/** What any result has to be. */
export const USUAL_CHECKS: readonly Check[] = [{ kind: 'not-empty' }, { kind: 'harmless' }];

const NUMBER_WORDS = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const NUMBER = `(\\d{1,5}|${NUMBER_WORDS.slice(1).join('|')})`;
const numberOf = (text: string): number => {
  const word = NUMBER_WORDS.indexOf(text.toLowerCase());
  return word >= 0 ? word : Number(text);
};
const WORDS = '(?:words?|wörtern?|palabras|mots)';
const POINTS = '(?:points?|bullets?|bullet points?|items?|steps?|lines?|cases?|punkte|schritte|puntos)';
const MOST =
  '(?:at most|no more than|up to|a maximum of|max(?:imum)?\\.?|under|fewer than|höchstens|como máximo|au plus)';
const LEAST =
  '(?:at least|no fewer than|no less than|a minimum of|min(?:imum)?\\.?|mindestens|al menos|au moins)';
const QUOTED = '["“„«\'‘]([^"”“»\'’]{1,200})["”“»\'’]';
const NAME = `(?:must|should|has to|have to|shall|muss)\\s+(?:also\\s+)?(?:mention|contain|include|name|nennen|enthalten)`;

type Reader = [RegExp, (match: RegExpMatchArray) => Check];
const limit =
  (kind: 'words-at-most' | 'words-at-least' | 'points-at-most' | 'points-at-least') =>
  (match: RegExpMatchArray): Check => ({ kind, count: numberOf(match[1] ?? '0') });
const READERS: Reader[] = [
  [new RegExp(`${MOST}\\s+${NUMBER}\\s+${WORDS}`, 'giu'), limit('words-at-most')],
  [new RegExp(`${LEAST}\\s+${NUMBER}\\s+${WORDS}`, 'giu'), limit('words-at-least')],
  [new RegExp(`${MOST}\\s+${NUMBER}\\s+${POINTS}`, 'giu'), limit('points-at-most')],
  [new RegExp(`${LEAST}\\s+${NUMBER}\\s+${POINTS}`, 'giu'), limit('points-at-least')],
  [
    new RegExp(
      `(?:must not|may not|without|darf nicht)\\s+(?:the words?\\s+|mention(?:ing)?\\s+|contain\\s+|include\\s+|use\\s+)*${QUOTED}`,
      'giu',
    ),
    (match) => ({ kind: 'lacks', text: match[1] ?? '' }),
  ],
  [
    new RegExp(`${NAME}\\s+(?:the words?\\s+)?${QUOTED}`, 'giu'),
    (match) => ({ kind: 'contains', text: match[1] ?? '' }),
  ],
  [
    new RegExp(
      `${NAME}\\s+(?:the\\s+|a\\s+|an\\s+)?([\\p{L}\\p{N}-]{2,40}(?: [\\p{L}\\p{N}-]{2,40}){0,3}?)(?=[.,;!?]|\\s+(?:and|und|in|with|for|at|but)\\b|$)`,
      'giu',
    ),
    (match) => ({ kind: 'contains', text: match[1] ?? '' }),
  ],
  [/\bwith (?:the |all )?(?:figures|numbers)\b|\bmit zahlen\b/giu, () => ({ kind: 'has-figures' })],
  [
    /\b(?:with|cite|name) (?:the |its |their |all )?sources?\b|\bmit quellen\b/giu,
    () => ({ kind: 'has-sources' }),
  ],
];

/** The checks that a task's own words ask for; figures and sources stand for themselves, not for words to be found. */
export function deriveChecks(goal: string): Check[] {
  const found = new Map<string, Check>();
  for (const [pattern, read] of READERS)
    for (const match of goal.matchAll(pattern)) {
      const check = read(match);
      found.set(JSON.stringify(check).toLowerCase(), check);
    }
  return [...found.values()];
}

/** What a text gets wrong, each in words that say what to change. */
export function problemsOf(text: string, checks: readonly Check[]): string[] {
  return checks.flatMap((check) => {
    const problem = problemOf(text, check);
    return problem === undefined ? [] : [problem];
  });
}

/** What stands below a result is not the result: its sources, and the remark of an agent that has no model. */
const bodyOf = (text: string): string => text.replaceAll(/^(?:\[\d{1,3}\] .*|_[^_\n]+_)$/gmu, '');
const wordsIn = (text: string): number =>
  (bodyOf(text).match(/[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*/gu) ?? []).length;
const pointsIn = (text: string): number => (text.match(/^\s*(?:[-*•]|\d+[.)])\s+\S/gmu) ?? []).length;

function problemOf(text: string, check: Check): string | undefined {
  const flat = text.toLowerCase();
  switch (check.kind) {
    case 'not-empty':
      return text.trim() === '' ? 'It is empty.' : undefined;
    case 'harmless':
      return secretDetector.find(text).length + findDangerousCommands(text).length > 0
        ? 'It holds a secret or a dangerous command.'
        : undefined;
    case 'contains':
      return flat.includes(check.text.toLowerCase()) ? undefined : `It does not mention "${check.text}".`;
    case 'lacks':
      return flat.includes(check.text.toLowerCase()) ? `It still says "${check.text}".` : undefined;
    case 'words-at-most':
      return wordsIn(text) > check.count
        ? `It has ${wordsIn(text)} words; at most ${check.count} are allowed.`
        : undefined;
    case 'words-at-least':
      return wordsIn(text) < check.count
        ? `It has ${wordsIn(text)} words; at least ${check.count} are needed.`
        : undefined;
    case 'points-at-most':
      return pointsIn(text) > check.count
        ? `It has ${pointsIn(text)} points; at most ${check.count} are allowed.`
        : undefined;
    case 'points-at-least':
      return pointsIn(text) < check.count
        ? `It has ${pointsIn(text)} points; at least ${check.count} are needed.`
        : undefined;
    case 'has-figures':
      return /\d/.test(text) ? undefined : 'It names no figures.';
    default:
      return /\[\d{1,3}\]|\([^)]+\.\w{2,5}\)|https?:\/\//.test(text) ? undefined : 'It names no source.';
  }
}

/** A check in words. */
export function describeCheck(check: Check): string {
  switch (check.kind) {
    case 'not-empty':
      return 'is not empty';
    case 'harmless':
      return 'holds no secret and no dangerous command';
    case 'contains':
      return `mentions "${check.text}"`;
    case 'lacks':
      return `does not say "${check.text}"`;
    case 'words-at-most':
      return `has at most ${check.count} words`;
    case 'words-at-least':
      return `has at least ${check.count} words`;
    case 'points-at-most':
      return `has at most ${check.count} points`;
    case 'points-at-least':
      return `has at least ${check.count} points`;
    case 'has-figures':
      return 'names figures';
    default:
      return 'names a source';
  }
}
