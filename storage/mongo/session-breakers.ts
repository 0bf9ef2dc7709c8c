import { Schema } from 'mongoose';
import type { Database } from './database.js';
import type { TenantRecord } from './tenant-collection.js';

interface BreakerRecord extends TenantRecord {
  state: Record<string, unknown>;
  at: Date;
}

const schema = new Schema<BreakerRecord>(
  { _id: String, tenantId: { type: String, required: true }, state: Schema.Types.Mixed, at: Date },
  { versionKey: false, minimize: false },
);
schema.index({ at: 1 }, { expireAfterSeconds: 86_400 });

export const sessionBreakerCollection = { name: 'session-breakers', schema };

/** What a circuit breaker remembers of each conversation, for a day after its last change. */
export interface SessionBreakers {
  get(conversation: string): Promise<Record<string, unknown> | undefined>;
  put(conversation: string, state: Record<string, unknown>, at: Date): Promise<void>;
  clear(conversation: string): Promise<void>;
}

export function createSessionBreakers(database: Database, tenantId: string): SessionBreakers {
  const collection = database.collection<BreakerRecord>(sessionBreakerCollection, tenantId);
  const idOf = (conversation: string): string => `${tenantId}|${conversation}`;
  return {
    get: async (conversation) => (await collection.findOne({ _id: idOf(conversation) }))?.state,
    put: async (conversation, state, at) => {
      await collection.updateOne({ _id: idOf(conversation) }, { $set: { state, at } }, { upsert: true });
    },
    clear: async (conversation) => {
      await collection.deleteMany({ _id: idOf(conversation) });
    },
  };
}
