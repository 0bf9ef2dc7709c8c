import { z } from 'zod';
import type { JsonObject } from '../../core/kernel/json.js';
import { escapeMarkdown } from '../escape-markdown.js';

/** Shown as card markdown: sentences of ours and text that was screened. */
export const markdown = z.string();
/** A value of somebody else's that must show as it is; escaped on its way into the card. */
export const plain = z.string().transform(escapeMarkdown);
/** Where cards know no markdown: button titles, labels and values of inputs, ids. */
export const raw = z.string();
/** BCP 47 tag that the card's texts are written in. */
export const locale = z.string();
/** What every click on the card brings back, beside the inputs: ids and tokens, opaque to the card. */
export const reference = z.custom<JsonObject>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'must be an object',
);
/** How a line or a badge is coloured. */
export const tone = z.enum(['default', 'accent', 'good', 'warning', 'attention']);
/** How far a step got. */
export const stepState = z.enum(['done', 'active', 'waiting', 'failed', 'skipped']);

export const fact = z.object({ title: plain, value: plain });
/** A prompt that a click sends as the person's own words. */
export const prompt = z.object({ title: raw, prompt: raw });
export const step = z.object({ text: plain, state: stepState, detail: plain.optional() });
/** Where the rest of a shortened text stands: a page, or a click that posts it. */
export const fullText = z.object({ title: raw, url: z.url().optional() });
