import { z } from 'zod';
import { fact, locale, markdown, plain, raw, reference, step, tone } from './fields.js';

/** A word in colour: a risk, a state. */
export const badge = z.object({ text: raw, tone });

/** What was edited before it was approved: one row per parameter. */
const changes = z.object({
  title: markdown,
  parameter: markdown,
  before: markdown,
  after: markdown,
  rows: z.array(z.object({ name: plain, before: plain, after: plain })).max(40),
});

/** Refreshes the card for each reader when it is shown; Teams asks for at most 60 ids, its own. */
const refresh = z.object({ title: raw, userIds: z.array(z.string()).max(60).default([]) });

const button = z.object({
  title: raw,
  verb: raw,
  style: z.enum(['default', 'positive', 'destructive']).default('default'),
});

/** A button that asks for one line first. */
const question = z.object({ title: raw, label: raw, error: raw, send: raw });

const shared = {
  locale,
  title: markdown,
  badge,
  /** One line: what will happen. */
  what: plain,
  facts: z.array(fact).max(20),
  parametersTitle: markdown,
  parameters: z.array(fact).max(40),
  changes: changes.optional(),
  /** What was asked and answered about the request. */
  notes: z
    .array(z.object({ by: plain, text: plain }))
    .max(20)
    .default([]),
  refresh: refresh.optional(),
  /** Comes back with every click: the approval's id and, where it can be decided, a token. */
  reference,
};

export const approvalRequest = z.object({
  ...shared,
  /** Said in colour above the buttons: the values come from text that nobody vouches for. */
  warning: markdown.optional(),
  approve: raw,
  /** Asks for the code of an authenticator before approving. */
  code: question.optional(),
  reject: question,
  edit: raw.optional(),
  /** Asks for a name, or offers these people. */
  delegate: question
    .extend({
      people: z
        .array(z.object({ id: raw, name: raw }))
        .max(100)
        .default([]),
    })
    .optional(),
  info: question.optional(),
});

export const approvalEdit = z.object({
  locale,
  title: markdown,
  text: markdown,
  what: plain,
  schema: reference,
  values: reference,
  errors: z.record(z.string(), markdown).optional(),
  labels: z.object({ required: raw, invalid: raw }),
  code: z.object({ label: raw, error: raw }).optional(),
  save: raw,
  back: raw,
  reference,
});

/** How a request stands, for those who do not decide it (now). */
export const approvalStatus = z.object({
  ...shared,
  decidersTitle: markdown,
  deciders: z.array(step).max(30),
  actions: z.array(button).max(3).default([]),
});

/** A request that was decided, or that nobody decided in time. */
export const approvalDecided = z.object({
  ...shared,
  text: markdown.optional(),
  actions: z.array(button).max(3).default([]),
});

/** What came of an approved request. */
export const approvalResult = z.object({
  ...shared,
  resultTitle: markdown,
  result: plain,
  link: z.object({ title: raw, url: z.url({ protocol: /^https?$/ }) }).optional(),
  /** Until when it can be undone. */
  note: markdown.optional(),
  actions: z.array(button).max(3).default([]),
});

const listItem = z.object({
  title: plain,
  meta: plain,
  badge,
  actions: z.array(button).max(2).default([]),
  reference,
});
export const approvalList = z.object({
  locale,
  title: markdown,
  empty: markdown,
  items: z.array(listItem).max(15),
  /** "12 more" */
  more: markdown.optional(),
});
