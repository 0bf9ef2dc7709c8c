import { documentIdOfPassage } from '../ingest/chunk.js';

/** A vote on an answer, with what the answer was drawn from. */
export interface AnswerVote {
  answerId: string;
  personId: string;
  rating: 'up' | 'down';
  passageIds: string[];
  at: Date;
}

/**
 * How much feedback lifts or lowers a passage in the ranking: 1 is neutral, and it never leaves
 * [1 - `MOST`, 1 + `MOST`], so that votes can break ties but never bury or invent a source.
 */
export interface FeedbackPrior {
  factor(passageId: string): number;
}

/** The most that votes move a score, as a share of it. */
export const MOST = 0.15;
const HALF_LIFE_DAYS = 180;
/** Votes that nobody cast: they pull the mean of few votes towards neutral. */
const NEUTRAL_VOTES = 4;
/** A vote says something about the passage, and a little about its neighbours in the document. */
const DOCUMENT_SHARE = 0.3;
const DAY_MS = 86_400_000;

interface Tally {
  /** Ups less downs, each worth less with age. */
  balance: number;
  weight: number;
}

/**
 * Sums votes up. A person has one vote per passage, the latest; a vote loses half its weight in 180 days; the mean is
 * shrunk towards neutral by four votes (a Bayesian average).
 */
export function createFeedbackPrior(votes: AnswerVote[], now: Date): FeedbackPrior {
  const passages = new Map<string, Tally>();
  const documents = new Map<string, Tally>();
  for (const { passageId, rating, at } of latestVotes(votes)) {
    const age = Math.max(0, now.getTime() - at.getTime()) / DAY_MS;
    const weight = 0.5 ** (age / HALF_LIFE_DAYS);
    const signed = rating === 'up' ? weight : -weight;
    addTo(passages, passageId, signed, weight);
    addTo(documents, documentIdOfPassage(passageId), signed, weight);
  }
  return {
    factor(passageId) {
      const own = mean(passages.get(passageId));
      const shared = mean(documents.get(documentIdOfPassage(passageId)));
      return 1 + MOST * ((1 - DOCUMENT_SHARE) * own + DOCUMENT_SHARE * shared);
    },
  };
}

/** One vote per person and passage. */
function latestVotes(votes: AnswerVote[]): { passageId: string; rating: 'up' | 'down'; at: Date }[] {
  const latest = new Map<string, { passageId: string; rating: 'up' | 'down'; at: Date }>();
  for (const { personId, rating, passageIds, at } of votes) {
    for (const passageId of passageIds) {
      const key = `${personId}\n${passageId}`;
      const known = latest.get(key);
      if (!known || known.at <= at) latest.set(key, { passageId, rating, at });
    }
  }
  return [...latest.values()];
}

function addTo(tallies: Map<string, Tally>, key: string, balance: number, weight: number): void {
  const tally = tallies.get(key) ?? { balance: 0, weight: 0 };
  tallies.set(key, { balance: tally.balance + balance, weight: tally.weight + weight });
}

const mean = (tally: Tally | undefined): number =>
  tally ? tally.balance / (tally.weight + NEUTRAL_VOTES) : 0;
