import type { JsonValue } from './json.js';
import type { Actor } from './person.js';

/** One thing that happened, before it enters the tenant's audit chain. Holds ids and decisions, never message text. */
export interface AuditEvent {
  /** Noun-verb in kebab case: `turn-end`, `tool-call`, `approval-decide`. */
  action: string;
  actor: Actor;
  /** What it was done to: `approval:ID`, `document:ID`. */
  resource: string;
  before?: JsonValue;
  after?: JsonValue;
  reason?: string;
  /** Policy rule or guardrail that decided, with its version. */
  rule?: string;
  correlationId: string;
  at: Date;
}
