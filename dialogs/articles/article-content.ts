import { escapeMarkdown } from '../../cards/escape-markdown.js';
import type { JsonObject } from '../../core/kernel/json.js';
import type { OutboundContent } from '../../core/kernel/outbound-message.js';
import type { Article } from '../../core/knowledge/learning/article.js';
import { formContent } from '../cards/form-card.js';
import { noticeContent } from '../cards/plain-cards.js';
import { plainLine } from '../plain-line.js';
import { inAYear, reviewFields } from '../review-fields.js';
import type { Texts } from '../texts.js';

/** What a form about an article is for; comes back with it. */
export type ArticleStep = 'answer' | 'question' | 'edit' | 'review' | 'retire';

export type ArticleReference = {
  step: ArticleStep;
  /** Of the message that holds the form. */
  copyKey: string;
  articleId?: string;
  escalationId?: string;
  question?: string;
  revision?: number;
};

export interface FormState {
  values?: JsonObject;
  errors?: Record<string, string>;
}

/** A text is shown up to here on the card of its review; a channel's card holds no book. */
const LONGEST_SHOWN = 2_500;
const LONGEST_TITLE = 140;
const LONGEST_TEXT = 50_000;
const LONGEST_REASON = 500;

/** Offers whoever answered a person that the answer becomes an article. */
export function articleOffer(texts: Texts, locale: string, reference: JsonObject): OutboundContent {
  return noticeContent(locale, {
    text: texts.text('article.offer', locale),
    actions: [openButton(texts.text('article.make', locale), reference)],
  });
}

/** The button that opens a form about an article. */
export const openButton = (
  title: string,
  data: JsonObject,
  style: 'default' | 'positive' | 'destructive' = 'default',
): {
  title: string;
  verb: 'article.open';
  data: JsonObject;
  style: 'default' | 'positive' | 'destructive';
} => ({
  title,
  verb: 'article.open',
  data,
  style,
});

/** Title, text and readers, to be written or changed. */
export function writeForm(
  texts: Texts,
  locale: string,
  reference: ArticleReference,
  { values, errors }: FormState,
): OutboundContent {
  const say = (key: Parameters<Texts['text']>[0]): string => texts.text(key, locale);
  const question = reference.question
    ? `${texts.text('article.question', locale, { question: plainLine(reference.question) })}\n\n`
    : '';
  return formContent(texts, locale, {
    title: say('article.write-title'),
    text: errors ? say('form.fix') : `${question}${say('article.write-text')}`,
    schema: {
      type: 'object',
      properties: {
        title: { type: 'string', title: say('article.field-title'), maxLength: LONGEST_TITLE },
        markdown: {
          type: 'string',
          title: say('article.field-text'),
          maxLength: LONGEST_TEXT,
          'x-multiline': true,
        },
        readers: {
          title: say('article.field-readers'),
          default: 'internal',
          oneOf: READERS.map((name) => ({ const: name, title: say(`article.readers-${name}`) })),
        },
      },
      required: ['title', 'markdown'],
    },
    values,
    errors,
    reference,
  });
}

export const READERS = ['internal', 'confidential'] as const;
export const DECISIONS = ['publish', 'send-back'] as const;

/** What was written, with the decision about it. */
export function reviewForm(
  texts: Texts,
  locale: string,
  { article, author, copyKey }: { article: Article; author: string; copyKey: string },
  { values, errors }: FormState,
): OutboundContent {
  const say = (key: Parameters<Texts['text']>[0]): string => texts.text(key, locale);
  const { title = '', body = '', question, access } = article;
  const shown = body.length > LONGEST_SHOWN ? `${body.slice(0, LONGEST_SHOWN)} …` : body;
  const readers = READERS.find((name) => name === access.classification);
  const facts = [
    texts.text('article.by', locale, { name: escapeMarkdown(author) }),
    ...(question === title
      ? []
      : [texts.text('article.question', locale, { question: plainLine(question) })]),
    ...(readers ? [`${say('article.field-readers')}: ${say(`article.readers-${readers}`)}`] : []),
  ];
  return formContent(texts, locale, {
    title: texts.text('article.review-title', locale, { title: plainLine(title) }),
    text: [shown, `_${facts.join(' · ')}_`, ...(errors ? [say('form.fix')] : [])].join('\n\n'),
    schema: {
      type: 'object',
      properties: {
        decision: {
          title: say('article.decision'),
          oneOf: DECISIONS.map((name) => ({ const: name, title: say(`article.${name}`) })),
        },
        ...reviewFields(texts, locale),
        reason: {
          type: 'string',
          title: say('article.reason'),
          maxLength: LONGEST_REASON,
          'x-multiline': true,
        },
      },
      required: ['decision'],
    },
    values,
    errors,
    reference: { step: 'review', copyKey, articleId: article.id, revision: article.revision },
  });
}

