import { Schema } from 'mongoose';
import type { Database } from './database.js';

interface StopRecord {
  /** The conversation's key. */
  _id: string;
  tenantId: string;
  at: Date;
}

const schema = new Schema<StopRecord>(
  { _id: String, tenantId: { type: String, required: true }, at: Date },
  { versionKey: false },
);
schema.index({ at: 1 }, { expireAfterSeconds: 300 });

export const stopCollection = { name: 'stops', schema };

/** What somebody said stop to in another process than the one that works on it, by conversation. */
export interface Stops {
  put(conversation: string, at: Date): Promise<void>;
  among(conversations: string[]): Promise<{ name: string; at: Date }[]>;
}

/** Conversations carry their organisation in their key, and a process works for all tenants. */
export function createStops(database: Database): Stops {
  const model = database.acrossTenants<StopRecord>(stopCollection);
  return {
    put: async (conversation, at) => {
      await model.updateOne({ _id: conversation }, { $set: { tenantId: '*', at } }, { upsert: true });
    },
    among: async (conversations) =>
      (await model.find({ _id: { $in: conversations } }).lean()).map(({ _id, at }) => ({ name: _id, at })),
  };
}
