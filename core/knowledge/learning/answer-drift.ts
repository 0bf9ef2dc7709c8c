import { createHash } from 'node:crypto';

/** A given answer as far as its quality can be told without asking anybody. */
export interface GivenAnswer {
  id: string;
  answered: boolean;
  confidence: number;
  rating?: 'up' | 'down';
  /** For each quote whether its passage holds it word for word; those of passages that changed since are left out. */
  faithful: boolean[];
}

/** Shares between 0 and 1 over a sample of answers. */
export interface AnswerQuality {
  count: number;
  /** Questions that were answered. */
  answered: number;
  /** Mean confidence of the answered ones. */
  confidence: number;
  /** Answered ones whose quotes all stand in their passages. */
  faithful: number;
  /** Rated ones that were voted down. */
  disliked: number;
  rated: number;
}

/** One answer in ten. */
const SAMPLED = 256 / 10;
/** Fewer answers than this tell nothing. */
const FEWEST = 20;
/** Standard errors between two shares from which on it is no chance (one in a hundred). */
const UNUSUAL = 2.6;
const CONFIDENCE_DROP = 0.1;

/** Whether an answer belongs to the sample: told by its id, so that it is the same whoever looks, and when. */
export const isSampled = (id: string): boolean =>
  (createHash('sha256').update(id).digest()[0] ?? 255) < SAMPLED;

export function qualityOf(answers: GivenAnswer[]): AnswerQuality {
  const answered = answers.filter((one) => one.answered);
  const rated = answers.filter((one) => one.rating !== undefined);
  return {
    count: answers.length,
    answered: share(answers, (one) => one.answered),
    confidence: answered.reduce((sum, { confidence }) => sum + confidence, 0) / Math.max(1, answered.length),
    faithful: share(answered, ({ faithful }) => faithful.every(Boolean)),
    disliked: share(rated, ({ rating }) => rating === 'down'),
    rated: rated.length,
  };
}

/** Something about the answers that became worse, as shares. */
export interface Drift {
  what: 'answered' | 'faithful' | 'disliked' | 'confidence';
  before: number;
  now: number;
}

/** What became worse between two times; empty when nothing did or too little was asked. */
export function driftBetween(before: AnswerQuality, now: AnswerQuality): Drift[] {
  if (before.count < FEWEST || now.count < FEWEST) return [];
  const answeredBefore = before.answered * before.count;
  const answeredNow = now.answered * now.count;
  const isWorse: Record<Drift['what'], boolean> = {
    answered: fell(before.answered, before.count, now.answered, now.count),
    faithful: fell(before.faithful, answeredBefore, now.faithful, answeredNow),
    disliked: fell(1 - before.disliked, before.rated, 1 - now.disliked, now.rated),
    confidence: before.confidence - now.confidence > CONFIDENCE_DROP,
  };
  const all = Object.keys(isWorse) as Drift['what'][];
  return all.filter((what) => isWorse[what]).map((what) => ({ what, before: before[what], now: now[what] }));
}

/** The test of two shares (https://en.wikipedia.org/wiki/Two-proportion_Z-test), one-sided. */
function fell(before: number, countBefore: number, now: number, countNow: number): boolean {
  if (countBefore < 1 || countNow < 1) return false;
  const pooled = (before * countBefore + now * countNow) / (countBefore + countNow);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / countBefore + 1 / countNow));
  return error > 0 && (before - now) / error > UNUSUAL;
}

const share = <T>(all: T[], holds: (one: T) => boolean): number =>
  all.filter(holds).length / Math.max(1, all.length);
