import type { BindingStrength, Person } from '../kernel/person.js';
import { nameOf, type Approval, type Approver, type PersonName } from './approval.js';
import { commit } from './commit.js';
import { withOneDirectory, type ApprovalContext } from './context.js';
import { executeApproval } from './execute.js';
import { copiesFor } from './open.js';
import { isTokenOf } from './token.js';
import { refusalFor, type Command, type Refusal } from './transition.js';

/** What a person asks for on an approval. `token` comes from the card that they clicked. */
export interface Ask {
  tenantId: string;
  approvalId: string;
  person: Pick<Person, 'id' | 'name' | 'active' | 'timeZone'> & { strength?: BindingStrength };
  token: string;
}

/** Refusals that come before the state machine is asked. */
export type AskRefusal =
  | Refusal
  | 'not-found'
  | 'left-company'
  | 'wrong-code'
  | 'not-enrolled'
  | 'locked'
  | 'weak-account'
  | 'directory-stale'
  | 'not-reachable';

/** `approval` is what stands now; absent for those who have no business with it. */
export type AskResult =
  { ok: true; approval: Approval } | { ok: false; refusal: AskRefusal; approval?: Approval };

/** Approves or rejects. The first decision that is written counts; everybody else is told what it was. */
export async function decideApproval(
  given: ApprovalContext,
  ask: Ask & { verdict: 'approve' | 'reject'; reason?: string; code?: string },
): Promise<AskResult> {
  const context = withOneDirectory(given, ask.tenantId);
  const checked = await admit(context, ask);
  if (!checked.ok) return checked;
  const { approval } = checked;
  const { person, verdict, reason, code } = ask;
  const by = nameOf(person);
  let steppedUp = false;
  if (verdict === 'approve' && approval.rule.stepUp) {
    if (!code) return { ok: false, refusal: 'step-up-needed', approval };
    const proof = await context.stepUp.verify(ask.tenantId, person.id, code);
    if (proof !== 'ok') return { ok: false, refusal: proof === 'wrong' ? 'wrong-code' : proof, approval };
    steppedUp = true;
  }
  const command: Command = { kind: 'vote', verdict, by, digest: approval.digest, steppedUp, reason };
  const result = await commit(context, approval, command);
  context.metrics.count('approval_votes_total', { verdict, outcome: result.ok ? 'counted' : result.refusal });
  if (!result.ok && result.refusal === 'expired') await expireNow(context, approval);
  if (result.ok) startWhenApproved(given, result.approval, context.directory);
  return result.ok ? result : { ...result, approval: await latest(context, result.approval) };
}

/** Hands one's own part in a decision to somebody else. */
export async function delegateApproval(
  context: ApprovalContext,
  ask: Ask & { to: PersonName },
): Promise<AskResult> {
  const checked = await admit(context, ask);
  if (!checked.ok) return checked;
  const { approval } = checked;
  const receiver = await context.directory(ask.tenantId).person(ask.to.id);
  if (!receiver?.active) return { ok: false, refusal: 'not-reachable', approval };
  const by = nameOf(ask.person);
  const result = await commit(context, approval, { kind: 'delegate', by, to: ask.to });
  if (!result.ok) return result;
  return { ok: true, approval: await showTo(context, result.approval, [ask.to]) };
}

/** Asks the requester something, or answers. Nothing is decided; the time goes on. */
export async function noteOnApproval(
  context: ApprovalContext,
  { text, ...ask }: Omit<Ask, 'token'> & { text: string },
): Promise<AskResult> {
  const approval = await context.approvals(ask.tenantId).get(ask.approvalId);
  if (!approval) return { ok: false, refusal: 'not-found' };
  if (!ask.person.active) return { ok: false, refusal: 'left-company' };
  const { id } = ask.person;
  const isRequester = id === approval.requester.id;
  if (!isRequester && !approval.approvers.some((approver) => approver.id === id))
    return { ok: false, refusal: 'not-an-approver' };
  const note = {
    by: nameOf(ask.person),
    kind: isRequester ? ('answer' as const) : ('question' as const),
    text,
  };
  return commit(context, approval, { kind: 'note', note: { ...note, at: context.clock.now() } });
}

/** Calls a request off: the requester, or whoever may cancel any. In the undo window approvers may as well. */
export async function cancelApproval(
  context: ApprovalContext,
  ask: Omit<Ask, 'token'> & { reason?: string; mayCancelAny: boolean },
): Promise<AskResult> {
  const approval = await context.approvals(ask.tenantId).get(ask.approvalId);
  if (!approval) return { ok: false, refusal: 'not-found' };
  const { id, active } = ask.person;
  if (!active) return { ok: false, refusal: 'left-company' };
  const isApprover = approval.approvers.some((approver) => approver.id === id);
  const entitled =
    id === approval.requester.id || ask.mayCancelAny || (approval.state === 'approved' && isApprover);
  if (!entitled)
    return { ok: false, refusal: 'not-an-approver', approval: isApprover ? approval : undefined };
  return commit(context, approval, {
    kind: 'cancel',
    by: { kind: 'person', ...nameOf(ask.person) },
    reason: ask.reason,
  });
}

