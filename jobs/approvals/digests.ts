import type { Approval } from '../../core/approvals/approval.js';
import type { Effect } from '../../core/kernel/effect.js';
import type { ApprovalJobsDependencies } from './dependencies.js';

/** One message a day to each approver for whom something waits, in the conversation they used last. */
export async function sendDigests(
  deps: Pick<ApprovalJobsDependencies, 'context' | 'approvalSweeps' | 'outbox'>,
): Promise<void> {
  const { context, approvalSweeps, outbox } = deps;
  const now = context.clock.now();
  const day = now.toISOString().slice(0, 10);
  for (const tenantId of await approvalSweeps.tenantsWithPending()) {
    const directory = context.directory(tenantId);
    for (const [personId, waiting] of byApprover(await context.approvals(tenantId).pending())) {
      const person = await directory.person(personId);
      const [conversation] = person?.conversations ?? [];
      if (!person?.active || !conversation) continue;
      const view = {
        audience: 'approver' as const,
        personId,
        locale: person.locale ?? 'en',
        timeZone: person.timeZone,
        now,
      };
      const id = `digest:${personId}:${day}`;
      const effect: Effect = {
        id,
        messages: [{ id, conversation, kind: 'post', content: context.cards.digest(waiting, view) }],
        audit: [],
        notifications: [],
      };
      await outbox(tenantId, effect);
    }
  }
}

function byApprover(approvals: Approval[]): Map<string, Approval[]> {
  const all = new Map<string, Approval[]>();
  for (const approval of approvals) {
    const voted = new Set(approval.votes.map(({ by }) => by.id));
    for (const { id } of approval.approvers) {
      if (!voted.has(id)) all.set(id, [...(all.get(id) ?? []), approval]);
    }
  }
  return all;
}
