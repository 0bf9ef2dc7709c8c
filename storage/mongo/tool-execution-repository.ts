import mongoose from 'mongoose';
import type { ToolExecution, ToolExecutionRepository } from '../../core/agents/tools/tool-execution.js';
import type { ToolRunResult } from '../../core/approvals/tool-desk.js';
import type { CollectionDefinition, Database } from './database.js';
import type { FieldCipher } from './field-cipher.js';
import type { TenantRecord } from './tenant-collection.js';

interface ToolExecutionRecord extends TenantRecord {
  tool: string;
  parametersDigest: string;
  attempts: number;
  startedAt: Date;
  completedAt: Date | null;
  outcome?: string;
  /** Sealed. */
  result?: string;
}

const schema = new mongoose.Schema<ToolExecutionRecord>(
  {
    _id: String,
    tenantId: { type: String, required: true },
    tool: { type: String, required: true },
    parametersDigest: { type: String, required: true },
    attempts: Number,
    startedAt: Date,
    completedAt: { type: Date, default: null },
    outcome: String,
    result: String,
  },
  { versionKey: false },
);
schema.index({ tenantId: 1, completedAt: 1, startedAt: 1 });

export const toolExecutionCollection: CollectionDefinition<ToolExecutionRecord> = {
  name: 'tool_executions',
  schema,
};

/** Uses of tools on MongoDB; the tenant and the key together make the record's id, so that keys cannot meet. */
export function createToolExecutionRepository(
  database: Database,
  cipher: FieldCipher,
  tenantId: string,
): ToolExecutionRepository {
  const collection = database.collection(toolExecutionCollection, tenantId);
  const idOf = (key: string): string => `${tenantId}|${key}`;
  const contextOf = (key: string): string => `tool_executions:${tenantId}:${key}`;
  const toExecution = (key: string, record: ToolExecutionRecord): ToolExecution => ({
    id: key,
    tool: record.tool,
    parametersDigest: record.parametersDigest,
    attempts: record.attempts,
    startedAt: record.startedAt,
    completedAt: record.completedAt ?? undefined,
    result: record.result ? (cipher.open(record.result, contextOf(key)) as ToolRunResult) : undefined,
  });
  const get = async (key: string): Promise<ToolExecution | undefined> => {
    const record = await collection.findOne({ _id: idOf(key) });
    return record && toExecution(key, record);
  };
  return {
    get,
    async begin({ id, tool, parametersDigest, startedAt }) {
      const record = { _id: idOf(id), tool, parametersDigest, startedAt, attempts: 1, completedAt: null };
      if (await collection.insertInBatch(record)) return { kind: 'begun' };
      const execution = await get(id);
      return execution ? { kind: 'known', execution } : { kind: 'begun' };
    },
    async again(id) {
      await collection.updateOne({ _id: idOf(id), completedAt: null }, { $inc: { attempts: 1 } });
    },
    async complete(id, result, at) {
      const done = await collection.updateOne(
        { _id: idOf(id), completedAt: null },
        {
          $set: { completedAt: at, outcome: result.outcome.kind, result: cipher.seal(result, contextOf(id)) },
        },
      );
      return done > 0 ? result : ((await get(id))?.result ?? result);
    },
  };
}
