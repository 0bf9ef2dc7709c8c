import { Schema } from 'mongoose';
import type { AnswerStep } from '../../core/kernel/answer.js';
import type { Database } from './database.js';
import type { TenantRecord } from './tenant-collection.js';

/** An answer that was given, or could not be given, kept for feedback, follow-ups, gaps and evaluation. */
export interface AnswerRecord extends TenantRecord {
  personId: string;
  conversation: string;
  /** As screened: personal data stands as placeholders. */
  question: string;
  text: string;
  answered: boolean;
  confidence: number;
  model: string;
  prompt?: string;
  /** How it came about. */
  steps?: AnswerStep[];
  citations: {
    documentId: string;
    passageId: string;
    path: string;
    title: string;
    quote: string;
    number: number;
  }[];
  at: Date;
  /** One for each person who voted. */
  votes?: Vote[];
}

/** What one person thinks of an answer. */
export interface Vote {
  rating: 'up' | 'down';
  reason?: string;
  personId: string;
  at: Date;
  /** Of somebody of another organisation or a guest: kept, and counted nowhere. */
  isOutsider?: true;
}

const schema = new Schema<AnswerRecord>(
  {
    _id: String,
    tenantId: { type: String, required: true },
    personId: String,
    conversation: String,
    question: String,
    text: String,
    answered: Boolean,
    confidence: Number,
    model: String,
    prompt: String,
    steps: { type: Schema.Types.Mixed, default: undefined },
    citations: [Schema.Types.Mixed],
    at: Date,
    votes: { type: [Schema.Types.Mixed], default: undefined },
  },
  { versionKey: false },
);
schema.index({ tenantId: 1, conversation: 1, at: -1 });
schema.index({ tenantId: 1, personId: 1, at: -1 });
schema.index({ tenantId: 1, answered: 1, at: -1 });

export const answerCollection = { name: 'answers', schema };

/** One tenant's given answers. */
export interface AnswerLog {
  /** Keeps an answer; the same id again changes nothing. */
  add(record: Omit<AnswerRecord, 'tenantId'>): Promise<void>;
  get(id: string): Promise<AnswerRecord | undefined>;
  /** Latest first. */
  ofConversation(conversation: string, limit: number): Promise<AnswerRecord[]>;
  ofPerson(personId: string, limit: number): Promise<AnswerRecord[]>;
  /** Each person has one vote, the last one that they cast. @returns the answer it was given to. */
  rate(id: string, vote: Vote): Promise<AnswerRecord | undefined>;
  sweep(before: Date): Promise<number>;
}

export function createAnswerLog(database: Database, tenantId: string): AnswerLog {
  const collection = database.collection<AnswerRecord>(answerCollection, tenantId);
  return {
    add: async (record) => {
      await collection.insertInBatch(record);
    },
    get: (id) => collection.findOne({ _id: id }),
    ofConversation: (conversation, limit) => collection.find({ conversation }, { sort: { at: -1 }, limit }),
    ofPerson: (personId, limit) => collection.find({ personId }, { sort: { at: -1 }, limit }),
    rate: async (id, vote) => {
      const { personId, rating, reason } = vote;
      // A thumb and its reason come as two clicks side by side: the bare thumb does not take the reason away.
      const reasoned = { personId, rating, reason: { $type: 'string' as const } };
      const changed = await collection.findOneAndUpdate(
        {
          _id: id,
          votes: { $elemMatch: { personId } },
          ...(reason ? {} : { $nor: [{ votes: { $elemMatch: reasoned } }] }),
        },
        { $set: { 'votes.$': vote } },
      );
      const first =
        changed ??
        (await collection.findOneAndUpdate(
          { _id: id, 'votes.personId': { $ne: personId } },
          { $push: { votes: vote } },
        ));
      return first ?? collection.findOne({ _id: id });
    },
    sweep: (before) => collection.deleteMany({ at: { $lt: before } }),
  };
}

/** What those who voted think of an answer, outsiders aside; undefined where as many are for it as against it. */
export function verdictOf({ votes = [] }: Pick<AnswerRecord, 'votes'>): 'up' | 'down' | undefined {
  const balance = votes
    .filter(({ isOutsider }) => !isOutsider)
    .reduce((sum, { rating }) => sum + (rating === 'up' ? 1 : -1), 0);
  return balance === 0 ? undefined : balance > 0 ? 'up' : 'down';
}
