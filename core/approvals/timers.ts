import { localHour } from '../governance/policy/local-hour.js';
import type { OutboundMessage } from '../kernel/outbound-message.js';
import type { Approval, ApprovalTimers, Approver } from './approval.js';
import { commit } from './commit.js';
import type { ApprovalContext, QuietHours } from './context.js';
import { showTo } from './decide.js';
import { viewFor } from './effects.js';
import { askForTheAway } from './hand-over.js';
import { executeApproval } from './execute.js';
import { resolveApprovers } from './rules.js';
import { isAbandoned, isDecisionFinal } from './transition.js';

const HOUR_MS = 3_600_000;

/**
 * Does what an approval's `dueAt` calls for. All times are on the record, so a restart or a jump of the clock loses
 * nothing: what is due at the same time happens in the order of its weight, expiry first.
 */
export async function tickApproval(
  context: ApprovalContext,
  tenantId: string,
  approvalId: string,
): Promise<void> {
  const approval = await context.approvals(tenantId).get(approvalId);
  if (!approval) return;
  const now = context.clock.now();
  if (approval.state === 'approved' || approval.state === 'executing') {
    const isFree =
      approval.state === 'approved' ? isDecisionFinal(approval, now) : isAbandoned(approval, now);
    if (isFree) await executeApproval(context, tenantId, approvalId);
    return;
  }
  if (approval.state !== 'pending') return;
  if (now >= approval.expiresAt) await commit(context, approval, { kind: 'expire' });
  else if (isDue(approval.timers.escalateAt, now)) await escalate(context, approval, now);
  else if (isDue(approval.timers.remindAt, now)) await remind(context, approval, now);
}

const isDue = (time: Date | undefined, now: Date): boolean => time !== undefined && time <= now;

/** Brings in the managers of those who have not decided; administrators where there is no manager. */
async function escalate(context: ApprovalContext, approval: Approval, now: Date): Promise<void> {
  const directory = context.directory(approval.tenantId);
  const voted = new Set(approval.votes.map(({ by }) => by.id));
  const added: Approver[] = [];
  for (const approver of approval.approvers.filter(({ id }) => !voted.has(id))) {
    const manager = await directory.managerOf(approver.id);
    if (manager && manager.id !== approval.requester.id)
      added.push({
        id: manager.id,
        name: manager.name,
        clauses: approver.clauses,
        via: 'escalated',
        forId: approver.id,
      });
  }
  if (added.length === 0) {
    const clauses = approval.rule.who.map((_, position) => position);
    for (const { id, name } of await directory.byRole('admin'))
      if (id !== approval.requester.id) added.push({ id, name, clauses, via: 'escalated' });
  }
  const rest = approval.expiresAt.getTime() - now.getTime();
  const { remindAt, remind: asleep, nudgedAt } = approval.timers;
  const timers: ApprovalTimers = asleep
    ? { remindAt, remind: asleep, nudgedAt }
    : { remindAt: new Date(now.getTime() + rest / 2), nudgedAt };
  const result = await commit(context, approval, { kind: 'add-approvers', approvers: added, timers });
  if (result.ok) await showTo(context, result.approval, added);
}

/** Tells those who have not decided; whoever is in their quiet hours is told when these end. */
async function remind(context: ApprovalContext, approval: Approval, now: Date): Promise<void> {
  const { escalateAt, nudgedAt, remind: wanted } = approval.timers;
  const { awake, asleep, wakeAt } = await recipients(context, approval, now, wanted);
  const timers: ApprovalTimers = {
    escalateAt,
    nudgedAt,
    ...(wakeAt && { remindAt: wakeAt, remind: asleep }),
  };
  const messages = (next: Approval): OutboundMessage[] => remindersFor(context, next, now, awake);
  await commit(context, approval, { kind: 'set-timers', timers }, { messages });
}

/** Those who have not decided: who can be told now, who is in their quiet hours, and when the first of these wakes. */
async function recipients(
  context: ApprovalContext,
  approval: Approval,
  now: Date,
  wanted?: string[],
): Promise<{ awake: Set<string | undefined>; asleep: string[]; wakeAt?: Date }> {
  const voted = new Set(approval.votes.map(({ by }) => by.id));
  const awake = new Set<string | undefined>();
  const asleep: string[] = [];
  let wakeAt: Date | undefined;
  for (const { audience, personId } of approval.copies) {
    if (audience !== 'approver' || (personId !== undefined && voted.has(personId))) continue;
    if (wanted && (personId === undefined || !wanted.includes(personId))) continue;
    const person =
      personId === undefined ? undefined : await context.directory(approval.tenantId).person(personId);
    const wakes = endOfQuiet(now, context.quietHours, person?.timeZone ?? context.timeZone ?? 'UTC');
    if (!wakes || wakes >= approval.expiresAt || personId === undefined) awake.add(personId);
    else if (!asleep.includes(personId)) {
      asleep.push(personId);
      if (!wakeAt || wakes < wakeAt) wakeAt = wakes;
    }
  }
  return { awake, asleep, ...(wakeAt && { wakeAt }) };
}

