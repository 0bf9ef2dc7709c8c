import type { z } from 'zod';
import type { CardContent } from '../core/kernel/outbound-message.js';
import type { JsonObject } from '../core/kernel/json.js';
import * as answers from './data/answers.js';

/** The schema of each template's data. Adding a template means adding it here, with a template and a sample file. */
export const CARD_SCHEMAS = {
  welcome: answers.welcome,
  help: answers.help,
  answer: answers.answer,
  'no-answer': answers.noAnswer,
  error: answers.error,
  progress: answers.progress,
  notice: answers.notice,
  table: answers.table,
  chart: answers.chart,
  timeline: answers.timeline,
} as const;

export type CardName = keyof typeof CARD_SCHEMAS;
/** What a caller hands over for a template; resolved texts, no markup in plain values. */
export type CardInput<Name extends CardName> = z.input<(typeof CARD_SCHEMAS)[Name]>;
/** The same after parsing: defaults filled in and plain values escaped. */
export type CardData<Name extends CardName> = z.output<(typeof CARD_SCHEMAS)[Name]>;

export const CARD_NAMES = Object.keys(CARD_SCHEMAS) as CardName[];

/** Names a template with its data; the compiler checks that they fit. */
export function cardContent<Name extends CardName>(template: Name, data: CardInput<Name>): CardContent {
  return { template, data: data as unknown as JsonObject };
}
