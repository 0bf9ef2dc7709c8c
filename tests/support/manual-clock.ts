import { setMaxListeners } from 'node:events';
import { setImmediate as nextTick } from 'node:timers/promises';
import type { Clock } from '../../core/kernel/clock.js';

export interface ManualClock extends Clock {
  /** Moves time on, waking sleepers in order; whoever wakes gets to run before the next one does. */
  advance(ms: number): Promise<void>;
  /** How many sleep. */
  readonly sleepers: number;
}

interface Sleeper {
  at: number;
  wake(): void;
}

/** A clock that stands still until a test moves it. */
export function createManualClock(start = new Date('2026-03-02T09:00:00.000Z')): ManualClock {
  let now = start.getTime();
  const sleepers = new Set<Sleeper>();
  return {
    now: () => new Date(now),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const sleeper: Sleeper = {
          at: now + ms,
          wake: () => {
            sleepers.delete(sleeper);
            signal?.removeEventListener('abort', sleeper.wake);
            resolve();
          },
        };
        sleepers.add(sleeper);
        if (!signal) return;
        setMaxListeners(0, signal); // as the system's clock: many may wait for one stop
        signal.addEventListener('abort', sleeper.wake);
      }),
    advance: async (ms) => {
      const end = now + ms;
      for (;;) {
        const next = [...sleepers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        now = Math.max(now, next.at);
        next.wake();
        await nextTick();
      }
      now = end;
    },
    get sleepers() {
      return sleepers.size;
    },
  };
}
