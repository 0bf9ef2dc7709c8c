import {
  askedStems,
  groundingFeatures,
  indexEvidence,
  type EvidenceIndex,
  type GroundingFeatures,
} from './grounding-features.js';
import { claimClash, indexClauses, type ClauseIndex } from './claim-clash.js';
import { inOneForm } from './one-form.js';
import { betweenTongues } from './other-tongues.js';
import { splitSentences } from './text-overlap.js';

export interface GroundedSentence {
  start: number;
  end: number;
  /** 0 to 1: how well the passages support it. */
  score: number;
}

export interface Grounding {
  /** Of the whole text: half the mean over the sentences, half the weakest. */
  score: number;
  sentences: GroundedSentence[];
}

/** A model's opinion on how well passages support a claim, 0 to 1; undefined when it has none. */
export type GroundingJudge = (
  claim: string,
  passages: readonly string[],
  question?: string,
) => Promise<number | undefined>;

/** What each feature adds; the sum of the first six is one. Monotone on purpose: more support never lowers the score. */
const WEIGHTS = {
  coverage: 0.15,
  newCoverage: 0.3,
  tellingCoverage: 0.2,
  pairSupport: 0.2,
  longestRun: 0.1,
  nearQuestion: 0.05,
} satisfies Partial<Record<keyof GroundingFeatures, number>>;
const NEGATION_COST = 0.35;
const ECHO_COST = 0.2;
const OPPOSITE_COST = 0.3;
const STRANGE_NUMBER_COST = 0.3;
const CLASH_COST = 0.45;
/** A bare "yes" has nothing that could be looked up; it is worth what the evidence says about the question. */
const BARE_ANSWER = { least: 0.35, span: 0.45 };

/** Courtesies and hedges claim nothing and need no support. */
const NO_CLAIM =
  /^\s*(?:[*_>#-]+\s*)?(?:sure|of course|certainly|here (?:is|are)|i (?:could not|couldn't|cannot|can't|did not|don't) (?:find|know)|i am not sure|i'm not sure|the documents do not say|please (?:ask|contact|let me know)|let me know|hope this helps|you're welcome|thank you|sources?:)\b|^\s*\[(?:not supported|removed)/i;

interface Asked {
  stems: ReadonlySet<string>;
  /** How much of the question the evidence speaks of. */
  coverage: number;
}

function claimScore(claim: string, evidence: EvidenceIndex, clauses: ClauseIndex, asked: Asked): number {
  const features = groundingFeatures(claim, evidence, asked.stems);
  if (features.empty === 1) return BARE_ANSWER.least + BARE_ANSWER.span * asked.coverage;
  const support = Object.entries(WEIGHTS).reduce(
    (sum, [name, weight]) => sum + weight * features[name as keyof typeof WEIGHTS],
    0,
  );
  const cost =
    NEGATION_COST * features.negationClash +
    ECHO_COST * features.echo +
    OPPOSITE_COST * features.opposite +
    STRANGE_NUMBER_COST * features.strangeNumbers +
    CLASH_COST * claimClash(claim, clauses);
  return Math.max(0, Math.min(1, support - cost));
}

/** Word order and endings get lost on the way, so that a true sentence reaches less of what it would in its own language. */
const LOST_ON_THE_WAY = 1.25;

/** Scores claims that are made in another language than the passages; 0 for those that are not. */
function createForeignScore(passages: readonly string[]): (claim: string) => number {
  const tongues = betweenTongues(passages);
  let indexes: { evidence: EvidenceIndex; clauses: ClauseIndex } | undefined;
  return (claim) => {
    const said = tongues.read(claim);
    const read = said === undefined ? undefined : tongues.passages;
    if (said === undefined || read === undefined) return 0;
    const { evidence, clauses } = (indexes ??= {
      evidence: indexEvidence(read),
      clauses: indexClauses(read),
    });
    return Math.min(
      1,
      LOST_ON_THE_WAY * claimScore(said, evidence, clauses, { stems: new Set(), coverage: 0 }),
    );
  };
}

/**
 * Scores how well passages support each sentence of a text. Offline and lexical: words, names, numbers and their
 * neighbourhood in the evidence, with a penalty for a negation the evidence does not know.
 * @param question what was asked; words that it already contains count less.
 */
export function scoreGrounding(text: string, written: readonly string[], question?: string): Grounding {
  const passages = written.map(inOneForm);
  const evidence = indexEvidence(passages);
  const clauses = indexClauses(passages);
  const foreignScore = createForeignScore(passages);
  const asked = {
    stems: askedStems(question ?? ''),
    coverage: groundingFeatures(question ?? '', evidence, new Set()).coverage,
  };
  // A sentence that is said a thousand times is looked up once.
  const scores = new Map<string, number>();
  const scoreOf = (claim: string): number => {
    const known = scores.get(claim);
    if (known !== undefined) return known;
    const said = inOneForm(claim.replaceAll(/\[\d{1,3}\]/g, ''));
    const score = Math.max(claimScore(said, evidence, clauses, asked), foreignScore(said));
    scores.set(claim, score);
    return score;
  };
  const sentences = splitSentences(text)
    .filter((sentence) => !NO_CLAIM.test(sentence.text))
    .map(({ start, end, text: claim }) => ({ start, end, score: scoreOf(claim) }));
  return { score: overall(sentences), sentences };
}

/** The same with a judge for sentences in the uncertain middle; a judge that fails leaves the lexical score. */
export async function judgeGrounding(
  text: string,
  passages: readonly string[],
  question: string | undefined,
  judge: GroundingJudge,
): Promise<Grounding> {
  const { sentences } = scoreGrounding(text, passages, question);
  const judged: GroundedSentence[] = [];
  for (const sentence of sentences) {
    const uncertain = sentence.score > 0.25 && sentence.score < 0.85;
    const opinion = uncertain
      ? await judge(text.slice(sentence.start, sentence.end), passages, question).catch(() => undefined)
      : undefined;
    judged.push(
      opinion === undefined ? sentence : { ...sentence, score: 0.3 * sentence.score + 0.7 * opinion },
    );
  }
  return { score: overall(judged), sentences: judged };
}

function overall(sentences: readonly GroundedSentence[]): number {
  if (sentences.length === 0) return 1;
  const scores = sentences.map(({ score }) => score);
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  return (mean + Math.min(...scores)) / 2;
}
