import type { Clock } from '../../core/kernel/clock.js';

/** A clock that stands still until it is moved. */
export interface TestClock extends Clock {
  set(iso: string): void;
  advance(ms: number): void;
}

export function testClock(iso = '2026-11-18T10:00:00Z'): TestClock {
  let time = new Date(iso).getTime();
  return {
    now: () => new Date(time),
    sleep: () => Promise.resolve(),
    set: (next) => {
      time = new Date(next).getTime();
    },
    advance: (ms) => {
      time += ms;
    },
  };
}
