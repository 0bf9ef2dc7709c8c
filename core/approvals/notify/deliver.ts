import type { NotificationOrder } from '../../kernel/effect.js';
import type { Clock } from '../../kernel/clock.js';
import { describeError, StewardError } from '../../kernel/errors.js';
import type { Logger } from '../../kernel/logger.js';
import type { Metrics } from '../../kernel/telemetry.js';
import { notificationDelay, type NotificationRepository, type Notifier } from './notification.js';

export interface DeliverOptions {
  notifications: NotificationRepository;
  /** Ways that are configured; a notification for any other is given up with that reason. */
  notifiers: Partial<Record<NotificationOrder['by'], Notifier>>;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
}

const LEASE_MS = 60_000;
const MOST_AT_ONCE = 50;

/** Sends what is due, with back-off. @returns how many were sent. */
export async function deliverNotifications(options: DeliverOptions): Promise<number> {
  const { notifications, notifiers, clock, logger, metrics } = options;
  const now = clock.now();
  const due = await notifications.take(now, new Date(now.getTime() + LEASE_MS), MOST_AT_ONCE);
  let sent = 0;
  for (const notification of due) {
    const { by, id } = notification;
    try {
      const notify = notifiers[by];
      if (!notify) throw new StewardError('approvals.no-notifier', `${by} is not configured.`);
      await notify(notification, clock.now());
      await notifications.sent(notification);
      metrics.count('notifications_total', { by, outcome: 'sent' });
      sent += 1;
    } catch (error) {
      const mayRetry = !(error instanceof StewardError) || error.retryable;
      const delay = mayRetry ? notificationDelay(notification.attempts + 1) : undefined;
      const since = clock.now();
      const next = delay === undefined ? 'give-up' : { since, dueAt: new Date(since.getTime() + delay) };
      await notifications.failed(notification, next, describeError(error));
      metrics.count('notifications_total', { by, outcome: next === 'give-up' ? 'given-up' : 'failed' });
      logger.warn({ notification: id, by, error: describeError(error), next }, 'notification not sent');
    }
  }
  return sent;
}
