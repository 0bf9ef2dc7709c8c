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
const ENTRY = /(?:'((?:[^'\\]|\\.)*)'|([^'"{},:]+)):\{([^}]*)\}/g;

/** The tables of eld's module, read as text; undefined when it is not written as it used to be. */
function packed(source: string): Tables | undefined {
  const head = HEAD.exec(source);
  if (!head) return undefined;
  const [whole, type = '', languages = ''] = head;
  const places = new Map<string, number>();
  const numbers: number[] = [];
  ENTRY.lastIndex = head.index + whole.length;
  for (let entry = ENTRY.exec(source); entry; entry = ENTRY.exec(source)) {
    const [, quoted, bare = '', scores = ''] = entry;
    // A copy of its own, since a slice would keep the whole source.
    places.set(Buffer.from(quoted === undefined ? bare : unescaped(quoted)).toString(), numbers.length);
    const pairs = scores.split(',');
    numbers.push(pairs.length);
    for (const pair of pairs) {
      const [language, score] = pair.split(':').map(Number);
      if (language === undefined || score === undefined || !(score >= 0 && score < 65_536)) return undefined;
      numbers.push(language, score);
    }
  }
  if (places.size < 10_000) return undefined;
  return { type, languages: namesOf(languages), ngrams: lookup(places, Uint16Array.from(numbers)) };
}

const unescaped = (text: string): string => text.replace(/\\(.)/g, '$1');

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
