import { setMaxListeners } from 'node:events';

/** The one source of time. Tests hand in a clock of their own, so nothing else may call `new Date()` or `Date.now()`. */
export interface Clock {
  /** The current instant, UTC. */
  now(): Date;
  /** Resolves after `ms` milliseconds, or at once when `signal` aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The reason of a wait that is ended because it has done its part: without one `abort()` makes an error with a stack each time. */
export const ENDED = 'ended';

export const systemClock: Clock = {
  now: () => new Date(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      if (!signal) return;
      // Many wait for one stop, such as the messages of many conversations while a channel is down; each takes its listener away.
      setMaxListeners(0, signal);
      signal.addEventListener('abort', done);
    }),
};
