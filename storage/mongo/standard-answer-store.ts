import { Schema } from 'mongoose';
import type {
  SharedStandardAnswers,
  StandardAnswer,
} from '../../core/knowledge/learning/standard-answers.js';
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
    revision: Number,
    before: Schema.Types.Mixed,
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
export function createStandardAnswerStore(database: Database, tenantId: string): SharedStandardAnswers {
  const collection = database.collection(standardAnswerDefinition, tenantId);
  const known =
    lists.get(database) ?? new Map<string, { answers: Promise<StandardAnswer[]>; until: number }>();
  lists.set(database, known);
  const toAnswer = ({ _id: id, tenantId: _tenant, ...answer }: StandardAnswerRecord): StandardAnswer => ({
    id,
    ...answer,
  });
  const read = async (): Promise<StandardAnswer[]> =>
    (await collection.find({}, { sort: { _id: 1 } })).map(toAnswer);
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
    get: async (id) => {
      const record = await collection.findOne({ _id: id });
      return record && toAnswer(record);
    },
    add: async ({ id, ...answer }) => {
      const isNew = await collection.insertIfAbsent({ _id: id, ...answer });
      known.delete(tenantId);
      return isNew;
    },
    replace: async ({ id, ...answer }) => {
      const from = (answer.revision ?? 0) - 1;
      // One that was kept on the command line has no revision yet.
      const isFrom = from > 0 ? { revision: from } : { revision: { $in: [0, null] } };
      const replaced = await collection.updateOne({ _id: id, ...isFrom }, { $set: answer });
      known.delete(tenantId);
      return replaced === 1;
    },
    remove: async (id) => {
      await collection.deleteMany({ _id: id });
      known.delete(tenantId);
    },
  };
}
