import type { OutboundMessage } from '../kernel/outbound-message.js';
import { nameOf, type Approval, type PersonName } from './approval.js';
import { commit } from './commit.js';
import type { ApprovalContext } from './context.js';
import { admit, showTo, type Ask, type AskResult } from './decide.js';
import { approvalToken } from './token.js';

/** Asks somebody to decide in one's place. They get the card, and may decide once they have accepted. */
export async function askHandOver(
  context: ApprovalContext,
  { to, ...ask }: Omit<Ask, 'token'> & { to: PersonName },
): Promise<AskResult> {
  const { tenantId, approvalId } = ask;
  const approval = await context.approvals(tenantId).get(approvalId);
  if (!approval) return { ok: false, refusal: 'not-found' };
  // It was said in words: what the person sees is the request as it stands.
  const checked = await admit(context, { ...ask, token: approvalToken(approval, context.secret) });
  if (!checked.ok) return checked;
  return offer(context, checked.approval, nameOf(ask.person), to, false);
}

/** Accepts or declines; whoever asked is told. */
export async function answerHandOver(
  context: ApprovalContext,
  { accept, ...ask }: Omit<Ask, 'token'> & { accept: boolean },
): Promise<AskResult> {
  const { tenantId, approvalId, person } = ask;
  const approval = await context.approvals(tenantId).get(approvalId);
  if (!approval) return { ok: false, refusal: 'not-found' };
  if (!person.active) return { ok: false, refusal: 'left-company' };
  const asking = new Set(
    (approval.handOvers ?? [])
      .filter(({ to, state }) => to.id === person.id && state === 'asked')
      .map(({ by }) => by.id),
  );
  if (asking.size === 0) return { ok: false, refusal: 'not-an-approver' };
  const messages = (next: Approval): OutboundMessage[] =>
    next.copies
      .filter(({ audience, personId }) => audience === 'approver' && personId && asking.has(personId))
      .map(({ copyKey, conversation, locale }) => ({
        id: `${copyKey}:hand-over:${next.version}`,
        conversation,
        kind: 'post' as const,
        content: context.cards.handOverAnswered(next, person.name, accept, locale),
      }));
  const command = { kind: 'answer-hand-over' as const, by: nameOf(person), accept };
  return commit(context, approval, command, { messages });
}

/**
 * The out-of-office rule: an approver who is away without a stand-in cannot ask, so their manager is asked for them, once.
 */
export async function askForTheAway(context: ApprovalContext, approval: Approval): Promise<void> {
  const directory = context.directory(approval.tenantId);
  const now = context.clock.now();
  let current = approval;
  for (const { id, name } of approval.approvers.filter(({ via }) => via === 'rule')) {
    if (!(await directory.isAway(id, now)) || (await directory.standInFor(id, now))) continue;
    const manager = await directory.managerOf(id);
    if (!manager || (await directory.isAway(manager.id, now))) continue;
    const asked = await offer(context, current, { id, name }, { id: manager.id, name: manager.name }, true);
    if (asked.ok) current = asked.approval;
  }
}

async function offer(
  context: ApprovalContext,
  approval: Approval,
  by: PersonName,
  to: PersonName,
  isAway: boolean,
): Promise<AskResult> {
  const receiver = await context.directory(approval.tenantId).person(to.id);
  if (!receiver?.active) return { ok: false, refusal: 'not-reachable', approval };
  const result = await commit(context, approval, { kind: 'ask-hand-over', by, to, isAway });
  if (!result.ok) return result;
  return { ok: true, approval: await showTo(context, result.approval, [to]) };
}
