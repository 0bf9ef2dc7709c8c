import mongoose from 'mongoose';
import type { CostLog, CostRecord, CostTotal } from '../../core/gateway/cost-record.js';
import type { CollectionDefinition, Database } from './database.js';
import type { TenantRecord } from './tenant-collection.js';

interface StoredCost extends TenantRecord {
  personId?: string;
  sessionId?: string;
  agent?: string;
  project?: string;
  runId?: string;
  correlationId: string;
  purpose: string;
  prompt?: string;
  at: Date;
  model?: string;
  inputTokens: number;
  outputTokens: number;
  cachedInputTokens: number;
  reported: boolean;
  costMicroUsd: number;
  latencyMs: number;
  firstTokenMs?: number;
  cached: boolean;
  fellBackFrom: string[];
  besides?: string[];
  fault?: string;
}

const schema = new mongoose.Schema<StoredCost>(
  {
    _id: { type: String, required: true },
    tenantId: { type: String, required: true },
    personId: String,
    sessionId: String,
    agent: String,
    project: String,
    runId: String,
    correlationId: String,
    purpose: String,
    prompt: String,
    at: { type: Date, required: true },
    model: String,
    inputTokens: Number,
    outputTokens: Number,
    cachedInputTokens: Number,
    reported: Boolean,
    costMicroUsd: Number,
    latencyMs: Number,
    firstTokenMs: Number,
    cached: Boolean,
    fellBackFrom: [String],
    besides: [String],
    fault: String,
  },
  { versionKey: false },
);
schema.index({ tenantId: 1, at: -1 });
schema.index({ tenantId: 1, runId: 1, at: 1 });

export const costCollection: CollectionDefinition<StoredCost> = { name: 'model_calls', schema };

/** One record per model call on MongoDB, as one tenant sees them. */
export function createCostLog(database: Database, tenantId: string): CostLog {
  const collection = database.collection(costCollection, tenantId);
  return {
    add: async ({ id, origin, ...record }) => {
      const { tenantId: _tenant, ...whose } = origin;
      await collection.insertInBatch({ _id: id, ...whose, ...record });
    },
    async totals(by, from) {
      const sums = new Map<string, CostTotal>();
      const fields = [by, 'inputTokens', 'outputTokens', 'costMicroUsd'];
      for await (const call of collection.cursor({ at: { $gte: from } }, { fields })) {
        const name = call[by] ?? 'none';
        const sum = sums.get(name) ?? { name, calls: 0, inputTokens: 0, outputTokens: 0, costMicroUsd: 0 };
        sums.set(name, {
          name,
          calls: sum.calls + 1,
          inputTokens: sum.inputTokens + call.inputTokens,
          outputTokens: sum.outputTokens + call.outputTokens,
          costMicroUsd: sum.costMicroUsd + call.costMicroUsd,
        });
      }
      return [...sums.values()].sort((a, b) => b.costMicroUsd - a.costMicroUsd);
    },
    ofRun: async (runId) =>
      (await collection.find({ runId }, { sort: { at: 1 } })).map((stored) => toRecord(stored)),
  };
}

function toRecord({ _id, ...stored }: StoredCost): CostRecord {
  const { tenantId, personId, sessionId, agent, project, runId, correlationId, purpose, prompt, ...record } =
    stored;
  return {
    id: _id,
    origin: { tenantId, personId, sessionId, agent, project, runId, correlationId, purpose, prompt },
    ...record,
  };
}
