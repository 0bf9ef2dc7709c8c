import { sentencesOf, type Sentence } from '../index/sentences.js';
import type { IndexedPassage } from '../index/passage-index.js';
import { passageContext } from '../index/passage-index.js';
import type { SoftTerm } from '../index/lexical-index.js';
import { type Analyser, words } from '../index/words.js';

/** A sentence of a passage with its terms in order. */
export interface ReadSentence extends Sentence {
  terms: string[];
  known: Set<string>;
  /** Terms of title and headings; for a table's row also those of its first row, after a question those of it. */
  context: Set<string>;
  /** The first row of a table, or a question: what follows answers, not this. */
  isLead: boolean;
}

/** A passage as the second look reads it. */
export interface ReadPassage {
  sentences: ReadSentence[];
  /** Terms of title and headings. */
  context: Set<string>;
  known: Set<string>;
}

/** Reads passages into sentences and terms, each once as long as it is in the index. */
export function createPassageReader(
  analyser: (language: string) => Analyser,
): (entry: IndexedPassage) => ReadPassage {
  const read = new WeakMap<IndexedPassage, ReadPassage>();
  return (entry) => {
    const done = read.get(entry);
    if (done) return done;
    const own = analyser(entry.owner.document.language);
    const context = new Set(own.terms(passageContext(entry.passage)));
    const sentences = readSentences(entry.passage.text, own, context);
    const known = new Set([...context, ...sentences.flatMap(({ terms }) => terms)]);
    const made = { sentences, context, known };
    read.set(entry, made);
    return made;
  };
}

/** A row of a table. */
export const isRow = (sentence: Sentence | undefined): boolean => sentence?.text.includes(' | ') ?? false;
/** How many sentences after a question are taken for its answer. */
const REPLY_SENTENCES = 3;

function readSentences(text: string, { term }: Analyser, context: Set<string>): ReadSentence[] {
  let lead = context;
  let leads = 0;
  return sentencesOf(text).map((sentence, at, all) => {
    const terms = words(sentence.text).flatMap((word) => term(word.text) ?? []);
    const isTableHead = isRow(sentence) && !isRow(all[at - 1]) && isRow(all[at + 1]);
    const isQuestion = sentence.text.endsWith('?') && at < all.length - 1;
    if (isTableHead || isQuestion) {
      lead = new Set([...context, ...terms]);
      leads = isTableHead ? Infinity : REPLY_SENTENCES;
    } else if (leads === Infinity ? !isRow(sentence) : leads === 0) {
      lead = context;
    } else {
      leads -= 1;
    }
    const isLead = isTableHead || isQuestion;
    return { ...sentence, terms, known: new Set(terms), context: isLead ? context : lead, isLead };
  });
}

/** Synonyms count more for coverage than for ranking: here it matters that the word is answered at all. */
const SYNONYM_CREDIT = 2;

/** Terms of which it can be asked whether they are there. */
export type KnownTerms = Pick<ReadonlySet<string>, 'has'>;

/** A word of a question with what else it could be called; by itself where that is not among its terms. */
export const softTermOf = (terms: SoftTerm[], term: string): SoftTerm =>
  terms.find((one) => one.term === term) ?? { term, weight: 1, alternatives: [] };

const worthOf = (weight: number): number => Math.min(0.9, weight * SYNONYM_CREDIT);

/** How well a set of terms answers one word of the question: 1 for the word itself, less for a synonym. */
export function credit({ term, alternatives }: SoftTerm, known: KnownTerms): number {
  if (known.has(term)) return 1;
  let best = 0;
  for (const { terms, weight } of alternatives) {
    const worth = worthOf(weight);
    if (worth > best && hasAll(known, terms)) best = worth;
  }
  return best;
}

function hasAll(known: KnownTerms, terms: string[]): boolean {
  for (const term of terms) if (!known.has(term)) return false;
  return true;
}

/** The words of a question as a second look weighs them, with what sets of terms answer of each, looked up once. */
export interface WeighedWords {
  weights: number[];
  creditsOf(known: Set<string>): number[];
}

export function weighWords(question: SoftTerm[], rarity: (term: SoftTerm) => number): WeighedWords {
  const creditAll = createCrediting(question);
  const found = new Map<Set<string>, number[]>();
  return {
    weights: question.map((term) => rarity(term) * term.weight),
    creditsOf: (known) => {
      const credits = found.get(known) ?? creditAll(known);
      found.set(known, credits);
      return credits;
    },
  };
}

/** What a term, or several together, are worth for the word of the question at a place. */
interface Worth {
  at: number;
  worth: number;
}

/** `credit` for all words of a question at once, by the terms of a set that are any of its words or synonyms. */
function createCrediting(question: SoftTerm[]): (known: Set<string>) => number[] {
  const single = new Map<string, Worth[]>();
  const joint: (Worth & { terms: string[] })[] = [];
  for (const [at, { term, alternatives }] of question.entries()) {
    for (const { terms, worth } of [
      { terms: [term], worth: 1 },
      ...alternatives.map((other) => ({ terms: other.terms, worth: worthOf(other.weight) })),
    ]) {
      const [first = '', second] = terms;
      if (second !== undefined) joint.push({ at, worth, terms });
      else single.set(first, [...(single.get(first) ?? []), { at, worth }]);
    }
  }
  return (known) => {
    const credits = question.map(() => 0);
    if (known.size < single.size) for (const term of known) raise(credits, single.get(term));
    else for (const [term, worths] of single) if (known.has(term)) raise(credits, worths);
    for (const { at, worth, terms } of joint)
      if (worth > (credits[at] as number) && hasAll(known, terms)) credits[at] = worth;
    return credits;
  };
}

function raise(credits: number[], worths: Worth[] | undefined): void {
  if (!worths) return;
  for (const { at, worth } of worths) if (worth > (credits[at] as number)) credits[at] = worth;
}

/** Share of the question's words, by their rarity, that is answered. */
export function coverage({ weights }: WeighedWords, credits: number[]): number {
  let total = 0;
  let covered = 0;
  for (let at = 0; at < weights.length; at += 1) {
    const weight = weights[at] as number;
    total += weight;
    covered += weight * (credits[at] as number);
  }
  return total > 0 ? covered / total : 0;
}

/** Share of the question's neighbouring words that stand close together in a sentence. */
export function pairShare(question: SoftTerm[], sentences: ReadSentence[]): number {
  if (question.length < 2) return 0;
  let found = 0;
  for (let at = 1; at < question.length; at += 1) {
    const [before, after] = [question[at - 1]?.term, question[at]?.term];
    const areClose = ({ terms, known }: ReadSentence): boolean =>
      known.has(before ?? '') && known.has(after ?? '') && close(terms, before, after);
    if (sentences.some(areClose)) found += 1;
  }
  return found / (question.length - 1);
}

const CLOSE = 3;

function close(terms: string[], before: string | undefined, after: string | undefined): boolean {
  return terms.some(
    (term, at) =>
      term === before && terms.slice(Math.max(0, at - CLOSE), at + CLOSE + 1).includes(after ?? ''),
  );
}
