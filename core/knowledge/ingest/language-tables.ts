import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { shippedFile } from '../../kernel/package-root.js';

/** What eld tells of a text. */
export interface LanguageResult {
  /** ISO 639-1, or empty. */
  language: string;
  getScores(): Record<string, number>;
  isReliable(): boolean;
}

export interface LanguageTables {
  detect(text: string): LanguageResult;
}

interface Tables {
  type: string;
  languages: Record<string, string>;
  ngrams: object;
}

/**
 * eld with its small tables packed. Loaded as the module that they come in, 70,000 small objects take 160 MB of the process:
 * here the same numbers stand in one typed array, and eld's own code reads them from there.
 */
export async function loadLanguageTables(): Promise<LanguageTables> {
  const source = await readFile(shippedFile('node_modules', 'eld', 'src', 'ngrams', 'small.js'), 'utf8');
  const tables = packed(source);
  if (!tables) return (await import('eld/small')).eld;
  const { createEld } = (await import(
    pathToFileURL(shippedFile('node_modules', 'eld', 'src', 'languageDetector.js')).href
  )) as {
    createEld(): { instance: LanguageTables; loadData(tables: Tables): void };
  };
  const { instance, loadData } = createEld();
  loadData(tables);
  return instance;
}

const HEAD = /ngramsData\s*=\s*\{type:'(\w+)',languages:\{([^}]*)\},(?:\w+:[\w.'"]+,)*ngrams:\{/;
const [QUOTE, BACKSLASH, COLON, COMMA, CLOSE] = ["'", '\\', ':', ',', '}'].map((sign) => sign.charCodeAt(0));

/** The tables of eld's module, read as text; undefined when it is not written as it used to be. */
function packed(source: string): Tables | undefined {
  const head = HEAD.exec(source);
  if (!head) return undefined;
  const [whole, type = '', languages = ''] = head;
  const places = new Map<string, number>();
  const numbers: number[] = [];
  let at = head.index + whole.length;
  /** A name in quotes or without, up to its colon. */
  const name = (): string => {
    const isQuoted = source.charCodeAt(at) === QUOTE;
    const start = isQuoted ? at + 1 : at;
    let end = start;
    let isEscaped = false;
    while (end < source.length) {
      const code = source.charCodeAt(end);
      if (code === (isQuoted ? QUOTE : COLON)) break;
      if (code === BACKSLASH) isEscaped = true;
      end += code === BACKSLASH ? 2 : 1;
    }
    at = isQuoted ? end + 1 : end;
    const text = source.slice(start, end);
    return isEscaped ? text.replace(/\\(.)/g, '$1') : text;
  };
  const number = (): number => {
    let value = 0;
    const start = at;
    for (
      let digit = source.charCodeAt(at) - 48;
      digit >= 0 && digit <= 9;
      digit = source.charCodeAt(at) - 48
    ) {
      value = value * 10 + digit;
      at += 1;
    }
    return at > start && value < 65_536 ? value : NaN;
  };
  /** `:{LANGUAGE:SCORE,…}`; false when something else stands there. */
  const scores = (): boolean => {
    if (!source.startsWith(':{', at)) return false;
    at += 2;
    const place = numbers.push(0) - 1;
    for (;;) {
      const language = number();
      if (source.charCodeAt(at) !== COLON) return false;
      at += 1;
      const score = number();
      if (Number.isNaN(language + score)) return false;
      numbers.push(language, score);
      const next = source.charCodeAt(at);
      at += 1;
      if (next === CLOSE) break;
      if (next !== COMMA) return false;
    }
    numbers[place] = (numbers.length - place - 1) / 2;
    return true;
  };
  while (at < source.length) {
    const place = numbers.length;
    const key = name();
    if (!scores()) return undefined;
    places.set(key, place);
    if (source.charCodeAt(at) !== COMMA) break;
    at += 1;
  }
  if (places.size < 10_000 || source.charCodeAt(at) !== CLOSE) return undefined;
  return { type, languages: namesOf(languages), ngrams: lookup(places, Uint16Array.from(numbers)) };
}

const namesOf = (list: string): Record<string, string> =>
  Object.fromEntries([...list.matchAll(/(\d+):'(\w+)'/g)].map(([, id = '', name = '']) => [id, name]));

/** An object that makes the scores of a piece of text when they are asked for. */
const lookup = (places: ReadonlyMap<string, number>, numbers: Uint16Array): object =>
  new Proxy(
    {},
    {
      get: (_none, name) => {
        const place = typeof name === 'string' ? places.get(name) : undefined;
        if (place === undefined) return undefined;
        const scores: Record<string, number> = {};
        const count = numbers[place] ?? 0;
        for (let at = place + 1; at <= place + count * 2; at += 2)
          scores[String(numbers[at])] = numbers[at + 1] ?? 0;
        return scores;
      },
    },
  );
