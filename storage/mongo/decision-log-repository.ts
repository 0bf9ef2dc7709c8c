import mongoose from 'mongoose';
import type { DecisionLog, DecisionRecord } from '../../core/governance/policy/decide.js';
import { newId } from '../../core/kernel/ids.js';
import type { CollectionDefinition, Database } from './database.js';
import type { TenantRecord } from './tenant-collection.js';

interface DecisionLogRecord extends TenantRecord, DecisionRecord {}

const NINETY_DAYS_S = 90 * 86_400;

const schema = new mongoose.Schema<DecisionLogRecord>(
  {
    _id: String,
    tenantId: { type: String, required: true },
    personId: String,
    agent: String,
    tool: String,
    risk: String,
    effect: String,
    wouldBe: String,
    ruleId: String,
    version: String,
    approved: Boolean,
    at: Date,
  },
  { versionKey: false },
);
schema.index({ tenantId: 1, at: -1 });
schema.index({ at: 1 }, { expireAfterSeconds: NINETY_DAYS_S });

export const decisionLogCollection: CollectionDefinition<DecisionLogRecord> = {
  name: 'policy_decisions',
  schema,
};

/** Policy decisions on MongoDB, kept for 90 days. */
export function createDecisionLog(database: Database): DecisionLog & {
  latest(tenantId: string, limit: number): Promise<DecisionRecord[]>;
} {
  return {
    record: async ({ tenantId, ...entry }) => {
      await database
        .collection(decisionLogCollection, tenantId)
        .insertInBatch({ _id: newId(entry.at), ...entry });
    },
    latest: (tenantId, limit) =>
      database.collection(decisionLogCollection, tenantId).find({}, { sort: { at: -1 }, limit }),
  };
}
