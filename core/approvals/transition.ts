import { neverHappens } from '../kernel/errors.js';
import type { JsonObject } from '../kernel/json.js';
import { isLeaseOver, isWaitOver } from '../kernel/lease.js';
import type { Actor } from '../kernel/person.js';
import { stillUnreached, type Unreached } from '../governance/identity/reach.js';
import type { ApprovalRule, Risk } from '../governance/policy/decision.js';
import type {
  Approval,
  ApprovalCopy,
  ApprovalTimers,
  Approver,
  Decision,
  Edit,
  ExecutionOutcome,
  Note,
  PersonName,
} from './approval.js';
import { isTerminal } from './approval.js';
import { isSatisfied } from './rules.js';

/** What can be done to an approval. Each carries its own time, so that this module knows no clock. */
export type Command =
  | {
      kind: 'vote';
      verdict: 'approve' | 'reject';
      by: PersonName;
      digest: string;
      steppedUp: boolean;
      reason?: string;
    }
  /** `vote`: whoever edits approves what comes out, in the same write, if they may decide about it. */
  | {
      kind: 'edit';
      by: PersonName;
      digest: string;
      next: Revision;
      changes: Edit['changes'];
      vote?: { steppedUp: boolean };
    }
  | { kind: 'delegate'; by: PersonName; to: PersonName }
  | { kind: 'ask-hand-over'; by: PersonName; to: PersonName; isAway: boolean }
  | { kind: 'answer-hand-over'; by: PersonName; accept: boolean }
  | { kind: 'note'; note: Note }
  | { kind: 'cancel'; by: Actor; reason?: string }
  | { kind: 'supersede'; by: Actor; reason: string }
  | { kind: 'expire' }
  | { kind: 'add-approvers'; approvers: Approver[]; timers: ApprovalTimers }
  | { kind: 'set-timers'; timers: ApprovalTimers }
  | { kind: 'add-copies'; copies: ApprovalCopy[]; unreached?: Unreached[] }
  | { kind: 'start'; owner: string; leaseUntil: Date }
  | { kind: 'put-off'; until: Date }
  | { kind: 'finish'; attempt: number; outcome: ExecutionOutcome }
  | { kind: 'undone'; by: PersonName; summary: string };

/** The parts of an approval that change with its parameters. */
export interface Revision {
  parameters: JsonObject;
  summary: string;
  reason: string;
  risk: Risk;
  policy: { ruleId: string; version: string };
  costMicroUsd?: number;
  rule: ApprovalRule;
  approvers: Approver[];
  digest: string;
  nonce: string;
}

/** Why a command changed nothing; a card or a sentence tells the person. */
export type Refusal =
  | 'already-decided'
  | 'already-voted'
  | 'not-an-approver'
  | 'own-request'
  | 'stale'
  | 'expired'
  | 'step-up-needed'
  | 'too-late'
  | 'not-pending'
  | 'busy'
  | 'nothing-changed';

export type Transition = { ok: true; next: Approval } | { ok: false; refusal: Refusal };

const refuse = (refusal: Refusal): Transition => ({ ok: false, refusal });

/**
 * Applies a command. Pure: the caller stores `next` on condition that the stored version is still that of `approval`,
 * and otherwise reads again and asks again, so that the order of writes decides every race.
 */
export function transition(approval: Approval, command: Command, at: Date): Transition {
  switch (command.kind) {
    case 'vote':
      return vote(approval, command, at);
    case 'edit':
      return edit(approval, command, at);
    case 'delegate':
      return delegate(approval, command, at);
    case 'ask-hand-over':
      return askHandOver(approval, command, at);
    case 'answer-hand-over':
      return answerHandOver(approval, command, at);
    case 'note':
      return whilePending(approval, at, () => ({ notes: [...approval.notes, command.note] }));
    case 'cancel':
      return cancel(approval, command, at);
    case 'supersede':
      return whilePending(approval, at, () => decided('superseded', command.by, at, command.reason));
    case 'expire':
      return expire(approval, at);
    case 'add-approvers':
      return whilePending(approval, at, () => ({
        approvers: withApprovers(approval.approvers, command.approvers, approval.requester.id),
        timers: command.timers,
      }));
    case 'set-timers':
      return whilePending(approval, at, () => ({ timers: command.timers }));
    case 'add-copies':
      return addCopies(approval, command);
    case 'start':
      return start(approval, command, at);
    case 'put-off':
      return putOff(approval, command, at);
    case 'finish':
      return finish(approval, command, at);
    case 'undone':
      return undone(approval, command);
    default:
      return neverHappens(command);
  }
}

