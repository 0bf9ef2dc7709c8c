import type { Clock } from '../../kernel/clock.js';
import { Conflict, InvalidInput } from '../../kernel/errors.js';
import { newId } from '../../kernel/ids.js';
import type { DocumentAccess } from '../document.js';
import type { DocumentStore, StoredDocument } from '../document-store.js';
import { buildDocument, contentHashOf, documentIdOf } from '../ingest/build-document.js';
import { DEFAULT_CHUNKING } from '../ingest/chunk.js';
import { DEFAULT_LIMITS } from '../ingest/limits.js';
import { createMarkdownReader } from '../ingest/parse-markdown.js';
import type { KnowledgeBase } from '../knowledge-base.js';
import { type Article, type ArticleAction, type ArticleOutcome, changeArticle } from './article.js';

/** Where one tenant's articles are kept. */
export interface ArticleStore {
  insert(article: Article): Promise<void>;
  get(id: string): Promise<Article | undefined>;
  list(states: Article['state'][]): Promise<Article[]>;
  /** Writes on top of `article.revision - 1`. @returns false when somebody else was first. */
  replace(article: Article): Promise<boolean>;
}

/** The collection that published articles are documents of. */
export const ARTICLE_COLLECTION = 'articles';

export interface ArticleDesk {
  /** Puts a question that the documents leave open on the list. */
  request(question: string, askerId: string, expertId?: string): Promise<Article>;
  /** Takes in what somebody wrote, to be reviewed; the same id again is a new text of the same article. */
  draft(draft: ArticleDraft): Promise<ArticleOutcome>;
  /**
   * Applies an action and publishes or withdraws the document that follows from it.
   * @throws InvalidInput (404) for an unknown article, Conflict when others keep changing it.
   */
  change(id: string, action: ArticleAction): Promise<ArticleOutcome>;
  /** Makes the knowledge base agree with the articles, after a crash between the two. @returns how many it corrected. */
  reconcile(): Promise<number>;
}

/** A text for the knowledge base, with what it answers. */
export interface ArticleDraft {
  id: string;
  title: string;
  body: string;
  by: string;
  /** What was asked, where it answers a question; the title without it. */
  question?: string;
  askedBy?: string[];
  access?: DocumentAccess;
}

type PublishedText = NonNullable<Article['published']>;

const ATTEMPTS = 5;

export function createArticleDesk({
  articles,
  documents,
  index,
  clock,
  access = { classification: 'internal' },
}: {
  articles: ArticleStore;
  documents: DocumentStore;
  index: Pick<KnowledgeBase, 'add' | 'remove'>;
  clock: Clock;
  /** Readers of an article whose author names none. */
  access?: DocumentAccess;
}): ArticleDesk {
  const readMarkdown = createMarkdownReader();

  const toDocument = async (
    article: Article,
    text: PublishedText,
    version: number,
  ): Promise<StoredDocument> => {
    const { title, body, access: readers, at } = text;
    const { owner, reviewBy } = article;
    const source = `# ${title}\n\n${body}`;
    const whole = Buffer.from([source, owner, reviewBy?.toISOString()].join('\n'));
    return buildDocument(
      { title, blocks: (await readMarkdown(source)).blocks, access: readers, owner, reviewBy },
      {
        collection: ARTICLE_COLLECTION,
        path: pathOf(article),
        contentHash: contentHashOf(whole, DEFAULT_CHUNKING, readers),
        version,
        modifiedAt: at,
        ingestedAt: clock.now(),
        defaultAccess: readers,
        source: `article:${article.id}`,
      },
      DEFAULT_CHUNKING,
      DEFAULT_LIMITS,
    );
  };

  /** @returns whether anything had to be done. */
  const settle = async (article: Article): Promise<boolean> => {
    const documentId = documentIdOf(ARTICLE_COLLECTION, pathOf(article));
    const present = await documents.get(documentId);
    if (!article.published) {
      if (!present) return false;
      await documents.remove(documentId, clock.now());
      index.remove(documentId);
      return true;
    }
    const [last] = await documents.history(documentId);
    const stored = await toDocument(article, article.published, (last?.version ?? 0) + 1);
    if (present?.document.contentHash === stored.document.contentHash) return false;
    await documents.put(stored);
    index.add(stored);
    return true;
  };

  const insert = async (
    fields: Pick<Article, 'id' | 'question' | 'askedBy'> & Partial<Article>,
  ): Promise<Article> => {
    const now = clock.now();
    const article: Article = {
      state: 'requested',
      revision: 1,
      access,
      createdAt: now,
      updatedAt: now,
      ...fields,
    };
    await articles.insert(article);
    return article;
  };

  const change: ArticleDesk['change'] = async (id, action) => {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const article = await articles.get(id);
      if (!article) {
        throw new InvalidInput('knowledge.no-such-article', `There is no article ${id}.`, {
          userText: 'error.not-found',
          status: 404,
        });
      }
      const outcome = changeArticle(article, action, clock.now());
      if ('refused' in outcome) return outcome;
      if (!(await articles.replace(outcome.article))) continue;
      await settle(outcome.article);
      return outcome;
    }
    throw new Conflict('knowledge.article-busy', `Article ${id} keeps being changed by others.`);
  };

  return {
    change,
    request: (question, askerId, expertId) =>
      insert({ id: newId(clock.now()), question, askedBy: [askerId], ...(expertId ? { expertId } : {}) }),
    async draft({ id, question, askedBy = [], by, title, body, access: readers }) {
      if (!(await articles.get(id))) await insert({ id, question: question ?? title, askedBy, expertId: by });
      return change(id, { kind: 'write', by, title, body, ...(readers ? { access: readers } : {}) });
    },
    async reconcile() {
      let corrected = 0;
      for (const article of await articles.list(['drafted', 'published', 'retired'])) {
        if (await settle(article)) corrected += 1;
      }
      return corrected;
    },
  };
}

const pathOf = ({ id }: Article): string => `${id}.md`;
