import { neverHappens } from '../kernel/errors.js';
import type { ApprovalRule } from '../governance/policy/decision.js';
import type { Directory } from '../governance/identity/directory.js';
import type { Approval, Approver, Vote } from './approval.js';

/** The approving votes that count: on the current revision, one per person, with a code or a sure account where the rule asks. */
export function countingVotes(approval: Pick<Approval, 'votes' | 'revision' | 'rule' | 'requester'>): Vote[] {
  const seen = new Set<string>();
  return approval.votes.filter(({ by, verdict, revision, steppedUp }) => {
    const counts =
      verdict === 'approve' &&
      revision === approval.revision &&
      by.id !== approval.requester.id &&
      (steppedUp || !approval.rule.stepUp) &&
      (by.strength === 'verified' || !approval.rule.verifiedAccount) &&
      !seen.has(by.id);
    if (counts) seen.add(by.id);
    return counts;
  });
}

/** True when the votes so far satisfy the rule. */
export function isSatisfied(
  approval: Pick<Approval, 'votes' | 'revision' | 'rule' | 'requester' | 'approvers'>,
): boolean {
  return missingAgreement(approval) === 0;
}

/** How many people still have to agree. */
export function missingAgreement(
  approval: Pick<Approval, 'votes' | 'revision' | 'rule' | 'requester' | 'approvers'>,
): number {
  const { rule, approvers } = approval;
  const votes = countingVotes(approval).filter(({ by }) => approvers.some(({ id }) => id === by.id));
  switch (rule.need.kind) {
    case 'any':
      return Math.max(0, 1 - votes.length);
    case 'quorum':
      return Math.max(0, rule.need.count - votes.length);
    case 'all':
      return rule.who.length - matchedClauses(votes, approvers);
    default:
      return neverHappens(rule.need);
  }
}

/** The largest number of clauses that the voters can satisfy when nobody stands for two (augmenting paths). */
function matchedClauses(votes: Vote[], approvers: Approver[]): number {
  const takenBy = new Map<number, string>();
  const clausesOf = (personId: string): number[] =>
    approvers.filter(({ id }) => id === personId).flatMap(({ clauses }) => clauses);
  const place = (personId: string, tried: Set<number>): boolean =>
    clausesOf(personId).some((clause) => {
      if (tried.has(clause)) return false;
      tried.add(clause);
      const holder = takenBy.get(clause);
      if (holder !== undefined && !place(holder, tried)) return false;
      takenBy.set(clause, personId);
      return true;
    });
  return votes.filter(({ by }) => place(by.id, new Set())).length;
}

/** True when the approvers, all agreeing, could satisfy the rule. */
export function isSatisfiable(
  approval: Pick<Approval, 'revision' | 'rule' | 'requester' | 'approvers'>,
  at: Date,
): boolean {
  const votes = approval.approvers.map(({ id, name }): Vote => {
    const { revision } = approval;
    return { by: { id, name, strength: 'verified' }, verdict: 'approve', revision, steppedUp: true, at };
  });
  return isSatisfied({ ...approval, votes });
}

/**
 * Finds who may decide. Whoever is away is replaced by their stand-in, and stays allowed. When a clause finds nobody (no
 * manager, an empty group), administrators take its place, so that a request never waits for no one.
 */
export async function resolveApprovers(
  rule: ApprovalRule,
  requesterId: string,
  directory: Directory,
  at: Date,
): Promise<Approver[]> {
  const found = new Map<string, Approver>();
  const add = (approver: Approver): void => {
    if (approver.id === requesterId) return;
    const known = found.get(approver.id);
    if (!known) return void found.set(approver.id, approver);
    const clauses = [...new Set([...known.clauses, ...approver.clauses])];
    // Who is named themselves stands in for nobody: their right ends with no absence of somebody else.
    found.set(approver.id, { ...(known.whileAway ? approver : known), clauses });
  };
  for (const [position, clause] of rule.who.entries()) {
    const people = (await directory.matching(clause, requesterId, at)).filter(({ id }) => id !== requesterId);
    const fallback = people.length === 0;
    const deciding = fallback ? await directory.byRole('admin') : people;
    for (const { id, name } of deciding) {
      add({ id, name, clauses: [position], via: fallback ? 'escalated' : 'rule' });
      const standIn = await directory.standInFor(id, at, rule.verifiedAccount);
      if (standIn) {
        const via = (await directory.isAway(id, at)) ? 'away' : 'delegated';
        add({ id: standIn.id, name: standIn.name, clauses: [position], via, forId: id, whileAway: true });
      }
    }
  }
  return [...found.values()];
}
