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

/** One tenant's standard answers on MongoDB. */
export function createStandardAnswerStore(database: Database, tenantId: string): StandardAnswerStore {
  const answers = database.collection(standardAnswerDefinition, tenantId);
  return {
    list: async () => {
      const records = await answers.find({}, { sort: { _id: 1 } });
      return records.map(({ _id: id, tenantId: _tenant, ...answer }) => ({ id, ...answer }));
    },
    put: async ({ id, ...answer }) => {
      await answers.updateOne({ _id: id }, { $set: answer }, { upsert: true });
    },
    remove: async (id) => {
      await answers.deleteMany({ _id: id });
    },
  };
}
