import { describe, expect, it } from '@jest/globals';
import { isLeaseOver, isWaitOver, LONGEST_LEASE_MS, MOST_SKEW_MS } from './lease.js';

const now = new Date('2026-11-21T09:00:00Z');
const at = (ms: number): Date => new Date(now.getTime() + ms);

describe('a lease', () => {
  it('is over once its end has come', () => {
    expect([-1, 0, 1].map((ms) => isLeaseOver(at(ms), now))).toEqual([true, true, false]);
  });

  it('is over when it ends later than any lease may, since the clock was set back after it was taken', () => {
    expect([0, 1].map((ms) => isLeaseOver(at(LONGEST_LEASE_MS + ms), now))).toEqual([false, true]);
  });
});

describe('a wait', () => {
  it('is over once its end has come, however long it was', () => {
    const day = 86_400_000;
    expect([0, 1].map((ms) => isWaitOver({ since: at(-day), until: at(ms) }, now))).toEqual([true, false]);
    expect(isWaitOver({ since: now, until: at(day) }, now)).toBe(false);
  });

  it('is over when it began in the future, further ahead than two clocks may be apart', () => {
    const until = at(3_600_000);
    expect([0, 1].map((ms) => isWaitOver({ since: at(MOST_SKEW_MS + ms), until }, now))).toEqual([
      false,
      true,
    ]);
  });
});
