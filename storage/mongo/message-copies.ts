import { Schema } from 'mongoose';
import type { Database } from './database.js';
import type { TenantRecord } from './tenant-collection.js';

interface CopyRecord extends TenantRecord {
  activityId: string;
  at: Date;
}

const schema = new Schema<CopyRecord>(
  { _id: String, tenantId: { type: String, required: true }, activityId: String, at: Date },
  { versionKey: false },
);

export const messageCopyCollection = { name: 'message-copies', schema };

/** The channels' ids of messages that may be rewritten later. */
export interface MessageCopies {
  find(copyKey: string, conversation: string): Promise<string | undefined>;
  put(copyKey: string, conversation: string, activityId: string, at: Date): Promise<void>;
}

export function createMessageCopies(database: Database, tenantId: string): MessageCopies {
  const collection = database.collection<CopyRecord>(messageCopyCollection, tenantId);
  const idOf = (copyKey: string, conversation: string): string => `${tenantId}|${copyKey}|${conversation}`;
  return {
    find: async (copyKey, conversation) =>
      (await collection.findOne({ _id: idOf(copyKey, conversation) }))?.activityId,
    put: async (copyKey, conversation, activityId, at) => {
      await collection.updateOne(
        { _id: idOf(copyKey, conversation) },
        { $set: { activityId, at } },
        { upsert: true },
      );
    },
  };
}
