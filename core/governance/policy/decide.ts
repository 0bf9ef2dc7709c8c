import type { Clock } from '../../kernel/clock.js';
import { describeError } from '../../kernel/errors.js';
import type { Logger } from '../../kernel/logger.js';
import type { Metrics } from '../../kernel/telemetry.js';
import {
  raiseRisk,
  type Policy,
  type PolicyDecision,
  type PolicyEffect,
  type PolicyRequest,
} from './decision.js';

/** One line of the decision log: what was asked, what came out, by which text of the policy. No parameters. */
export interface DecisionRecord {
  tenantId: string;
  personId: string;
  agent?: string;
  tool: string;
  risk: string;
  effect: PolicyEffect;
  /** What would have been decided, when the policy only observes. */
  wouldBe?: PolicyEffect;
  ruleId: string;
  version: string;
  approved: boolean;
  at: Date;
}

/** Where decisions are kept. A log that fails never changes a decision. */
export interface DecisionLog {
  record(entry: DecisionRecord): Promise<void>;
}

export interface DecideOptions {
  /** All are asked; the strictest answer counts. */
  policies: readonly Policy[];
  /** `observe` lets every known tool pass and logs what `enforce` would have said. */
  mode: 'enforce' | 'observe';
  isKnownTool: (name: string) => boolean;
  log: DecisionLog;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
}

const STRICTNESS: Record<PolicyEffect, number> = { allow: 0, 'needs-approval': 1, deny: 2 };

/** The one policy that the rest of Steward asks: several behind it, an unknown tool denied, every decision logged. */
export function createPolicy(options: DecideOptions): Policy {
  const { policies, mode, isKnownTool, log, logger, metrics } = options;
  return {
    name: 'steward',
    async decide(asked): Promise<PolicyDecision> {
      const request = withRaisedRisk(asked);
      const decision = isKnownTool(request.tool.name)
        ? await strictestOf(policies, request, logger)
        : denial(request, 'unknown-tool', 'There is no such tool.');
      const enforced = mode === 'enforce' || decision.ruleId === 'unknown-tool';
      const final: PolicyDecision = enforced ? decision : { ...decision, effect: 'allow', rule: undefined };
      metrics.count('policy_decisions_total', { effect: final.effect, mode });
      await log
        .record({
          tenantId: request.tenantId,
          personId: request.person.id,
          agent: request.agent,
          tool: request.tool.name,
          risk: decision.risk,
          effect: final.effect,
          wouldBe: enforced ? undefined : decision.effect,
          ruleId: decision.ruleId,
          version: decision.version,
          approved: request.approved,
          at: request.at,
        })
        .catch((error: unknown) => {
          logger.error({ error: describeError(error), rule: decision.ruleId }, 'policy decision not logged');
        });
      return final;
    },
  };
}

function withRaisedRisk(request: PolicyRequest): PolicyRequest {
  if (!request.facts.untrusted) return request;
  return { ...request, tool: { ...request.tool, risk: raiseRisk(request.tool.risk) } };
}

async function strictestOf(
  policies: readonly Policy[],
  request: PolicyRequest,
  logger: Logger,
): Promise<PolicyDecision> {
  const answers = await Promise.all(
    policies.map((policy) =>
      policy.decide(request).catch((error: unknown) => {
        logger.error({ policy: policy.name, error: describeError(error) }, 'policy failed; call denied');
        const reason = 'The policy could not be asked, so this is not possible now.';
        return { ...denial(request, `${policy.name}-failed`, reason), unanswered: true as const };
      }),
    ),
  );
  const [first, ...others] = answers;
  if (!first) return denial(request, 'no-policy', 'No policy is configured, so nothing is allowed.');
  return others.reduce(stricter, first);
}

/** Of two demands for approval the one that needs more people, or a code, counts; of two denials the one that was judged. */
function stricter(a: PolicyDecision, b: PolicyDecision): PolicyDecision {
  if (STRICTNESS[a.effect] !== STRICTNESS[b.effect])
    return STRICTNESS[a.effect] > STRICTNESS[b.effect] ? a : b;
  if (a.unanswered && b.effect === 'deny') return b;
  return demand(b) > demand(a) ? b : a;
}

function demand({ rule }: PolicyDecision): number {
  if (!rule) return 0;
  const people = rule.need.kind === 'any' ? 1 : rule.need.kind === 'all' ? rule.who.length : rule.need.count;
  return people * 2 + (rule.stepUp ? 1 : 0);
}

function denial(request: PolicyRequest, ruleId: string, reason: string): PolicyDecision {
  return { effect: 'deny', ruleId, reason, version: 'built-in', risk: request.tool.risk };
}
