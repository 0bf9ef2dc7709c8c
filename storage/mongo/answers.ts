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
  feedback?: { rating: 'up' | 'down'; reason?: string; personId: string; at: Date };
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
    feedback: Schema.Types.Mixed,
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
  /** Given since an instant and left open or voted down; oldest first, at most 5,000. */
  openSince(instant: Date): Promise<AnswerRecord[]>;
  /** How many answers since an instant cited each document, by document id; of the latest 20,000. */
  citedSince(instant: Date): Promise<Map<string, number>>;
  /** The last vote counts. @returns the answer it was given to. */
  rate(id: string, feedback: NonNullable<AnswerRecord['feedback']>): Promise<AnswerRecord | undefined>;
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
    openSince: (instant) =>
      collection.find(
        { at: { $gte: instant }, $or: [{ answered: false }, { 'feedback.rating': 'down' }] },
        { sort: { at: 1 }, limit: 5_000 },
      ),
    citedSince: async (instant) => {
      const given = await collection.find(
        { at: { $gte: instant }, answered: true },
        { sort: { at: -1 }, limit: 20_000 },
      );
      const counts = new Map<string, number>();
      for (const { citations } of given) {
        for (const id of new Set(citations.map(({ documentId }) => documentId)))
          counts.set(id, (counts.get(id) ?? 0) + 1);
      }
      return counts;
    },
    rate: async (id, feedback) => {
      // A thumb and its reason come as two clicks side by side: the bare thumb does not take the reason away.
      const reasoned = {
        'feedback.personId': feedback.personId,
        'feedback.rating': feedback.rating,
        'feedback.reason': { $type: 'string' as const },
      };
      const filter = feedback.reason ? { _id: id } : { _id: id, $nor: [reasoned] };
      const rated = await collection.findOneAndUpdate(filter, { $set: { feedback } });
      return rated ?? collection.findOne({ _id: id });
    },
    sweep: (before) => collection.deleteMany({ at: { $lt: before } }),
  };
}
