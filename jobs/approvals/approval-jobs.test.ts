import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  anyApprover,
  approvalWorld,
  chatOf,
  personOf,
  type ApprovalWorld,
} from '../../tests/fakes/approval-world.js';
import type { EscalationService } from '../../core/approvals/escalation-service.js';
import { createApprovalService } from '../../core/approvals/service.js';
import type { Effect } from '../../core/kernel/effect.js';
import { approvalJobs } from './approval-jobs.js';

let world: ApprovalWorld;
let gauges: Map<string, number>;
let sent: Effect[];
let ticked: string[];
/** Since when a notification waits. */
let waitingSince = new Date(0);
let jobs: Map<string, () => Promise<void>>;

beforeEach(async () => {
  world = approvalWorld([
    personOf('mia'),
    personOf('ada', ['approver']),
    personOf('bob', ['approver'], { conversations: [] }),
    personOf('zoe', ['admin']),
  ]);
  gauges = new Map();
  sent = [];
  ticked = [];
  world.context.metrics = {
    count: () => undefined,
    observe: () => undefined,
    gauge: (name, value, labels) => void gauges.set([name, ...Object.values(labels ?? {})].join(' '), value),
  };
  const approvals = createApprovalService(world.context);
  for (const title of ['Laptop', 'Phone']) {
    const checked = world.context.tools.check('ticket.create', { title });
    if (!checked.ok) throw new Error('valid');
    await approvals.open({
      tenantId: 't1',
      requestKey: title,
      call: checked.call,
      rule: anyApprover,
      reason: '',
      policy: { ruleId: 'r', version: 'v' },
      requester: { id: 'mia', name: 'Mia' },
      origin: chatOf('mia'),
      locale: 'en',
      correlationId: 'c',
    });
  }
  const definitions = approvalJobs({
    context: world.context,
    approvals,
    approvalSweeps: world.store.sweeps,
    escalations: {
      tick: (_tenant: string, id: string) => {
        ticked.push(id);
        return id === 'bad' ? Promise.reject(new Error('no')) : Promise.resolve();
      },
    } as unknown as EscalationService,
    escalationSweeps: { due: () => Promise.resolve(['bad', 'good'].map((id) => ({ tenantId: 't1', id }))) },
    reminders: {
      give: (_now, _limit, effectOf) => {
        const reminder = {
          id: 'r1',
          personId: 'mia',
          text: 'call Bob',
          conversation: chatOf('mia'),
          dueAt: new Date(0),
          createdAt: new Date(0),
        };
        sent.push(effectOf(reminder));
        return Promise.resolve([{ tenantId: 't1', id: 'r1' }]);
      },
    },
    notifications: {
      health: (now, graceMs) => {
        const isLate = now.getTime() - waitingSince.getTime() > graceMs;
        return Promise.resolve({ waiting: 1, sent: 4, 'given-up': 2, overdue: isLate ? 1 : 0 });
      },
    },
    deliverNotifications: () => Promise.resolve(0),
    outbox: (_tenant, effect) => Promise.resolve(void sent.push(effect)),
    poke: () => undefined,
    reminderText: ({ text }) => `Reminder: ${text}`,
    peopleRefreshes: [],
  });
  jobs = new Map(definitions.map(({ name, handle }) => [name, () => handle(undefined)]));
});
/** Runs the digests every hour. @returns when something was sent. */
async function hourly(hours: number): Promise<string[]> {
  const times: string[] = [];
  for (let hour = 0; hour < hours; hour += 1) {
    const before = sent.length;
    await run('approval-digests');
    if (sent.length > before) times.push(world.clock.now().toISOString());
    world.clock.advance(3_600_000);
  }
  return times;
}
const run = (name: string): Promise<void> =>
  jobs.get(name)?.() ?? Promise.reject(new Error(`no job ${name}`));

describe('jobs around approvals', () => {
  it('bring every due approval to its end', async () => {
    world.clock.advance(25 * 3_600_000);
    await run('approval-timers');
    expect([...world.store.records.values()].map(({ state }) => state)).toEqual(['expired', 'expired']);
  });

  it('go on with the next when one fails', async () => {
    await run('escalation-timers');
    expect(ticked).toEqual(['bad', 'good']);
  });

  it('send one digest a day to approvers for whom something waits and who have a chat', async () => {
    await hourly(24);
    expect(sent.map(({ id }) => id)).toEqual(['digest:ada:2026-11-19']);
    expect(sent[0]?.messages[0]).toMatchObject({
      conversation: chatOf('ada'),
      content: { text: '2 waiting' },
    });
  });

  it.each([
    ['America/Los_Angeles', '2026-11-18T16:00:00.000Z'],
    ['Asia/Kolkata', '2026-11-19T03:00:00.000Z'],
  ])('send the digest in the morning of the approver, not in ours: %s', async (timeZone, at) => {
    Object.assign(world.people.get('ada') ?? {}, { timeZone });
    expect(await hourly(24)).toEqual([at]);
  });

  it('send no digest at weekends', async () => {
    world.clock.advance(2.5 * 24 * 3_600_000);
    expect(await hourly(32)).toEqual([]);
  });

  it('show on the metrics what is open and what nobody looks at', async () => {
    await run('approval-watchdog');
    expect(gauges.get('approvals pending')).toBe(2);
    expect(gauges.get('approvals_forgotten')).toBe(0);
    for (const [id, record] of world.store.records)
      world.store.records.set(id, { ...record, dueAt: undefined });
    await run('approval-watchdog');
    expect(gauges.get('approvals_forgotten')).toBe(2);
  });

  it('show on the metrics which notifications have not left', async () => {
    waitingSince = world.clock.now();
    await run('approval-watchdog');
    expect(gauges.get('notifications given-up')).toBe(2);
    expect(gauges.get('notifications_overdue')).toBe(0);
    world.clock.advance(3_600_000);
    await run('approval-watchdog');
    expect(gauges.get('notifications_overdue')).toBe(1);
  });

  it('ask somebody else when those who could decide have left', async () => {
    for (const who of ['ada', 'bob']) Object.assign(world.people.get(who) ?? {}, { active: false });
    await run('approval-watchdog');
    const approvers = [...world.store.records.values()].map((record) => record.approvers.map(({ id }) => id));
    expect(approvers).toEqual([
      ['ada', 'bob', 'zoe'],
      ['ada', 'bob', 'zoe'],
    ]);
  });

  it('give reminders', async () => {
    await run('reminders');
    expect(sent).toMatchObject([
      { id: 'reminder:r1', messages: [{ content: { text: 'Reminder: call Bob' } }] },
    ]);
  });
});
