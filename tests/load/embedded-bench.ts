/**
 * What the built-in store does through the driver, beside raw LMDB in the same run; `npm run bench` runs it too. The server is in a process
 * of its own, so that its processor time can be told from the driver's. Options: --documents N (100000), --no-write.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { open } from 'lmdb';
import mongoose from 'mongoose';
import { shippedFile } from '../../core/kernel/package-root.js';
import type { Figures } from './embedded-server.js';
import { writeSection } from './page-section.js';
import { machine } from './report.js';

const { values: flags } = parseArgs({
  options: {
    documents: { type: 'string', default: '100000' },
    'no-write': { type: 'boolean', default: false },
  },
});
const documents = Number(flags.documents);
const text = 'x'.repeat(200);

interface Thing {
  _id: number;
  k: number;
  state: string;
  n?: number;
  text: string;
}

interface Server {
  uri: string;
  openMs: number;
  ask(message: 'figures'): Promise<Figures>;
  watch(): void;
  stop(): Promise<void>;
}

async function startServer(folder: string): Promise<Server> {
  const child: ChildProcess = fork(shippedFile('dist', 'tests', 'load', 'embedded-server.js'), [folder]);
  const [{ uri, openMs }] = (await once(child, 'message')) as [{ uri: string; openMs: number }];
  return {
    uri,
    openMs,
    ask: async (message) => {
      child.send(message);
      return ((await once(child, 'message')) as [Figures])[0];
    },
    watch: () => void child.send('watch'),
    stop: async () => {
      const ended = once(child, 'exit');
      child.send('stop');
      await ended;
    },
  };
}

/** Runs `work` so many times with so many in flight; the answer is how many a second. */
async function perSecond(inFlight: number, times: number, work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  let begun = 0;
  const one = async (): Promise<void> => {
    while (begun < times) {
      begun += 1;
      await work();
    }
  };
  await Promise.all(Array.from({ length: inFlight }, one));
  return times / ((performance.now() - start) / 1000);
}

/** Durable puts and gets of the storage engine alone. */
async function raw(folder: string): Promise<{ put: [number, number]; get: number }> {
  const env = open<Buffer, Buffer>({
    path: join(folder, 'raw'),
    keyEncoding: 'binary',
    encoding: 'binary',
    overlappingSync: false,
  });
  const key = (n: number): Buffer => Buffer.from(String(n).padStart(12, '0'));
  const body = Buffer.alloc(300, 1);
  let next = 0;
  const put = (inFlight: number, times: number): Promise<number> =>
    perSecond(inFlight, times, () => {
      next += 1;
      const n = next;
      return env.transaction(() => void env.put(key(n), body));
    });
  const puts: [number, number] = [await put(1, 500), await put(50, 10_000)];
  const get = await perSecond(1, 50_000, () =>
    Promise.resolve(env.get(key(1 + Math.floor(Math.random() * next)))),
  );
  await env.close();
  return { put: puts, get };
}

const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
const megabytes = (bytes: number): string => `${whole(bytes / 1_000_000)} MB`;

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'steward-bench-'));
  const here = machine();
  let server = await startServer(folder);
  let client = new mongoose.mongo.MongoClient(server.uri, { maxPoolSize: 50 });
  try {
    const engine = await raw(folder);
    let things = client.db().collection<Thing>('things');
    await things.createIndex({ k: 1 });
    const started = performance.now();
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
    const inserted = documents / ((performance.now() - started) / 1000);

    let id = documents;
    const any = (): number => Math.floor(Math.random() * documents);
    const insert = (): Promise<unknown> => {
      id += 1;
      return things.insertOne({ _id: id, k: id, state: 'new', text });
    };
    const work: [string, number, () => Promise<unknown>, string][] = [
      ['find by `_id`', 10_000, () => things.findOne({ _id: any() }), ''],
      ['find by an index', 10_000, () => things.find({ k: any() }).toArray(), 'aim: 5,000'],
      ['durable insert', 5_000, insert, `${whole(engine.put[0])} / ${whole(engine.put[1])} raw puts`],
      ['update by `_id`', 5_000, () => things.updateOne({ _id: any() }, { $inc: { n: 1 } }), ''],
      [
        'findOneAndUpdate by an index',
        5_000,
        () => things.findOneAndUpdate({ k: any() }, { $set: { state: 'used' }, $inc: { n: 1 } }),
        'aim: 2,000',
      ],
    ];
    const rows: string[] = [];
    for (const [name, times, call, yardstick] of work) {
      await perSecond(50, times / 10, call);
      const alone = await perSecond(1, times / 10, call);
      const [server0, client0] = [await server.ask('figures'), process.cpuUsage()];
      const together = await perSecond(50, times, call);
      const [server1, client1] = [await server.ask('figures'), process.cpuUsage(client0)];
      const micros = (server1.cpuMicros - server0.cpuMicros) / times;
      const driver = (client1.user + client1.system) / times;
      rows.push(
        `| ${name} | ${whole(alone)} | ${whole(together)} | ${whole(micros)} | ${whole(driver)} | ${yardstick} |`,
      );
    }

    server.watch();
    const long: [string, () => Promise<unknown>][] = [
      ['find without an index', () => things.find({ state: 'nowhere' }).toArray()],
      ['sort all, first 20', () => things.find().sort({ state: 1, n: -1 }).limit(20).toArray()],
      ['count with a filter', () => things.countDocuments({ n: { $gt: 1 } })],
      ['distinct', () => things.distinct('state')],
      ['`$group`', () => things.aggregate([{ $group: { _id: '$state', n: { $sum: 1 } } }]).toArray()],
      ['build an index', () => things.createIndex({ state: 1, n: -1 })],
      ['update all', () => things.updateMany({}, { $set: { seen: true } })],
    ];
    const longRows: string[] = [];
    for (const [name, call] of long) {
      await server.ask('figures');
      const begun = performance.now();
      await call();
      const took = performance.now() - begun;
      const { longestCpuMs, longestTurnMs } = await server.ask('figures');
      longRows.push(
        `| ${name} | ${whole(took)} ms | ${longestCpuMs.toFixed(1)} ms | ${longestTurnMs.toFixed(1)} ms |`,
      );
    }
    await client.close();
    await server.stop();

    server = await startServer(folder);
    client = new mongoose.mongo.MongoClient(server.uri);
    things = client.db().collection('things');
    await things.findOne({ k: 1 });
    const { heapBytes, rssBytes } = await server.ask('figures');

    const section = `## The built-in store

Written by \`npm run bench\` (or \`node dist/tests/load/embedded-bench.js\`) with ${whole(documents)} documents of about 260 bytes. Measured on ${here}.
Calls go through MongoDB's driver over the store's socket, the store in a process of its own. Each write is on disk before it is
acknowledged; calls that come together share a commit. Most of a call's time is the driver's.

| call | a second, 1 in flight | 50 in flight | store CPU µs | driver CPU µs | yardstick at 1 / 50 |
| --- | --- | --- | --- | --- | --- |
${rows.join('\n')}
| insert 1,000 at a time | ${whole(inserted)} documents | | | | |

| over all documents | takes | longest turn, CPU (aim: below 20 ms) | longest turn, clock |
| --- | --- | --- | --- |
${longRows.join('\n')}

Opening takes ${whole(server.openMs)} ms; after the first find the process holds ${megabytes(heapBytes)} of heap and ${megabytes(rssBytes)} in all. A raw LMDB get is done
${whole(engine.get)} times a second.
`;
    process.stdout.write(`${section}\n`);
    if (!flags['no-write']) writeSection('store', section);
  } finally {
    await client.close();
    await server.stop().catch(() => undefined);
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
