import { Schema } from 'mongoose';
import type {
  KnowledgeSource,
  SourceRegistry,
  SourceRun,
} from '../../core/knowledge/sources/source-definition.js';
import type { CollectionDefinition, Database } from './database.js';

interface SourceRecord {
  _id: string;
  tenantId: string;
  definition: Omit<KnowledgeSource, 'id' | 'nextRunAt' | 'lastRun'>;
  nextRunAt: Date | null;
  lastRun: SourceRun | null;
}

const schema = new Schema<SourceRecord>(
  {
    _id: String,
    tenantId: { type: String, required: true },
    definition: Schema.Types.Mixed,
    nextRunAt: Date,
    lastRun: Schema.Types.Mixed,
  },
  { versionKey: false, minimize: false },
);
schema.index({ tenantId: 1, nextRunAt: 1 });

export const sourceDefinition: CollectionDefinition<SourceRecord> = { name: 'knowledgeSources', schema };

/** One tenant's sources on MongoDB. */
export function createSourceRegistry(database: Database, tenantId: string): SourceRegistry {
  const sources = database.collection(sourceDefinition, tenantId);
  return {
    list: async () => (await sources.find({}, { sort: { _id: 1 } })).map(toSource),
    get: async (id) => {
      const record = await sources.findOne({ _id: id });
      return record && toSource(record);
    },
    put: async ({ id, nextRunAt, lastRun, ...definition }) => {
      const fields = { definition, nextRunAt: nextRunAt ?? null, lastRun: lastRun ?? null };
      await sources.updateOne({ _id: id }, { $set: fields }, { upsert: true });
    },
    remove: async (id) => {
      await sources.deleteMany({ _id: id });
    },
    claim: async ({ id, nextRunAt }, next) => {
      const claimed = await sources.updateOne(
        { _id: id, nextRunAt: nextRunAt ?? null },
        { $set: { nextRunAt: next ?? null } },
      );
      return claimed === 1;
    },
    finish: async (id, lastRun) => {
      await sources.updateOne({ _id: id }, { $set: { lastRun } });
    },
  };
}

function toSource({ _id, definition, nextRunAt, lastRun }: SourceRecord): KnowledgeSource {
  return {
    ...definition,
    id: _id,
    ...(nextRunAt ? { nextRunAt } : {}),
    ...(lastRun ? { lastRun } : {}),
  };
}
