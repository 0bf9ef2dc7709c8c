import type { PolicyRequest } from '../governance/policy/decision.js';
import type { Approval } from './approval.js';
import type { ApprovalContext } from './context.js';

/** The requester as the policy sees them now. */
export async function policySubject(
  context: ApprovalContext,
  { tenantId, requester, agent }: Approval,
): Promise<Pick<PolicyRequest, 'tenantId' | 'person' | 'agent'>> {
  const person = await context.directory(tenantId).person(requester.id);
  return {
    tenantId,
    agent,
    person: {
      id: requester.id,
      tenantId: person?.tenantId ?? '',
      roles: person?.active ? person.roles : [],
      groups: person?.active ? person.groups : [],
    },
  };
}
