import { Schema } from 'mongoose';
import type { JsonObject } from '../../core/kernel/json.js';
import type { Database } from './database.js';
import type { TenantRecord } from './tenant-collection.js';

/** Through which workspace, and as whom, Steward takes part in a thread. */
interface JoinedAs {
  teamId?: string;
  isOrgInstall?: boolean;
  botUserId?: string;
}

interface ThreadRecord extends TenantRecord, JoinedAs {
  at: Date;
}

interface PayloadRecord extends TenantRecord {
  payload: JsonObject;
  at: Date;
}

const NINETY_DAYS = 90 * 86_400;

const threadSchema = new Schema<ThreadRecord>(
  {
    _id: String,
    tenantId: { type: String, required: true },
    at: Date,
    teamId: String,
    isOrgInstall: Boolean,
    botUserId: String,
  },
  { versionKey: false },
);
threadSchema.index({ at: 1 }, { expireAfterSeconds: NINETY_DAYS });

const payloadSchema = new Schema<PayloadRecord>(
  { _id: String, tenantId: { type: String, required: true }, payload: Schema.Types.Mixed, at: Date },
  { versionKey: false, minimize: false },
);
payloadSchema.index({ at: 1 }, { expireAfterSeconds: NINETY_DAYS });

export const slackThreadCollection = { name: 'slack-threads', schema: threadSchema };
export const slackPayloadCollection = { name: 'slack-payloads', schema: payloadSchema };

/** Threads that Steward takes part in, for 90 days after it last wrote there first. */
export function createSlackThreads(
  database: Database,
  tenantId: string,
  now: () => Date,
): { find(key: string): Promise<JoinedAs | undefined>; add(key: string, as: JoinedAs): Promise<JoinedAs> } {
  const collection = database.collection<ThreadRecord>(slackThreadCollection, tenantId);
  const find = async (key: string): Promise<JoinedAs | undefined> => {
    const record = await collection.findOne({ _id: key });
    if (!record) return undefined;
    const { _id, tenantId: _tenant, at: _at, ...as } = record;
    return as;
  };
  return {
    find,
    add: async (key, as) => {
      await collection.insertIfAbsent({ _id: key, at: now(), ...as });
      return (await find(key)) ?? as;
    },
  };
}

/** What buttons cannot carry, by a key made from it. */
export function createSlackPayloads(
  database: Database,
  tenantId: string,
  now: () => Date,
): {
  put(key: string, payload: JsonObject): Promise<void>;
  get(key: string): Promise<JsonObject | undefined>;
} {
  const collection = database.collection<PayloadRecord>(slackPayloadCollection, tenantId);
  return {
    put: async (key, payload) => {
      await collection.updateOne({ _id: key }, { $set: { payload, at: now() } }, { upsert: true });
    },
    get: async (key) => (await collection.findOne({ _id: key }))?.payload,
  };
}
