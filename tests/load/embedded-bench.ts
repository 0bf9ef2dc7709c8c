import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { open } from 'lmdb';
import mongoose from 'mongoose';
import { systemClock } from '../../core/kernel/clock.js';
import { silentLogger } from '../../core/kernel/logger.js';
import { startEmbeddedStore } from '../../storage/embedded/index.js';

/**
 * What the built-in store does through the driver, driver and server in this one process, beside raw LMDB in the same run. One JSON
 * line per figure. Run it with `node dist/tests/load/embedded-bench.js [documents]`.
 */
const documents = Number(process.argv[2] ?? 100_000);
const text = 'x'.repeat(200);

function report(what: string, figures: Record<string, number>): void {
  process.stdout.write(
    `${JSON.stringify({ what, ...Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, Math.round(value * 100) / 100])) })}\n`,
  );
}

/** Runs `work` so many times with so many in flight. */
async function measure(
  what: string,
  inFlight: number,
  times: number,
  work: () => Promise<unknown>,
): Promise<void> {
  const cpu = process.cpuUsage();
  const start = performance.now();
  let begun = 0;
  const one = async (): Promise<void> => {
    while (begun < times) {
      begun += 1;
      await work();
    }
  };
  await Promise.all(Array.from({ length: inFlight }, one));
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  report(what, { inFlight, perSecond: times / seconds, cpuMicrosEach: (user + system) / times });
}

async function raw(folder: string): Promise<void> {
  const env = open<Buffer, Buffer>({
    path: join(folder, 'raw'),
    keyEncoding: 'binary',
    encoding: 'binary',
    overlappingSync: false,
  });
  const key = (n: number): Buffer => Buffer.from(String(n).padStart(12, '0'));
  const body = Buffer.alloc(300, 1);
  let next = 0;
  for (const inFlight of [1, 50]) {
    await measure('raw LMDB: durable put in a transaction', inFlight, inFlight === 1 ? 500 : 10_000, () => {
      next += 1;
      const n = next;
      return env.transaction(() => void env.put(key(n), body));
    });
  }
  await measure('raw LMDB: get', 1, 50_000, () =>
    Promise.resolve(env.get(key(1 + Math.floor(Math.random() * next)))),
  );
  await env.close();
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'steward-bench-'));
  try {
    await raw(folder);
    const options = { dataDir: folder, clock: systemClock, logger: silentLogger };
    let store = await startEmbeddedStore(options);
    let client = new mongoose.mongo.MongoClient(store.uri, { maxPoolSize: 50 });
    let things = client
      .db()
      .collection<{ _id: number; k: number; state: string; n?: number; text: string }>('things');
    await things.createIndex({ k: 1 });
    const start = performance.now();
    for (let from = 0; from < documents; from += 1_000) {
      await things.insertMany(
        Array.from({ length: Math.min(1_000, documents - from) }, (_, at) => ({
          _id: from + at,
          k: from + at,
          state: 'new',
          text,
        })),
      );
    }
    report('insertMany, 1,000 at a time', { perSecond: documents / ((performance.now() - start) / 1000) });
    let id = documents;
    const any = (): number => Math.floor(Math.random() * documents);
    for (const inFlight of [1, 50]) {
      const times = inFlight === 1 ? 1_000 : 10_000;
      await measure('find by _id', inFlight, times, () => things.findOne({ _id: any() }));
      await measure('find by an index', inFlight, times, () => things.find({ k: any() }).toArray());
      await measure('insertOne', inFlight, times / 2, () => {
        id += 1;
        return things.insertOne({ _id: id, k: id, state: 'new', text });
      });
      await measure('updateOne by _id', inFlight, times / 2, () =>
        things.updateOne({ _id: any() }, { $inc: { n: 1 } }),
      );
      await measure('findOneAndUpdate', inFlight, times / 2, () =>
        things.findOneAndUpdate({ k: any() }, { $set: { state: 'used' }, $inc: { n: 1 } }),
      );
    }
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    await measure('find without an index', 1, 3, () => things.findOne({ state: 'nowhere' }));
    await measure('sort all, first 20', 1, 2, () =>
      things.find().sort({ state: 1, n: -1 }).limit(20).toArray(),
    );
    await measure('$group all', 1, 2, () =>
      things.aggregate([{ $group: { _id: '$state', n: { $sum: 1 } } }]).toArray(),
    );
    delay.disable();
    report('longest stall of the event loop in the last three', {
      milliseconds: delay.max / 1e6,
      p99: delay.percentile(99) / 1e6,
    });
    await client.close();
    await store.close();

    const before = performance.now();
    store = await startEmbeddedStore(options);
    report('open', { milliseconds: performance.now() - before, documents });
    client = new mongoose.mongo.MongoClient(store.uri);
    things = client.db().collection('things');
    await things.findOne({ k: 1 });
    const { heapUsed, rss } = process.memoryUsage();
    report('memory', { heapMegabytes: heapUsed / 1e6, residentMegabytes: rss / 1e6 });
    await client.close();
    await store.close();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
