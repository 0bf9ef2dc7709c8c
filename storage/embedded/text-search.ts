import stemmers from 'snowball-stemmers';
import { isDocument, type Doc } from './bson.js';
import { StoreError } from './errors.js';
import { isNumeric, toDouble } from './numbers.js';
import { pathParts, reach } from './path.js';
import { asWord } from './types.js';

/** How well a document answers a `$text`; undefined when it does not. */
export type TextScore = (doc: Doc) => number | undefined;

/** A collection as far as a search looks at it. */
interface Searched {
  readonly indexes: readonly { readonly spec: { key: Doc; [option: string]: unknown } }[];
}

/** The variable under which expressions find the score; no user's variable can have this name. */
export const TEXT_SCORE = '#textScore';

const STOP_WORDS = new Set(
  `a about above after again against all am an and any are aren't as at be because been before being below between both but by can't cannot could
couldn't did didn't do does doesn't doing don't down during each few for from further had hadn't has hasn't have haven't having he he'd he'll he's
her here here's hers herself him himself his how how's i i'd i'll i'm i've if in into is isn't it it's its itself let's me more most mustn't my myself
no nor not of off on once only or other ought our ours ourselves out over own same shan't she she'd she'll she's should shouldn't so some such than
that that's the their theirs them themselves then there there's these they they'd they'll they're they've this those through to too under until up
very was wasn't we we'd we'll we're we've were weren't what what's when when's where where's which while who who's whom why why's with won't would
wouldn't you you'd you'll you're you've your yours yourself yourselves`.split(/\s+/),
);

interface Manner {
  stem(word: string): string;
  stops: ReadonlySet<string>;
  fold(text: string): string;
}

function manner(language: string, caseSensitive: boolean, diacriticSensitive: boolean): Manner {
  const english = language === 'english' || language === 'en';
  const stemmer = language === 'none' ? undefined : stemmerOf(english ? 'english' : language);
  return {
    stem: (word) => stemmer?.stem(word) ?? word,
    stops: english ? STOP_WORDS : new Set(),
    fold: (text) => {
      const marks = diacriticSensitive ? text : text.normalize('NFD').replaceAll(/\p{M}/gu, '');
      return caseSensitive ? marks : marks.toLowerCase();
    },
  };
}

function stemmerOf(language: string): { stem(word: string): string } {
  try {
    return stemmers.newStemmer(language);
  } catch {
    throw new StoreError(17007, `unsupported language: "${language}" for text index version 3`);
  }
}

const wordsOf = (text: string): string[] => text.match(/[\p{L}\p{N}\p{M}'_]+/gu) ?? [];

interface Wanted {
  terms: Set<string>;
  negated: Set<string>;
  phrases: string[];
  negatedPhrases: string[];
}

function wanted(search: string, { stem, stops, fold }: Manner): Wanted {
  const found: Wanted = { terms: new Set(), negated: new Set(), phrases: [], negatedPhrases: [] };
  const rest = search.replaceAll(
    /(^|\s)(-?)"([^"]*)"/g,
    (_whole, _before: string, minus: string, phrase: string) => {
      (minus ? found.negatedPhrases : found.phrases).push(fold(phrase));
      return minus ? ' ' : ` ${phrase} `;
    },
  );
  for (const token of rest.split(/\s+/)) {
    const negative = token.startsWith('-') && token.length > 1;
    for (const word of wordsOf(fold(token))) {
      if (stops.has(word.toLowerCase())) continue;
      (negative ? found.negated : found.terms).add(stem(word));
    }
  }
  return found;
}

