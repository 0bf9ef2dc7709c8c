import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import { systemClock } from '../../core/kernel/clock.js';
import { silentLogger } from '../../core/kernel/logger.js';
import { createManualClock } from '../../tests/support/manual-clock.js';
import { writeFormat } from './catalog.js';
import { Disk } from './disk.js';
import { prepareFormat } from './format.js';
import { startEmbeddedStore, type EmbeddedStore, type EmbeddedStoreOptions } from './index.js';

describe('the built-in store', () => {
  let dataDir: string;
  const stores: EmbeddedStore[] = [];
  const clients: mongoose.mongo.MongoClient[] = [];

  const start = async (options: Partial<EmbeddedStoreOptions> = {}): Promise<EmbeddedStore> => {
    const store = await startEmbeddedStore({ dataDir, clock: systemClock, logger: silentLogger, ...options });
    stores.push(store);
    return store;
  };
  const connect = (uri: string, options: object = {}): mongoose.mongo.Db => {
    const client = new mongoose.mongo.MongoClient(uri, options);
    clients.push(client);
    return client.db();
  };
  const disconnect = (): Promise<unknown> => Promise.all(clients.splice(0).map((client) => client.close()));

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'steward-store-'));
  });
  afterEach(async () => {
    await disconnect();
    await Promise.all(stores.splice(0).map((store) => store.close()));
    await rm(dataDir, { recursive: true, force: true });
  });

  it('serves a private socket that goes away with it', async () => {
    const store = await start();
    const folder = dirname(decodeURIComponent(/mongodb:\/\/([^/]+)\//.exec(store.uri)?.[1] ?? ''));
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    await store.close();
    await expect(stat(folder)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('finds what is there while an index comes to be', async () => {
    const things = connect((await start()).uri).collection('things');
    for (let round = 0; round < 30; round += 1) {
      const field = `k${round}`;
      await things.insertOne({ [field]: 1 });
      let built = false;
      const building = things.createIndex({ [field]: 1 }).then(() => {
        built = true;
      });
      while (!built) expect(await things.find({ [field]: 1 }).toArray()).toHaveLength(1);
      await building;
    }
  });

  it('says so when the index that a query reads is dropped, rather than give half of the answer', async () => {
    const things = connect((await start()).uri).collection('things');
    await things.createIndex({ k: 1 });
    await things.insertMany(Array.from({ length: 1000 }, (_, k) => ({ k })));
    const cursor = things.find({ k: { $gte: 0 } }, { batchSize: 50 });
    await cursor.next();
    await things.dropIndex('k_1');
    await expect(cursor.toArray()).rejects.toMatchObject({ code: 175, codeName: 'QueryPlanKilled' });
  });

  it('counts right when counting and writing begin together', async () => {
    const first = await start();
    await connect(first.uri).collection('things').insertOne({ n: 0 });
    await disconnect();
    await first.close();
    const things = connect((await start()).uri).collection('things');
    await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        n % 2 === 0 ? things.insertOne({ n }) : things.estimatedDocumentCount(),
      ),
    );
    expect(await things.estimatedDocumentCount()).toBe(21);
  });

  it('keeps the old collection when $out fails, and shows the old or the new one while it works', async () => {
    const db = connect((await start()).uri);
    await db.collection('target').insertOne({ old: true });
    await db.collection('target').createIndex({ k: 1 }, { unique: true });
    await db.collection('source').insertMany([{ k: 1 }, { k: 1 }]);
    const out = (): Promise<unknown> =>
      db
        .collection('source')
        .aggregate([{ $out: 'target' }])
        .toArray();
    await expect(out()).rejects.toMatchObject({ code: 11000 });
    expect(await db.collection('target').countDocuments({ old: true })).toBe(1);
    await db.collection('source').updateOne({}, { $set: { k: 2 } });
    let done = false;
    const writing = out().then(() => {
      done = true;
    });
    const seen = new Set<number>();
    while (!done) seen.add((await db.collection('target').find().toArray()).length);
    await writing;
    expect([...seen].filter((length) => length !== 1 && length !== 2)).toEqual([]);
    expect(await db.collection('target').countDocuments()).toBe(2);
    expect((await db.listCollections().toArray()).map(({ name }) => name).sort()).toEqual([
      'source',
      'target',
    ]);
  });

  it('keeps everything over a restart', async () => {
    const first = await start();
    const things = connect(first.uri).collection('things');
    await things.createIndex({ n: 1 }, { unique: true });
    await things.insertOne({ n: 1 });
    await disconnect();
    await first.close();
    const again = connect((await start()).uri).collection('things');
    expect(await again.findOne({ n: 1 })).toMatchObject({ n: 1 });
    await expect(again.insertOne({ n: 1 })).rejects.toMatchObject({ code: 11000 });
    expect(await again.countDocuments()).toBe(1);
  });

  it('is one per folder, and names the process that has it', async () => {
    const store = await start();
    await expect(start()).rejects.toMatchObject({ code: 'storage.in-use', pid: process.pid, uri: store.uri });
    await store.close();
    await start();
  });

  it('refuses a folder that another living process holds, and takes over a dead one’s', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    await (await start()).close();
    await writeFile(join(dataDir, 'store', 'lock'), JSON.stringify({ pid: child.pid, started: '' }));
    await expect(start()).rejects.toThrow(`process ${child.pid} holds it`);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await start();
  });

  it('says that an address is taken, and leaves the folder and nothing that listens behind', async () => {
    const { uri } = await start({ listen: { host: '127.0.0.1', port: 0 } });
    const port = Number(new URL(uri).port);
    const other = await mkdtemp(join(tmpdir(), 'steward-taken-'));
    try {
      const opening = (more: object): Promise<EmbeddedStore> =>
        startEmbeddedStore({ dataDir: other, clock: systemClock, logger: silentLogger, ...more });
      await expect(opening({ listen: { host: '127.0.0.1', port } })).rejects.toMatchObject({
        code: 'storage.address-taken',
        message: `The address 127.0.0.1:${port} is in use by another process. Choose another port, or port 0 for a free one.`,
      });
      await (await opening({})).close();
    } finally {
      await rm(other, { recursive: true, force: true });
    }
  });

  it('listens on loopback only', async () => {
    await expect(start({ listen: { host: '0.0.0.0', port: 0 } })).rejects.toMatchObject({
      code: 'storage.not-loopback',
    });
    const { uri } = await start({ listen: { host: '127.0.0.1', port: 0 } });
    expect(uri).toMatch(/^mongodb:\/\/127\.0\.0\.1:\d+\//);
    expect(await connect(uri).command({ ping: 1 })).toMatchObject({ ok: 1 });
  });

  it('finishes the commands that run before it closes', async () => {
    const store = await start();
    const things = connect(store.uri).collection('things');
    await things.insertOne({ n: 0 });
    const writing = things.insertOne({ n: 1 });
    await connect(store.uri).command({ ping: 1 });
    const [written] = await Promise.allSettled([writing, store.close()]);
    await disconnect();
    const count = await connect((await start()).uri)
      .collection('things')
      .countDocuments({ n: 1 });
    expect(count).toBe(written.status === 'fulfilled' ? 1 : 0);
  });

  it('removes what has expired', async () => {
    const clock = createManualClock(new Date('2026-01-01T00:00:00Z'));
    const store = await start({ clock });
    const things = connect(store.uri).collection('things');
    await things.createIndex({ at: 1 }, { expireAfterSeconds: 60 });
    await things.insertMany([
      { n: 1, at: new Date('2026-01-01T00:00:00Z') },
      { n: 2, at: new Date('2026-01-01T00:05:00Z') },
      { n: 3, at: 'no date' },
      { n: 4, at: [new Date('2026-01-02T00:00:00Z'), new Date('2026-01-01T00:00:10Z')] },
    ]);
    await clock.advance(90_000);
    await store.sweepExpired();
    expect(await things.distinct('n')).toEqual([2, 3]);
  });

  it('removes what has expired as often as it is told to', async () => {
    const clock = createManualClock(new Date('2026-01-01T00:00:00Z'));
    const db = connect((await start({ clock })).uri);
    const things = db.collection('things');
    await things.createIndex({ at: 1 }, { expireAfterSeconds: 0 });
    await things.insertOne({ at: new Date('2026-01-01T00:00:03Z') });
    expect(await db.admin().command({ setParameter: 1, ttlMonitorSleepSecs: 5 })).toMatchObject({ was: 60 });
    while (clock.sleepers === 0) await nextTurn();
    expect(await things.countDocuments()).toBe(1);
    await clock.advance(5_000);
    while ((await things.countDocuments()) > 0) await nextTurn();
    expect(await db.admin().command({ getParameter: 1, ttlMonitorSleepSecs: 1 })).toMatchObject({
      ttlMonitorSleepSecs: 5,
    });
  });

  it('refuses data of a newer format and leaves it alone', async () => {
    await (await start()).close();
    const disk = Disk.open(join(dataDir, 'store'));
    await disk.write(() => writeFormat(disk, 99));
    await disk.close();
    await expect(start()).rejects.toMatchObject({ code: 'storage.newer-data' });
  });

  it('migrates older data step by step', async () => {
    const disk = Disk.open(join(dataDir, 'old'));
    const steps: number[] = [];
    await disk.write(() => writeFormat(disk, 1));
    const migrations = { 1: () => void steps.push(1), 2: () => void steps.push(2) };
    await prepareFormat(disk, 3, migrations);
    await prepareFormat(disk, 3, migrations);
    expect(steps).toEqual([1, 2]);
    await disk.close();
  });

  it('hangs up on bytes that are no message and goes on with the others', async () => {
    const { uri } = await start({ listen: { host: '127.0.0.1', port: 0 } });
    const { port } = new URL(uri.replace('mongodb:', 'http:'));
    const { connect: dial } = await import('node:net');
    for (const bytes of [
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
      Buffer.from('ffffffff0000000000000000dd070000', 'hex'),
      Buffer.from('1500000001000000000000000000000000', 'hex'),
    ]) {
      const socket = dial(Number(port), '127.0.0.1');
      socket.on('error', () => undefined);
      socket.end(bytes);
      socket.resume();
      await once(socket, 'close');
    }
    expect(await connect(uri).command({ ping: 1 })).toMatchObject({ ok: 1 });
  });

  it('answers a driver of the old protocol in that protocol', async () => {
    const { uri } = await start({ listen: { host: '127.0.0.1', port: 0 } });
    const { port } = new URL(uri.replace('mongodb:', 'http:'));
    const { connect: dial } = await import('node:net');
    const command = mongoose.mongo.BSON.serialize({ listDatabases: 1 });
    const head = Buffer.alloc(16);
    head.writeInt32LE(7, 4);
    head.writeInt32LE(2004, 12);
    const query = [head, Buffer.alloc(4), Buffer.from('admin.$cmd\0'), Buffer.alloc(8), command];
    head.writeInt32LE(Buffer.concat(query).length, 0);
    const socket = dial(Number(port), '127.0.0.1');
    socket.write(Buffer.concat(query));
    const [answer] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    expect([answer.readInt32LE(8), answer.readInt32LE(12)]).toEqual([7, 1]);
    expect(mongoose.mongo.BSON.deserialize(answer.subarray(36))).toMatchObject({ ok: 0, code: 352 });
  });

  it('looks up documents that are named, however many share a field that has an index', async () => {
    const things = connect((await start()).uri).collection<{ _id: string; owner: string; code: number }>(
      'things',
    );
    await things.createIndexes([
      { key: { owner: 1, kind: 1 }, name: 'owner' },
      { key: { code: 1 }, name: 'code', unique: true },
    ]);
    await things.insertMany(
      Array.from({ length: 500 }, (_, code) => ({ _id: `t${code}`, owner: 'one', code })),
    );
    const examined = async (filter: mongoose.mongo.Filter<{ _id: string; owner: string; code: number }>) => {
      const { executionStats } = (await things.find(filter).explain('executionStats')) as {
        executionStats: { totalDocsExamined: number; nReturned: number };
      };
      return [executionStats.totalDocsExamined, executionStats.nReturned];
    };
    expect(await examined({ _id: { $in: ['t1', 't400', 'absent'] }, owner: 'one' })).toEqual([2, 2]);
    expect(await examined({ _id: { $in: ['t1', 't2'] }, owner: 'another' })).toEqual([2, 0]);
    expect(await examined({ code: { $in: [3, 4] }, owner: 'one' })).toEqual([2, 2]);
  });

  it('lets others have their turn during a scan, a sort and a grouping of many documents', async () => {
    const things = connect((await start()).uri).collection('things');
    for (let from = 0; from < 10_000; from += 5_000) {
      await things.insertMany(
        Array.from({ length: 5_000 }, (_, n) => ({ n: from + n, group: n % 50, text: 'x'.repeat(50) })),
      );
    }
    let turns = 0;
    let counting = true;
    const others = (async () => {
      while (counting) {
        await new Promise((resolve) => {
          setImmediate(resolve);
        });
        turns += 1;
      }
    })();
    await things.findOne({ text: 'nowhere' });
    await things.find({}, { sort: { text: 1, group: -1 }, limit: 5000, projection: { n: 1 } }).next();
    await things.aggregate([{ $group: { _id: '$group', n: { $sum: '$n' } } }]).toArray();
    await things.updateMany({ group: 3 }, { $set: { seen: true } });
    counting = false;
    await others;
    // 10,000 documents in slices of at most 200 give each of the four about fifty pauses.
    expect(turns).toBeGreaterThan(180);
  });
});
