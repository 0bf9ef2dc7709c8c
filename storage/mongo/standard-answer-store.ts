import { Schema } from 'mongoose';
import type { StandardAnswer, StandardAnswerStore } from '../../core/knowledge/learning/standard-answers.js';
import type { CollectionDefinition, Database } from './database.js';

interface StandardAnswerRecord extends Omit<StandardAnswer, 'id'> {
  _id: string;
  tenantId: string;
}

const schema = new Schema<StandardAnswerRecord>(
  {
    _id: String,
    tenantId: { type: String, required: true },
    phrasings: [String],
    answer: String,
    owner: String,
    reviewBy: Date,
    access: Schema.Types.Mixed,
    enabled: Boolean,
  },
  { versionKey: false, minimize: false },
);
schema.index({ tenantId: 1, owner: 1 });

export const standardAnswerDefinition: CollectionDefinition<StandardAnswerRecord> = {
  name: 'standardAnswers',
  schema,
};

/** Every question asks for the list: it is read again after this time, when another process may have changed it. */
const BELIEVED_MS = 2_000;
const lists = new WeakMap<Database, Map<string, { answers: Promise<StandardAnswer[]>; until: number }>>();

/** One tenant's standard answers on MongoDB; what this process changes counts at once, what others change after 2 s. */
export function createStandardAnswerStore(database: Database, tenantId: string): StandardAnswerStore {
  const collection = database.collection(standardAnswerDefinition, tenantId);
  const known =
    lists.get(database) ?? new Map<string, { answers: Promise<StandardAnswer[]>; until: number }>();
  lists.set(database, known);
  const read = async (): Promise<StandardAnswer[]> => {
    const records = await collection.find({}, { sort: { _id: 1 } });
    return records.map(({ _id: id, tenantId: _tenant, ...answer }) => ({ id, ...answer }));
  };
  return {
    list: () => {
      const now = performance.now();
      const last = known.get(tenantId);
      if (last && last.until > now) return last.answers;
      const answers = read();
      known.set(tenantId, { answers, until: now + BELIEVED_MS });
      answers.catch(() => known.delete(tenantId));
      return answers;
    },
    put: async ({ id, ...answer }) => {
      await collection.updateOne({ _id: id }, { $set: answer }, { upsert: true });
      known.delete(tenantId);
    },
    remove: async (id) => {
      await collection.deleteMany({ _id: id });
      known.delete(tenantId);
    },
  };
}
