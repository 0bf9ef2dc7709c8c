import { Schema } from 'mongoose';
import type { Fact, FactStore } from '../../core/knowledge/graph/fact.js';
import type { CollectionDefinition, Database } from './database.js';

interface FactRecord {
  _id: string;
  tenantId: string;
  documentId: string;
  facts: Omit<Fact, 'documentId'>[];
}

const schema = new Schema<FactRecord>(
  {
    _id: String,
    tenantId: { type: String, required: true },
    documentId: String,
    facts: Schema.Types.Mixed,
  },
  { versionKey: false, minimize: false },
);
schema.index({ tenantId: 1, documentId: 1 });

export const factDefinition: CollectionDefinition<FactRecord> = { name: 'documentFacts', schema };

/** One tenant's facts on MongoDB, one record per document. */
export function createFactStore(database: Database, tenantId: string): FactStore {
  const records = database.collection(factDefinition, tenantId);
  return {
    put: async (documentId, facts) => {
      const plain = facts.map(({ subject, relation, object, passageId }) => ({
        subject,
        relation,
        object,
        passageId,
      }));
      await records.updateOne(
        { _id: `${tenantId}:${documentId}` },
        { $set: { documentId, facts: plain } },
        { upsert: true },
      );
    },
    remove: async (documentId) => {
      await records.deleteMany({ documentId });
    },
    async *all() {
      for await (const { documentId, facts } of records.cursor({})) {
        yield { documentId, facts: facts.map((fact) => ({ ...fact, documentId })) };
      }
    },
  };
}
