import { z } from 'zod';
import type { OutboundFetch } from '../../kernel/outbound-fetch.js';
import type { Logger } from '../../kernel/logger.js';
import { describeError } from '../../kernel/errors.js';
import { strictestRule, type ApprovalRules } from './approval-rules.js';
import type { Policy, PolicyDecision, PolicyRequest } from './decision.js';
import { localHour } from './local-hour.js';

const resultSchema = z.object({
  effect: z.enum(['allow', 'deny', 'needs-approval']),
  ruleIds: z.array(z.string()),
  reason: z.string(),
  /** Names of the rules of approvals.yaml that apply. */
  approvals: z.array(z.string()).default([]),
  /** A denial that calls a person. */
  callsPerson: z.boolean().default(false),
});

const answerSchema = z.object({
  result: resultSchema.optional(),
  decision_id: z.string().optional(),
  provenance: z
    .object({ bundles: z.record(z.string(), z.object({ revision: z.string() })).optional() })
    .optional(),
});

export interface OpaOptions {
  /** Base address of the company's Open Policy Agent, `OPA_URL`. */
  url: string;
  fetch: OutboundFetch;
  rules: ApprovalRules;
  timeZone: string;
  logger: Logger;
  timeoutMs?: number;
}

/**
 * Asks the company's own Open Policy Agent by its Data API (`POST /v1/data/steward/decision`,
 * https://www.openpolicyagent.org/docs/rest-api); the rules are shipped as `samples/policies/steward.rego`.
 * An agent that does not answer, or answers something else, denies.
 */
export function createOpaPolicy({
  url,
  fetch,
  rules,
  timeZone,
  logger,
  timeoutMs = 2_000,
}: OpaOptions): Policy {
  const address = `${url.replace(/\/+$/, '')}/v1/data/steward/decision?provenance=true`;
  return {
    name: 'opa',
    async decide(request): Promise<PolicyDecision> {
      const denied = (reason: string, ruleId: string): PolicyDecision => ({
        effect: 'deny',
        ruleId,
        reason,
        version: 'opa',
        risk: request.tool.risk,
      });
      try {
        const response = await fetch(address, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ input: opaInput(request, timeZone) }),
          timeoutMs,
        });
        if (response.status !== 200) throw new Error(`status ${response.status}`);
        const answer = answerSchema.parse(response.json());
        if (!answer.result) return denied('No rule allows this.', 'opa-undefined');
        const { effect, ruleIds, reason, approvals, callsPerson } = answer.result;
        const version = `opa-${Object.values(answer.provenance?.bundles ?? {})[0]?.revision ?? 'local'}`;
        const base = { ruleId: ruleIds.join('+') || 'default', reason, version, risk: request.tool.risk };
        if (effect !== 'needs-approval')
          return { ...base, effect, ...(effect === 'deny' && callsPerson && { callsPerson }) };
        const rule = strictestRule(rules, approvals);
        return rule ? { ...base, effect, rule } : { ...base, effect: 'deny' };
      } catch (error) {
        logger.error(
          { policy: 'opa', error: describeError(error) },
          'policy agent did not decide; call denied',
        );
        const reason = 'The policy service does not answer, so this is not possible now. Try again later.';
        return { ...denied(reason, 'opa-unavailable'), unanswered: true };
      }
    },
  };
}

/** The same members as the Cedar context, so that one set of rules can be written in both languages. */
function opaInput(request: PolicyRequest, timeZone: string): object {
  const { person, tool, facts } = request;
  return {
    principal: { id: person.id, tenant: person.tenantId, roles: person.roles, groups: person.groups },
    action: 'call',
    resource: { name: tool.name, risk: tool.risk },
    context: {
      tenant: request.tenantId,
      approved: request.approved,
      agent: request.agent ?? '',
      untrusted: facts.untrusted ?? false,
      amountMicroUsd: Math.max(0, Math.round(facts.amountMicroUsd ?? 0)),
      hosts: facts.hosts ?? [],
      recipientDomains: (facts.recipients ?? []).map((address) =>
        address.slice(address.lastIndexOf('@') + 1).toLowerCase(),
      ),
      ...localHour(request.at, timeZone),
    },
  };
}
