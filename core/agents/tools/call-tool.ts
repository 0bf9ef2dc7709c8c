import { nameOf, type Approval, type ExecutionOutcome } from '../../approvals/approval.js';
import type { ApprovalService } from '../../approvals/service.js';
import type { ToolDesk } from '../../approvals/tool-desk.js';
import { RISKS, type Policy, type Risk } from '../../governance/policy/decision.js';
import { mayDo } from '../../governance/permissions.js';
import type { ContractDecision } from '../../guardrails/contracts.js';
import type { Clock } from '../../kernel/clock.js';
import type { ConversationReference } from '../../kernel/conversation-reference.js';
import type { JsonObject } from '../../kernel/json.js';
import type { OutboundMessage } from '../../kernel/outbound-message.js';
import type { BindingStrength, Person } from '../../kernel/person.js';

/** A tool call that a person asks for, or an agent on a person's behalf. */
export interface CallRequest {
  /** Same key, same call: of the turn, or of the run's step. */
  key: string;
  tool: string;
  parameters: JsonObject;
  person: Person;
  /** How surely the account that asks is the person's, for the record. */
  strength?: BindingStrength;
  agent?: string;
  /** What the agent's contract says of this use; an agent without one may use nothing. */
  contract?: ContractDecision & { riskCeiling: Risk };
  /** The arguments come from text that nobody vouches for. */
  untrusted?: boolean;
  origin: ConversationReference;
  locale: string;
  runId?: string;
  correlationId: string;
  supersedes?: string;
}

export type CallAnswer =
  | { kind: 'done'; outcome: Extract<ExecutionOutcome, { kind: 'done' }>; messages: OutboundMessage[] }
  | { kind: 'failed'; reason: string }
  /** A person has been asked; the approval carries the outcome later. */
  | { kind: 'waiting'; approval: Approval; isNew: boolean }
  /** `callsPerson`: the rule wants a person to take the matter over. */
  | { kind: 'denied'; reason: string; ruleId: string; callsPerson?: boolean }
  | { kind: 'nobody-can-decide' }
  /** Parameter name to what to change, for whoever called. */
  | { kind: 'invalid'; errors: Record<string, string> }
  | { kind: 'unknown-tool' };

export interface CallToolDeps {
  tools: ToolDesk;
  policy: Policy;
  approvals: ApprovalService;
  clock: Clock;
}

const zoneOf = ({ timeZone }: Person): { timeZone?: string } => (timeZone ? { timeZone } : {});

/** The one way to use a tool: contract, schema, policy, then execution or a person's approval. */
export async function callTool(deps: CallToolDeps, request: CallRequest): Promise<CallAnswer> {
  const { person, agent, contract } = request;
  if (agent && !contract?.allowed) {
    const { reason, rule } = contract ?? { reason: 'This agent has no contract.', rule: 'contract' };
    return { kind: 'denied', reason, ruleId: rule };
  }
  if (!mayDo(person, 'tool:request'))
    return { kind: 'denied', reason: 'Your role does not allow that.', ruleId: 'role' };
  const checked = deps.tools.check(request.tool, request.parameters, zoneOf(person));
  if (!checked.ok)
    return 'errors' in checked ? { kind: 'invalid', errors: checked.errors } : { kind: 'unknown-tool' };
  if (contract && RISKS.indexOf(checked.call.tool.risk) > RISKS.indexOf(contract.riskCeiling)) {
    const reason = `This agent may not use anything riskier than "${contract.riskCeiling}".`;
    return { kind: 'denied', reason, ruleId: `contract.${agent}.risk` };
  }
  const { origin, locale, correlationId } = request;
  const found = await deps.tools.examine(request.tool, checked.call.parameters, {
    tenantId: person.tenantId,
    origin,
  });
  if (Object.keys(found).length > 0) return { kind: 'invalid', errors: found };
  const call = {
    ...checked.call,
    facts: { ...checked.call.facts, untrusted: request.untrusted ?? checked.call.facts.untrusted },
  };
  const decision = await deps.policy.decide({
    tenantId: person.tenantId,
    person: { id: person.id, tenantId: person.tenantId, roles: person.roles, groups: person.groups },
    agent,
    tool: { name: call.tool.name, risk: call.tool.risk },
    parameters: call.parameters,
    facts: call.facts,
    approved: false,
    at: deps.clock.now(),
  });
  if (decision.effect === 'deny') {
    const { reason, ruleId, callsPerson } = decision;
    return { kind: 'denied', reason, ruleId, ...(callsPerson && { callsPerson }) };
  }
  const requester = nameOf({ id: person.id, name: person.name, strength: request.strength });
  if (decision.effect === 'allow' || !decision.rule) {
    const run = {
      key: request.key,
      tenantId: person.tenantId,
      tool: request.tool,
      parameters: call.parameters,
    };
    const result = await deps.tools.run({
      ...run,
      requester,
      agent,
      runId: request.runId,
      origin,
      locale,
      correlationId,
      approvedBy: [],
    });
    return result.outcome.kind === 'done'
      ? { kind: 'done', outcome: result.outcome, messages: result.messages }
      : { kind: 'failed', reason: result.outcome.reason };
  }
  const opened = await deps.approvals.open({
    tenantId: person.tenantId,
    requestKey: request.key,
    call: { ...call, tool: { ...call.tool, risk: decision.risk } },
    rule: decision.rule,
    reason: decision.reason,
    policy: { ruleId: decision.ruleId, version: decision.version },
    requester,
    agent,
    origin,
    locale,
    runId: request.runId,
    correlationId,
    supersedes: request.supersedes,
  });
  if (opened.kind === 'nobody-can-decide') return opened;
  return { kind: 'waiting', approval: opened.approval, isNew: opened.kind === 'opened' };
}
