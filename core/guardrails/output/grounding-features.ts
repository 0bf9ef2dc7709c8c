import { sameStem } from './same-words.js';
import { stem } from './stem.js';
import { contentWords, splitSentences, type ContentWord } from './text-overlap.js';

const NEGATION =
  /\b(?:not|no|never|none|neither|nor|without|cannot|n't|don't|doesn't|isn't|aren't|wasn't|didn't|won't|can't|nicht|kein\w*|nunca|jamais)\b/i;

const NEGATIONS = new RegExp(
  `${NEGATION.source}|\\bun(?:used|paid|able|available|known|likely|limited|necessary|authori[sz]ed|changed)\\b`,
  'gi',
);

/** Two negations cancel each other out. */
const isNegative = (text: string): boolean => (text.match(NEGATIONS)?.length ?? 0) % 2 === 1;

/** Words that turn a claim round; each stem stands beside what says the opposite. */
const OPPOSITES = new Map(
  `rise/fall rose/fell rise/decline increase/decrease increase/reduce grow/shrink grew/shrank high/low more/less up/down gain/loss
  open/close opened/closed start/end begin/end first/last allow/forbid allow/prohibit permit/prohibit accept/reject approve/reject
  approve/decline include/exclude possible/impossible required/optional mandatory/optional win/lose won/lost pass/fail enable/disable
  legal/illegal valid/invalid early/late minimum/maximum least/most north/south east/west public/private new/old young/old
  add/remove added/removed paid/unpaid safe/unsafe male/female black/white left/right rose/cut increase/cut`
    .split(/\s+/)
    .flatMap((pair) => {
      const [one = '', other = ''] = pair.split('/').map((word) => sameStem(stem(word)));
      return [
        [one, other],
        [other, one],
      ] as [string, string][];
    })
    .reduce(
      (all, [one, other]) => all.set(one, [...(all.get(one) ?? []), other]),
      new Map<string, string[]>(),
    ),
);

interface EvidenceSentence {
  stems: Set<string>;
  negates: boolean;
}

/** Evidence words with the places where they stand. */
export interface EvidenceIndex {
  words: ContentWord[];
  positions: Map<string, number[]>;
  stems: Set<string>;
  negates: boolean;
  sentences: EvidenceSentence[];
}

export function indexEvidence(passages: readonly string[]): EvidenceIndex {
  const text = passages.join('\n');
  const words = contentWords(text);
  const positions = new Map<string, number[]>();
  words.forEach(({ stem }, position) => {
    const list = positions.get(stem);
    if (list) list.push(position);
    else positions.set(stem, [position]);
  });
  const different = new Set(splitSentences(text).map((sentence) => sentence.text));
  const sentences = Array.from(different, (sentence) => ({
    stems: new Set(contentWords(sentence).map((word) => word.stem)),
    negates: isNegative(sentence),
  }));
  return { words, positions, stems: new Set(positions.keys()), negates: NEGATION.test(text), sentences };
}

/** How a claim relates to the evidence; each is 0 to 1. */
export interface GroundingFeatures {
  /** Share of the claim's content words that stand in the evidence. */
  coverage: number;
  /** The same for words that the question did not already say. */
  newCoverage: number;
  /** The same for numbers and names. */
  tellingCoverage: number;
  /** Share of neighbouring word pairs that are also near each other in the evidence. */
  pairSupport: number;
  /** Longest run of the claim's words that stands in the evidence, by length of the claim. */
  longestRun: number;
  /** How close together the claim's new words stand to the question's words in the evidence. */
  nearQuestion: number;
  /** 1 when claim and evidence disagree on a negation near shared words. */
  negationClash: number;
  /** 1 when the claim says the opposite of the sentence it is closest to. */
  opposite: number;
  /** Share of the claim's numbers that the evidence does not have, or has of something else. */
  strangeNumbers: number;
  /** 1 when the claim only repeats the question. */
  echo: number;
  /** 1 when the claim does not contain anything that can be checked. */
  empty: number;
}

const NEAR = 6;

/** A sentence of more words is a list; what stands in its first ones decides what it is about. */
const MOST_WORDS = 400;
/** Steps of the search for the longest run; sentences that people write need a few thousand. */
const MOST_STEPS = 100_000;

/** Looks each different key up once: a row of ten thousand equal numbers is one question. */
function once<K extends string, V>(look: (...key: K[]) => V): (...key: K[]) => V {
  const known = new Map<string, V>();
  return (...key) => {
    const name = key.join(' ');
    let value = known.get(name);
    if (value === undefined) known.set(name, (value = look(...key)));
    return value;
  };
}

/** The stems a question already contains. */
export const askedStems = (question: string): ReadonlySet<string> =>
  new Set(contentWords(question).map(({ stem }) => stem));

/** Compares one claim with the evidence; `asked` are the stems of the question. */
export function groundingFeatures(
  claim: string,
  evidence: EvidenceIndex,
  asked: ReadonlySet<string>,
): GroundingFeatures {
  const words = contentWords(claim);
  const share = (list: readonly ContentWord[], fallback: number): number =>
    list.length === 0 ? fallback : list.filter(({ stem }) => evidence.stems.has(stem)).length / list.length;
  const fresh = words.filter(({ stem }) => !asked.has(stem));
  const telling = words.filter((word) => word.telling && !asked.has(word.stem));
  const coverage = share(words, 0);
  return {
    coverage,
    newCoverage: share(fresh, coverage),
    tellingCoverage: share(telling, share(fresh, coverage)),
    pairSupport: pairSupport(words, evidence),
    longestRun: longestRun(words, evidence),
    nearQuestion: nearQuestion(fresh, asked, evidence),
    ...disagreement(claim, words, evidence),
    strangeNumbers: strangeNumbers(words, evidence),
    echo: words.length > 0 && fresh.length === 0 ? 1 : 0,
    empty: words.length === 0 ? 1 : 0,
  };
}

/** A sentence of the evidence is about the same when it shares this much of a claim. */
const SAME_MATTER = 0.55;

/** Whether the claim denies, or turns round, what the evidence's closest sentence says. */
function disagreement(
  claim: string,
  words: readonly ContentWord[],
  { sentences, negates }: EvidenceIndex,
): Pick<GroundingFeatures, 'negationClash' | 'opposite'> {
  const denies = isNegative(claim);
  const about = words.slice(0, MOST_WORDS);
  let best: EvidenceSentence | undefined;
  let most = 0;
  for (const sentence of words.length > 1 ? sentences : []) {
    const shared = about.filter((word) => sentence.stems.has(word.stem)).length / about.length;
    if (shared > most) {
      most = shared;
      best = sentence;
    }
  }
  const same = best && most >= SAME_MATTER ? best : undefined;
  const turned = words.some(
    (word) =>
      !(same?.stems.has(word.stem) ?? true) &&
      (OPPOSITES.get(word.stem) ?? []).some((opposite) => same?.stems.has(opposite) ?? false),
  );
  return {
    negationClash: (same && words.length > 2 ? same.negates !== denies : NEGATION.test(claim) && !negates)
      ? 1
      : 0,
    opposite: turned && same?.negates === denies ? 1 : 0,
  };
}

/** Numbers belong to what stands beside them: 31 days are not supported by a 31 March. */
function strangeNumbers(
  words: readonly ContentWord[],
  { words: evidence, positions }: EvidenceIndex,
): number {
  const numbers = words.flatMap((word, index) => (/\d/.test(word.word) ? [{ word, index }] : []));
  if (numbers.length === 0) return 0;
  const isCounted = once((number: string, unit: string) =>
    (positions.get(number) ?? []).some((place) => standsBy(evidence, place, unit)),
  );
  const strange = numbers.filter(({ word, index }) => {
    if (!positions.has(word.stem)) return true;
    const unit = words[index + 1];
    if (!unit || /\d/.test(unit.word) || !positions.has(unit.stem)) return false;
    return !isCounted(word.stem, unit.stem);
  });
  return strange.length / numbers.length;
}

const UNIT_REACH = 2;

/** Whether a word stands near a place, with no other number in between. */
function standsBy(words: readonly ContentWord[], place: number, unit: string): boolean {
  for (const step of [1, -1]) {
    for (let distance = 1; distance <= UNIT_REACH; distance += 1) {
      const near = words[place + step * distance];
      if (!near || /\d/.test(near.word)) break;
      if (near.stem === unit) return true;
    }
  }
  return false;
}

function pairSupport(words: readonly ContentWord[], { positions }: EvidenceIndex): number {
  if (words.length < 2) return words.every(({ stem }) => positions.has(stem)) && words.length > 0 ? 1 : 0;
  const distance = once((left: string, right: string) =>
    closest(positions.get(left) ?? [], positions.get(right) ?? []),
  );
  let supported = 0;
  for (let index = 1; index < words.length; index += 1) {
    if (distance(words[index - 1]?.stem ?? '', words[index]?.stem ?? '') <= NEAR) supported += 1;
  }
  return supported / (words.length - 1);
}

/** Smallest distance between two ordered lists of places. */
function closest(left: readonly number[], right: readonly number[]): number {
  let best = Infinity;
  let a = 0;
  let b = 0;
  while (a < left.length && b < right.length) {
    const distance = (left[a] ?? 0) - (right[b] ?? 0);
    best = Math.min(best, Math.abs(distance));
    if (distance < 0) a += 1;
    else b += 1;
  }
  return best;
}

function longestRun(words: readonly ContentWord[], { words: evidence, positions }: EvidenceIndex): number {
  if (words.length === 0) return 0;
  let best = 0;
  let steps = 0;
  for (let start = 0; start < words.length && steps < MOST_STEPS; start += 1) {
    for (const place of (positions.get(words[start]?.stem ?? '') ?? []).slice(0, 50)) {
      let length = 0;
      while (start + length < words.length && evidence[place + length]?.stem === words[start + length]?.stem)
        length += 1;
      steps += length + 1;
      best = Math.max(best, length);
    }
    if (best >= words.length - start) break;
  }
  return best / words.length;
}

/** Mean of 1/(1 + distance/8) from each new word to the nearest word of the question in the evidence. */
function nearQuestion(
  fresh: readonly ContentWord[],
  asked: ReadonlySet<string>,
  { positions }: EvidenceIndex,
): number {
  if (fresh.length === 0) return 0;
  const places = [...asked].flatMap((stem) => positions.get(stem) ?? []).sort((a, b) => a - b);
  const nearest = once((stem: string) => closest(positions.get(stem) ?? [], places));
  const sum = fresh.reduce((total, { stem }) => {
    const distance = nearest(stem);
    return total + (Number.isFinite(distance) ? 1 / (1 + distance / 8) : 0);
  }, 0);
  return sum / fresh.length;
}
