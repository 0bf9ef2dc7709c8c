import { describeError } from '../kernel/errors.js';
import type { Approval } from './approval.js';
import { commit } from './commit.js';
import type { ApprovalContext } from './context.js';
import { policySubject } from './edit.js';
import { countingVotes } from './rules.js';
import type { ToolRunResult } from './tool-desk.js';

/**
 * Executes an approved call, or takes over from a process that died on it. Whoever calls this how often: the start is a
 * conditional write with a fencing number, the tool runs under the approval's id as its idempotency key, and only the
 * latest attempt may record an outcome.
 * @returns what stands afterwards.
 */
export async function executeApproval(
  context: ApprovalContext,
  tenantId: string,
  approvalId: string,
): Promise<Approval | undefined> {
  const { clock, owner, leaseMs, metrics } = context;
  const approval = await context.approvals(tenantId).get(approvalId);
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
    { messages: () => messages },
  );
  metrics.count('approval_executions_total', { outcome: outcome.kind, counted: String(finished.ok) });
  return finished.approval;
}

async function runTool(context: ApprovalContext, approval: Approval): Promise<ToolRunResult> {
  const refused = await stillAllowed(context, approval);
  if (refused) return { outcome: { kind: 'failed', reason: refused, mayRetry: false }, messages: [] };
  try {
    return await context.tools.run({
      key: approval.id,
      tenantId: approval.tenantId,
      tool: approval.tool.name,
      parameters: approval.parameters,
      requester: approval.requester,
      origin: approval.origin,
      correlationId: approval.correlationId,
      approvedBy: countingVotes(approval).map(({ by }) => by),
    });
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
