import { Schema } from 'mongoose';
import type { Database } from './database.js';
import type { TenantRecord } from './tenant-collection.js';

interface OnceRecord extends TenantRecord {
  at: Date;
}

const schema = new Schema<OnceRecord>(
  { _id: String, tenantId: { type: String, required: true }, at: Date },
  { versionKey: false },
);
schema.index({ at: 1 }, { expireAfterSeconds: 3_600 });

export const onceCollection = { name: 'once', schema };

export interface Once {
  /** True the first time within an hour. */
  first(key: string, at: Date): Promise<boolean>;
  forget(key: string): Promise<void>;
}

/** Tells the first of several equal things within an hour, over all processes. */
export function createOnce(database: Database, tenantId: string): Once {
  const collection = database.collection<OnceRecord>(onceCollection, tenantId);
  return {
    first: (key, at) => collection.insertIfAbsent({ _id: `${tenantId}|${key}`, at }),
    forget: async (key) => {
      await collection.deleteMany({ _id: `${tenantId}|${key}` });
    },
  };
}
