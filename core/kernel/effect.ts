import type { AuditEvent } from './audit-event.js';
import type { JsonObject } from './json.js';
import type { OutboundMessage } from './outbound-message.js';

/** A message that leaves by something other than a chat channel; `id` makes its delivery idempotent. */
export interface NotificationOrder {
  id: string;
  by: 'email' | 'webhook' | 'pagerduty' | 'telegram';
  /** Mail address, webhook URL, PagerDuty routing key name or Telegram chat id. */
  to: string;
  subject: string;
  /** Plain text. */
  text: string;
  /** What programs read: the webhook's body, PagerDuty's details. */
  data: JsonObject;
}

/**
 * What a conditional write causes besides its own change: stored on the same document in the same write, and moved on
 * by a relay. `id` comes from the document and its version, so that moving it twice changes nothing.
 */
export interface Effect {
  id: string;
  messages: OutboundMessage[];
  audit: AuditEvent[];
  notifications: NotificationOrder[];
}

/** Names the effect of a document's version; as text, the names of one document sort in the order of its versions. */
export const effectId = (kind: string, { id, version }: { id: string; version: number }): string =>
  `${kind}:${id}:${String(version).padStart(8, '0')}`;

/** An effect that still waits on its document. */
export interface StoredEffect {
  tenantId: string;
  documentId: string;
  effect: Effect;
}

/** A collection whose documents carry effects. */
export interface EffectSource {
  readonly name: string;
  /** The oldest waiting effects, in the order of each document's versions; all tenants. */
  waiting(limit: number): Promise<StoredEffect[]>;
  /** Those of one document, for a relay that was told that it changed. */
  waitingOf(tenantId: string, documentId: string): Promise<StoredEffect[]>;
  /** Forgets effects that have reached the outbox. */
  drop(tenantId: string, documentId: string, effectIds: string[]): Promise<void>;
}
