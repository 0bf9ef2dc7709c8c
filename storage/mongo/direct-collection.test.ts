import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Schema } from 'mongoose';
import { systemClock } from '../../core/kernel/clock.js';
import { silentLogger } from '../../core/kernel/logger.js';
import { startEmbeddedStore, type EmbeddedStore } from '../embedded/index.js';
import { openDatabase, type CollectionDefinition, type Database } from './database.js';
import type { TenantCollection, TenantRecord } from './tenant-collection.js';

interface Thing extends TenantRecord {
  name: string;
  count: number;
  tags: string[];
  at?: Date | null;
}

const schema = new Schema<Thing>(
  {
    _id: String,
    tenantId: { type: String, required: true },
    name: String,
    count: Number,
    tags: [String],
    at: Date,
  },
  { versionKey: false },
);
schema.index({ tenantId: 1, name: 1 }, { unique: true });
const definitionOf = (name: string): CollectionDefinition<Thing> => ({ name, schema });

const at = new Date('2026-01-02T03:04:05.678Z');
const thing = (n: number): Omit<Thing, 'tenantId'> => ({
  _id: `t${String(n).padStart(3, '0')}`,
  name: `name ${n}`,
  count: n,
  tags: n % 2 === 0 ? ['even', `n${n}`] : [],
  at,
});
/** What a call gave, or how it failed. */
const told = async (call: Promise<unknown>): Promise<unknown> =>
  call.catch((error: unknown) => {
    const { code, message, keyPattern, keyValue } = error as Record<string, unknown>;
    return { code, message: String(message).replace(/(?:by-\w+)/g, 'things'), keyPattern, keyValue };
  });

/** Everything that a collection is asked for, in an order in which each answer depends on what came before. */
async function conversation(
  things: TenantCollection<Thing>,
  database: Database,
  name: string,
): Promise<unknown[]> {
  const all: unknown[] = [];
  const say = async (call: Promise<unknown>): Promise<void> => void all.push(await told(call));
  await say(things.insertMany(Array.from({ length: 250 }, (_none, n) => thing(n))));
  await say(things.insert(thing(7)));
  await say(things.insertIfAbsent({ ...thing(300), name: 'name 3' }));
  await say(
    Promise.all([
      things.insertInBatch(thing(400)),
      things.insertInBatch(thing(7)),
      things.insertInBatch(thing(401)),
    ]),
  );
  await say(
    Promise.all([
      things.putInBatch('t400', { count: -1 }),
      things.putInBatch('p1', { name: 'put', tags: ['new'] }),
    ]),
  );
  await say(things.find({}, { sort: { _id: 1 } }));
  await say(
    things.find({ count: { $gte: 10 } }, { sort: { count: -1 }, skip: 2, limit: 3, fields: ['name'] }),
  );
  await say(things.findOne({ tags: 'n8' }));
  await say(things.findOne({ name: 'nobody' }));
  await say(things.updateOne({ _id: 't001' }, { $set: { name: 'name 2' } }));
  await say(
    things.updateOne({ _id: 't001' }, { $set: { at: null }, $push: { tags: 'odd' }, $inc: { count: 5 } }),
  );
  const together = [
    things.updateOne({ _id: 't020', count: 20 }, { $inc: { count: 1 } }),
    things.updateOne({ _id: 't020', count: 20 }, { $inc: { count: 1 } }),
    things.updateOne({ _id: 't021' }, { $set: { name: 'name 22' } }),
    things.updateOne({ _id: 't022', tags: 'none' }, { $set: { count: 0 } }),
    things.updateOne({ _id: 't023' }, { $set: { count: 0, at: undefined } }),
  ];
  all.push(await Promise.all(together.map(told)));
  await say(things.updateOne({ _id: 'new' }, { $set: { name: 'upserted' } }, { upsert: true }));
  await say(things.updateMany({ count: { $lt: 5 } }, { $set: { tags: ['few'] } }));
  await say(things.findOneAndUpdate({ _id: 't002', count: 2 }, { $inc: { count: 1 } }));
  await say(things.findOneAndUpdate({ _id: 't002', count: 2 }, { $inc: { count: 1 } }));
  await say(things.findOneAndUpdate({ name: /^name/ }, { $unset: { at: '' } }, { sort: { count: -1 } }));
  await say(things.deleteMany({ count: { $gt: 100 } }));
  await say(things.count({ tags: 'even' }));
  const marks: [string, number][] = [
    ['t010', 1],
    ['t011', 2],
    ['t010', 2],
    ['t012', 1],
    ['t010', 1],
    ['nobody', 1],
  ];
  await say(Promise.all(marks.map(([id, count]) => database.batch.mark(name, id, { count }))));
  await say(things.find({ _id: { $in: ['t012', 't010', 'nobody', 't010', 't011'] } }));
  await say(things.find({ _id: { $in: ['t012', 't010', 't011'] } }, { sort: { _id: -1 }, limit: 2 }));
  const walked: string[] = [];
  for await (const { _id } of things.cursor({}, { sort: { _id: 1 } })) walked.push(_id);
  all.push(walked);
  await database.batch.drain();
  await say(things.find({}, { sort: { _id: 1 } }));
  return all;
}

