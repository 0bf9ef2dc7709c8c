import type { Collection } from './collection.js';
import type { Results } from './cursors.js';
import type { Engine } from './engine.js';
import { StoreError } from './errors.js';
import type { Prepared } from './query.js';
import { breathe, Found } from './scan.js';

const firstWaitMs = 1_000;
const lookEveryMs = 50;
const perTurn = 200;

/**
 * A tailable cursor over a capped collection: it gives what is there and then, batch by batch, what is added. With `awaitData`
 * an empty batch waits a while for something to come.
 */
export function tail(
  engine: Engine,
  collection: Collection,
  { test }: Prepared,
  shape: (found: Found) => Buffer,
  awaitData: boolean,
): Results {
  let after = collection.range.start;
  let seen = false;
  const take = async (most: number): Promise<Buffer[]> => {
    const batch: Buffer[] = [];
    for (let more = true; more && batch.length < most;) {
      if (collection.dropped) throw new StoreError(175, 'query plan killed :: collection dropped');
      more = false;
      let read = 0;
      for (const { key, value } of engine.disk.range({ start: after, end: collection.range.end })) {
        after = Buffer.concat([key, Buffer.alloc(1)]);
        seen = true;
        const found = new Found(Buffer.from(key.subarray(4)), value);
        if (!test || test(found.doc)) batch.push(shape(found));
        read += 1;
        if (batch.length >= most || read >= perTurn) {
          more = true;
          break;
        }
      }
      if (more) await breathe();
    }
    return batch;
  };
  let closed = false;
  let first = true;
  const results: Results = {
    waits: awaitData,
    done: false,
    next: async (most, waitMs = firstWaitMs) => {
      let batch = await take(most);
      // As in MongoDB, a tailable cursor that finds an empty collection is dead at once.
      if (first && !seen) results.done = true;
      const until = performance.now() + waitMs;
      while (!first && awaitData && batch.length === 0 && !closed && performance.now() < until) {
        await new Promise((resolve) => {
          setTimeout(resolve, lookEveryMs);
        });
        batch = await take(most);
      }
      first = false;
      return batch;
    },
    close: () => {
      closed = true;
    },
  };
  return results;
}
