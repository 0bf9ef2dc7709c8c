import stemmers from 'snowball-stemmers';
import { STOP_WORDS } from './stop-words.js';

export interface Word {
  /** Lower case, without diacritics and possessive endings. */
  text: string;
  /** UTF-16 offsets in the original text. */
  start: number;
  end: number;
}

const WORD = /[\p{L}\p{N}]+(?:[.'’][\p{L}\p{N}]+)*/gu;
const MARKS = /\p{M}+/gu;

/** Lower case without diacritics, the form in which words are compared. */
export const fold = (text: string): string =>
  text.toLowerCase().normalize('NFKD').replace(MARKS, '').replaceAll('ß', 'ss').replaceAll('’', "'");

/** The words of a text in order. Scripts without spaces come as pairs of characters, which is how they are searched. */
export function words(text: string): Word[] {
  const found: Word[] = [];
  for (const match of text.matchAll(WORD)) {
    const start = match.index;
    if (isUnspaced(match[0])) {
      for (const [offset, pair] of characterPairs(match[0])) {
        found.push({ text: pair, start: start + offset, end: start + offset + pair.length });
      }
      continue;
    }
    const folded = fold(match[0]);
    found.push({
      text: folded.endsWith("'s") ? folded.slice(0, -2) : folded,
      start,
      end: start + match[0].length,
    });
  }
  return found;
}

const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;
const isUnspaced = (word: string): boolean => UNSPACED.test(word);

function characterPairs(word: string): [number, string][] {
  const characters = Array.from(word);
  if (characters.length === 1) return [[0, word]];
  let offset = 0;
  return characters.slice(0, -1).map((character, position) => {
    const pair: [number, string] = [offset, `${character}${characters[position + 1] ?? ''}`];
    offset += character.length;
    return pair;
  });
}

const STEMMER_NAMES: Record<string, string> = { en: 'english', de: 'german', es: 'spanish', fr: 'french' };

/** The languages whose words are stemmed. */
export const STEMMED_LANGUAGES = Object.keys(STEMMER_NAMES);

/** Turns texts into index terms: words without stop words, stemmed in their language. */
export interface Analyser {
  /** The term of one folded word; `undefined` for a stop word or a lone letter. */
  term(word: string): string | undefined;
  terms(text: string): string[];
}

/** A word that says something, folded, with its term. */
export interface ContentWord {
  word: string;
  term: string;
  /** UTF-16 offsets in the original text. */
  start: number;
  end: number;
}

/** The words of a text that say something. */
export const contentWords = (text: string, { term }: Analyser): ContentWord[] =>
  words(text).flatMap(({ text: word, start, end }) => {
    const stem = term(word);
    return stem === undefined ? [] : [{ word, term: stem, start, end }];
  });

const MEMO_LIMIT = 100_000;

/** Makes the analyser of a language; words of unknown languages are taken as they are. */
export function createAnalyser(language: string): Analyser {
  const stemmer = STEMMER_NAMES[language] ? stemmers.newStemmer(STEMMER_NAMES[language]) : undefined;
  const stop = STOP_WORDS[language];
  const memo = new Map<string, string | undefined>();
  const make = (word: string): string | undefined => {
    if (stop?.has(word) || /^[a-z]$/.test(word)) return undefined;
    const plain = word.replaceAll("'", '');
    return stemmer && !/\d/.test(plain) ? stemmer.stem(plain) : plain;
  };
  const term = (word: string): string | undefined => {
    if (memo.has(word)) return memo.get(word);
    if (memo.size >= MEMO_LIMIT) memo.clear();
    const made = make(word);
    memo.set(word, made);
    return made;
  };
  return {
    term,
    terms: (text) => words(text).flatMap((word) => term(word.text) ?? []),
  };
}

/** Makes each language's analyser once. */
export function createAnalysers(): (language: string) => Analyser {
  const made = new Map<string, Analyser>();
  return (language) => {
    const analyser = made.get(language) ?? createAnalyser(language);
    made.set(language, analyser);
    return analyser;
  };
}
