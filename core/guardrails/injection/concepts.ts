import { rawHash, SEED } from './hashing.js';
import { CJK_LEXICON, LEXICON } from './lexicon.js';
import { MORE_CJK, MORE_LANGUAGES } from './lexicon-languages.js';
import { plainWord } from '../../kernel/tokens.js';

/** A meaning found at a token. */
export interface ConceptHit extends Concept {
  token: number;
}

interface Concept {
  concept: string;
  /** Of the concept's name; computed once, as pairs and triples of hits ask for it thousands of times. */
  hash: number;
}

interface Phrase extends Concept {
  rest: string[];
}

/** Finds the meanings of the lexicon in a list of tokens. */
export interface ConceptFinder {
  find(tokens: readonly string[]): ConceptHit[];
  /** Whether a word alone carries a meaning. */
  knows(word: string): boolean;
}

const CACHE_LIMIT = 20_000;
const CJK = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]/;

/** Builds the finder from the lexicon; word look-ups are remembered up to a bound. */
export function createConceptFinder(): ConceptFinder {
  const words = new Map<string, Concept[]>();
  const prefixes = new Map<string, Concept[]>();
  const phrases = new Map<string, Phrase[]>();
  const concepts = new Map<string, Concept>();
  const conceptOf = (name: string): Concept => {
    const known = concepts.get(name) ?? { concept: name, hash: rawHash(name, SEED.concept) };
    concepts.set(name, known);
    return known;
  };
  for (const [name, list] of [...Object.entries(LEXICON), ...Object.entries(MORE_LANGUAGES)]) {
    const concept = conceptOf(name);
    for (const entry of list.split(/\s+/).filter(Boolean).map(plainWord)) {
      const [first = '', ...rest] = entry.split('_');
      if (rest.length > 0) push(phrases, first, { ...concept, rest });
      else if (entry.endsWith('*')) push(prefixes, entry.slice(0, -1), concept);
      else push(words, entry, concept);
    }
  }
  const cjk = [...Object.entries(CJK_LEXICON), ...Object.entries(MORE_CJK)].flatMap(([name, list]) =>
    list.split(' ').map((part) => ({ part, concept: conceptOf(name) })),
  );
  const cache = new Map<string, readonly Concept[]>();

  const ofWord = (word: string): readonly Concept[] => {
    const known = cache.get(word);
    if (known) return known;
    const found = new Set(words.get(word) ?? []);
    for (let length = 3; length <= Math.min(word.length, 14); length += 1) {
      for (const concept of prefixes.get(word.slice(0, length)) ?? []) found.add(concept);
    }
    if (CJK.test(word)) for (const { part, concept } of cjk) if (word.includes(part)) found.add(concept);
    const list = [...found];
    if (cache.size >= CACHE_LIMIT) cache.clear();
    if (word.length <= 40) cache.set(word, list);
    return list;
  };

  return {
    knows: (word) => ofWord(word).length > 0,
    find(tokens) {
      const hits: ConceptHit[] = [];
      tokens.forEach((word, token) => {
        for (const { concept, hash } of ofWord(word)) hits.push({ concept, hash, token });
        for (const { rest, concept, hash } of phrases.get(word) ?? []) {
          if (rest.every((expected, offset) => tokens[token + 1 + offset] === expected))
            hits.push({ concept, hash, token });
        }
      });
      return hits;
    },
  };
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
