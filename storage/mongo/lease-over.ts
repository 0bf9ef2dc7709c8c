import { LONGEST_LEASE_MS, MOST_SKEW_MS } from '../../core/kernel/lease.js';

interface WaitOver {
  $or: [{ dueAt: { $lte: Date } }, { waitsSince: { $gt: Date } }];
}

/** What the end of a lease must match for it to be over; see `isLeaseOver`. */
export const leaseOver = (now: Date): { $not: { $gt: Date; $lte: Date } } => ({
  $not: { $gt: now, $lte: new Date(now.getTime() + LONGEST_LEASE_MS) },
});

/** What a record that waits since `waitsSince` until `dueAt` must match for its wait to be over; see `isWaitOver`. */
export const waitOver = (now: Date): WaitOver => ({
  $or: [{ dueAt: { $lte: now } }, { waitsSince: { $gt: new Date(now.getTime() + MOST_SKEW_MS) } }],
});
