import { Schema } from 'mongoose';
import type { Database } from './database.js';
import type { TenantRecord } from './tenant-collection.js';

interface CopyRecord extends TenantRecord {
  copyKey: string;
  activityId: string;
  at: Date;
}

const schema = new Schema<CopyRecord>(
  { _id: String, tenantId: { type: String, required: true }, copyKey: String, activityId: String, at: Date },
  { versionKey: false },
);
schema.index({ tenantId: 1, activityId: 1 });

export const messageCopyCollection = { name: 'message-copies', schema };

/** The channels' ids of messages that may be rewritten later. */
export interface MessageCopies {
  find(copyKey: string, conversation: string): Promise<string | undefined>;
  /** The keys under which a message was sent, by the channel's id of it. */
  keysOf(activityId: string): Promise<string[]>;
  put(copyKey: string, conversation: string, activityId: string, at: Date): Promise<void>;
}

export function createMessageCopies(database: Database, tenantId: string): MessageCopies {
  const collection = database.collection<CopyRecord>(messageCopyCollection, tenantId);
  const idOf = (copyKey: string, conversation: string): string => `${tenantId}|${copyKey}|${conversation}`;
  return {
    find: async (copyKey, conversation) =>
      (await collection.findOne({ _id: idOf(copyKey, conversation) }))?.activityId,
    keysOf: async (activityId) =>
      (await collection.find({ activityId }, { limit: 10 })).map(({ copyKey }) => copyKey),
    put: (copyKey, conversation, activityId, at) =>
      collection.putInBatch(idOf(copyKey, conversation), { copyKey, activityId, at }),
  };
}
