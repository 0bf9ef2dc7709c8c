import { z } from 'zod';
import { mayDo } from '../../core/governance/permissions.js';
import { digest, type JsonObject } from '../../core/kernel/json.js';
import type { OutboundContent } from '../../core/kernel/outbound-message.js';
import type { Turn } from '../../core/kernel/turn.js';
import { readerMayRead, readerOf } from '../../core/knowledge/access.js';
import type { Article, ArticleAction, ArticleOutcome } from '../../core/knowledge/learning/article.js';
import type { ArticleDraft } from '../../core/knowledge/learning/article-desk.js';
import { noticeContent } from '../cards/plain-cards.js';
import type { Dialog } from '../dialog.js';
import { putInPlace } from '../put-in-place.js';
import { readReview, typed } from '../review-fields.js';
import { tellClicker } from '../tell-clicker.js';
import type { Texts } from '../texts.js';
import {
  articleNotice,
  DECISIONS,
  READERS,
  retireForm,
  reviewForm,
  reviewValues,
  titleOf,
  writeForm,
  type ArticleReference,
  type FormState,
} from './article-content.js';
import { isArticlesCommand } from './read-articles-command.js';

/** What an expert answered a person in chat. */
export interface ExpertAnswer {
  question: string;
  askedBy: string;
  text: string;
}

export interface ArticleDependencies {
  texts: Texts;
  get(turn: Turn, articleId: string): Promise<Article | undefined>;
  list(turn: Turn): Promise<Article[]>;
  /** The answer of an escalation by the person who clicked; undefined when they gave none. */
  answerOf(turn: Turn, escalationId: string): Promise<ExpertAnswer | undefined>;
  /** Keeps a text and shows it to those who may review it. @returns also their names. */
  draft(turn: Turn, draft: ArticleDraft): Promise<ArticleOutcome & { reviewers?: string[] }>;
  /** Applies an action and tells whom it concerns. */
  change(
    turn: Turn,
    articleId: string,
    action: ArticleAction,
  ): Promise<ArticleOutcome & { reviewers?: string[] }>;
  /** Somebody active by id, mail address or whole name. */
  person(turn: Turn, words: string): Promise<{ id: string; name: string; email?: string } | undefined>;
  now(): Date;
}

const referenceSchema = z.object({
  step: z.enum(['answer', 'question', 'edit', 'review', 'retire']),
  copyKey: z.string().max(200).optional(),
  articleId: z.string().max(100).optional(),
  escalationId: z.string().max(100).optional(),
  question: z.string().trim().min(1).max(2_000).optional(),
  revision: z.number().optional(),
});
const writtenSchema = z.object({
  title: z.string().trim().min(1).max(140),
  markdown: z.string().trim().min(1).max(50_000),
  readers: z.enum(READERS).default('internal'),
});
const LISTED = 8;

/** Articles in chat: what experts answered is written down, reviewed by somebody else, published, changed and retired. */
export function articleDialog(deps: ArticleDependencies): Dialog {
  const { texts } = deps;
  return async (turn) => {
    const { kind, addressed, action } = turn.activity;
    if (kind === 'message' && addressed && isArticlesCommand(turn.activity.text)) return list(turn, deps);
    if (kind !== 'card-action' || !action) return false;
    const isForm = action.verb === 'form.submit' || action.verb === 'form.cancel';
    if (action.verb !== 'article.open' && !isForm) return false;
    const parsed = referenceSchema.safeParse(action.data);
    if (!parsed.success) return false;
    const reference = { ...parsed.data, copyKey: parsed.data.copyKey ?? `form:${turn.id}` };
    if (action.verb === 'form.cancel')
      putInPlace(
        turn,
        noticeContent(turn.locale, { text: texts.text('article.cancelled', turn.locale) }),
        reference.copyKey,
      );
    else if (isForm) await submit(turn, deps, reference, action.data);
    // The card that was clicked stays: a list or an answer may still be wanted.
    else await open(turn, deps, reference);
    return true;
  };
}

async function list(turn: Turn, deps: ArticleDependencies): Promise<boolean> {
  const { texts } = deps;
  const { locale } = turn;
  if (!mayDo(turn.person, 'knowledge:publish')) {
    turn.reply(noticeContent(locale, { text: texts.text('error.not-permitted', locale) }));
    return true;
  }
  const articles = await deps.list(turn);
  for (const article of articles.slice(0, LISTED)) turn.reply(await stateOf(turn, deps, article));
  const more = articles.length - LISTED;
  if (articles.length === 0) turn.reply({ text: texts.text('article.none', locale) });
  if (more > 0) turn.reply({ text: texts.text('article.more', locale, { count: more }) });
  return true;
}

