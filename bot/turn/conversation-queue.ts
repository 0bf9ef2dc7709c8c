/** Runs work of one key in order and of different keys in parallel, at most `parallel` at once over all keys. */
export interface ConversationQueue {
  /** @returns a promise that settles with the work. */
  run<T>(key: string, work: () => Promise<T>): Promise<T>;
  /** Work that waits or runs, over all keys. */
  readonly size: number;
  /** Resolves when nothing waits or runs. */
  idle(): Promise<void>;
  isBusy(key: string): boolean;
}

export function createConversationQueue(parallel: number): ConversationQueue {
  const tails = new Map<string, Promise<unknown>>();
  const waiting: (() => void)[] = [];
  let idlers: (() => void)[] = [];
  let running = 0;
  let size = 0;

  const enter = (): Promise<void> => {
    if (running < parallel) {
      running += 1;
      return Promise.resolve();
    }
    return new Promise((resolve) => waiting.push(resolve));
  };
  const leave = (): void => {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  };

  return {
    run: (key, work) => {
      size += 1;
      const before = tails.get(key) ?? Promise.resolve();
      const mine = before
        .catch(() => undefined) // the failure of an earlier turn is that turn's own
        .then(enter)
        .then(() => work().finally(leave))
        .finally(() => {
          size -= 1;
        });
      const settled = mine.then(
        () => undefined,
        () => undefined,
      );
      tails.set(key, settled);
      void settled.then(() => {
        if (tails.get(key) === settled) tails.delete(key);
        if (size === 0) {
          for (const wake of idlers) wake();
          idlers = [];
        }
      });
      return mine;
    },
    get size() {
      return size;
    },
    isBusy: (key) => tails.has(key),
    idle: () => (size === 0 ? Promise.resolve() : new Promise((resolve) => idlers.push(resolve))),
  };
}
