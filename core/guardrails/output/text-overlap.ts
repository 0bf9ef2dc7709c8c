import { tokenise } from '../../kernel/tokens.js';
import { sameStem } from './same-words.js';
import { stem } from './stem.js';

const STOP = new Set(
  `a an and are as at be been being but by can could did do does for from had has have he her him his how i if in into is it its
  me my no not of on or our she should so than that the their them then there these they this those to was we were what when
  where which who whom whose why will with would you your about also after before between during over under more most other
  some such only own same very just been both each few der die das und ist ein eine den dem des mit von zu auf für im in
  yes no true false ja nein si oui non
  el la los las un una de y en es que le les une et dans est du des pour`
    .split(/\s+/)
    .filter(Boolean),
);

export interface ContentWord {
  word: string;
  stem: string;
  /** A number, a date part or a word that is written with a capital inside the sentence. */
  telling: boolean;
}

/** `two weeks` and `2 weeks` are the same. */
const NUMBER_WORDS = new Map(
  'two three four five six seven eight nine ten eleven twelve'
    .split(' ')
    .map((word, index) => [word, String(index + 2)] as const),
);

const CAPITAL = /\p{Lu}/u;

/** Words that carry what a text claims. */
export function contentWords(text: string): ContentWord[] {
  const capitals = new Set(
    CAPITAL.test(text)
      ? Array.from(
          text.matchAll(/(?<=[^.!?\s]\s)\p{Lu}[\p{L}\p{N}'-]*/gu),
          (match) => tokenise(match[0])[0] ?? '',
        )
      : [],
  );
  return tokenise(text)
    .filter((token) => /[\p{L}\p{N}]/u.test(token) && !STOP.has(token))
    .map((token) => NUMBER_WORDS.get(token) ?? token)
    .map((word) => ({ word, stem: sameStem(stem(word)), telling: /\d/.test(word) || capitals.has(word) }));
}

/**
 * Sentences of an answer with their places; list items and lines count as sentences, as does what follows a mark. The numbers
 * of its sources belong to the sentence before them.
 */
export function splitSentences(text: string): { start: number; end: number; text: string }[] {
  const sentences: { start: number; end: number; text: string }[] = [];
  const boundary =
    /(?<=[.!?。！？]["')\]]?(?:\s?\[\d{1,2}\])*)\s+(?=[\p{Lu}\d"'(*_-])|\n+|(?<=\[not supported by the sources\])/gu;
  let start = 0;
  const push = (from: number, to: number): void => {
    const raw = text.slice(from, to).trimEnd();
    if (/[\p{L}\p{N}]/u.test(raw)) sentences.push({ start: from, end: from + raw.length, text: raw });
  };
  for (const match of text.matchAll(boundary)) {
    push(start, match.index);
    start = match.index + match[0].length;
  }
  push(start, text.length);
  return sentences;
}