/** Opens the form of a step as a message of its own. */
async function open(turn: Turn, deps: ArticleDependencies, reference: ArticleReference): Promise<void> {
  const found = await allowed(turn, deps, reference);
  if ('refused' in found) return tellClicker(turn, found.refused);
  const content = found.form({});
  turn.reply(content, { copyKey: reference.copyKey });
  if (turn.activity.expectsResponse) turn.respond({ kind: 'none' });
}

interface Allowed {
  article?: Article;
  answer?: ExpertAnswer;
  form(state: FormState): OutboundContent;
}

/** Looks up what a step is about, and whether this person may do it. */
async function allowed(
  turn: Turn,
  deps: ArticleDependencies,
  reference: ArticleReference,
): Promise<Allowed | { refused: string }> {
  const { texts } = deps;
  const { locale, person } = turn;
  const refuse = (key: 'error.not-found' | 'error.not-permitted' | 'article.own'): { refused: string } => ({
    refused: texts.text(key, locale),
  });
  const { step, articleId = '', escalationId = '', question = '' } = reference;
  const write =
    (starts: JsonObject, more: Partial<ArticleReference> = {}) =>
    ({ values, errors }: FormState) =>
      writeForm(texts, locale, { ...reference, ...more }, { values: values ?? starts, errors });
  // Whoever may ask for work may write something down; it is published by somebody else.
  if (!mayDo(person, 'tool:request')) return refuse('error.not-permitted');
  if (step === 'question')
    return question ? { form: write({ title: question.slice(0, 140) }) } : refuse('error.not-found');
  if (step === 'answer') {
    const answer = await deps.answerOf(turn, escalationId);
    if (!answer) return refuse('error.not-found');
    const starts = { title: answer.question.slice(0, 140), markdown: answer.text };
    return { answer, form: write(starts, { question: answer.question }) };
  }
  const article = await deps.get(turn, articleId);
  if (!article) return refuse('error.not-found');
  const isPublisher = mayDo(person, 'knowledge:publish');
  if (step === 'edit') {
    const isOwn = [article.authorId, article.expertId].includes(person.id) || isOwner(article, turn);
    const mayChange = mayDo(person, 'knowledge:write') && readerMayRead(article.access, readerOf(person));
    if (!isOwn && !mayChange && !isPublisher) return refuse('error.not-permitted');
    const { title = '', body = '', question: asked, access } = article;
    const readers = READERS.find((name) => name === access.classification) ?? 'internal';
    return { article, form: write({ title, markdown: body, readers }, { question: asked }) };
  }
  if (step === 'retire') {
    if (!isPublisher && !isOwner(article, turn)) return refuse('error.not-permitted');
    return { article, form: (state) => retireForm(texts, locale, reference, article, state) };
  }
  if (!isPublisher) return refuse('error.not-permitted');
  if (article.authorId === person.id) return refuse('article.own');
  const writer = article.authorId ? await deps.person(turn, article.authorId) : undefined;
  const author = writer?.name ?? texts.text('value.none', locale);
  const values = reviewValues(article, writer, deps.now());
  return {
    article,
    form: (state) =>
      reviewForm(texts, locale, { article, author, copyKey: reference.copyKey }, { values, ...state }),
  };
}

const isOwner = ({ owner }: Article, { person }: Turn): boolean =>
  owner !== undefined && (owner === person.id || owner === person.email);

const nameOf = async (turn: Turn, deps: ArticleDependencies, id: string | undefined): Promise<string> =>
  (id && (await deps.person(turn, id))?.name) || id || deps.texts.text('value.none', turn.locale);

const stateOf = async (turn: Turn, deps: ArticleDependencies, article: Article): Promise<OutboundContent> =>
  articleNotice(deps.texts, turn.locale, article, {
    author: await nameOf(turn, deps, article.authorId),
    owner: await nameOf(turn, deps, article.owner),
  });

/** A form that came back, with what it is about. */
interface Submission {
  turn: Turn;
  deps: ArticleDependencies;
  reference: ArticleReference;
  found: Allowed;
  inputs: JsonObject;
}

async function submit(
  turn: Turn,
  deps: ArticleDependencies,
  reference: ArticleReference,
  inputs: JsonObject,
): Promise<void> {
  const found = await allowed(turn, deps, reference);
  if ('refused' in found) return tellClicker(turn, found.refused);
  const submission = { turn, deps, reference, found, inputs };
  if (reference.step === 'retire') return retire(submission);
  if (reference.step === 'review') return review(submission);
  return write(submission);
}