/**
 * Lets through who may decide here and now: active, named by the rule today and not only when the request was opened,
 * with a card of the present revision. Strangers learn nothing of the approval.
 */
export async function admit(
  context: ApprovalContext,
  ask: Ask,
): Promise<{ ok: true; approval: Approval } | { ok: false; refusal: AskRefusal; approval?: Approval }> {
  const approval = await context.approvals(ask.tenantId).get(ask.approvalId);
  if (!approval) return { ok: false, refusal: 'not-found' };
  if (!ask.person.active) return { ok: false, refusal: 'left-company' };
  const { id, name } = ask.person;
  const approver = approval.approvers.find((each) => each.id === id);
  const isRequester = id === approval.requester.id;
  if (!approver && !isRequester) return { ok: false, refusal: 'not-an-approver' };
  const refusal = refusalFor(approval, { id, name }, approval.digest, context.clock.now());
  if (refusal === 'expired') return { ok: false, refusal, approval: await expireNow(context, approval) };
  if (refusal) return { ok: false, refusal, approval };
  if (approval.rule.verifiedAccount && ask.person.strength !== 'verified')
    return { ok: false, refusal: 'weak-account', approval };
  if (context.peopleAreFresh && !(await context.peopleAreFresh()))
    return { ok: false, refusal: 'directory-stale', approval };
  if (approver && !(await isStillNamed(context, approval, approver)))
    return { ok: false, refusal: 'not-an-approver', approval };
  if (!isTokenOf(ask.token, approval, context.secret)) return { ok: false, refusal: 'stale', approval };
  return { ok: true, approval };
}

/**
 * A role or a group may have been taken away since, a delegation or an absence may be over, and who was away may be gone. Whom
 * a person named for this one request stays.
 */
async function isStillNamed(
  context: ApprovalContext,
  approval: Approval,
  approver: Approver,
): Promise<boolean> {
  const directory = context.directory(approval.tenantId);
  const person = await directory.person(approver.id);
  if (!person?.active) return false;
  if (approver.whileAway) return stillStandsIn(context, approval, approver);
  // Administrators stand where a line of the rule names nobody.
  if (approver.via === 'escalated' && !approver.forId) return person.roles.includes('admin');
  if (approver.via !== 'rule') return true;
  const clauses = approver.clauses.flatMap((position) => approval.rule.who[position] ?? []);
  // What the person's own record tells needs no list of everybody.
  const isByRecord = clauses.some(
    (clause) =>
      (clause.kind === 'role' && person.roles.includes(clause.role)) ||
      (clause.kind === 'group' && person.groups.includes(clause.group)),
  );
  if (isByRecord) return true;
  for (const clause of clauses.filter(({ kind }) => kind !== 'role' && kind !== 'group')) {
    const people = await directory.matching(clause, approval.requester.id, context.clock.now());
    if (people.some(({ id }) => id === approver.id)) return true;
  }
  return false;
}

/** True while the other is still named and has the approver, or somebody whom the approver has named in turn, stand in. */
async function stillStandsIn(
  context: ApprovalContext,
  approval: Approval,
  { id, forId }: Approver,
): Promise<boolean> {
  const other = approval.approvers.find((each) => each.id === forId);
  if (!other || other.whileAway || !(await isStillNamed(context, approval, other))) return false;
  const directory = context.directory(approval.tenantId);
  const now = context.clock.now();
  const sureOnly = approval.rule.verifiedAccount;
  const standIn = await directory.standInFor(other.id, now, sureOnly);
  if (!standIn) return false;
  return standIn.id === id || (await directory.standInFor(id, now, sureOnly))?.id === standIn.id;
}

/** Writes the expiry that a click was the first to notice. */
async function expireNow(context: ApprovalContext, approval: Approval): Promise<Approval> {
  return (await commit(context, approval, { kind: 'expire' })).approval;
}

/** Posts the card to more people; who has no chat gets a mail where there is one, and is named on the requester's card. */
export async function showTo(
  context: ApprovalContext,
  approval: Approval,
  people: readonly PersonName[],
): Promise<Approval> {
  const locale = approval.copies[0]?.locale ?? 'en';
  const { copies, unreached, mails } = await copiesFor(context, approval, people, locale);
  if (copies.length === 0 && unreached.length === 0) return approval;
  const command: Command = { kind: 'add-copies', copies, unreached };
  return (await commit(context, approval, command, { notifications: () => mails })).approval;
}

/**
 * Begins the execution after the click was answered, unless there is time to call it off.
 * @param directory that of the click, which has read people a moment ago.
 */
export function startWhenApproved(
  context: ApprovalContext,
  approval: Approval,
  directory = context.directory,
): void {
  if (approval.state !== 'approved') return;
  if (approval.executeAt && approval.executeAt > context.clock.now()) return;
  context.later(async () => {
    await new Promise((resolve) => setImmediate(resolve)); // the answer to the click is made first
    await executeApproval({ ...context, directory }, approval.tenantId, approval.id, approval);
  });
}

async function latest(context: ApprovalContext, approval: Approval): Promise<Approval> {
  return (await context.approvals(approval.tenantId).get(approval.id)) ?? approval;
}