describe('a store in the same process', () => {
  let folder: string;
  let store: EmbeddedStore;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'steward-direct-'));
    store = await startEmbeddedStore({ dataDir: folder, clock: systemClock, logger: silentLogger });
  });
  afterAll(async () => {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('answers direct calls as it answers the driver, also what fails', async () => {
    const byDriver = definitionOf('by-driver');
    const byCall = definitionOf('by-call');
    const definitions = [byDriver, byCall] as unknown as CollectionDefinition<never>[];
    const overSocket = await openDatabase(store.uri, definitions);
    const direct = await openDatabase(store.uri, definitions, (command) => store.command(command));
    try {
      const expected = await conversation(overSocket.collection(byDriver, 'acme'), overSocket, byDriver.name);
      const given = await conversation(direct.collection(byCall, 'acme'), direct, byCall.name);
      expect(given).toEqual(expected);
      expect(given[1]).toMatchObject({ code: 11000 });
      expect(given[3]).toEqual([true, false, true]);
      expect(given).toContainEqual([1, 0, expect.objectContaining({ code: 11000 }), 0, 1]);
      expect(given).toContainEqual([
        expect.objectContaining({ _id: 't010', count: 1 }),
        expect.objectContaining({ _id: 't011', count: 2 }),
        expect.objectContaining({ _id: 't012', count: 1 }),
      ]);
    } finally {
      await overSocket.close();
      await direct.close();
    }
  });

  it('stores a record with its schema’s empty lists and without what is undefined', async () => {
    const definition = definitionOf('completed');
    const direct = await openDatabase(
      store.uri,
      [definition] as unknown as CollectionDefinition<never>[],
      (command) => store.command(command),
    );
    try {
      const things = direct.collection(definition, 'acme');
      const bare = { _id: 'bare', name: 'bare', count: undefined } as unknown as Omit<Thing, 'tenantId'>;
      await things.insert(bare);
      await things.updateOne({ _id: 'bare' }, { $set: { at: undefined, name: 'renamed' } });
      const found = await things.findOne({ _id: 'bare' });
      expect(found).toEqual({ _id: 'bare', tenantId: 'acme', name: 'renamed', tags: [] });
    } finally {
      await direct.close();
    }
  });

  it('does not go round the socket for options that only the driver knows', async () => {
    const definition = definitionOf('by-driver-only');
    const commands: unknown[] = [];
    const direct = await openDatabase(
      store.uri,
      [definition] as unknown as CollectionDefinition<never>[],
      (command) => {
        commands.push(command);
        return store.command(command);
      },
    );
    try {
      const model = direct.acrossTenants(definition);
      await model.find({}).maxTimeMS(1_000).lean();
      expect(commands).toHaveLength(0);
      await model.find({}).lean();
      expect(commands).toHaveLength(1);
    } finally {
      await direct.close();
    }
  });
});
