/** No lease is longer. */
export const LONGEST_LEASE_MS = 600_000;
/** Clocks of two machines that are further apart are not in step. */
export const MOST_SKEW_MS = 60_000;

/**
 * True when nobody holds it any more: its end has passed, or lies further ahead than any lease may. The latter happens
 * when the clock was set back after it was taken; without it work would rest for as long as the clock was set back.
 */
export const isLeaseOver = (until: Date, now: Date): boolean =>
  until <= now || until.getTime() > now.getTime() + LONGEST_LEASE_MS;

/** True when its end has passed, or when it began in the future: the clock was set back since. */
export const isWaitOver = ({ since, until }: { since: Date; until: Date }, now: Date): boolean =>
  until <= now || since.getTime() > now.getTime() + MOST_SKEW_MS;
