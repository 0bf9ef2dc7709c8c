import type { AnswerVote } from '../../core/knowledge/learning/feedback-prior.js';
import type { OpenQuestion } from '../../core/knowledge/learning/question-gaps.js';
import { type AnswerRecord, answerCollection, verdictOf } from './answers.js';
import type { Database } from './database.js';

/** What one tenant's given answers teach. */
export interface AnswerLessons {
  /** Votes cast since then, for `createFeedbackPrior`. */
  votes(since: Date): Promise<AnswerVote[]>;
  /** Questions that were left open or answered badly between two times, for `clusterQuestions`. */
  openQuestions(from: Date, to: Date): Promise<OpenQuestion[]>;
  /** Those of the answers between two times for which `wanted` holds, with their quotes, for `qualityOf`. */
  given(from: Date, to: Date, wanted: (id: string) => boolean): Promise<AnswerRecord[]>;
  /** How often each document was cited since then, by id, for `staleDocuments`. */
  citations(since: Date): Promise<Map<string, number>>;
}

/** Reads the answers that were kept; writes nothing. */
export function createAnswerLessons(database: Database, tenantId: string): AnswerLessons {
  const answers = database.collection<AnswerRecord>(answerCollection, tenantId);
  return {
    async votes(since) {
      const votes: AnswerVote[] = [];
      for await (const { _id, votes: cast = [], citations } of answers.cursor({
        at: { $gte: since },
        votes: { $ne: null },
      })) {
        if (citations.length === 0) continue;
        const passageIds = [...new Set(citations.map((citation) => citation.passageId))];
        for (const { personId, rating, at, isOutsider } of cast) {
          if (!isOutsider) votes.push({ answerId: _id, personId, rating, passageIds, at });
        }
      }
      return votes;
    },
    async openQuestions(from, to) {
      const open: OpenQuestion[] = [];
      for await (const { _id, question, personId, at, answered, votes } of answers.cursor(
        { at: { $gte: from, $lt: to }, $or: [{ answered: false }, { 'votes.rating': 'down' }] },
        { sort: { at: 1 } },
      )) {
        const why = answered ? (verdictOf({ votes }) === 'down' ? 'voted-down' : undefined) : 'unanswered';
        if (why) open.push({ id: _id, question, personId, at, why });
      }
      return open;
    },
    async given(from, to, wanted) {
      const given: AnswerRecord[] = [];
      for await (const record of answers.cursor({ at: { $gte: from, $lt: to } })) {
        if (wanted(record._id)) given.push(record);
      }
      return given;
    },
    async citations(since) {
      const counts = new Map<string, number>();
      for await (const { citations } of answers.cursor({ at: { $gte: since } }, { fields: ['citations'] })) {
        for (const id of new Set(citations.map((citation) => citation.documentId))) {
          counts.set(id, (counts.get(id) ?? 0) + 1);
        }
      }
      return counts;
    },
  };
}