/** What a review starts with: the author answers for it for a year, unless the reviewer wants it otherwise. */
export function reviewValues(
  { owner }: Pick<Article, 'owner'>,
  author: { name: string; email?: string } | undefined,
  now: Date,
): { owner: string; reviewBy: string } {
  return { owner: owner ?? author?.email ?? author?.name ?? '', reviewBy: inAYear(now) };
}

/** Why it is taken out of the knowledge base. */
export function retireForm(
  texts: Texts,
  locale: string,
  reference: ArticleReference,
  article: Article,
  { values, errors }: FormState,
): OutboundContent {
  return formContent(texts, locale, {
    title: texts.text('article.retire-title', locale, { title: plainLine(titleOf(article)) }),
    schema: {
      type: 'object',
      properties: {
        reason: {
          type: 'string',
          title: texts.text('article.reason', locale),
          maxLength: LONGEST_REASON,
          'x-multiline': true,
        },
      },
      required: ['reason'],
    },
    values,
    errors,
    reference,
  });
}

/** How an article stands, with what can be done about it. */
export function articleNotice(
  texts: Texts,
  locale: string,
  article: Article,
  names: { author: string; owner: string },
): OutboundContent {
  const { id: articleId, state, reviewBy, reason = '' } = article;
  const title = plainLine(titleOf(article));
  const button = (step: 'edit' | 'review' | 'retire', style?: 'destructive'): ReturnType<typeof openButton> =>
    openButton(texts.text(`article.${step}`, locale), { step, articleId }, style);
  const said = {
    requested: () =>
      reason
        ? texts.text('article.sent-back', locale, {
            title,
            name: plainLine(names.author),
            reason: plainLine(reason),
          })
        : texts.text('article.requested', locale, { title }),
    drafted: () => texts.text('article.drafted', locale, { title, name: plainLine(names.author) }),
    published: () =>
      texts.text('article.published', locale, {
        title,
        owner: plainLine(names.owner),
        date: reviewBy ? texts.date(reviewBy, locale) : texts.text('value.none', locale),
      }),
    retired: () => texts.text('article.retired', locale, { title }),
  };
  const actions = {
    requested: () => [button('edit'), button('retire', 'destructive')],
    drafted: () => [button('review'), button('retire', 'destructive')],
    published: () => [button('edit'), button('retire', 'destructive')],
    retired: () => [],
  };
  return noticeContent(locale, { text: said[state](), actions: actions[state]() });
}

/** What an article is called while it may have no title yet. */
export const titleOf = ({ title, published, question }: Article): string =>
  published?.title ?? title ?? question;

/** Told to whoever wrote it or asked for it. */
export function articleNews(
  texts: Texts,
  locale: string,
  news: 'published-yours' | 'published-asked' | 'sent-back-yours',
  article: Article,
): OutboundContent {
  const { id: articleId, question, reason = '' } = article;
  const text = texts.text(`article.${news}`, locale, {
    title: plainLine(article.title),
    question: plainLine(question),
    reason: plainLine(reason),
  });
  const actions =
    news === 'sent-back-yours'
      ? [openButton(texts.text('article.edit', locale), { step: 'edit', articleId })]
      : [];
  return noticeContent(locale, { text, actions });
}
