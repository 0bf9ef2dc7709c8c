import { Schema } from 'mongoose';
import type { Article } from '../../core/knowledge/learning/article.js';
import type { ArticleStore } from '../../core/knowledge/learning/article-desk.js';
import type { CollectionDefinition, Database } from './database.js';

interface ArticleRecord {
  _id: string;
  tenantId: string;
  state: Article['state'];
  revision: number;
  createdAt: Date;
  article: Article;
}

const schema = new Schema<ArticleRecord>(
  {
    _id: String,
    tenantId: { type: String, required: true },
    state: String,
    revision: Number,
    createdAt: Date,
    article: Schema.Types.Mixed,
  },
  { versionKey: false, minimize: false },
);
schema.index({ tenantId: 1, state: 1, createdAt: 1 });

export const articleDefinition: CollectionDefinition<ArticleRecord> = { name: 'articles', schema };

/** One tenant's articles on MongoDB. */
export function createArticleStore(database: Database, tenantId: string): ArticleStore {
  const articles = database.collection(articleDefinition, tenantId);
  const fieldsOf = (article: Article): Omit<ArticleRecord, '_id' | 'tenantId'> => ({
    state: article.state,
    revision: article.revision,
    createdAt: article.createdAt,
    article: present(article),
  });
  return {
    insert: (article) => articles.insert({ _id: article.id, ...fieldsOf(article) }),
    get: async (id) => (await articles.findOne({ _id: id }))?.article,
    list: async (states) => {
      const records = await articles.find({ state: { $in: states } }, { sort: { createdAt: 1 } });
      return records.map((record) => record.article);
    },
    replace: async (article) => {
      const replaced = await articles.updateOne(
        { _id: article.id, revision: article.revision - 1 },
        { $set: fieldsOf(article) },
      );
      return replaced === 1;
    },
  };
}

/** MongoDB would store undefined as null, which is something else. */
const present = (article: Article): Article =>
  Object.fromEntries(
    Object.entries(article).filter(([, value]) => value !== undefined),
  ) as unknown as Article;
