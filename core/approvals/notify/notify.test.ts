import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../../../tests/support/eventually.js';
import { startHttpRecorder, type HttpRecorder } from '../../../tests/fakes/http-recorder.js';
import { startFakePagerDuty } from '../../../tests/fakes/pagerduty.js';
import { startFakeTelegram } from '../../../tests/fakes/telegram.js';
import { testClock } from '../../../tests/fakes/test-clock.js';
import { createOutboundFetch } from '../../kernel/outbound-fetch.js';
import { silentLogger } from '../../kernel/logger.js';
import { noMetrics } from '../../kernel/telemetry.js';
import { deliverNotifications } from './deliver.js';
import {
  notificationDelay,
  type Notification,
  type NotificationRepository,
  type Notifier,
} from './notification.js';
import { emailNotifier, pagerDutyNotifier, telegramNotifier, webhookNotifier } from './notifiers.js';

const fetch = createOutboundFetch(() => true);
const NOW = new Date('2026-11-18T10:00:00Z');
const notificationOf = (over: Partial<Notification> = {}): Notification => ({
  id: 'n1',
  tenantId: 't1',
  by: 'webhook',
  to: 'c1',
  subject: 'Escalation',
  text: 'Somebody needs a person',
  data: { escalationId: 'e1' },
  state: 'waiting',
  attempts: 0,
  dueAt: NOW,
  createdAt: NOW,
  ...over,
});

describe('notifiers', () => {
  let hook: HttpRecorder;
  let status = 200;
  beforeAll(async () => {
    hook = await startHttpRecorder(() => ({ status }));
  });
  afterAll(() => hook.close());

  it('sign a webhook so that its receiver can check it', async () => {
    const sign = (tenant: string, body: string, at: Date): string =>
      `t=${at.getTime()},v1=${createHmac('sha256', `secret-${tenant}`).update(body).digest('hex')}`;
    await webhookNotifier(fetch, sign)(notificationOf({ to: `${hook.url}/x` }), NOW);
    const [request] = hook.requests;
    expect(request?.headers['x-steward-signature']).toBe(sign('t1', request?.body ?? '', NOW));
    expect(request?.headers['idempotency-key']).toBe('n1');
    expect(JSON.parse(request?.body ?? '')).toMatchObject({ id: 'n1', data: { escalationId: 'e1' } });
  });

  it.each([
    [500, true],
    [429, true],
    [408, true],
    [404, false],
    [302, false],
  ])('tell what may get better from what never will: %i', async (answer, retryable) => {
    status = answer;
    const send = webhookNotifier(fetch, () => 's')(notificationOf({ to: hook.url }), NOW);
    await expect(send).rejects.toMatchObject({ retryable });
  });

  it('page PagerDuty once for one notification', async () => {
    const pagerDuty = await startFakePagerDuty('key-1');
    const notify = pagerDutyNotifier(fetch, { routingKey: 'key-1', url: pagerDuty.url });
    await notify(notificationOf(), NOW);
    await notify(notificationOf(), NOW);
    expect([...pagerDuty.incidents.keys()]).toEqual(['n1']);
    const wrong = pagerDutyNotifier(fetch, { routingKey: 'other', url: pagerDuty.url });
    await expect(wrong(notificationOf(), NOW)).rejects.toMatchObject({ retryable: false });
    await pagerDuty.close();
  });

  it('write to Telegram, and give up on a chat that is not there', async () => {
    const telegram = await startFakeTelegram('123:abc', ['c1']);
    const notify = telegramNotifier(fetch, { token: '123:abc', url: telegram.url });
    await notify(notificationOf(), NOW);
    expect(telegram.texts).toEqual(['Escalation\nSomebody needs a person']);
    await expect(notify(notificationOf({ to: 'nobody' }), NOW)).rejects.toMatchObject({ retryable: false });
    await telegram.close();
  });
});

describe('delivering', () => {
  function queueOf(notifications: Notification[]): NotificationRepository {
    return {
      accept: () => Promise.resolve(),
      take: (now) =>
        Promise.resolve(
          notifications
            .filter(({ state, dueAt }) => state === 'waiting' && dueAt <= now)
            .map((each) => ({ ...each })),
        ),
      sent: ({ id }) => {
        for (const each of notifications) if (each.id === id) each.state = 'sent';
        return Promise.resolve();
      },
      failed: ({ id }, next, error) => {
        for (const each of notifications.filter((known) => known.id === id)) {
          each.attempts += 1;
          each.lastError = error;
          if (next === 'give-up') each.state = 'given-up';
          else each.dueAt = next.dueAt;
        }
        return Promise.resolve();
      },
      health: () => Promise.resolve({ waiting: 0, sent: 0, 'given-up': 0, overdue: 0 }),
    };
  }

  it('tries again with growing pauses until it is taken, and bothers nobody after', async () => {
    const clock = testClock();
    let left = 3;
    const mail = notificationOf({ by: 'email', to: 'a@example.com', dueAt: clock.now() });
    const queue = [mail];
    const sends: Date[] = [];
    const email = emailNotifier(() => {
      sends.push(clock.now());
      left -= 1;
      return left > 0 ? Promise.reject(new Error('busy')) : Promise.resolve();
    });
    const options = {
      notifications: queueOf(queue),
      notifiers: { email },
      clock,
      logger: silentLogger,
      metrics: noMetrics,
    };
    for (let second = 0; second < 60; second += 1) {
      await deliverNotifications(options);
      clock.advance(1_000);
    }
    expect(sends.map((at) => (at.getTime() - (sends[0] ?? at).getTime()) / 1000)).toEqual([0, 5, 15]);
    expect(mail.state).toBe('sent');
  });

  it('gives up what has no way out, without stopping the others', async () => {
    const clock = testClock();
    const queue = [
      notificationOf({ by: 'telegram', dueAt: clock.now() }),
      notificationOf({ id: 'n2', by: 'email', dueAt: clock.now() }),
    ];
    const notifiers = { email: () => Promise.resolve() };
    const sent = await deliverNotifications({
      notifications: queueOf(queue),
      notifiers,
      clock,
      logger: silentLogger,
      metrics: noMetrics,
    });
    expect(sent).toBe(1);
    expect(queue.map(({ state }) => state)).toEqual(['given-up', 'sent']);
  });

  it('brings everything to others while one receiver does not answer, and does not flood one', async () => {
    const clock = testClock();
    const to = (host: string) => (_: unknown, place: number) =>
      notificationOf({ id: `${host}-${place}`, to: `https://${host}.example/x`, dueAt: clock.now() });
    const slow = Array.from({ length: 8 }, to('slow'));
    const quick = Array.from({ length: 8 }, to('quick'));
    const queue = [...slow, ...quick];
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let atOnce = 0;
    const webhook: Notifier = async ({ to: address }) => {
      if (!address.includes('slow')) return;
      atOnce += 1;
      await held;
    };
    const delivering = deliverNotifications({
      notifications: queueOf(queue),
      notifiers: { webhook },
      clock,
      logger: silentLogger,
      metrics: noMetrics,
    });
    await eventually(() => expect(quick.every(({ state }) => state === 'sent')).toBe(true));
    expect(slow.some(({ state }) => state === 'sent')).toBe(false);
    expect(atOnce).toBe(5);
    release();
    expect(await delivering).toBe(16);
  });

  it('waits at most an hour between attempts and ends after twelve', () => {
    expect([1, 2, 3, 11, 12].map(notificationDelay)).toEqual([5_000, 10_000, 20_000, 3_600_000, undefined]);
  });
});
