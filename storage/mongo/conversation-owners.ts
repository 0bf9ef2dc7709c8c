import { Schema } from 'mongoose';
import type { Database } from './database.js';
import { isDuplicateKey } from './tenant-collection.js';

interface OwnerRecord {
  _id: string;
  tenantId: string;
  owner: string;
}

const schema = new Schema<OwnerRecord>(
  { _id: String, tenantId: { type: String, required: true }, owner: String },
  { versionKey: false },
);

export const conversationOwnerCollection = { name: 'conversation-owners', schema };

/** Which process runs the turns of which conversation, so that they run one after the other. */
export interface ConversationOwners {
  /** Takes a free conversation, or one whose owner died. @returns the owner, which may be another living process. */
  claim(tenantId: string, conversation: string, owner: string, living: string[]): Promise<string>;
  release(conversations: string[], owner: string): Promise<void>;
}

export function createConversationOwners(database: Database): ConversationOwners {
  const model = database.acrossTenants<OwnerRecord>(conversationOwnerCollection);
  return {
    claim: async (tenantId, conversation, owner, living) => {
      const others = living.filter((id) => id !== owner);
      const free = { _id: conversation, owner: { $nin: others } };
      try {
        await model.updateOne(free, { $set: { owner, tenantId } }, { upsert: true });
        return owner;
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        const taken = await model.findById(conversation).lean<OwnerRecord>();
        return taken?.owner ?? owner;
      }
    },
    release: async (conversations, owner) => {
      if (conversations.length > 0) await model.deleteMany({ _id: { $in: conversations }, owner });
    },
  };
}
