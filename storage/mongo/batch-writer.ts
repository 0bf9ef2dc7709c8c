import type { Database } from './database.js';

interface Pending {
  filter: Record<string, unknown>;
  update: Record<string, unknown>;
  settle: { resolve: () => void; reject: (error: unknown) => void };
}

/**
 * Joins small independent updates of one collection into one command. The first update of an idle collection leaves at
 * the end of the event loop's turn; what comes while a command is under way goes with the next. A promise resolves when
 * its update is safe, so nothing is weaker than a single write.
 */
export interface BatchWriter {
  update(collection: string, filter: Record<string, unknown>, update: Record<string, unknown>): Promise<void>;
  /** Waits for everything that was asked. */
  drain(): Promise<void>;
}

const MOST_AT_ONCE = 200;

export function createBatchWriter(database: Database): BatchWriter {
  const queues = new Map<string, Pending[]>();
  const running = new Map<string, Promise<void>>();

  const flush = async (name: string): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    for (let queue = queues.get(name); queue && queue.length > 0; queue = queues.get(name)) {
      const batch = queue.splice(0, MOST_AT_ONCE);
      const operations = batch.map(({ filter, update }) => ({ updateOne: { filter, update } }));
      try {
        await database.connection.collection(name).bulkWrite(operations, { ordered: false });
        for (const { settle } of batch) settle.resolve();
      } catch (error) {
        for (const { settle } of batch) settle.reject(error);
      }
    }
  };

  return {
    update: (name, filter, update) =>
      new Promise((resolve, reject) => {
        const queue = queues.get(name) ?? [];
        queue.push({ filter, update, settle: { resolve, reject } });
        queues.set(name, queue);
        if (!running.has(name)) {
          running.set(
            name,
            flush(name).finally(() => running.delete(name)),
          );
        }
      }),
    drain: async () => {
      await Promise.all(running.values());
    },
  };
}
