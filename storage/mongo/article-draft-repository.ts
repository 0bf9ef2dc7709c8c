import mongoose from 'mongoose';
import type { ArticleDraft, ArticleDraftRepository } from '../../core/agents/tools/built-in/office-tools.js';
import type { CollectionDefinition, Database } from './database.js';
import type { TenantRecord } from './tenant-collection.js';

interface ArticleDraftRecord extends TenantRecord, Omit<ArticleDraft, 'id'> {}

const schema = new mongoose.Schema<ArticleDraftRecord>(
  {
    _id: String,
    tenantId: { type: String, required: true },
    title: String,
    markdown: String,
    author: String,
    authorId: String,
    createdAt: Date,
  },
  { versionKey: false },
);
schema.index({ tenantId: 1, createdAt: -1 });

export const articleDraftCollection: CollectionDefinition<ArticleDraftRecord> = {
  name: 'article_drafts',
  schema,
};

/** Drafts of knowledge articles of one tenant on MongoDB. */
export function createArticleDraftRepository(database: Database, tenantId: string): ArticleDraftRepository {
  const collection = database.collection(articleDraftCollection, tenantId);
  return {
    create: async ({ id, ...draft }) => {
      await collection.insertIfAbsent({ _id: id, ...draft });
    },
    remove: async (id) => (await collection.deleteMany({ _id: id })) > 0,
    list: async (limit) =>
      (await collection.find({}, { sort: { createdAt: -1 }, limit })).map(
        ({ _id, title, markdown, author, authorId, createdAt }) => ({
          id: _id,
          title,
          markdown,
          author,
          authorId,
          createdAt,
        }),
      ),
  };
}
