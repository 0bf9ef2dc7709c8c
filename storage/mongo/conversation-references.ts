import { Schema } from 'mongoose';
import {
  conversationKey,
  type ChannelName,
  type ConversationReference,
} from '../../core/kernel/conversation-reference.js';
import type { Database } from './database.js';
import type { TenantRecord } from './tenant-collection.js';

interface ReferenceRecord extends TenantRecord {
  reference: ConversationReference;
  personId?: string;
  at: Date;
}

const schema = new Schema<ReferenceRecord>(
  {
    _id: String,
    tenantId: { type: String, required: true },
    reference: Schema.Types.Mixed,
    personId: String,
    at: Date,
  },
  { versionKey: false },
);
schema.index({ tenantId: 1, personId: 1, 'reference.scope': 1, at: -1 });
schema.index({ tenantId: 1, 'reference.channel': 1, 'reference.conversationId': 1 });

export const conversationReferenceCollection = { name: 'conversation-references', schema };

/** Where Steward may write on its own: one tenant's conversations, each with what its channel needs. */
export interface ConversationReferences {
  /** @param personId the other side of a personal conversation. */
  save(reference: ConversationReference, personId: string | undefined, at: Date): Promise<void>;
  /** Forgets a conversation from which Steward was removed. */
  remove(reference: ConversationReference): Promise<void>;
  /** A person's own conversations with Steward, the latest used first. */
  personal(personId: string): Promise<ConversationReference[]>;
  find(channel: ChannelName, conversationId: string): Promise<ConversationReference | undefined>;
}

export function createConversationReferences(database: Database, tenantId: string): ConversationReferences {
  const collection = database.collection<ReferenceRecord>(conversationReferenceCollection, tenantId);
  const idOf = (reference: ConversationReference): string =>
    `${tenantId}|${conversationKey({ ...reference, threadId: undefined })}`;
  return {
    save: async (reference, personId, at) => {
      const fields = { reference, at, ...(personId ? { personId } : {}) };
      await collection.updateOne({ _id: idOf(reference) }, { $set: fields }, { upsert: true });
    },
    remove: async (reference) => {
      await collection.deleteMany({ _id: idOf(reference) });
    },
    personal: async (personId) => {
      const found = await collection.find({ personId, 'reference.scope': 'personal' } as never, {
        sort: { at: -1 },
      });
      return found.map((record) => record.reference);
    },
    find: async (channel, conversationId) =>
      (
        await collection.findOne({
          'reference.channel': channel,
          'reference.conversationId': conversationId,
        } as never)
      )?.reference,
  };
}
