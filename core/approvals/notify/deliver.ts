import type { NotificationOrder } from '../../kernel/effect.js';
import type { Clock } from '../../kernel/clock.js';
import { describeError, StewardError } from '../../kernel/errors.js';
import type { Logger } from '../../kernel/logger.js';
import type { Metrics } from '../../kernel/telemetry.js';
import {
  notificationDelay,
  type Notification,
  type NotificationRepository,
  type Notifier,
} from './notification.js';

export interface DeliverOptions {
  notifications: NotificationRepository;
  /** Ways that are configured; a notification for any other is given up with that reason. */
  notifiers: Partial<Record<NotificationOrder['by'], Notifier>>;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
}

/** Longer than any way out takes before it gives up, so that no other process sends the same meanwhile. */
const LEASE_MS = 300_000;
const MOST_AT_ONCE = 50;
const MOST_AT_ONE_RECEIVER = 5;

/**
 * Sends what is due, with back-off. Receivers are served side by side, so that one who is slow does not delay the others'
 * turn; one receiver gets a few at once. @returns how many were sent.
 */
export async function deliverNotifications(options: DeliverOptions): Promise<number> {
  const { notifications, notifiers, clock, logger, metrics } = options;
  const now = clock.now();
  const due = await notifications.take(now, new Date(now.getTime() + LEASE_MS), MOST_AT_ONCE);
  const send = async (notification: Notification): Promise<boolean> => {
    const { by, id } = notification;
    try {
      const notify = notifiers[by];
      if (!notify) throw new StewardError('approvals.no-notifier', `${by} is not configured.`);
      await notify(notification, clock.now());
      await notifications.sent(notification);
      metrics.count('notifications_total', { by, outcome: 'sent' });
      return true;
    } catch (error) {
      const mayRetry = !(error instanceof StewardError) || error.retryable;
      const delay = mayRetry ? notificationDelay(notification.attempts + 1) : undefined;
      const since = clock.now();
      const next = delay === undefined ? 'give-up' : { since, dueAt: new Date(since.getTime() + delay) };
      await notifications.failed(notification, next, describeError(error));
      metrics.count('notifications_total', { by, outcome: next === 'give-up' ? 'given-up' : 'failed' });
      logger.warn({ notification: id, by, error: describeError(error), next }, 'notification not sent');
      return false;
    }
  };
  const sent = await Promise.all([...byReceiver(due).values()].map((group) => sendAFewAtOnce(group, send)));
  return sent.reduce((all, count) => all + count, 0);
}

/** Mails all go to one mail server, and so do pages to one service; webhooks to the host of their address. */
function byReceiver(due: Notification[]): Map<string, Notification[]> {
  const groups = new Map<string, Notification[]>();
  for (const notification of due) {
    const { by, to } = notification;
    const receiver = by === 'webhook' && URL.canParse(to) ? new URL(to).host : by;
    groups.set(receiver, [...(groups.get(receiver) ?? []), notification]);
  }
  return groups;
}

async function sendAFewAtOnce(
  group: Notification[],
  send: (notification: Notification) => Promise<boolean>,
): Promise<number> {
  const rest = [...group];
  let sent = 0;
  const sendOn = async (): Promise<void> => {
    for (let next = rest.shift(); next; next = rest.shift()) if (await send(next)) sent += 1;
  };
  await Promise.all(Array.from({ length: MOST_AT_ONE_RECEIVER }, sendOn));
  return sent;
}