/** Shows the form again with what is wrong; what was typed stays. */
const fix = ({ turn, reference, found, inputs }: Submission, errors: Record<string, string>): void =>
  putInPlace(turn, found.form({ values: inputs, errors }), reference.copyKey, errors);

async function write(submission: Submission): Promise<void> {
  const { turn, deps, reference, inputs } = submission;
  const { article, answer } = submission.found;
  const { texts } = deps;
  const { locale, person } = turn;
  const written = writtenSchema.safeParse(inputs);
  if (!written.success) {
    const wrong = written.error.issues[0]?.path[0];
    const field = wrong === 'title' ? 'title' : 'markdown';
    return fix(submission, { [field]: texts.text('article.empty', locale) });
  }
  const { title, markdown: body, readers } = written.data;
  const access = { classification: readers };
  const outcome = article
    ? await deps.change(turn, article.id, { kind: 'write', by: person.id, title, body, access })
    : await deps.draft(turn, {
        // The same answer, or the same form sent twice, is one article; with the person in it nobody reaches into another's.
        id: digest({
          tenant: turn.tenant.id,
          person: person.id,
          key: reference.escalationId ?? reference.copyKey,
        }),
        title,
        body,
        by: person.id,
        question: answer?.question ?? reference.question,
        askedBy: answer ? [answer.askedBy] : [],
        access,
      });
  if ('refused' in outcome) return over(submission);
  audit(turn, outcome.article, 'write');
  const shownTitle = titleOf({ ...outcome.article, published: undefined });
  const { reviewers = [] } = outcome;
  const text =
    reviewers.length > 0
      ? texts.text('article.waiting', locale, { title: shownTitle, names: texts.list(reviewers, locale) })
      : texts.text('article.nobody', locale, { title: shownTitle });
  const tone = reviewers.length > 0 ? 'good' : 'warning';
  putInPlace(turn, noticeContent(locale, { text, tone }), reference.copyKey);
}

async function review(submission: Submission): Promise<void> {
  const { turn, deps, reference, found, inputs } = submission;
  const { texts } = deps;
  const { locale, person } = turn;
  if (!found.article) return;
  const decision = DECISIONS.find((name) => name === typed(inputs, 'decision'));
  if (!decision)
    return fix(submission, {
      decision: texts.text('form.required', locale, { field: texts.text('article.decision', locale) }),
    });
  if (found.article.state !== 'drafted') return over(submission);
  let action: ArticleAction;
  if (decision === 'send-back') {
    const reason = typed(inputs, 'reason');
    if (!reason) return fix(submission, { reason: texts.text('article.reason-error', locale) });
    action = { kind: 'send-back', by: person.id, reason };
  } else {
    const read = await readReview(turn, deps, inputs);
    if ('errors' in read) return fix(submission, read.errors);
    action = { kind: 'approve', by: person.id, ...read, revision: reference.revision };
  }
  const outcome = await deps.change(turn, found.article.id, action);
  if ('refused' in outcome && outcome.refused === 'changed')
    return putInPlace(
      turn,
      found.form({ errors: { decision: texts.text('article.changed', locale) } }),
      reference.copyKey,
    );
  await settle(submission, outcome, decision);
}

async function retire(submission: Submission): Promise<void> {
  const { turn, deps, found } = submission;
  if (!found.article) return;
  const reason = typed(submission.inputs, 'reason');
  if (!reason) return fix(submission, { reason: deps.texts.text('article.reason-error', turn.locale) });
  const outcome = await deps.change(turn, found.article.id, { kind: 'retire', by: turn.person.id, reason });
  await settle(submission, outcome, 'retire');
}

/** The article as it stands after a decision about it, in place of the form. */
async function settle(submission: Submission, outcome: ArticleOutcome, what: Audited): Promise<void> {
  if ('refused' in outcome) return over(submission);
  const { turn, deps, reference } = submission;
  audit(turn, outcome.article, what);
  putInPlace(turn, await stateOf(turn, deps, outcome.article), reference.copyKey);
}

/** Somebody else was first: how it stands now. */
async function over({ turn, deps, reference, found }: Submission): Promise<void> {
  const now = found.article && (await deps.get(turn, found.article.id));
  if (now) putInPlace(turn, await stateOf(turn, deps, now), reference.copyKey);
  else tellClicker(turn, deps.texts.text('error.not-found', turn.locale));
}

type Audited = 'write' | 'publish' | 'send-back' | 'retire';

const audit = (turn: Turn, { id, state, revision }: Article, what: Audited): void =>
  turn.audit({ action: `article-${what}`, resource: `article:${id}`, after: { state, revision } });
