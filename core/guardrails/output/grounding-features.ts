import { contentWords, type ContentWord } from './text-overlap.js';

const NEGATION =
  /\b(?:not|no|never|none|neither|nor|without|cannot|n't|don't|doesn't|isn't|aren't|wasn't|didn't|won't|can't|nicht|kein\w*|nunca|jamais)\b/i;

/** Evidence words with the places where they stand. */
export interface EvidenceIndex {
  words: ContentWord[];
  positions: Map<string, number[]>;
  stems: Set<string>;
  negates: boolean;
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
  return { words, positions, stems: new Set(positions.keys()), negates: NEGATION.test(text) };
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
  /** 1 when the claim only repeats the question. */
  echo: number;
  /** 1 when the claim does not contain anything that can be checked. */
  empty: number;
}

const NEAR = 6;

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
    negationClash: !evidence.negates && NEGATION.test(claim) ? 1 : 0,
    echo: words.length > 0 && fresh.length === 0 ? 1 : 0,
    empty: words.length === 0 ? 1 : 0,
  };
}

function pairSupport(words: readonly ContentWord[], { positions }: EvidenceIndex): number {
  if (words.length < 2) return words.every(({ stem }) => positions.has(stem)) && words.length > 0 ? 1 : 0;
  let supported = 0;
  for (let index = 1; index < words.length; index += 1) {
    const left = positions.get(words[index - 1]?.stem ?? '') ?? [];
    const right = positions.get(words[index]?.stem ?? '') ?? [];
    if (closest(left, right) <= NEAR) supported += 1;
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
  for (let start = 0; start < words.length; start += 1) {
    for (const place of (positions.get(words[start]?.stem ?? '') ?? []).slice(0, 50)) {
      let length = 0;
      while (start + length < words.length && evidence[place + length]?.stem === words[start + length]?.stem)
        length += 1;
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
  const sum = fresh.reduce((total, { stem }) => {
    const distance = closest(positions.get(stem) ?? [], places);
    return total + (Number.isFinite(distance) ? 1 / (1 + distance / 8) : 0);
  }, 0);
  return sum / fresh.length;
}
