import mongoose from 'mongoose';
import type { AnnouncementRepository } from '../../core/agents/tools/built-in/office-tools.js';
import type { ConversationReference } from '../../core/kernel/conversation-reference.js';
import type { CollectionDefinition, Database } from './database.js';
import type { TenantRecord } from './tenant-collection.js';

interface AnnouncementRecord extends TenantRecord {
  text: string;
  requesterId: string;
  conversation: ConversationReference;
  at: Date;
}

const schema = new mongoose.Schema<AnnouncementRecord>(
  {
    _id: String,
    tenantId: { type: String, required: true },
    text: String,
    requesterId: String,
    conversation: mongoose.Schema.Types.Mixed,
    at: Date,
  },
  { versionKey: false },
);
schema.index({ tenantId: 1, at: -1 });

export const announcementCollection: CollectionDefinition<AnnouncementRecord> = {
  name: 'announcements',
  schema,
};

/** Announcements of one tenant on MongoDB, for the record; sending is the outbox's work. */
export function createAnnouncementRepository(database: Database, tenantId: string): AnnouncementRepository {
  const collection = database.collection(announcementCollection, tenantId);
  return {
    create: async ({ id, ...announcement }) => {
      await collection.insertIfAbsent({ _id: id, ...announcement });
    },
  };
}