function vote(approval: Approval, command: Extract<Command, { kind: 'vote' }>, at: Date): Transition {
  const mayNot = refusalFor(approval, command.by, command.digest, at);
  if (mayNot) return refuse(mayNot);
  const { verdict, by, steppedUp, reason } = command;
  if (
    approval.votes.some(
      (cast) => cast.by.id === by.id && cast.revision === approval.revision && verdict === 'approve',
    )
  )
    return refuse('already-voted');
  if (verdict === 'approve' && approval.rule.stepUp && !steppedUp) return refuse('step-up-needed');
  const votes = [...approval.votes, { by, verdict, revision: approval.revision, steppedUp, reason, at }];
  const actor: Actor = { kind: 'person', ...by };
  if (verdict === 'reject') return changed(approval, { votes, ...decided('rejected', actor, at, reason) });
  if (!isSatisfied({ ...approval, votes })) return changed(approval, { votes });
  const executeAt = new Date(at.getTime() + approval.rule.undoSeconds * 1000);
  return changed(approval, { votes, ...decided('approved', actor, at, reason), executeAt });
}

/** What stops a person from deciding, if anything: the same for a vote and for an edit. */
export function refusalFor(
  approval: Approval,
  by: PersonName,
  digest: string,
  at: Date,
): Refusal | undefined {
  if (approval.decision) return 'already-decided';
  if (at >= approval.expiresAt) return 'expired';
  if (by.id === approval.requester.id) return 'own-request';
  if (!approval.approvers.some(({ id }) => id === by.id)) return 'not-an-approver';
  return digest === approval.digest ? undefined : 'stale';
}

function edit(approval: Approval, command: Extract<Command, { kind: 'edit' }>, at: Date): Transition {
  const { by, next, changes } = command;
  const mayNot = refusalFor(approval, by, command.digest, at);
  if (mayNot) return refuse(mayNot);
  if (changes.length === 0) return refuse('nothing-changed');
  const { risk, ...rest } = next;
  const edited = changed(approval, {
    ...rest,
    tool: { ...approval.tool, risk },
    revision: approval.revision + 1,
    edits: [...approval.edits, { by, at, fromDigest: approval.digest, toDigest: next.digest, changes }],
  });
  if (!command.vote || !edited.ok) return edited;
  const { steppedUp } = command.vote;
  const ballot = { kind: 'vote' as const, verdict: 'approve' as const, by, digest: next.digest, steppedUp };
  const voted = vote(edited.next, ballot, at);
  // One write, one version, whatever is in it.
  return voted.ok ? { ok: true, next: { ...voted.next, version: edited.next.version } } : edited;
}

function delegate(
  approval: Approval,
  { by, to }: Extract<Command, { kind: 'delegate' }>,
  at: Date,
): Transition {
  if (by.id === approval.requester.id || to.id === approval.requester.id) return refuse('own-request');
  const own = approval.approvers.find(({ id }) => id === by.id);
  if (!own) return approval.decision ? refuse('already-decided') : refuse('not-an-approver');
  const there = approval.approvers.find(({ id }) => id === to.id);
  if (there && own.clauses.every((clause) => there.clauses.includes(clause)))
    return refuse('nothing-changed');
  const standIn: Approver = { ...to, clauses: own.clauses, via: 'delegated', forId: by.id };
  return whilePending(approval, at, () => ({
    approvers: withApprovers(approval.approvers, [standIn], approval.requester.id),
  }));
}

