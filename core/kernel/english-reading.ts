import { officeGlossary } from './glossary.js';
import { COMMON_WORDS } from './common-words.js';
import { plainWord, tokenise } from './tokens.js';

/** A text as it would say the same in English, as far as its words are known. */
export interface EnglishReading {
  text: string;
  /** Share of its words that carry something and are known. */
  known: number;
  /** Its words that carry something and are not known, as they stand. */
  unknown: string[];
}

const LONGEST_PHRASE = 4;
/** Languages the words are known of, in the order of the columns of `COMMON_WORDS`. */
export const TONGUES: readonly string[] = ['de', 'es', 'fr'];
/** Small words that say nothing of their own. */
const SMALL = new Set(
  `der die das den dem des ein eine einen einem einer und oder ist sind war wird werden im in an am auf fur von vom zu zum zur bei mit aus als dass sich es er sie wir ihr ihre ihren
   el la los las un una unos unas y o es son de del en con para que se su sus lo le les est sont des du une et ou au aux sur dans pour qui que se sa son ses leur leurs l d il elle ils c'est
   fue ser estar esta estan wurde wurden hier dort qu'il y a von uns unser unsere nuestro nuestra notre nos sein seine`.split(
    /\s+/,
  ),
);

/** Endings by which forms of a word differ; crude on purpose, the same for the table and the text. */
const root = (word: string): string =>
  word.length > 5 ? word.replace(/(?:innen|ungen|ern|en|er|es|em|as|os|e|n|s|a|o)$/, '') : word;

type Dictionary = ReadonlyMap<string, string>;

const dictionaries = new Map<string, Dictionary>();

/** The words of one language; read when they are first asked for. */
function dictionaryOf(language: string): Dictionary {
  const read = dictionaries.get(language) ?? readDictionary(TONGUES.indexOf(language));
  dictionaries.set(language, read);
  return read;
}

function readDictionary(column: number): Dictionary {
  const words = new Map<string, string>();
  const add = (foreign: string, english: string): void => {
    for (const key of [foreign, foreign.split(' ').map(root).join(' ')])
      if (!words.has(key)) words.set(key, english);
  };
  for (const line of COMMON_WORDS.trim().split('\n')) {
    const [english = '', ...tongues] = line.split('|');
    for (const entry of (tongues[column] ?? '').split(' ')) add(entry.replaceAll('_', ' '), english);
  }
  for (const [english = '', ...others] of officeGlossary())
    for (const other of others.map((word) => tokenise(word).join(' ')))
      if (!SMALL.has(other)) add(other, english);
  return words;
}

/** A German compound by its two halves: `Urlaubstage`, `Finanzteam`. */
function ofCompound(word: string, words: Dictionary): string | undefined {
  for (let cut = 4; cut <= word.length - 3; cut += 1) {
    const tail = lookUp(word.slice(cut), words);
    if (tail === undefined) continue;
    const head = word.slice(0, cut);
    const first = [head, head.replace(/(?:s|n|en|es)$/, '')].map((form) => lookUp(form, words)).find(Boolean);
    if (first !== undefined) return `${first} ${tail}`;
  }
  return undefined;
}

const lookUp = (word: string, words: Dictionary): string | undefined =>
  words.get(word) ?? words.get(root(word));

/**
 * Says a text word by word in English; numbers and names stay, words that are not known fall away.
 * @param language one of `TONGUES`.
 */
export function readInEnglish(text: string, language: string): EnglishReading {
  const words = dictionaryOf(language);
  const capitals = new Map(
    Array.from(text.matchAll(/(?<=[^.!?\s]\s)\p{Lu}[\p{L}\p{N}'-]*/gu), ([name]) => [plainWord(name), name]),
  );
  const tokens = tokenise(text);
  const said: string[] = [];
  const unknown: string[] = [];
  let counted = 0;
  let known = 0;
  for (let at = 0; at < tokens.length;) {
    const phrase = longestPhrase(tokens, at, words);
    const token = tokens[at] ?? '';
    at += phrase?.length ?? 1;
    if (phrase) {
      said.push(phrase.english);
      counted += 1;
      known += 1;
    } else if (!/[\p{L}\p{N}]/u.test(token)) said.push(token);
    else if (/\d/.test(token)) said.push(token);
    else if (!SMALL.has(token)) {
      const compound = ofCompound(token, words);
      counted += 1;
      if (compound !== undefined) known += 1;
      else unknown.push(token);
      if (compound !== undefined) said.push(compound);
      else if (capitals.has(token)) said.push(capitals.get(token) ?? token);
    }
  }
  return { text: said.join(' '), known: counted === 0 ? 1 : known / counted, unknown };
}

function longestPhrase(
  tokens: readonly string[],
  at: number,
  words: Dictionary,
): { english: string; length: number } | undefined {
  for (let length = Math.min(LONGEST_PHRASE, tokens.length - at); length >= 1; length -= 1) {
    const part = tokens.slice(at, at + length);
    const english = words.get(part.join(' ')) ?? words.get(part.map(root).join(' '));
    if (english !== undefined) return { english, length };
  }
  return undefined;
}
