import mongoose from 'mongoose';
import type { ContextEntry, SharedContext } from '../../core/agents/team/shared-context.js';
import type { CollectionDefinition, Database } from './database.js';
import type { FieldCipher } from './field-cipher.js';
import type { TenantRecord } from './tenant-collection.js';

interface ContextRecord extends TenantRecord, Omit<ContextEntry, 'value'> {
  contextId: string;
  /** Sealed. */
  value: string;
}

const schema = new mongoose.Schema<ContextRecord>(
  {
    _id: String,
    tenantId: { type: String, required: true },
    contextId: { type: String, required: true },
    key: { type: String, required: true },
    value: { type: String, required: true },
    version: { type: Number, required: true },
    writtenBy: String,
    writtenAt: Date,
    expiresAt: Date,
    runId: String,
  },
  { versionKey: false },
);
schema.index({ tenantId: 1, contextId: 1, version: -1 });
schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

export const sharedContextCollection: CollectionDefinition<ContextRecord> = {
  name: 'shared_contexts',
  schema,
};

/** What agents hand to each other, on MongoDB: a version is a record, and its number is whoever's writes it first. */
export function createSharedContext(
  database: Database,
  cipher: FieldCipher,
  tenantId: string,
): SharedContext {
  const collection = database.collection(sharedContextCollection, tenantId);
  const toEntry = ({ _id, value, key, version, writtenBy, writtenAt, expiresAt, runId }: ContextRecord) => ({
    key,
    value: (cipher.open(value, _id) as { value: string }).value,
    version,
    writtenBy,
    writtenAt,
    expiresAt,
    runId,
  });
  return {
    async write(contextId, { value, ...entry }) {
      for (;;) {
        const known = await collection.find({ contextId, key: entry.key }, { sort: { version: -1 } });
        const own = known.find(({ runId }) => runId === entry.runId);
        if (own) return toEntry(own);
        const version = (known[0]?.version ?? 0) + 1;
        const _id = `${tenantId}|${contextId}|${entry.key}|${version}`;
        const record = { _id, contextId, ...entry, version, value: cipher.seal({ value }, _id) };
        if (await collection.insertIfAbsent(record)) return { ...entry, value, version };
      }
    },
    async read(contextId, now) {
      const alive = await collection.find({ contextId, expiresAt: { $gt: now } }, { sort: { version: -1 } });
      const newest = new Map<string, ContextRecord>();
      for (const record of alive) if (!newest.has(record.key)) newest.set(record.key, record);
      return [...newest.values()].map(toEntry).sort((a, b) => a.writtenAt.getTime() - b.writtenAt.getTime());
    },
  };
}
