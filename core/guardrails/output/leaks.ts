import { createHash } from 'node:crypto';
import type { PromptMarks } from '../../gateway/middleware/prompt-marks.js';
import { foldText } from '../fold-text.js';
import { tokenise } from '../../kernel/tokens.js';
import type { OutputFinding } from './finding.js';

/** Marks that are put into prompts and must never come out; made per process or per conversation. */
export interface Canaries {
  /** A text to place in the system prompt. */
  mark(prompt: string): string;
  /** Findings where a mark, whole, spelt out or encoded, stands in an answer. */
  find(text: string): OutputFinding[];
}

/**
 * Canary words derived from a secret, so that every process of an installation knows them without storing them.
 * @param secret any private text of the installation
 * @param scope tenant or conversation id; another scope has another word.
 */
export function createCanaries(secret: string, scope: string): Canaries {
  const word = `sw${createHash('sha256').update(`canary\n${secret}\n${scope}`).digest('hex').slice(0, 16)}`;
  const forms = [
    word,
    Array.from(word).reverse().join(''),
    Buffer.from(word).toString('base64').replaceAll('=', ''),
    Buffer.from(word).toString('hex'),
  ];
  return {
    mark: (prompt) => `${prompt}\n(Internal reference ${word}; it means nothing to readers.)`,
    find(text) {
      const folded = foldText(text).text;
      const compact = folded.replaceAll(/[\s.\-_*]/g, '').toLowerCase();
      const hit = forms.find((form) => compact.includes(form.toLowerCase()));
      if (!hit) return [];
      const start = text.toLowerCase().indexOf(hit.toLowerCase());
      const place = start >= 0 ? { start, end: start + hit.length } : { start: 0, end: text.length };
      return [{ id: 'leak.canary', risk: 1, ...place }];
    },
  };
}

/** The marks of an installation, for the gateway: one canary per tenant, and its own prompts word for word. */
export function createPromptMarks(secret: string): PromptMarks & { of(tenantId: string): Canaries } {
  const known = new Map<string, Canaries>();
  const of = (tenantId: string): Canaries => {
    const canaries = known.get(tenantId) ?? createCanaries(secret, tenantId);
    known.set(tenantId, canaries);
    return canaries;
  };
  return {
    of,
    mark: (prompt, tenantId) => of(tenantId).mark(prompt),
    givesAway: (text, tenantId, prompts) =>
      of(tenantId).find(text).length > 0 || findPromptLeak(text, prompts, WORDS_OF_A_LEAK).length > 0,
  };
}

/** Prompts quote common phrases ("as the passages say"); this many words in a row are no chance. */
const WORDS_OF_A_LEAK = 20;

const SHINGLE = 8;

/**
 * Finds stretches of a private text (a system prompt) that an answer repeats.
 * @returns one finding when at least `minimumWords` words in a row, or a third of the private text, are repeated.
 */
export function findPromptLeak(
  text: string,
  privateTexts: readonly string[],
  minimumWords = 12,
): OutputFinding[] {
  if (privateTexts.length === 0) return [];
  const words = tokenise(text).filter((token) => /[\p{L}\p{N}]/u.test(token));
  const shingles = new Set<string>();
  for (let start = 0; start + SHINGLE <= words.length; start += 1)
    shingles.add(words.slice(start, start + SHINGLE).join(' '));
  for (const secret of privateTexts) {
    const told = tokenise(secret).filter((token) => /[\p{L}\p{N}]/u.test(token));
    let run = 0;
    let longest = 0;
    let hits = 0;
    const windows = Math.max(1, told.length - SHINGLE + 1);
    for (let start = 0; start + SHINGLE <= told.length; start += 1) {
      const repeated = shingles.has(told.slice(start, start + SHINGLE).join(' '));
      run = repeated ? run + 1 : 0;
      hits += repeated ? 1 : 0;
      longest = Math.max(longest, run);
    }
    const wordsInARow = longest > 0 ? longest + SHINGLE - 1 : 0;
    if (wordsInARow >= minimumWords || (hits / windows > 0.33 && hits > 0)) {
      return [{ id: 'leak.system-prompt', risk: 0.95, start: 0, end: text.length }];
    }
  }
  return [];
}

const TELLS_PROMPT =
  /\b(?:my|the) (?:system prompt|system message|initial instructions|hidden instructions|developer message)\b[^\n.]{0,40}\b(?:is|are|says?|reads?|states?|begins?|as follows)\b|\b(?:here (?:is|are)|these are) (?:my|the) (?:full |exact |complete |original )?(?:system prompt|instructions I was given|initial instructions)\b|\bI was (?:told|instructed|programmed) (?:to (?:never|not|keep|act as)|not to)\b/gi;

/** "My instructions are to …", "Meine Anweisungen lauten …": what follows tells that they are about to be told. */
const TELLS_INSTRUCTIONS =
  /(?<!\p{L})(?:my (?:own |system )?(?:instructions|prompt) (?:are|is)|meine? (?:system-?)?(?:anweisungen|instruktionen|prompt|vorgaben) (?:sind|ist)|(?:mis|mi) (?:instrucciones|prompt(?: del? sistema)?) (?:son|es)|(?:mes|mon) (?:instructions|consignes|prompt(?: système)?) (?:sont|est)|moje upute su)(?:\s{0,2}[:,"“„«…]|\.\.\.|\s(?:to|not to|that|as follows|the following|folgende|die folgenden|las siguientes|no|de|d['’]|les suivantes|sljedeće|da)(?!\p{L})|\s\p{L}{2,14}r\s)|(?<!\p{L})(?:my (?:own |system )?(?:instructions|prompt) (?:says?|tells? me|states?|reads?)|meine? (?:system-?)?(?:anweisungen|instruktionen|prompt|vorgaben) (?:laute[nt]|besag(?:en|t)|sag(?:en|t))|(?:mis|mi) (?:instrucciones|prompt(?: del? sistema)?|mensaje del? sistema) (?:dicen?|indican?)|(?:mes|mon) (?:instructions|consignes|prompt(?: système)?|message système) (?:disent|dit|indiquent|indique)|moje upute (?:glase|kažu))(?!\p{L})/giu;

/** Sentences in which the assistant begins to tell its own instructions. */
export const findPromptTalk = (text: string): OutputFinding[] =>
  [...text.matchAll(TELLS_PROMPT), ...text.matchAll(TELLS_INSTRUCTIONS)].map((match) => ({
    id: 'leak.prompt-talk',
    risk: 0.7,
    start: match.index,
    end: match.index + match[0].length,
  }));
