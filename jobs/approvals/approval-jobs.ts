import type { Reminder } from '../../core/agents/tools/built-in/office-tools.js';
import type { Effect } from '../../core/kernel/effect.js';
import { describeError } from '../../core/kernel/errors.js';
import type { JobDefinition } from '../scheduler.js';
import type { ApprovalJobsDependencies } from './dependencies.js';
import { sendDigests } from './digests.js';

const BATCH = 100;
const GRACE_MS = 15 * 60_000;

/** Work on approvals, escalations and people that time drives. All of it bears being run twice or by two processes. */
export function approvalJobs(deps: ApprovalJobsDependencies): JobDefinition[] {
  const { clock } = deps.context;
  return [
    {
      name: 'approval-timers',
      about: 'Reminds, escalates and expires approvals, and executes or takes over approved ones.',
      every: '5 seconds',
      handle: () => tickDue(deps, deps.approvalSweeps.due, deps.approvals.tick),
    },
    {
      name: 'escalation-timers',
      about: 'Calls the next people of an escalation, and reminds those who took it.',
      every: '15 seconds',
      handle: () => tickDue(deps, deps.escalationSweeps.due, deps.escalations.tick),
    },
    {
      name: 'reminders',
      about: 'Gives the reminders that people asked for.',
      every: '10 seconds',
      handle: async () => {
        const effectOf = (reminder: Reminder): Effect =>
          reminderEffect(reminder, deps.reminderText(reminder));
        const given = await deps.reminders.give(clock.now(), BATCH, effectOf);
        for (const { tenantId, id } of given) deps.poke(tenantId, id);
      },
    },
    {
      name: 'notifications',
      about: 'Sends mails, webhooks and pages that are due.',
      every: '5 seconds',
      handle: async () => {
        await deps.deliverNotifications();
      },
    },
    {
      name: 'approval-watchdog',
      about: 'Checks that open approvals have their timers and deciders, and that every notification left.',
      every: '10 minutes',
      handle: () => watch(deps),
    },
    {
      name: 'approval-digests',
      about: 'Tells approvers on weekdays what waits for them, in the morning of their own time zone.',
      every: '30 * * * *',
      handle: () => sendDigests(deps),
    },
    {
      name: 'people-refresh',
      about: 'Reads the organisation file or the directory anew.',
      every: '15 minutes',
      handle: async () => {
        for (const refresh of deps.peopleRefreshes) await refresh.run();
      },
    },
  ];
}

/** One that fails does not stop the others; it is due still and so tried again. */
async function tickDue(
  { context: { clock, logger } }: ApprovalJobsDependencies,
  due: (now: Date, limit: number) => Promise<{ tenantId: string; id: string }[]>,
  tick: (tenantId: string, id: string) => Promise<void>,
): Promise<void> {
  for (const { tenantId, id } of await due(clock.now(), BATCH)) {
    await tick(tenantId, id).catch((error: unknown) => {
      logger.error({ documentId: id, error: describeError(error) }, 'timer failed; tried again');
    });
  }
}

/** @returns nothing; what it finds stands on the metrics, and newcomers are asked. */
async function watch({
  context,
  approvals,
  approvalSweeps,
  notifications,
}: ApprovalJobsDependencies): Promise<void> {
  const { clock, metrics, logger } = context;
  const { counts, forgotten } = await approvalSweeps.health(clock.now(), GRACE_MS);
  for (const [state, count] of Object.entries(counts)) metrics.gauge('approvals', count, { state });
  metrics.gauge('approvals_forgotten', forgotten);
  if (forgotten > 0) logger.error({ forgotten }, 'open approvals without a timer; check that jobs run');
  const { overdue, ...byState } = await notifications.health(clock.now(), GRACE_MS);
  for (const [state, count] of Object.entries(byState)) metrics.gauge('notifications', count, { state });
  metrics.gauge('notifications_overdue', overdue);
  if (overdue > 0) logger.error({ overdue }, 'notifications that did not leave in time; check that jobs run');
  for (const tenantId of await approvalSweeps.tenantsWithPending()) {
    for (const approval of await context.approvals(tenantId).pending())
      await approvals.refreshApprovers(approval);
  }
}

function reminderEffect({ id, conversation }: Reminder, text: string): Effect {
  return {
    id: `reminder:${id}`,
    messages: [{ id: `reminder:${id}`, conversation, kind: 'post', content: { text } }],
    audit: [],
    notifications: [],
  };
}
