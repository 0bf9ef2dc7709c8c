import { beforeEach, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { createManualClock } from '../../../tests/support/manual-clock.js';
import type { DocumentStore } from '../document-store.js';
import { createMemoryDocumentStore } from '../memory-document-store.js';
import { type Article, type ArticleAction, changeArticle } from './article.js';
import { type ArticleDesk, type ArticleStore, createArticleDesk } from './article-desk.js';

const clock = createManualClock(new Date('2026-03-02T09:00:00Z'));
const REVIEW = new Date('2027-03-02');
let documents: DocumentStore;
let desk: ArticleDesk;
let kept: Map<string, Article>;
let inIndex: Set<string>;

function memoryArticles(): ArticleStore {
  kept = new Map();
  return {
    insert: async (article) => void kept.set(article.id, article),
    get: async (id) => kept.get(id),
    list: async (states) => [...kept.values()].filter((article) => states.includes(article.state)),
    replace: async (article) => {
      if (kept.get(article.id)?.revision !== article.revision - 1) return false;
      kept.set(article.id, article);
      return true;
    },
  };
}

beforeEach(() => {
  documents = createMemoryDocumentStore();
  inIndex = new Set();
  const index = {
    add: (one: { document: { id: string } }) => void inIndex.add(one.document.id),
    remove: (id: string) => void inIndex.delete(id),
  };
  desk = createArticleDesk({ articles: memoryArticles(), documents, index, clock });
});

const write = (by: string, body = 'Dogs are welcome on Tuesdays.'): ArticleAction => ({
  kind: 'write',
  by,
  title: 'Dogs',
  body,
});
const approve = (by: string): ArticleAction => ({
  kind: 'approve',
  by,
  owner: 'a@x.example',
  reviewBy: REVIEW,
});
const textOf = async (): Promise<string | undefined> => {
  const [document] = await documents.list('articles');
  return document && (await documents.get(document.id))?.passages.map((passage) => passage.text).join(' ');
};

describe('an article', () => {
  it('becomes a document when somebody else than its author has approved it', async () => {
    const { id } = await desk.request('May I bring my dog?', 'asker', 'expert');
    await desk.change(id, write('expert'));
    expect(await textOf()).toBeUndefined();
    expect(await desk.change(id, approve('expert'))).toEqual({ refused: 'own-article' });
    await desk.change(id, approve('owner'));
    expect(await textOf()).toBe('Dogs are welcome on Tuesdays.');
    const [document] = await documents.list('articles');
    expect(document).toMatchObject({ title: 'Dogs', owner: 'a@x.example', reviewBy: REVIEW, version: 1 });
    expect(inIndex.has(document?.id ?? '')).toBe(true);
  });

  it('keeps its published text and readers while a new one waits for review', async () => {
    const { id } = await desk.request('Dogs?', 'asker');
    await desk.change(id, {
      ...write('expert'),
      access: { classification: 'confidential', groups: ['hr'] },
    } as ArticleAction);
    await desk.change(id, approve('owner'));
    await desk.change(id, {
      ...write('expert', 'New text.'),
      access: { classification: 'public' },
    } as ArticleAction);
    expect(await textOf()).toBe('Dogs are welcome on Tuesdays.');
    expect((await documents.list('articles'))[0]?.access).toEqual({
      classification: 'confidential',
      groups: ['hr'],
    });
    await desk.change(id, approve('owner'));
    expect(await textOf()).toBe('New text.');
    expect((await documents.list('articles'))[0]).toMatchObject({
      version: 2,
      access: { classification: 'public' },
    });
  });

  it('leaves the knowledge base when it is retired', async () => {
    const { id } = await desk.request('Dogs?', 'asker');
    await desk.change(id, write('expert'));
    await desk.change(id, approve('owner'));
    await desk.change(id, { kind: 'retire', by: 'owner', reason: 'outdated' });
    expect(await textOf()).toBeUndefined();
    expect(inIndex.size).toBe(0);
    expect(await desk.change(id, write('expert'))).toEqual({ refused: 'wrong-state' });
  });

  it('goes back to its author with a reason', async () => {
    const { id } = await desk.request('Dogs?', 'asker');
    await desk.change(id, write('expert'));
    const outcome = await desk.change(id, { kind: 'send-back', by: 'owner', reason: 'which floor?' });
    expect(outcome).toMatchObject({
      article: { state: 'requested', expertId: 'expert', reason: 'which floor?' },
    });
  });

  it('remembers everybody who asked, once', async () => {
    const { id } = await desk.request('Dogs?', 'p1');
    await desk.change(id, { kind: 'ask-too', by: 'p2' });
    await desk.change(id, { kind: 'ask-too', by: 'p1' });
    expect(kept.get(id)?.askedBy).toEqual(['p1', 'p2']);
  });

  it('needs a text and a date of review that lies ahead', async () => {
    const { id } = await desk.request('Dogs?', 'asker');
    expect(await desk.change(id, write('expert', '  '))).toEqual({ refused: 'empty' });
    await desk.change(id, write('expert'));
    const late = { ...approve('owner'), reviewBy: clock.now() } as ArticleAction;
    expect(await desk.change(id, late)).toEqual({ refused: 'review-date-passed' });
  });

  it('loses no change when two people change it at once', async () => {
    const { id } = await desk.request('Dogs?', 'p0');
    await Promise.all(['p1', 'p2', 'p3'].map((by) => desk.change(id, { kind: 'ask-too', by })));
    expect(kept.get(id)?.askedBy.toSorted()).toEqual(['p0', 'p1', 'p2', 'p3']);
  });

  it('is published after a crash between deciding and publishing, and only once', async () => {
    const { id } = await desk.request('Dogs?', 'asker');
    await desk.change(id, write('expert'));
    const decided = changeArticle(kept.get(id) as Article, approve('owner'), clock.now());
    if ('article' in decided) kept.set(id, decided.article);
    expect(await desk.reconcile()).toBe(1);
    expect(await desk.reconcile()).toBe(0);
    expect(await textOf()).toBe('Dogs are welcome on Tuesdays.');
  });

  it('answers an unknown one with not found', async () => {
    await expect(desk.change('none', write('x'))).rejects.toMatchObject({ status: 404 });
  });

  it('is never published without a reviewer who is not the author, whatever happens in whatever order', () => {
    const person = fc.constantFrom('a', 'b');
    const action: fc.Arbitrary<ArticleAction> = fc.oneof(
      fc.record({ kind: fc.constant('ask-too' as const), by: person }),
      fc.record({
        kind: fc.constant('write' as const),
        by: person,
        title: fc.constant('t'),
        body: fc.constantFrom('one', 'two'),
      }),
      fc.record({
        kind: fc.constant('approve' as const),
        by: person,
        owner: fc.constant('o'),
        reviewBy: fc.constant(REVIEW),
      }),
      fc.record({ kind: fc.constant('send-back' as const), by: person, reason: fc.constant('r') }),
      fc.record({ kind: fc.constant('retire' as const), by: person, reason: fc.constant('r') }),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 12 }), (actions) => {
        let article: Article = {
          id: 'x',
          state: 'requested',
          revision: 1,
          question: 'q',
          askedBy: [],
          access: { classification: 'internal' },
          createdAt: clock.now(),
          updatedAt: clock.now(),
        };
        let author = '';
        for (const one of actions) {
          const outcome = changeArticle(article, one, clock.now());
          if ('refused' in outcome) continue;
          if (one.kind === 'write') author = one.by;
          if (one.kind === 'approve') expect(one.by).not.toBe(author);
          expect(outcome.article.revision).toBe(article.revision + 1);
          article = outcome.article;
          if (article.state === 'retired') expect(article.published).toBeUndefined();
          if (article.state === 'published') expect(article.published?.body).toBe(article.body);
        }
      }),
    );
  });
});
