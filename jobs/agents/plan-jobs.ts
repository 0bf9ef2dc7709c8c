import { newlyLate, type Milestone, type Plan, type PlanRepository } from '../../core/agents/plan/plan.js';
import type { PersonRecord } from '../../core/governance/identity/people.js';
import type { Clock } from '../../core/kernel/clock.js';
import { conversationKey } from '../../core/kernel/conversation-reference.js';
import type { Effect } from '../../core/kernel/effect.js';
import { describeError } from '../../core/kernel/errors.js';
import type { Logger } from '../../core/kernel/logger.js';
import type { OutboundContent, OutboundMessage } from '../../core/kernel/outbound-message.js';
import type { JobDefinition } from '../scheduler.js';

export interface PlanJobsDependencies {
  plans(tenantId: string): PlanRepository;
  /** Plans that hold something late of which nobody was told. */
  late(now: Date, limit: number): Promise<{ tenantId: string; id: string }[]>;
  person(tenantId: string, id: string): Promise<PersonRecord | undefined>;
  card(plan: Plan, now: Date): OutboundContent;
  alert(plan: Plan, milestone: Milestone): OutboundContent;
  /** The name under which the plan's card was sent. */
  copyKey(planId: string): string;
  outbox(tenantId: string, effect: Effect): Promise<void>;
  clock: Clock;
  logger: Logger;
}

const BATCH = 50;

/** Tells of milestones whose day is over, once each: where the plan stands, and their owners in person. */
export function planJobs(deps: PlanJobsDependencies): JobDefinition[] {
  return [
    {
      name: 'plan-watch',
      about: 'Tells of milestones that are late.',
      every: '1 minute',
      lockMs: 60_000,
      handle: async () => {
        const now = deps.clock.now();
        for (const { tenantId, id } of await deps.late(now, BATCH)) {
          await tell(deps, tenantId, id, now).catch((error: unknown) =>
            deps.logger.error({ plan: id, error: describeError(error) }, 'Nobody was told of a delay.'),
          );
        }
      },
    },
  ];
}

async function tell(deps: PlanJobsDependencies, tenantId: string, id: string, now: Date): Promise<void> {
  const plan = await deps.plans(tenantId).get(id);
  const late = plan ? newlyLate(plan, now) : [];
  if (!plan || late.length === 0) return;
  // the messages go first, under names made from what they tell: if the mark is lost they are not sent twice
  for (const milestone of late) {
    const name = `${plan.id}:${milestone.number}:late:${milestone.due.getTime()}`;
    await deps.outbox(tenantId, {
      id: name,
      messages: await alerts(deps, plan, milestone, name),
      audit: [
        {
          actor: { kind: 'job', id: 'plan-watch' },
          action: 'plan-late',
          resource: `plan:${plan.id}`,
          correlationId: name,
          at: now,
          after: { milestone: milestone.number },
        },
      ],
      notifications: [],
    });
  }
  const numbers = new Set(late.map(({ number }) => number));
  const milestones = plan.milestones.map((milestone) =>
    numbers.has(milestone.number) ? { ...milestone, isToldLate: true } : milestone,
  );
  const stored = await deps.plans(tenantId).replace({ ...plan, milestones });
  if (!stored) return; // changed meanwhile: the next look marks it
  const update: OutboundMessage = {
    id: `${plan.id}:card:${stored.version}`,
    conversation: plan.conversation,
    kind: 'update',
    copyKey: deps.copyKey(plan.id),
    content: deps.card(stored, now),
  };
  await deps.outbox(tenantId, { id: update.id, messages: [update], audit: [], notifications: [] });
}

async function alerts(
  deps: PlanJobsDependencies,
  plan: Plan,
  milestone: Milestone,
  name: string,
): Promise<OutboundMessage[]> {
  const content = deps.alert(plan, milestone);
  const here = conversationKey(plan.conversation);
  const owner = milestone.owner && (await deps.person(plan.tenantId, milestone.owner.id));
  const personal = owner?.conversations.find((conversation) => conversationKey(conversation) !== here);
  const isElsewhere = owner && owner.id !== plan.requesterId && personal;
  return [
    { id: `${name}:here`, conversation: plan.conversation, kind: 'post', content },
    ...(isElsewhere ? [{ id: `${name}:owner`, conversation: personal, kind: 'post' as const, content }] : []),
  ];
}
