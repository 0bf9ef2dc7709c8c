import type { DocumentAccess } from '../document.js';

/**
 * An answer that an expert wrote because the documents were silent.
 * `requested` (asked for) -> `drafted` (written, waits for review) -> `published` (a document of the knowledge base) ->
 * `retired`. A published article that is rewritten is `drafted` again while its published text stays.
 */
export type ArticleState = 'requested' | 'drafted' | 'published' | 'retired';

export interface Article {
  id: string;
  state: ArticleState;
  /** Grows with each change; a change is written only on top of the revision it was made from. */
  revision: number;
  question: string;
  /** People who asked and want to hear of the answer. */
  askedBy: string[];
  /** The expert whom the question was put to. */
  expertId?: string;
  title?: string;
  /** Markdown. */
  body?: string;
  access: DocumentAccess;
  authorId?: string;
  reviewerId?: string;
  /** Answers for it and is told when it grows old: an e-mail address. */
  owner?: string;
  reviewBy?: Date;
  /** What is published; differs from title and body while a new text waits for review. */
  published?: { title: string; body: string; access: DocumentAccess; at: Date };
  /** Why it was sent back or retired. */
  reason?: string;
  createdAt: Date;
  updatedAt: Date;
}

export type ArticleAction =
  | { kind: 'ask-too'; by: string }
  | { kind: 'assign'; expertId: string }
  | { kind: 'write'; by: string; title: string; body: string; access?: DocumentAccess }
  /** `revision` is the one that was looked at. */
  | { kind: 'approve'; by: string; owner: string; reviewBy: Date; revision?: number }
  | { kind: 'send-back'; by: string; reason: string }
  | { kind: 'retire'; by: string; reason: string };

export type ArticleOutcome =
  | { article: Article }
  /** Why the action does not fit. */
  | { refused: 'wrong-state' | 'own-article' | 'empty' | 'review-date-passed' | 'changed' };

const ALLOWED: Record<ArticleAction['kind'], ArticleState[]> = {
  'ask-too': ['requested', 'drafted'],
  assign: ['requested'],
  write: ['requested', 'drafted', 'published'],
  approve: ['drafted'],
  'send-back': ['drafted'],
  retire: ['requested', 'drafted', 'published'],
};

/** Applies one action; pure. Nobody reviews what they wrote themselves. */
export function changeArticle(article: Article, action: ArticleAction, now: Date): ArticleOutcome {
  if (!ALLOWED[action.kind].includes(article.state)) return { refused: 'wrong-state' };
  const change = (changes: Partial<Article>): ArticleOutcome => ({
    article: { ...article, ...changes, revision: article.revision + 1, updatedAt: now },
  });
  switch (action.kind) {
    case 'ask-too':
      return change({ askedBy: [...new Set([...article.askedBy, action.by])] });
    case 'assign':
      return change({ expertId: action.expertId });
    case 'write': {
      const { title, body } = { title: action.title.trim(), body: action.body.trim() };
      if (!title || !body) return { refused: 'empty' };
      const access = action.access ?? article.access;
      return change({ state: 'drafted', title, body, access, authorId: action.by, reason: undefined });
    }
    case 'approve': {
      if (action.by === article.authorId) return { refused: 'own-article' };
      if (action.revision !== undefined && action.revision !== article.revision)
        return { refused: 'changed' };
      if (action.reviewBy <= now) return { refused: 'review-date-passed' };
      const { title = '', body = '' } = article;
      return change({
        state: 'published',
        reviewerId: action.by,
        owner: action.owner,
        reviewBy: action.reviewBy,
        published: { title, body, access: article.access, at: now },
      });
    }
    case 'send-back':
      return change({ state: 'requested', expertId: article.authorId, reason: action.reason });
    default:
      return change({ state: 'retired', published: undefined, reason: action.reason });
  }
}
