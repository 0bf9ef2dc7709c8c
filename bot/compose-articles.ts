import type { ArticleDrafts } from '../core/agents/tools/built-in/office-tools.js';
import type { EscalationService } from '../core/approvals/escalation-service.js';
import type { PeopleRepository, PersonRecord } from '../core/governance/identity/people.js';
import { ROLE_PERMISSIONS } from '../core/governance/permissions.js';
import type { Clock } from '../core/kernel/clock.js';
import { ROLES } from '../core/kernel/person.js';
import type { Article, ArticleAction, ArticleOutcome } from '../core/knowledge/learning/article.js';
import {
  createArticleDesk,
  type ArticleDesk,
  type ArticleDraft,
  type ArticleStore,
} from '../core/knowledge/learning/article-desk.js';
import { articleNews, articleNotice, reviewForm, reviewValues } from '../dialogs/articles/article-content.js';
import { articleDialog, type ArticleDependencies } from '../dialogs/articles/article-dialog.js';
import type { Dialog } from '../dialogs/dialog.js';
import { questionOf } from '../dialogs/escalation/escalation-dialog.js';
import type { Texts } from '../dialogs/texts.js';
import { createArticleStore } from '../storage/mongo/article-store.js';
import type { Database } from '../storage/mongo/database.js';
import type { KnowledgeRoom } from './compose-knowledge.js';
import type { Turns } from './compose-turns.js';
import { findPerson } from './find-person.js';
import { writeToPeople } from './write-to-people.js';

export interface ArticlesOptions {
  database: Database;
  knowledge: Pick<KnowledgeRoom, 'documents' | 'index'>;
  people(tenantId: string): PeopleRepository;
  post: Turns['post'];
  texts: Texts;
  clock: Clock;
}

export interface ArticleRoom {
  /** Where the tool for drafts puts them. */
  drafts(tenantId: string): ArticleDrafts;
  /** Articles in chat. */
  dialog(escalations: Pick<EscalationService, 'get'>): Dialog;
}

const PUBLISHING = ROLES.filter((role) => ROLE_PERMISSIONS[role].includes('knowledge:publish'));

type Told = ArticleOutcome & { reviewers?: string[] };

/** Articles of all tenants: the desk that publishes them, and who hears of what is done with them. */
export function createArticles({
  database,
  knowledge,
  people,
  post,
  texts,
  clock,
}: ArticlesOptions): ArticleRoom {
  const store = (tenantId: string): ArticleStore => createArticleStore(database, tenantId);
  const deskOf = async (tenantId: string): Promise<ArticleDesk> =>
    createArticleDesk({
      articles: store(tenantId),
      documents: knowledge.documents(tenantId),
      index: await knowledge.index(tenantId),
      clock,
    });

  const reviewers = async (tenantId: string, authorId: string | undefined): Promise<PersonRecord[]> => {
    const publishing = (await Promise.all(PUBLISHING.map((role) => people(tenantId).byRole(role)))).flat();
    return [...new Map(publishing.map((person) => [person.id, person])).values()].filter(
      ({ id }) => id !== authorId,
    );
  };
  const find = (tenantId: string, words: string): Promise<PersonRecord | undefined> =>
    findPerson(people(tenantId), words);
  const nameOf = async (tenantId: string, id = ''): Promise<string> => (await find(tenantId, id))?.name ?? id;
  const reviewKey = (id: string, revision: number): string => `article:${id}:${revision}`;

  const showReview = async (tenantId: string, article: Article): Promise<string[]> => {
    const { id, revision, authorId } = article;
    const writer = await find(tenantId, authorId ?? '');
    const author = writer?.name ?? '';
    const copyKey = reviewKey(id, revision);
    const values = reviewValues(article, writer, clock.now());
    const told = await writeToPeople(post, tenantId, await reviewers(tenantId, authorId), {
      id: copyKey,
      copyKey,
      content: (locale) => reviewForm(texts, locale, { article, author, copyKey }, { values }),
    });
    return told.map(({ name }) => name);
  };

  /** Rewrites the cards of those who were asked for their decision, and tells whom it concerns. */
  const tellDecision = async (tenantId: string, article: Article, by: string): Promise<void> => {
    const { id, revision, authorId, askedBy, state } = article;
    const names = { author: await nameOf(tenantId, authorId), owner: await nameOf(tenantId, article.owner) };
    const asked = reviewKey(id, revision - 1);
    await writeToPeople(post, tenantId, await reviewers(tenantId, authorId), {
      id: `${asked}:decided`,
      copyKey: asked,
      isUpdate: true,
      content: (locale) => articleNotice(texts, locale, article, names),
    });
    const tell = async (
      ids: (string | undefined)[],
      news: Parameters<typeof articleNews>[2],
    ): Promise<void> => {
      const wanted = [...new Set(ids)].filter((each) => each !== undefined && each !== by);
      const readers = await Promise.all(wanted.map((each) => find(tenantId, each ?? '')));
      await writeToPeople(
        post,
        tenantId,
        readers.filter((reader) => reader !== undefined),
        {
          id: `article-news:${id}:${revision}:${news}`,
          content: (locale) => articleNews(texts, locale, news, article),
        },
      );
    };
    if (state === 'requested') return tell([authorId], 'sent-back-yours');
    await tell([authorId], 'published-yours');
    // Who asked may not be among its readers.
    if (article.access.classification === 'internal')
      await tell(
        askedBy.filter((each) => each !== authorId),
        'published-asked',
      );
  };

  const change = async (tenantId: string, id: string, action: ArticleAction): Promise<Told> => {
    const outcome = await (await deskOf(tenantId)).change(id, action);
    if ('refused' in outcome) return outcome;
    if (action.kind === 'write')
      return { ...outcome, reviewers: await showReview(tenantId, outcome.article) };
    if (action.kind === 'approve' || action.kind === 'send-back')
      await tellDecision(tenantId, outcome.article, action.by);
    return outcome;
  };
  const draft = async (tenantId: string, text: ArticleDraft): Promise<Told> => {
    const outcome = await (await deskOf(tenantId)).draft(text);
    return 'refused' in outcome
      ? outcome
      : { ...outcome, reviewers: await showReview(tenantId, outcome.article) };
  };

  return {
    drafts: (tenantId) => ({
      create: async ({ id, title, markdown, authorId }) =>
        void (await draft(tenantId, { id, title, body: markdown, by: authorId })),
      remove: async (id) => {
        const article = await store(tenantId).get(id);
        if (article?.state !== 'drafted' || article.published) return false;
        return !(
          'refused' in
          (await change(tenantId, id, { kind: 'retire', by: article.authorId ?? '', reason: '' }))
        );
      },
    }),
    dialog: (escalations) => {
      const deps: ArticleDependencies = {
        texts,
        get: ({ tenant }, id) => store(tenant.id).get(id),
        list: ({ tenant }) => store(tenant.id).list(['drafted', 'requested', 'published']),
        answerOf: async ({ tenant, person }, escalationId) => {
          const escalation = await escalations.get(tenant.id, escalationId);
          const own = escalation?.answers.findLast(({ by }) => by.id === person.id);
          const question = escalation && questionOf(escalation);
          return own && question ? { question, text: own.text, askedBy: escalation.person.id } : undefined;
        },
        draft: ({ tenant }, text) => draft(tenant.id, text),
        change: ({ tenant }, id, action) => change(tenant.id, id, action),
        person: ({ tenant }, words) => find(tenant.id, words),
        now: () => clock.now(),
      };
      return articleDialog(deps);
    },
  };
}
