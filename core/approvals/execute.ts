import { describeError } from '../kernel/errors.js';
import type { OutboundMessage } from '../kernel/outbound-message.js';
import type { Approval, PersonName } from './approval.js';
import { commit } from './commit.js';
import type { ApprovalContext } from './context.js';
import { viewFor } from './effects.js';
import { policySubject } from './policy-subject.js';
import { countingVotes } from './rules.js';
import type { ToolRun, ToolRunResult } from './tool-desk.js';

/**
 * Executes an approved call, or takes over from a process that died on it. Whoever calls this how often: the start is a
 * conditional write with a fencing number, the tool runs under the approval's id as its idempotency key, and only the
 * latest attempt may record an outcome.
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
  const leaseUntil = new Date(clock.now().getTime() + leaseMs);
  const started = await commit(context, approval, { kind: 'start', owner, leaseUntil });
  if (!started.ok || !started.approval.execution) return started.approval;
  const { attempt } = started.approval.execution;
  const { outcome, messages } = await runTool(context, started.approval);
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
  const refused = await stillAllowed(context, approval);
  if (refused) return { outcome: { kind: 'failed', reason: refused, mayRetry: false }, messages: [] };
  try {
    return await context.tools.run(runOf(approval));
  } catch (error) {
    context.logger.error(
      { approvalId: approval.id, error: describeError(error) },
      'tool run failed unexpectedly',
    );
    const reason = 'It was interrupted and may have happened. Please look before you try again.';
    return { outcome: { kind: 'unknown', reason }, messages: [] };
  }
}

/** The policy is asked once more, as things stand now: a person's yes does not outlive a changed rule. */
async function stillAllowed(context: ApprovalContext, approval: Approval): Promise<string | undefined> {
  const checked = context.tools.check(approval.tool.name, approval.parameters);
  if (!checked.ok) return 'The tool no longer takes these parameters. Please ask again.';
  const decision = await context.policy.decide({
    ...(await policySubject(context, approval)),
    tool: { name: approval.tool.name, risk: checked.call.tool.risk },
    parameters: approval.parameters,
    facts: { ...checked.call.facts, untrusted: approval.untrusted },
    approved: true,
    at: context.clock.now(),
  });
  return decision.effect === 'allow' ? undefined : decision.reason;
}

/** The one use of the tool that an approval stands for. */
function runOf(approval: Approval): ToolRun {
  const { id, tenantId, tool, parameters, requester, origin, correlationId } = approval;
  const approvedBy = countingVotes(approval).map(({ by }) => by);
  return { key: id, tenantId, tool: tool.name, parameters, requester, origin, correlationId, approvedBy };
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
