import { describeError } from '../../core/kernel/errors.js';
import type { Logger } from '../../core/kernel/logger.js';

/** What Slack gets in the same request; a body only where it reads one. */
export interface Acknowledgement {
  status: number;
  body?: object | string;
  /** Slack need not send it again. */
  final?: boolean;
}

/** Work that follows an acknowledgement; closing waits for it. */
export interface Afterwork {
  do(what: string, work: () => Promise<unknown>): void;
  /** Resolves when all of it is done. */
  idle(): Promise<void>;
}

export function createAfterwork(logger: Logger): Afterwork {
  const running = new Set<Promise<void>>();
  return {
    do: (what, work) => {
      const job = work()
        .then(
          () => undefined,
          (error: unknown) => logger.warn({ error: describeError(error) }, `${what} did not work.`),
        )
        .finally(() => running.delete(job));
      running.add(job);
    },
    idle: async () => {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
