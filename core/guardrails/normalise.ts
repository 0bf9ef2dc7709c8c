import { foldConfusables } from './confusables.js';
import { decodeParts, invisibleParts, type DecodedPart } from './decode.js';
import { decodeEntities } from './entities.js';
import { foldText } from './fold-text.js';

/** How a text hides what it says; counts of the places where it does. */
export interface Disguise {
  invisible: number;
  confusable: number;
  spaced: number;
  leet: number;
  entities: number;
}

/** A text as an attack detector should read it. */
export interface NormalisedText {
  text: string;
  disguise: Disguise;
  /** What encoded or hidden parts say. */
  decoded: DecodedPart[];
}

const LEET: Record<string, string> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
  '@': 'a',
  $: 's',
  '!': 'i',
  '|': 'i',
};

/** Invisible characters where no writing system or emoji needs them: between letters, or tags and bidi overrides. */
const HIDDEN_BETWEEN =
  /(?<=[\p{L}\p{N}])(?:[\u200b-\u200d\u2060-\u2064\ufeff\u00ad]|[\ufe00-\ufe0f])(?=[\p{L}\p{N}])|[\u202a-\u202e\u2066-\u2069\u{e0020}-\u{e007f}]/gu;

/** Bold type, comments and empty elements in the middle of a word: a reader sees the word. */
const MARKUP_IN_WORDS =
  /(?<=\p{L})(?:\*{2,3}|~~|<!--[^<>]{0,200}-->|<\/?(?:b|i|u|s|em|strong|span|font|small|mark|wbr)(?:\s[^<>]{0,80})?\/?>){1,6}(?=\p{L})/giu;

/** Shorter runs (`a b c`) are joined as well, but prove nothing. */
const SPELT_LENGTH = 9;

/** Letters spelt one by one: `i g n o r e`, `i.g.n.o.r.e`, `I-G-N-O-R-E`. */
const SPACED = /(?<![\p{L}\p{N}])\p{L}(?:([ .\-_*·|/])\p{L}(?![\p{L}\p{N}])){2,200}/gu;

/**
 * Undoes what attackers do to a text so that people read it and filters do not: look-alike and invisible characters,
 * spelt-out words, digits for letters, entities; and reads its encoded and hidden parts.
 * @param knows tells whether a word belongs to the vocabulary that leetspeak and spelling should be resolved to.
 */
export function normalise(original: string, knows: (word: string) => boolean): NormalisedText {
  const folded = foldText(original).text;
  const invisible = folded === original ? 0 : (original.match(HIDDEN_BETWEEN)?.length ?? 0);
  let entities = 0;
  const unescaped = decodeEntities(folded, () => {
    entities += 1;
  });
  const confusables = foldConfusables(unescaped.replace(MARKUP_IN_WORDS, ''));
  let spaced = 0;
  const joined = confusables.text.replace(SPACED, (run) => {
    if (run.length >= SPELT_LENGTH) spaced += 1;
    return joinSpelt(run, knows);
  });
  let leet = 0;
  const plain = joined.replace(/[\p{L}\p{N}@$!|]{3,30}/gu, (word) => {
    const resolved = resolveLeet(word, knows);
    if (resolved !== word) leet += 1;
    return resolved;
  });
  return {
    text: plain,
    disguise: { invisible, confusable: confusables.changed, spaced, leet, entities },
    decoded: [...(folded === original ? [] : invisibleParts(original)), ...decodeParts(unescaped)],
  };
}

function resolveLeet(word: string, knows: (word: string) => boolean): string {
  if (!/[0134578@$!|]/.test(word) || !/\p{L}.*\p{L}/u.test(word)) return word;
  const stem = word.replace(/[!|]+$/, '');
  const resolved = stem.replaceAll(/[0134578@$!|]/g, (sign) => LEET[sign] ?? sign).toLowerCase();
  if (knows(resolved)) return resolved;
  const withL = stem
    .replaceAll('1', 'l')
    .replaceAll(/[034578@$!|]/g, (sign) => LEET[sign] ?? sign)
    .toLowerCase();
  return knows(withL) ? withL : word;
}

/** Joins spelt letters and cuts the result into known words where no gap tells where a word ends. */
function joinSpelt(run: string, knows: (word: string) => boolean): string {
  const letters = run.replaceAll(/[ .\-_*·|/]/g, '').toLowerCase();
  return cut(letters, knows).join(' ');
}

const SMALL = new Set([
  'a',
  'all',
  'an',
  'and',
  'any',
  'as',
  'are',
  'i',
  'in',
  'is',
  'it',
  'me',
  'my',
  'of',
  'on',
  'or',
  'the',
  'to',
  'us',
  'what',
  'now',
]);

/** Splits letters into the fewest known words; what fits none stays together. */
function cut(letters: string, knows: (word: string) => boolean): string[] {
  const text = letters.slice(0, 200);
  const cost = [0];
  const from = [0];
  for (let end = 1; end <= text.length; end += 1) {
    let best = (cost[end - 1] ?? 0) + 3;
    let start = end - 1;
    for (let length = 1; length <= Math.min(16, end); length += 1) {
      const word = text.slice(end - length, end);
      if (!SMALL.has(word) && (length < 3 || !knows(word))) continue;
      const total = (cost[end - length] ?? 0) + 1;
      if (total < best) {
        best = total;
        start = end - length;
      }
    }
    cost[end] = best;
    from[end] = start;
  }
  if ((cost[text.length] ?? 0) > text.length) return [letters];
  const words: string[] = [];
  for (let end = text.length; end > 0; end = from[end] ?? 0) words.unshift(text.slice(from[end], end));
  return words;
}
