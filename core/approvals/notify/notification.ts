import type { NotificationOrder } from '../../kernel/effect.js';

/** A notification on its way, with how often it was tried. */
export interface Notification extends NotificationOrder {
  tenantId: string;
  state: 'waiting' | 'sent' | 'given-up';
  attempts: number;
  dueAt: Date;
  lastError?: string;
  createdAt: Date;
}

/** Notifications of all tenants. Implemented by `storage/mongo/notification-repository.ts`. */
export interface NotificationRepository {
  /** Stores orders once by their id. */
  accept(tenantId: string, orders: NotificationOrder[], now: Date): Promise<void>;
  /** Takes due ones until `leaseUntil`; another process may take them after. */
  take(now: Date, leaseUntil: Date, limit: number): Promise<Notification[]>;
  sent(notification: Notification): Promise<void>;
  failed(
    notification: Notification,
    next: { since: Date; dueAt: Date } | 'give-up',
    error: string,
  ): Promise<void>;
  /** How many there are by state, and how many were due longer ago than the grace allows. */
  health(now: Date, graceMs: number): Promise<Record<Notification['state'] | 'overdue', number>>;
}

/** One way out. @throws Unavailable when trying again may help, any other StewardError when it never will. */
export type Notifier = (notification: Notification, now: Date) => Promise<void>;

const FIRST_DELAY_MS = 5_000;
const LONGEST_DELAY_MS = 3_600_000;
const MOST_ATTEMPTS = 12;

/**
 * @returns how long to wait after a number of failed attempts: 5 s, 10 s, 20 s … at most an hour; `undefined` after
 * twelve, which is about five hours.
 */
export function notificationDelay(attempts: number): number | undefined {
  if (attempts >= MOST_ATTEMPTS) return undefined;
  return Math.min(FIRST_DELAY_MS * 2 ** Math.max(0, attempts - 1), LONGEST_DELAY_MS);
}
