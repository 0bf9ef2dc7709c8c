import { canonicalJson, type JsonObject } from '../kernel/json.js';
import { nameOf, type Approval, type Edit } from './approval.js';
import { commit } from './commit.js';
import type { ApprovalContext } from './context.js';
import { admit, showTo, startWhenApproved, type Ask, type AskRefusal } from './decide.js';
import { policySubject } from './policy-subject.js';
import { isSatisfiable, resolveApprovers } from './rules.js';
import { approvalDigest, newNonce } from './token.js';
import { refusalFor, type Revision } from './transition.js';
import type { CheckedCall } from './tool-desk.js';

export type EditResult =
  /** `notApproved` tells why whoever edited could not approve in the same breath; absent when that was not asked. */
  | { ok: true; approval: Approval; notApproved?: AskRefusal }
  | { ok: false; refusal: AskRefusal; approval?: Approval }
  /** Parameter name to what to change. */
  | { ok: false; refusal: 'invalid'; errors: Record<string, string>; approval: Approval }
  /** A screen does not let the new values pass; the reason is for operators. */
  | { ok: false; refusal: 'screened'; reason: string; approval: Approval }
  /** The policy does not let the new parameters pass. */
  | { ok: false; refusal: 'denied'; reason: string; approval: Approval };

/** What is to change, and whether whoever changes it approves what comes out. */
export type EditAsk = Ask & { parameters: JsonObject; approve?: { code?: string } };

/**
 * Changes parameters of a pending request. The new ones go the whole way again: schema, screens, policy, who decides;
 * what comes out is a new revision with a new digest, on which earlier votes do not count. An approval that was asked for
 * with it stands in the same write, so that no card shows the new revision as open in between.
 * @param parameters the changed members; others stay.
 */
export async function editApproval(context: ApprovalContext, ask: EditAsk): Promise<EditResult> {
  const admitted = await admit(context, ask);
  if (!admitted.ok) return admitted;
  const { approval } = admitted;
  const { timeZone = context.timeZone } = ask.person;
  const wanted = { ...approval.parameters, ...ask.parameters };
  const asked = { before: approval.parameters, ...(timeZone && { timeZone }) };
  const checked = context.tools.check(approval.tool.name, wanted, asked);
  if (!checked.ok) {
    const errors = 'errors' in checked ? checked.errors : {};
    return { ok: false, refusal: 'invalid', errors, approval };
  }
  const changes = differences(approval.parameters, checked.call.parameters);
  if (changes.length === 0) return { ok: false, refusal: 'nothing-changed', approval };
  const screened = await context.screen(
    changes.map(({ after }) => (typeof after === 'string' ? after : JSON.stringify(after))).join('\n'),
    ask.tenantId,
  );
  if (screened) return { ok: false, refusal: 'screened', reason: screened, approval };
  return saveRevision(context, ask, approval, checked.call, changes);
}

async function saveRevision(
  context: ApprovalContext,
  { person, tenantId, approve }: EditAsk,
  approval: Approval,
  call: CheckedCall,
  changes: Edit['changes'],
): Promise<EditResult> {
  const now = context.clock.now();
  const facts = { ...call.facts, untrusted: approval.untrusted || call.facts.untrusted };
  const decision = await context.policy.decide({
    ...(await policySubject(context, approval)),
    tool: { name: call.tool.name, risk: call.tool.risk },
    parameters: call.parameters,
    facts,
    approved: false,
    at: now,
  });
  if (decision.effect === 'deny') return { ok: false, refusal: 'denied', reason: decision.reason, approval };
  // A request that a person was asked about stays one, also when the new parameters alone would not need it.
  const rule = decision.rule ?? approval.rule;
  const directory = context.directory(tenantId);
  const resolved = await resolveApprovers(rule, approval.requester.id, directory, now);
  const approvers = rule.name === approval.rule.name ? approval.approvers : resolved;
  if (!isSatisfiable({ ...approval, rule, approvers }, now))
    return { ok: false, refusal: 'denied', reason: 'Nobody could decide about that.', approval };
  const policy = { ruleId: decision.ruleId, version: decision.version };
  const by = nameOf(person);
  const next: Revision = {
    parameters: call.parameters,
    summary: call.summary,
    reason: decision.rule ? decision.reason : approval.reason,
    risk: decision.risk,
    policy,
    costMicroUsd: call.facts.amountMicroUsd,
    rule,
    approvers,
    digest: approvalDigest({
      tenantId,
      tool: call.tool.name,
      parameters: call.parameters,
      requesterId: approval.requester.id,
      policyVersion: policy.version,
      expiresAt: approval.expiresAt,
    }),
    nonce: newNonce(),
  };
  const ballot = approve ? await ballotFor(context, { person, tenantId }, approval, next, approve.code) : {};
  if (ballot.isAskedAgain) return { ok: false, refusal: ballot.refusal, approval };
  const { refusal: notApproved, vote } = ballot;
  const edit = { kind: 'edit' as const, by, digest: approval.digest, changes, next, vote };
  const result = await commit(context, approval, edit);
  if (approve && result.ok) countVote(context, notApproved);
  if (!result.ok) return result;
  startWhenApproved(context, result.approval);
  const added = approvers.filter(({ id }) => !approval.approvers.some((known) => known.id === id));
  const shown = result.approval.decision ? result.approval : await showTo(context, result.approval, added);
  return { ok: true, approval: shown, ...(notApproved && { notApproved }) };
}

type Ballot =
  | { vote?: { steppedUp: boolean }; refusal?: undefined; isAskedAgain?: undefined }
  /** The edit stands, and others decide about it. */
  | { vote?: undefined; refusal: AskRefusal; isAskedAgain: false }
  /** The form had a field for the code: it is asked for again, and nothing is saved. */
  | { vote?: undefined; refusal: AskRefusal; isAskedAgain: true };

/** Whether whoever edits may approve what comes out, under the rule that holds for it. */
async function ballotFor(
  context: ApprovalContext,
  { person, tenantId }: Pick<Ask, 'person' | 'tenantId'>,
  approval: Approval,
  next: Revision,
  code: string | undefined,
): Promise<Ballot> {
  const refusal = refusalFor({ ...approval, ...next }, nameOf(person), next.digest, context.clock.now());
  if (refusal) return { refusal, isAskedAgain: false };
  if (next.rule.verifiedAccount && person.strength !== 'verified')
    return { refusal: 'weak-account', isAskedAgain: false };
  if (!next.rule.stepUp) return { vote: { steppedUp: false } };
  const isAskedAgain = approval.rule.stepUp;
  if (!code) return { refusal: 'step-up-needed', isAskedAgain };
  const proof = await context.stepUp.verify(tenantId, person.id, code);
  if (proof !== 'ok') return { refusal: proof === 'wrong' ? 'wrong-code' : proof, isAskedAgain };
  return { vote: { steppedUp: true } };
}

function countVote({ metrics }: ApprovalContext, refusal: AskRefusal | undefined): void {
  metrics.count('approval_votes_total', { verdict: 'approve', outcome: refusal ?? 'counted' });
}

/** Members that differ, by name; a member that is gone has the value null after. */
export function differences(before: JsonObject, after: JsonObject): Edit['changes'] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names
    .filter((name) => canonicalJson(before[name] ?? null) !== canonicalJson(after[name] ?? null))
    .map((name) => ({ name, before: before[name] ?? null, after: after[name] ?? null }));
}
