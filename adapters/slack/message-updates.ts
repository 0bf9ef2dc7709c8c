import type { Clock } from '../../core/kernel/clock.js';

/** Keeps the rewrites of one message in their order, and knows when the last one was made. */
export interface MessageUpdates {
  /** Runs one rewrite after those of the same message that were asked for before. */
  run<Result>(messageId: string, rewrite: () => Promise<Result>): Promise<Result>;
  /** Whether the message was rewritten after `at`. */
  wereAfter(messageId: string, at: Date): boolean;
}

const MAX_KNOWN = 5_000;

export function createMessageUpdates(clock: Clock): MessageUpdates {
  const running = new Map<string, Promise<unknown>>();
  const lastAt = new Map<string, number>();
  return {
    run: (messageId, rewrite) => {
      const before = running.get(messageId) ?? Promise.resolve();
      const work = before
        .catch(() => undefined) // its own caller hears of it
        .then(rewrite)
        .then((result) => {
          if (lastAt.size >= MAX_KNOWN) lastAt.clear();
          lastAt.set(messageId, clock.now().getTime());
          return result;
        });
      const tail = work
        .catch(() => undefined) // as above
        .finally(() => {
          if (running.get(messageId) === tail) running.delete(messageId);
        });
      running.set(messageId, tail);
      return work;
    },
    wereAfter: (messageId, at) => (lastAt.get(messageId) ?? 0) > at.getTime(),
  };
}
