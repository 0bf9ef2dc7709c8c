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
  at: Date;
}

const schema = new Schema<ReferenceRecord>(
  {
    _id: String,
    tenantId: { type: String, required: true },
    reference: Schema.Types.Mixed,
    at: Date,
  },
  { versionKey: false },
);
schema.index({ tenantId: 1, 'reference.channel': 1, 'reference.conversationId': 1 });

export const conversationReferenceCollection = { name: 'conversation-references', schema };

/** Where Steward may write on its own: one tenant's conversations, each with what its channel needs. */
export interface ConversationReferences {
  save(reference: ConversationReference, at: Date): Promise<void>;
  /** Forgets a conversation from which Steward was removed. */
  remove(reference: ConversationReference): Promise<void>;
  find(channel: ChannelName, conversationId: string): Promise<ConversationReference | undefined>;
  /** The one of a channel that was heard of last. */
  latest(channel: ChannelName): Promise<ConversationReference | undefined>;
  /** One of each workspace and each team, latest heard of first. */
  places(): Promise<ConversationReference[]>;
}

const MOST_LOOKED_AT = 2_000;

export function createConversationReferences(database: Database, tenantId: string): ConversationReferences {
  const collection = database.collection<ReferenceRecord>(conversationReferenceCollection, tenantId);
  const idOf = (reference: ConversationReference): string =>
    `${tenantId}|${conversationKey({ ...reference, threadId: undefined })}`;
  return {
    save: async (reference, at) => {
      await collection.updateOne({ _id: idOf(reference) }, { $set: { reference, at } }, { upsert: true });
    },
    remove: async (reference) => {
      await collection.deleteMany({ _id: idOf(reference) });
    },
    places: async () => {
      const known = await collection.find({}, { sort: { at: -1 }, limit: MOST_LOOKED_AT });
      const places = new Map<string, ConversationReference>();
      for (const { reference } of known) {
        const key = `${reference.channel}|${reference.channelTenantId}|${reference.extra?.teamId ?? ''}`;
        if (!places.has(key)) places.set(key, reference);
      }
      return [...places.values()];
    },
    latest: async (channel) =>
      (await collection.find({ 'reference.channel': channel } as never, { sort: { at: -1 }, limit: 1 }))[0]
        ?.reference,
    find: async (channel, conversationId) =>
      (
        await collection.findOne({
          'reference.channel': channel,
          'reference.conversationId': conversationId,
        })
      )?.reference,
  };
}
