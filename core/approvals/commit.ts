import { Unavailable } from '../kernel/errors.js';
import type { NotificationOrder } from '../kernel/effect.js';
import type { OutboundMessage } from '../kernel/outbound-message.js';
import type { Approval } from './approval.js';
import type { ApprovalContext } from './context.js';
import { changeEffect } from './effects.js';
import { transition, type Command, type Refusal } from './transition.js';

export type Committed =
  { ok: true; approval: Approval } | { ok: false; refusal: Refusal; approval: Approval };

/** What goes along with a change besides the cards; made from the new state. */
export interface Along {
  messages?: (next: Approval) => OutboundMessage[];
  notifications?: (next: Approval) => NotificationOrder[];
}

const ATTEMPTS = 20;

/**
 * Applies a command to the stored approval: transition, one conditional write with its effect, and from the start when
 * somebody else was first. The answer tells the state that stands, whoever made it.
 */
export async function commit(
  context: ApprovalContext,
  approval: Approval,
  command: Command,
  along: Along = {},
): Promise<Committed> {
  const { clock, cards, secret, poke } = context;
  const repository = context.approvals(approval.tenantId);
  let current = approval;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const now = clock.now();
    const result = transition(current, command, now);
    if (!result.ok) return { ok: false, refusal: result.refusal, approval: current };
    const { next } = result;
    const effect = changeEffect(
      current,
      next,
      command,
      { cards, secret, now },
      {
        messages: along.messages?.(next),
        notifications: along.notifications?.(next),
      },
    );
    if (await repository.replace(current, next, effect)) {
      poke(next.tenantId, next.id, effect, runsAtOnce(current, next, now));
      return { ok: true, approval: next };
    }
    current = (await repository.get(approval.id)) ?? current;
  }
  throw new Unavailable('approvals.busy', 'Too many changes to one approval at once; trying again helps.', {
    userText: 'error.busy',
  });
}

/** Whether the call is made as soon as this is stored, so that its end most often follows within a moment. */
const runsAtOnce = (previous: Approval, next: Approval, now: Date): boolean =>
  next.state === 'approved' &&
  previous.state !== 'approved' &&
  (next.executeAt === undefined || next.executeAt <= now);
