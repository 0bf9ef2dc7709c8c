import type { z } from 'zod';
import type { CardContent } from '../core/kernel/outbound-message.js';
import type { JsonObject, JsonValue } from '../core/kernel/json.js';
import * as answers from './data/answers.js';
import * as approvals from './data/approvals.js';
import * as forms from './data/forms.js';
import * as work from './data/work.js';

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
  form: forms.form,
  'approval-request': approvals.approvalRequest,
  'approval-edit': approvals.approvalEdit,
  'approval-status': approvals.approvalStatus,
  'approval-decided': approvals.approvalDecided,
  'approval-result': approvals.approvalResult,
  waiting: approvals.approvalList,
  'my-requests': approvals.approvalList,
  escalation: work.escalation,
  'escalation-status': work.escalationStatus,
  trace: work.trace,
  'milestone-plan': work.milestonePlan,
  'budget-warning': work.budgetWarning,
  digest: work.digest,
  'team-picker': work.teamPicker,
} as const;

export type CardName = keyof typeof CARD_SCHEMAS;
/** What a caller hands over for a template; resolved texts, no markup in plain values. */
export type CardInput<Name extends CardName> = z.input<(typeof CARD_SCHEMAS)[Name]>;
/** The same after parsing: defaults filled in and plain values escaped. */
export type CardData<Name extends CardName> = z.output<(typeof CARD_SCHEMAS)[Name]>;

export const CARD_NAMES = Object.keys(CARD_SCHEMAS) as CardName[];

/**
 * Names a template with its data; the compiler checks that they fit. Members that are undefined are left out, because
 * a store may bring them back as null.
 */
export function cardContent<Name extends CardName>(template: Name, data: CardInput<Name>): CardContent {
  return { template, data: withoutUndefined(data) as JsonObject };
}

function withoutUndefined(value: unknown): JsonValue {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (value === null || typeof value !== 'object') return value as JsonValue;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([key, member]) => [key, withoutUndefined(member)]),
  );
}
