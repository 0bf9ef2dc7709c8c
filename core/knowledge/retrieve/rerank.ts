import type { SoftTerm } from '../index/lexical-index.js';
import type { PassageIndex } from '../index/passage-index.js';
import {
  coverage,
  pairShare,
  type ReadPassage,
  type ReadSentence,
  type WeighedWords,
  weighWords,
} from './match.js';
import type { Candidate, Signals } from './candidate.js';
import type { Question } from './question.js';
import { fitsShape } from './question-shape.js';

/** Title and headings say what a sentence is about, but do not answer by themselves. */
const CONTEXT_CREDIT = 0.6;
/** What a passage without vectors of words is taken for: the usual cosine of one that answers. */
const USUAL_CONTEXT = 0.5;
interface Weights {
  fused: { lexical: number; meaning: number; document: number };
  signals: Signals;
}

/** Weights of the second ranking for documents of many passages; found on handbooks and question sets. */
const FOR_LONG: Weights = {
  fused: { lexical: 0.6, meaning: 1, document: 0.5 },
  signals: { coverage: 1, closeCoverage: 0.8, pairs: 1, fits: 0.8, sentence: 5, context: 10 },
};
/**
 * The same for collections of short texts, where a document is little more than its passage: a linear ranking learned on the
 * questions of eight articles of SQuAD 2.0 (docs/answers.md says what came out on articles that were left out), rounded.
 */
const FOR_SHORT: Weights = {
  fused: { lexical: 0.01, meaning: 0.6, document: 0.38 },
  signals: { coverage: 2.28, closeCoverage: 3.12, pairs: 1.8, fits: 1.32, sentence: 7.6, context: 12.24 },
};
/** Up to this many passages a document, on average, texts are short. */
const SHORT = 3;
/** A folder of a few short pages is a handbook, not a collection. */
const COLLECTION = 100;

const weightsFor = ({ size: { passages, documents } }: PassageIndex): Weights =>
  documents >= COLLECTION && passages <= SHORT * documents ? FOR_SHORT : FOR_LONG;

/** Looks closer at the best candidates and ranks them anew. */
export function rerank(
  question: Question,
  candidates: Candidate[],
  index: PassageIndex,
  read: (candidate: Candidate) => ReadPassage,
): Candidate[] {
  const words = weighWords(question.terms, rarityIn(index));
  const weights = weightsFor(index);
  return candidates.map((candidate) => {
    const signals = signalsOf(question, words, candidate, read(candidate));
    let score = 0;
    for (const name of ['lexical', 'meaning', 'document'] as const) {
      score += weights.fused[name] * candidate[name];
    }
    for (const name of Object.keys(weights.signals) as (keyof Signals)[]) {
      score += weights.signals[name] * signals[name];
    }
    return { ...candidate, signals, score, scoreOfContext: weights.signals.context * signals.context };
  });
}

/** A word's rarity; one that the documents do not have at all counts as the rarest. */
export const rarityIn =
  (index: PassageIndex) =>
  ({ term }: SoftTerm): number =>
    index.passageWords.rarity(term);

function signalsOf(
  { terms, shape }: Question,
  words: WeighedWords,
  candidate: Candidate,
  passage: ReadPassage,
): Signals {
  let closeCoverage = 0;
  let closest = -1;
  for (let at = 0; at < passage.sentences.length; at += 1) {
    const covered = sentenceCoverage(words, passage.sentences[at] as ReadSentence, passage.sentences[at + 1]);
    if (covered <= closeCoverage) continue;
    closeCoverage = covered;
    closest = at;
  }
  const [first, next] = [passage.sentences[closest], passage.sentences[closest + 1]];
  const fits = first && fitsShape(shape, `${first.text} ${next?.text ?? ''}`);
  return {
    coverage: coverage(words, words.creditsOf(passage.known)),
    closeCoverage,
    pairs: pairShare(terms, passage.sentences),
    fits: Number(fits ?? 0.5),
    sentence: Math.max(0, ...(candidate.sentenceCosines ?? [candidate.cosine])),
    context: candidate.wordsInContext ?? USUAL_CONTEXT,
  };
}

/** Coverage by a sentence, its neighbour and, for less, the headings above. */
export function sentenceCoverage(
  words: WeighedWords,
  sentence: ReadSentence,
  neighbour: ReadSentence | undefined,
): number {
  const own = words.creditsOf(sentence.known);
  const beside = neighbour && words.creditsOf(neighbour.known);
  const above = words.creditsOf(sentence.context);
  return coverage(
    words,
    own.map((credit, at) => Math.max(credit, 0.8 * (beside?.[at] ?? 0), CONTEXT_CREDIT * (above[at] ?? 0))),
  );
}
