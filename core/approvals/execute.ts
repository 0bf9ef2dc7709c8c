import { describeError } from '../kernel/errors.js';
import type { OutboundMessage } from '../kernel/outbound-message.js';
import type { Approval, ExecutionOutcome, PersonName } from './approval.js';
import { commit } from './commit.js';
import type { ApprovalContext } from './context.js';
import { viewFor } from './effects.js';
import { policySubject } from './policy-subject.js';
import { countingVotes } from './rules.js';
import type { ToolRun, ToolRunResult } from './tool-desk.js';
import { transition, type Command } from './transition.js';

const SOONEST_RETRY_MS = 10_000;
const LATEST_RETRY_MS = 300_000;

/**
 * Executes an approved call, or takes over from a process that died on it. Whoever calls this how often: the start is a
 * conditional write with a fencing number, the tool runs under the approval's id as its idempotency key, and only the
 * latest attempt may record an outcome. While the policy does not answer, nothing runs and nothing is given up.
 * @param known the approval as it was just stored, which then need not be read; whether it still stands, the write tells.
 * @returns what stands afterwards.
 */
export async function executeApproval(
  context: ApprovalContext,
  tenantId: string,
  approvalId: string,
  known?: Approval,
): Promise<Approval | undefined> {
  const { clock, owner, leaseMs, metrics } = context;
  const approval = known ?? (await context.approvals(tenantId).get(approvalId));
  if (!approval) return undefined;
  const now = clock.now();
  const start: Command = { kind: 'start', owner, leaseUntil: new Date(now.getTime() + leaseMs) };
  if (!transition(approval, start, now).ok) return approval;
  const verdict = await judge(context, approval);
  if (verdict.kind === 'unanswered' && !isGivenUp(approval, now)) return putOff(context, approval, now);
  const started = await commit(context, approval, start);
  if (!started.ok || !started.approval.execution) return started.approval;
  const { attempt } = started.approval.execution;
  const { outcome, messages } =
    verdict.kind === 'allowed'
      ? await runTool(context, started.approval)
      : { outcome: refusedOutcome(verdict, attempt), messages: [] };
  const finished = await commit(
    context,
    started.approval,
    { kind: 'finish', attempt, outcome },
    {
      messages: (next) => [
        ...messages,
        ...(outcome.kind === 'unknown' ? handedOverTo(context, next, clock.now()) : []),
      ],
    },
  );
  metrics.count('approval_executions_total', { outcome: outcome.kind, counted: String(finished.ok) });
  return finished.approval;
}

/** A card that only changes rings no bell: whoever approved is told in words that it is theirs to look. */
function handedOverTo({ cards, secret }: ApprovalContext, approval: Approval, now: Date): OutboundMessage[] {
  const who = new Set(countingVotes(approval).map(({ by }) => by.id));
  return approval.copies
    .filter(({ audience, personId }) => audience === 'approver' && who.has(personId ?? ''))
    .map((copy) => ({
      id: `${copy.copyKey}:look:${approval.version}`,
      conversation: copy.conversation,
      kind: 'post' as const,
      content: cards.handedOver(approval, viewFor(approval, copy, { secret, now })),
    }));
}

async function runTool(context: ApprovalContext, approval: Approval): Promise<ToolRunResult> {
  try {
    return await context.tools.run(runOf(approval));
  } catch (error) {
    context.logger.error(
      { approvalId: approval.id, error: describeError(error) },
      'tool run failed unexpectedly',
    );
    return { outcome: { kind: 'unknown', reason: INTERRUPTED }, messages: [] };
  }
}

const INTERRUPTED = 'It was interrupted and may have happened. Please look before you try again.';

type Judgement = { kind: 'allowed' } | { kind: 'refused' | 'unanswered'; reason: string };

/** A refusal after an earlier attempt that nobody ended does not undo what that one may have done. */
function refusedOutcome(verdict: Exclude<Judgement, { kind: 'allowed' }>, attempt: number): ExecutionOutcome {
  if (attempt > 1) return { kind: 'unknown', reason: INTERRUPTED };
  if (verdict.kind === 'refused') return { kind: 'failed', reason: verdict.reason, mayRetry: false };
  const reason = 'The policy service did not answer for a day, so nothing was done. Please ask again.';
  return { kind: 'failed', reason, mayRetry: true };
}

const isGivenUp = ({ putOff }: Approval, now: Date): boolean =>
  putOff !== undefined && now >= putOff.giveUpAt;

/** The longer it waits already, the longer until the next try. */
async function putOff(context: ApprovalContext, approval: Approval, now: Date): Promise<Approval> {
  const waited = now.getTime() - (approval.putOff?.since ?? now).getTime();
  const pause = Math.min(Math.max(waited / 2, SOONEST_RETRY_MS), LATEST_RETRY_MS);
  context.logger.warn(
    { approvalId: approval.id, waitedMs: waited },
    'the policy does not answer; an approved call waits for it',
  );
  context.metrics.count('approval_executions_put_off_total');
  const until = new Date(now.getTime() + pause);
  return (await commit(context, approval, { kind: 'put-off', until })).approval;
}

/** The policy is asked once more, as things stand now: a person's yes does not outlive a changed rule. */
async function judge(context: ApprovalContext, approval: Approval): Promise<Judgement> {
  const checked = context.tools.check(approval.tool.name, approval.parameters);
  if (!checked.ok)
    return { kind: 'refused', reason: 'The tool no longer takes these parameters. Please ask again.' };
  const decision = await context.policy.decide({
    ...(await policySubject(context, approval)),
    tool: { name: approval.tool.name, risk: checked.call.tool.risk },
    parameters: approval.parameters,
    facts: { ...checked.call.facts, untrusted: approval.untrusted },
    approved: true,
    at: context.clock.now(),
  });
  if (decision.effect === 'allow') return { kind: 'allowed' };
  return { kind: decision.unanswered ? 'unanswered' : 'refused', reason: decision.reason };
}

/** The one use of the tool that an approval stands for. */
function runOf(approval: Approval): ToolRun {
  const { id, tenantId, tool, parameters, requester, origin, correlationId, copies } = approval;
  const approvedBy = countingVotes(approval).map(({ by }) => by);
  const locale = copies.find(({ audience }) => audience === 'requester')?.locale;
  const call = {
    key: id,
    tenantId,
    tool: tool.name,
    parameters,
    requester,
    origin,
    correlationId,
    approvedBy,
  };
  return { ...call, ...(locale !== undefined && { locale }) };
}

/**
 * Takes back what an approved call did, where the tool can; once, under a key of its own.
 * @param person the requester, or somebody who could have decided.
 */
export async function undoApproval(
  context: ApprovalContext,
  tenantId: string,
  approvalId: string,
  person: PersonName & { active: boolean },
): Promise<{ ok: true; approval: Approval } | { ok: false; reason?: string; approval?: Approval }> {
  const approval = await context.approvals(tenantId).get(approvalId);
  if (!approval || !person.active) return { ok: false };
  const { id, name } = person;
  const entitled = id === approval.requester.id || approval.approvers.some((approver) => approver.id === id);
  if (!entitled) return { ok: false };
  if (approval.state !== 'done' || !approval.tool.undoable) return { ok: false, approval };
  const { outcome } = await context.tools.undo(runOf(approval));
  if (outcome.kind !== 'done') return { ok: false, reason: outcome.reason, approval };
  const result = await commit(context, approval, {
    kind: 'undone',
    by: { id, name },
    summary: outcome.summary,
  });
  return result.ok ? result : { ok: false, approval: result.approval };
}