/** Asks somebody once; whoever decides anyway, or was asked already, is not asked again. */
function askHandOver(
  approval: Approval,
  { by, to }: Extract<Command, { kind: 'ask-hand-over' }>,
  at: Date,
): Transition {
  const { approvers, requester, handOvers = [] } = approval;
  if (by.id === requester.id || to.id === requester.id) return refuse('own-request');
  if (!approvers.some(({ id }) => id === by.id)) return refuse('not-an-approver');
  const isAsked = handOvers.some((each) => each.to.id === to.id && each.by.id === by.id);
  if (isAsked || approvers.some(({ id }) => id === to.id)) return refuse('nothing-changed');
  return whilePending(approval, at, () => ({ handOvers: [...handOvers, { by, to, state: 'asked', at }] }));
}

/** Whoever accepts may decide from then on, for the lines of the one who asked. */
function answerHandOver(
  approval: Approval,
  { by, accept }: Extract<Command, { kind: 'answer-hand-over' }>,
  at: Date,
): Transition {
  const { approvers, requester, handOvers = [] } = approval;
  const asked = handOvers.filter(({ to, state }) => to.id === by.id && state === 'asked');
  if (asked.length === 0) return approval.decision ? refuse('already-decided') : refuse('not-an-approver');
  const standIns = asked.flatMap((each): Approver[] => {
    const handing = approvers.find(({ id }) => id === each.by.id);
    return handing ? [{ ...by, clauses: handing.clauses, via: 'delegated', forId: handing.id }] : [];
  });
  const state = accept ? ('accepted' as const) : ('declined' as const);
  return whilePending(approval, at, () => ({
    handOvers: handOvers.map((each) => (asked.includes(each) ? { ...each, state, at } : each)),
    ...(accept && { approvers: withApprovers(approvers, standIns, requester.id) }),
  }));
}

/** Before the decision anybody entitled may cancel; after it only until the execution begins. */
function cancel(
  approval: Approval,
  { by, reason }: Extract<Command, { kind: 'cancel' }>,
  at: Date,
): Transition {
  if (approval.state === 'pending')
    return whilePending(approval, at, () => decided('cancelled', by, at, reason));
  if (approval.state !== 'approved')
    return refuse(isTerminal(approval.state) ? 'already-decided' : 'too-late');
  const isBegun = !approval.putOff && (!approval.executeAt || at >= approval.executeAt);
  if (isBegun) return refuse('too-late');
  return changed(approval, decided('cancelled', by, at, reason));
}

function expire(approval: Approval, at: Date): Transition {
  if (approval.state !== 'pending') return refuse('already-decided');
  if (at < approval.expiresAt) return refuse('not-pending');
  return changed(approval, decided('expired', { kind: 'job', id: 'approval-expiry' }, at));
}

/** Copies of a settled request are allowed: somebody looks at it again and gets the current state. */
function addCopies(
  approval: Approval,
  { copies, unreached = [] }: Extract<Command, { kind: 'add-copies' }>,
): Transition {
  const known = new Set(approval.copies.map(({ copyKey }) => copyKey));
  const fresh = copies.filter(({ copyKey }) => !known.has(copyKey));
  if (fresh.length === 0 && unreached.length === 0) return refuse('nothing-changed');
  const reached = fresh.map(({ personId }) => personId);
  return changed(approval, {
    copies: [...approval.copies, ...fresh],
    unreached: stillUnreached(approval.unreached, unreached, reached),
  });
}

/** Whether the time to call an approved request off is over. */
export function isDecisionFinal({ executeAt, decision }: Approval, at: Date): boolean {
  return !executeAt || isWaitOver({ since: decision?.at ?? executeAt, until: executeAt }, at);
}

/** Whether nobody executes it, though somebody has begun. */
export const isAbandoned = ({ state, execution }: Approval, at: Date): boolean =>
  state === 'executing' && execution !== undefined && isLeaseOver(execution.leaseUntil, at);

