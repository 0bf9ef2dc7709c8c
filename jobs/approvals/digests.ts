import type { Approval } from '../../core/approvals/approval.js';
import { localHour } from '../../core/governance/policy/local-hour.js';
import type { Effect } from '../../core/kernel/effect.js';
import { dayIn } from '../../core/kernel/time-zone.js';
import type { ApprovalJobsDependencies } from './dependencies.js';

const HOUR = 8;
const FRIDAY = 5;

/**
 * One message a day to each approver for whom something waits, in the conversation they used last. It is due from Monday to
 * Friday between 8 and 9 by the approver's own clock, so the job has to look every hour.
 */
export async function sendDigests(
  deps: Pick<ApprovalJobsDependencies, 'context' | 'approvalSweeps' | 'outbox'>,
): Promise<void> {
  const { context, approvalSweeps, outbox } = deps;
  const now = context.clock.now();
  for (const tenantId of await approvalSweeps.tenantsWithPending()) {
    const directory = context.directory(tenantId);
    for (const [personId, waiting] of byApprover(await context.approvals(tenantId).pending())) {
      const person = await directory.person(personId);
      const [conversation] = person?.conversations ?? [];
      if (!person?.active || !conversation) continue;
      const timeZone = person.timeZone ?? context.timeZone ?? 'UTC';
      const { weekday, hour } = localHour(now, timeZone);
      if (hour !== HOUR || weekday > FRIDAY) continue;
      const view = {
        audience: 'approver' as const,
        personId,
        locale: person.locale ?? 'en',
        timeZone: person.timeZone,
        now,
      };
      const id = `digest:${personId}:${dayIn(now, timeZone)}`;
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
