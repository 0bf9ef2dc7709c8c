import { z } from 'zod';
import { fact, fullText, locale, markdown, plain, prompt, raw, reference, step, tone } from './fields.js';

export const welcome = z.object({
  locale,
  title: markdown,
  text: markdown,
  promptsTitle: markdown,
  prompts: z.array(prompt).max(6),
  note: markdown,
});

export const help = z.object({
  locale,
  title: markdown,
  text: markdown,
  commands: z.array(z.object({ title: markdown, description: markdown, prompt: raw })).max(24),
  promptsTitle: markdown,
  prompts: z.array(prompt).max(6),
});

const citation = z.object({
  number: z.int().positive(),
  title: plain,
  /** Headings above the passage, in one line. */
  place: plain,
  /** Exact words of the passage. */
  quote: plain,
  /** Public address of the document; without it, a click shows the quote in the card. */
  url: z.url({ protocol: /^https?$/ }).optional(),
});

/** A typed part of an answer, as core/kernel's AnswerPart without the text. */
export const tablePart = z.object({
  kind: z.literal('table'),
  title: plain.optional(),
  columns: z.array(plain).min(1).max(12),
  rows: z.array(z.array(plain)),
  /** Said under a table with more rows than are shown; `{shown}` and `{total}` are filled in. */
  more: raw.optional(),
});
export const chartPart = z.object({
  kind: z.literal('chart'),
  title: plain,
  chart: z.enum(['bar', 'line', 'pie']),
  labels: z.array(raw).min(1),
  series: z.array(z.object({ name: raw, values: z.array(z.number()) })).min(1),
  more: raw.optional(),
});
export const timelinePart = z.object({
  kind: z.literal('timeline'),
  title: plain.optional(),
  entries: z.array(z.object({ at: plain, text: plain, state: plain.optional() })).max(60),
});

export const answer = z.object({
  locale,
  text: markdown,
  parts: z.array(z.discriminatedUnion('kind', [tablePart, chartPart, timelinePart])).default([]),
  citations: z.array(citation).max(20),
  labels: z.object({
    sources: markdown,
    /** "AI-generated …" */
    ai: markdown,
    /** How sure the answer is, in words. */
    confidence: markdown,
    helpful: raw,
    notHelpful: raw,
    reason: raw,
    reasonPlaceholder: raw,
    send: raw,
  }),
  /** Confidence as a colour. */
  tone: tone.default('default'),
  /** Shows the thumbs where the channel has none of its own. */
  feedback: z.boolean().default(true),
  full: fullText,
  /** Comes back with every click; holds at least `answerId`. */
  reference,
});

export const noAnswer = z.object({
  locale,
  title: markdown,
  text: markdown,
  nearestTitle: markdown,
  nearest: z
    .array(
      z.object({
        title: plain,
        path: plain,
        url: z.url({ protocol: /^https?$/ }).optional(),
        /** What comes nearest in it, word for word. */
        quote: plain.optional(),
      }),
    )
    .max(10),
  askPerson: raw.optional(),
  /** A ticket for the service desk, with the asker's words from the reference. */
  ticket: raw.optional(),
  reference,
});

export const error = z.object({
  locale,
  title: markdown,
  text: markdown,
  whatToDo: markdown,
  /** "Reference: …", to quote to support. */
  correlation: markdown,
});

export const progress = z.object({
  locale,
  title: markdown,
  steps: z.array(step).max(30),
  /** Names the button that stops the run; no button without it. */
  stop: raw.optional(),
  reference: reference.default({}),
});

export const notice = z.object({
  locale,
  title: markdown.optional(),
  text: markdown,
  tone: tone.default('default'),
  /** Shown under the text; `url` is https or a PNG as a data URL. */
  picture: z.object({ url: z.string().regex(/^(https:|data:image\/png;base64,)/), altText: raw }).optional(),
  facts: z.array(fact).max(30).default([]),
  actions: z
    .array(
      z.object({
        title: raw,
        verb: raw,
        data: reference,
        style: z.enum(['default', 'positive', 'destructive']),
      }),
    )
    .max(6)
    .default([]),
  /** Small print: a correlation id, a source. */
  footer: markdown.optional(),
});

export const table = tablePart.extend({ locale, title: plain });
export const chart = chartPart.extend({ locale });
export const timeline = timelinePart.extend({ locale, title: plain });