function remindersFor(
  context: ApprovalContext,
  approval: Approval,
  now: Date,
  who: ReadonlySet<string | undefined>,
): OutboundMessage[] {
  const { cards, secret } = context;
  return approval.copies
    .filter(({ audience, personId }) => audience === 'approver' && who.has(personId))
    .map((copy) => ({
      id: `${copy.copyKey}:remind:${approval.version}`,
      conversation: copy.conversation,
      kind: 'post' as const,
      content: cards.reminder(approval, { ...viewFor(approval, copy, { secret, now }), token: undefined }),
    }));
}

/** Whom a nudge reached, and who hears of it when their quiet hours end. */
export interface Nudged {
  told: string[];
  later: string[];
}

/** A reminder now, because the requester asks for it; at most one an hour. Nobody is woken by it. */
export async function nudgeApprovers(
  context: ApprovalContext,
  tenantId: string,
  approvalId: string,
  requesterId: string,
): Promise<Nudged | 'too-soon' | 'not-pending' | 'not-found'> {
  const approval = await context.approvals(tenantId).get(approvalId);
  if (!approval || approval.requester.id !== requesterId) return 'not-found';
  if (approval.state !== 'pending') return 'not-pending';
  const now = context.clock.now();
  const due = new Date(now.getTime() + HOUR_MS);
  const last = approval.timers.nudgedAt;
  if (last && now.getTime() - last.getTime() < HOUR_MS) return 'too-soon';
  const { awake, asleep, wakeAt } = await recipients(context, approval, now);
  const timers: ApprovalTimers = { ...approval.timers, nudgedAt: now };
  if (wakeAt) Object.assign(timers, { remindAt: wakeAt, remind: asleep });
  else if (timers.remindAt && timers.remindAt < due) timers.remindAt = due;
  const messages = (next: Approval): OutboundMessage[] => remindersFor(context, next, now, awake);
  const result = await commit(context, approval, { kind: 'set-timers', timers }, { messages });
  if (!result.ok) return 'not-pending';
  const named = (isMeant: (id: string) => boolean): string[] =>
    approval.approvers.filter(({ id }) => isMeant(id)).map(({ name }) => name);
  return { told: named((id) => awake.has(id)), later: named((id) => asleep.includes(id)) };
}

/**
 * Finds out who may decide as things are today, and brings newcomers in: a new manager, a stand-in for somebody who
 * went on leave, a substitute for an approver who left the company.
 */
export async function refreshApprovers(context: ApprovalContext, approval: Approval): Promise<boolean> {
  const directory = context.directory(approval.tenantId);
  const now = context.clock.now();
  const today = await resolveApprovers(approval.rule, approval.requester.id, directory, now);
  const known = new Set(approval.approvers.map(({ id }) => id));
  const newcomers = today.filter(({ id }) => !known.has(id));
  await askForTheAway(context, approval);
  if (newcomers.length === 0) return false;
  const { timers } = approval;
  const result = await commit(context, approval, { kind: 'add-approvers', approvers: newcomers, timers });
  if (result.ok) await showTo(context, result.approval, newcomers);
  return result.ok;
}

/** @returns when quiet hours end, to the hour, or undefined outside of them. */
export function endOfQuiet(
  now: Date,
  { fromHour, untilHour }: QuietHours,
  timeZone: string,
): Date | undefined {
  const isQuiet = (at: Date): boolean => {
    const { hour } = localHour(at, timeZone);
    return fromHour <= untilHour
      ? hour >= fromHour && hour < untilHour
      : hour >= fromHour || hour < untilHour;
  };
  if (fromHour === untilHour || !isQuiet(now)) return undefined;
  let at = new Date(Math.ceil((now.getTime() + 1) / HOUR_MS) * HOUR_MS);
  for (let hours = 0; hours < 24 && isQuiet(at); hours += 1) at = new Date(at.getTime() + HOUR_MS);
  return at;
}
