import type { Approval } from '../../core/approvals/approval.js';
import { createApprovalService, type ApprovalService } from '../../core/approvals/service.js';
import { approvalToken } from '../../core/approvals/token.js';
import type { ApprovalRule } from '../../core/governance/policy/decision.js';
import { anyApprover, approvalWorld, chatOf, personOf, type ApprovalWorld } from './approval-world.js';

/** A request of Mia's that waits, on memory, with what a test needs to go on. */
export async function openedApproval(
  rule: Partial<ApprovalRule> = {},
  people = [
    personOf('mia', ['viewer'], { managerId: 'max' }),
    personOf('max', ['manager'], { managerId: 'zoe' }),
    personOf('ada', ['approver'], { managerId: 'max' }),
    personOf('bob', ['approver']),
    personOf('zoe', ['admin']),
    personOf('tom'),
  ],
  options: Parameters<typeof approvalWorld>[1] = {},
): Promise<{
  world: ApprovalWorld;
  service: ApprovalService;
  id: string;
  approval: () => Approval;
  ask: Asker;
}> {
  const world = approvalWorld(people, options);
  const service = createApprovalService(world.context);
  const checked = world.context.tools.check('ticket.create', { title: 'Laptop' });
  if (!checked.ok) throw new Error('valid');
  const result = await service.open({
    tenantId: 't1',
    requestKey: 'k1',
    call: checked.call,
    rule: { ...anyApprover, ...rule },
    reason: 'It writes.',
    policy: { ruleId: 'r', version: 'v1' },
    requester: { id: 'mia', name: 'Mia' },
    origin: chatOf('mia'),
    locale: 'en',
    correlationId: 'c1',
  });
  if (result.kind !== 'opened') throw new Error(result.kind);
  const { id } = result.approval;
  const approval = (): Approval => world.store.records.get(id) as Approval;
  const ask: Asker = (who, token) => ({
    tenantId: 't1',
    approvalId: id,
    person: world.people.get(who) as Approval['requester'] & { active: boolean },
    token: token ?? approvalToken(approval(), world.context.secret),
  });
  return { world, service, id, approval, ask };
}
export type Asker = (
  who: string,
  token?: string,
) => {
  tenantId: string;
  approvalId: string;
  person: { id: string; name: string; active: boolean };
  token: string;
};

/** What a person's copy of the card said last. */
export const shownTo = (world: ApprovalWorld, who: string): string | undefined =>
  world.store.effects
    .flatMap(({ messages }) => messages)
    .filter(({ conversation, copyKey }) => copyKey && conversation.conversationId === `web-${who}`)
    .at(-1)?.content.text;