function start(approval: Approval, command: Extract<Command, { kind: 'start' }>, at: Date): Transition {
  const { owner, leaseUntil } = command;
  if (approval.state !== 'approved' && !isAbandoned(approval, at))
    return refuse(
      approval.state === 'executing'
        ? 'busy'
        : isTerminal(approval.state)
          ? 'already-decided'
          : 'not-pending',
    );
  if (approval.state === 'approved' && !isDecisionFinal(approval, at)) return refuse('busy');
  const attempt = (approval.execution?.attempt ?? 0) + 1;
  return changed(approval, {
    state: 'executing',
    execution: { attempt, owner, leaseUntil },
    putOff: undefined,
  });
}

const PATIENCE_MS = 86_400_000;

/** What was to be executed waits until the policy can be asked; what a dead process left behind as well. */
function putOff(approval: Approval, { until }: Extract<Command, { kind: 'put-off' }>, at: Date): Transition {
  const { execution } = approval;
  const waiting = approval.putOff ?? { since: at, giveUpAt: new Date(at.getTime() + PATIENCE_MS) };
  if (execution && isAbandoned(approval, at))
    return changed(approval, { putOff: waiting, execution: { ...execution, leaseUntil: until } });
  if (approval.state !== 'approved') return refuse('already-decided');
  if (!isDecisionFinal(approval, at)) return refuse('busy');
  return changed(approval, { putOff: waiting, executeAt: until });
}

function finish(approval: Approval, command: Extract<Command, { kind: 'finish' }>, at: Date): Transition {
  const { execution } = approval;
  if (approval.state !== 'executing' || execution?.attempt !== command.attempt)
    return refuse('already-decided');
  const { outcome } = command;
  return changed(approval, {
    state: outcome.kind === 'done' ? 'done' : 'failed',
    execution: { ...execution, outcome, finishedAt: at },
  });
}

/** What was done was taken back: the result says so, and there is nothing left to undo. */
function undone(approval: Approval, { summary }: Extract<Command, { kind: 'undone' }>): Transition {
  const { execution, tool } = approval;
  if (approval.state !== 'done' || !execution || !tool.undoable) return refuse('too-late');
  return changed(approval, {
    tool: { ...tool, undoable: false },
    execution: { ...execution, outcome: { kind: 'done', summary }, undone: true },
  });
}

function whilePending(approval: Approval, at: Date, change: () => Partial<Approval>): Transition {
  if (approval.decision) return refuse('already-decided');
  if (at >= approval.expiresAt) return refuse('expired');
  return changed(approval, change());
}

function decided(outcome: Decision['outcome'], by: Actor, at: Date, reason?: string): Partial<Approval> {
  return { state: outcome, decision: { outcome, by, at, reason }, timers: {} };
}

function changed(approval: Approval, change: Partial<Approval>): Transition {
  const next = { ...approval, ...change, version: approval.version + 1 };
  return { ok: true, next: { ...next, dueAt: nextDue(next) } };
}

/** The next moment at which a job has to look at an approval. */
export function nextDue(approval: Approval): Date | undefined {
  switch (approval.state) {
    case 'pending': {
      const { remindAt, escalateAt } = approval.timers;
      const times = [approval.expiresAt, remindAt, escalateAt].filter((time) => time !== undefined);
      return new Date(Math.min(...times.map((time) => time.getTime())));
    }
    case 'approved':
      return approval.executeAt;
    case 'executing':
      return approval.execution?.leaseUntil;
    default:
      return undefined;
  }
}

/** Adds people; who is there already may also decide for more lines of the rule. The requester never comes in. */
function withApprovers(known: Approver[], added: Approver[], requesterId: string): Approver[] {
  const all = new Map(known.map((approver) => [approver.id, approver]));
  for (const approver of added) {
    if (approver.id === requesterId) continue;
    const before = all.get(approver.id);
    const clauses = [...new Set([...(before?.clauses ?? []), ...approver.clauses])].sort((a, b) => a - b);
    all.set(approver.id, { ...(before ?? approver), clauses });
  }
  return [...all.values()];
}