/** The texts of a document that an index covers, with their weights. */
function* texts(doc: Doc, weights: Doc): Generator<[string, number]> {
  const all = weights['$**'];
  if (all !== undefined) {
    const inside = function* (value: unknown): Generator<string> {
      if (typeof value === 'string') yield value;
      else if (Array.isArray(value)) for (const item of value) yield* inside(item);
      else if (isDocument(value)) for (const item of Object.values(value)) yield* inside(item);
    };
    for (const text of inside(doc)) yield [text, Number(all)];
    return;
  }
  for (const [path, weight] of Object.entries(weights)) {
    const found: string[] = [];
    reach(doc, pathParts(path), 0, (value) => {
      for (const item of Array.isArray(value) ? value : [value])
        if (typeof item === 'string') found.push(item);
      return false;
    });
    for (const text of found) yield [text, isNumeric(weight) ? toDouble(weight) : 1];
  }
}

/** Adds what one text contributes to each wanted term (the server's `fts_spec.cpp`, index version 3). */
function scoreText(
  text: string,
  weight: number,
  terms: ReadonlySet<string>,
  manner: Manner,
  scores: Map<string, number>,
): void {
  const { stem, stops, fold } = manner;
  const seen = new Map<string, { exponent: number; count: number; frequency: number }>();
  let tokens = 0;
  for (const word of wordsOf(fold(text))) {
    if (stops.has(word.toLowerCase())) continue;
    const term = stem(word);
    const held = seen.get(term) ?? { exponent: 0, count: 0, frequency: 0 };
    held.exponent = held.exponent === 0 ? 1 : held.exponent * 2;
    held.count += 1;
    held.frequency += 1 / held.exponent;
    seen.set(term, held);
    tokens += 1;
  }
  for (const [term, { count, frequency }] of seen) {
    if (!terms.has(term)) continue;
    const coefficient = (0.5 * count) / tokens + 0.5;
    const whole = text.length === term.length && text.toLowerCase() === term.toLowerCase() ? 1.1 : 1;
    scores.set(term, (scores.get(term) ?? 0) + weight * frequency * coefficient * whole);
  }
}

function findText(filter: Doc): unknown {
  if ('$text' in filter) return filter.$text;
  for (const name of ['$and', '$or', '$nor']) {
    const branches = filter[name];
    for (const branch of Array.isArray(branches) ? branches : []) {
      const found = isDocument(branch) ? findText(branch) : undefined;
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** The score of the `$text` in a filter over a collection with a text index; undefined when the filter has none. */
export function textScore(collection: Searched, filter: Doc): TextScore | undefined {
  const spec = findText(filter);
  if (spec === undefined) return undefined;
  if (!isDocument(spec) || typeof spec.$search !== 'string')
    throw new StoreError(
      spec && isDocument(spec) && '$search' in spec ? 14 : 9,
      '$search had the wrong type or is missing in $text',
    );
  const unknown = Object.keys(spec).find(
    (name) => !['$search', '$language', '$caseSensitive', '$diacriticSensitive'].includes(name),
  );
  if (unknown !== undefined) throw new StoreError(2, `extra fields in $text: ${unknown}`);
  const index = collection.indexes.find(({ spec: { key } }) => key._fts === 'text');
  if (!index) throw new StoreError(27, 'text index required for $text query');
  const language =
    typeof spec.$language === 'string' ? spec.$language : asWord(index.spec.default_language ?? 'english');
  const how = manner(language.toLowerCase(), spec.$caseSensitive === true, spec.$diacriticSensitive === true);
  const { terms, negated, phrases, negatedPhrases } = wanted(spec.$search, how);
  return (doc) => {
    const scores = new Map<string, number>();
    const all: string[] = [];
    for (const [text, weight] of texts(doc, index.spec.weights as Doc)) {
      scoreText(text, weight, new Set([...terms, ...negated]), how, scores);
      all.push(how.fold(text));
    }
    if ([...negated].some((term) => scores.has(term))) return undefined;
    if (!phrases.every((phrase) => all.some((text) => text.includes(phrase)))) return undefined;
    if (negatedPhrases.some((phrase) => all.some((text) => text.includes(phrase)))) return undefined;
    let sum = 0;
    for (const term of terms) sum += scores.get(term) ?? 0;
    return sum > 0 ? sum : undefined;
  };
}
