import { Schema } from 'mongoose';
import type { Fact, FactStore, KeptFacts, ModelReading } from '../../core/knowledge/graph/fact.js';
import type { CollectionDefinition, Database } from './database.js';

interface FactRecord {
  _id: string;
  tenantId: string;
  documentId: string;
  version: number;
  rules: number;
  model: ModelReading | null;
  facts: Omit<Fact, 'documentId'>[];
}

const schema = new Schema<FactRecord>(
  {
    _id: String,
    tenantId: { type: String, required: true },
    documentId: String,
    version: Number,
    rules: Number,
    model: Schema.Types.Mixed,
    facts: Schema.Types.Mixed,
  },
  { versionKey: false, minimize: false },
);
schema.index({ tenantId: 1, documentId: 1 });
schema.index({ tenantId: 1, 'model.at': 1 });

export const factDefinition: CollectionDefinition<FactRecord> = { name: 'documentFacts', schema };

/** One tenant's facts on MongoDB, one record per document. */
export function createFactStore(database: Database, tenantId: string): FactStore {
  const records = database.collection(factDefinition, tenantId);
  const idOf = (documentId: string): string => `${tenantId}:${documentId}`;
  return {
    put: async ({ documentId, version, rules, model = null, facts }) => {
      const plain = facts.map(({ subject, relation, object, passageId, by }) => ({
        subject,
        relation,
        object,
        passageId,
        ...(by ? { by } : {}),
      }));
      await records.updateOne(
        { _id: idOf(documentId) },
        { $set: { documentId, version, rules, model, facts: plain } },
        { upsert: true },
      );
    },
    get: async (documentId) => {
      const record = await records.findOne({ _id: idOf(documentId) });
      return record && keptOf(record);
    },
    remove: async (documentId) => {
      await records.deleteMany({ documentId });
    },
    states: async () => {
      const fields = ['documentId', 'version', 'rules', 'model.version', 'model.whole'];
      const found = await records.find({}, { fields });
      return found.map(({ documentId, version, rules, model }) => ({
        documentId,
        version,
        rules,
        ...(model ? { model } : {}),
      }));
    },
    async *all() {
      for await (const record of records.cursor({})) yield keptOf(record);
    },
    async *readByModelSince(instant) {
      for await (const record of records.cursor({ 'model.at': { $gte: instant } })) yield keptOf(record);
    },
  };
}

const keptOf = ({ documentId, version, rules, model, facts }: FactRecord): KeptFacts => ({
  documentId,
  version,
  rules,
  ...(model ? { model } : {}),
  facts: facts.map((fact) => ({ ...fact, documentId })),
});
