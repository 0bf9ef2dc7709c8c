import type { Activity } from './activity.js';
import type { AuditEvent } from './audit-event.js';
import type { ConversationReference } from './conversation-reference.js';
import type { ActionResponse, LiveReply, OutboundContent } from './outbound-message.js';
import type { BindingStrength, Person } from './person.js';
import type { Tenant } from './tenant.js';

/**
 * Our handling of one activity until it is answered. Handlers speak through its verbs and never see a channel's SDK.
 * What a turn says and audits is collected and stored in one write when the handler returns; a turn that is repeated
 * after a crash starts afresh, so nothing is said twice.
 */
export interface Turn {
  readonly id: string;
  readonly correlationId: string;
  readonly tenant: Tenant;
  readonly person: Person;
  /** How surely the sender's account is bound to the person. */
  readonly bindingStrength: BindingStrength;
  readonly activity: Activity;
  readonly conversation: ConversationReference;
  /** The text after the input screen: personal data replaced by placeholders towards models. */
  readonly text: string;
  /** BCP 47 of the fixed texts. */
  readonly locale: string;
  readonly signal: AbortSignal;
  /** Growing text and status line, best effort. */
  readonly live: LiveReply;
  /**
   * Says something in this conversation. `copyKey` lets a later update find the message; `onlyForAsker` is for what says
   * nothing to the others, where the channel can keep it from them.
   */
  reply(content: OutboundContent, options?: { copyKey?: string; onlyForAsker?: boolean }): void;
  /** Says something elsewhere. */
  post(conversation: ConversationReference, content: OutboundContent, options?: { copyKey?: string }): void;
  /** Rewrites a message that was sent under `copyKey`, unless it shows a later `copyVersion` already. */
  update(
    conversation: ConversationReference,
    copyKey: string,
    content: OutboundContent,
    options?: { copyVersion?: number },
  ): void;
  /** Answers the click inside its request. */
  respond(response: ActionResponse): void;
  audit(event: Omit<AuditEvent, 'actor' | 'correlationId' | 'at'> & Partial<Pick<AuditEvent, 'actor'>>): void;
}
