import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Binary, Decimal128, Double, EJSON, Long, ObjectId } from 'bson';
import mongoose from 'mongoose';
import { systemClock } from '../../core/kernel/clock.js';
import { silentLogger } from '../../core/kernel/logger.js';
import { startEmbeddedStore, type EmbeddedStore } from '../embedded/index.js';
import { verifyArchive } from './archive.js';
import { backUp, restore } from './backup.js';

const everything = [
  {
    _id: 1,
    text: 'ä\u0000😀',
    whole: new Double(5),
    half: 0.5,
    long: Long.fromString('9007199254740993'),
    decimal: Decimal128.fromString('1.10'),
  },
  {
    _id: new ObjectId('0123456789abcdef01234567'),
    at: new Date('2026-01-02T03:04:05.006Z'),
    bytes: new Binary(Buffer.from([0, 1, 255]), 4),
    nothing: null,
    list: [[], {}, [1, 'a']],
  },
];

describe('backup and restore', () => {
  let folder: string;
  const stores: EmbeddedStore[] = [];

  const open = async (name: string): Promise<string> => {
    const store = await startEmbeddedStore({
      dataDir: join(folder, name),
      clock: systemClock,
      logger: silentLogger,
    });
    stores.push(store);
    return store.uri;
  };
  const using = async <T>(uri: string, work: (db: mongoose.mongo.Db) => Promise<T>): Promise<T> => {
    const client = new mongoose.mongo.MongoClient(uri);
    try {
      return await work(client.db());
    } finally {
      await client.close();
    }
  };
  const contents = (uri: string): Promise<unknown> =>
    using(uri, async (db) => {
      const collections = await db.listCollections({}, { nameOnly: true }).toArray();
      const result: Record<string, unknown> = {};
      for (const { name } of collections) {
        const documents = await db
          .collection(name)
          .find({}, { promoteValues: false, bsonRegExp: true })
          .toArray();
        result[name] = [EJSON.stringify(documents, { relaxed: false }), await db.collection(name).indexes()];
      }
      return result;
    });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'steward-backup-'));
  });
  afterEach(async () => {
    await Promise.all(stores.splice(0).map((store) => store.close()));
    await rm(folder, { recursive: true, force: true });
  });

  const filled = async (): Promise<{ uri: string; path: string }> => {
    const uri = await open('source');
    await using(uri, async (db) => {
      await db.collection<{ _id: unknown }>('things').insertMany(everything);
      await db.collection('things').createIndex({ text: 1 }, { unique: true, sparse: true });
      await db.createCollection('empty', { validator: { a: { $type: 'string' } } });
      await db.collection('many').insertMany(Array.from({ length: 1200 }, (_, n) => ({ n })));
    });
    return { uri, path: join(folder, 'archive.gz') };
  };

  it('brings back every collection, index and type in an empty store', async () => {
    const { uri, path } = await filled();
    const manifest = await backUp({ uri, path, clock: systemClock, verify: true });
    expect(manifest).toMatchObject({ consistent: true, documents: 1202 });
    const target = await open('target');
    expect(await restore({ uri: target, path })).toEqual(manifest);
    expect(await contents(target)).toEqual(await contents(uri));
  });

  it('shows the data of one moment while others write', async () => {
    const { uri, path } = await filled();
    await using(uri, async (db) => {
      const writing = (async () => {
        for (let n = 0; n < 50; n += 1)
          await db.collection('many').updateMany({ n: { $lt: 5 } }, { $inc: { rounds: 1 } });
      })();
      await backUp({ uri, path, clock: systemClock, verify: false });
      await writing;
    });
    const target = await open('target');
    await restore({ uri: target, path });
    const rounds = await using(target, (db) => db.collection('many').distinct('rounds', { n: { $lt: 5 } }));
    expect(rounds.length).toBeLessThanOrEqual(1);
  });

  it('refuses an archive in which a document was changed', async () => {
    const { uri, path } = await filled();
    await backUp({ uri, path, clock: systemClock, verify: false });
    const bytes = gunzipSync(await readFile(path));
    const at = bytes.indexOf(Buffer.from([0x10, 0x6e, 0, 7, 0, 0, 0])); // the number n: 7
    expect(at).toBeGreaterThan(0);
    bytes[at + 3] = 8;
    await writeFile(path, gzipSync(bytes));
    await expect(verifyArchive(path)).rejects.toThrow('checksum');
    const target = await open('target');
    await expect(restore({ uri: target, path })).rejects.toThrow('checksum');
    expect(await contents(target)).toEqual({});
  });

  it('refuses an archive that was cut off', async () => {
    const { uri, path } = await filled();
    await backUp({ uri, path, clock: systemClock, verify: false });
    const bytes = await readFile(path);
    await writeFile(path, bytes.subarray(0, Math.floor(bytes.length / 2)));
    await expect(verifyArchive(path)).rejects.toMatchObject({ code: 'backup.broken' });
    await writeFile(path, 'no archive');
    await expect(verifyArchive(path)).rejects.toMatchObject({ code: 'backup.broken' });
  });

  it('overwrites neither an archive nor a store that holds documents', async () => {
    const { uri, path } = await filled();
    await backUp({ uri, path, clock: systemClock, verify: false });
    await expect(backUp({ uri, path, clock: systemClock, verify: false })).rejects.toMatchObject({
      code: 'backup.exists',
    });
    await expect(restore({ uri, path })).rejects.toMatchObject({ code: 'backup.not-empty' });
  });
});
