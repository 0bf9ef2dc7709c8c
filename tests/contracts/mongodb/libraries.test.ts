import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { MongoBackend } from '@agendajs/mongo-backend';
import { Agenda } from 'agenda';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import mongoose, { Schema } from 'mongoose';
import { RateLimiterMongo } from 'rate-limiter-flexible';
import { shippedFile } from '../../../core/kernel/package-root.js';
import { KNOWN_COMMANDS } from '../../../storage/embedded/dispatch.js';
import { KNOWN_STAGES } from '../../../storage/embedded/stages.js';
import { namesSent } from './names-sent.js';
import { contractTarget, type ContractTarget } from './target.js';

const readme = readFileSync(shippedFile('storage', 'embedded', 'README.md'), 'utf8');
const namesIn = (text: string): string[] => (text.match(/`\$?\w+`/g) ?? []).map((name) => name.slice(1, -1));
const listed = new Set(namesIn(readme));

/** One of the README's lists of the scope. */
function scopeOf(part: string): string[] {
  const [, list = ''] = readme.split(`<!-- scope:${part} -->`);
  return namesIn(list.slice(0, list.indexOf('\n\n')));
}

/** Waits for something that another timer brings about. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    if (await holds()) return;
    await wait(20);
  }
  throw new Error('it did not come about within ten seconds');
}

describe('the libraries that Steward uses, on the built-in store', () => {
  let target: ContractTarget;
  let connection: mongoose.Connection;
  const sent = new Set<string>();

  beforeAll(async () => {
    target = await contractTarget({
      watch: (command) => namesSent(command).forEach((name) => sent.add(name)),
    });
    connection = await mongoose.createConnection(target.uri, { dbName: 'libraries' }).asPromise();
  });
  beforeEach(() => connection.dropDatabase());
  afterAll(async () => {
    await connection.close();
    await target.close();
  });

  describe('mongoose', () => {
    it('saves only what nobody else changed (optimistic concurrency)', async () => {
      const Note = connection.model(
        'Note',
        new Schema({ text: String, tags: [String] }, { optimisticConcurrency: true }),
      );
      const { _id } = await Note.create({ text: 'one' });
      const [first, second] = [await Note.findById(_id), await Note.findById(_id)];
      await first?.set('text', 'two').save();
      await expect(second?.set('text', 'three').save()).rejects.toMatchObject({ name: 'VersionError' });
      expect((await Note.findById(_id))?.text).toBe('two');
    });

    it('populates references', async () => {
      const Person = connection.model('Person', new Schema({ name: String }));
      const Task = connection.model(
        'Task',
        new Schema({
          owner: { type: Schema.Types.ObjectId, ref: 'Person' },
          watchers: [{ type: Schema.Types.ObjectId, ref: 'Person' }],
        }),
      );
      const [ada, bob] = await Person.insertMany([{ name: 'Ada' }, { name: 'Bob' }]);
      await Task.collection.insertOne({ owner: ada?._id, watchers: [bob?._id, ada?._id] });
      const task = await Task.findOne()
        .populate<{ owner: { name: string }; watchers: { name: string }[] }>(['owner', 'watchers'])
        .lean();
      expect(task?.owner.name).toBe('Ada');
      expect(task?.watchers.map(({ name }) => name)).toEqual(['Bob', 'Ada']);
    });

    it('reads through cursors in batches', async () => {
      const Row = connection.model('Row', new Schema({ n: Number }));
      await Row.insertMany(Array.from({ length: 250 }, (_, n) => ({ n })));
      let sum = 0;
      for await (const { n } of Row.find().sort({ n: -1 }).cursor({ batchSize: 40 })) sum += n ?? 0;
      expect(sum).toBe((249 * 250) / 2);
    });

    it('writes in bulk and reports each error', async () => {
      const Unique = connection.model('Unique', new Schema({ k: { type: Number, unique: true }, v: Number }));
      await Unique.init();
      const result = await Unique.bulkWrite([
        { insertOne: { document: { k: 1 } } },
        { updateOne: { filter: { k: 2 }, update: { v: 5 }, upsert: true } },
        { deleteOne: { filter: { k: 1 } } },
      ]);
      expect([result.insertedCount, result.upsertedCount, result.deletedCount]).toEqual([1, 1, 1]);
      await expect(
        Unique.insertMany([{ k: 3 }, { k: 2 }, { k: 4 }], { ordered: false }),
      ).rejects.toMatchObject({ code: 11000 });
      expect(await Unique.distinct('k')).toEqual([2, 3, 4]);
    });

    it('synchronises indexes', async () => {
      const schema = new Schema({ a: String, b: Date }, { autoIndex: false });
      schema
        .index({ a: 1 }, { unique: true, partialFilterExpression: { a: { $exists: true } } })
        .index({ b: 1 }, { expireAfterSeconds: 60 });
      const Indexed = connection.model('Indexed', schema);
      await Indexed.createCollection();
      await Indexed.collection.createIndex({ old: 1 });
      expect(await Indexed.syncIndexes()).toEqual(['old_1']);
      expect((await Indexed.listIndexes()).map(({ name }: { name: string }) => name)).toEqual([
        '_id_',
        'a_1',
        'b_1',
      ]);
      expect(await Indexed.diffIndexes()).toEqual({ toDrop: [], toCreate: [] });
    });

    it('aggregates, counts and updates in place', async () => {
      const Sale = connection.model(
        'Sale',
        new Schema({ item: String, n: Number, list: [{ k: Number, v: Number }] }, { timestamps: true }),
      );
      await Sale.create([
        { item: 'a', n: 1, list: [{ k: 1, v: 1 }] },
        { item: 'a', n: 2 },
        { item: 'b', n: 5 },
      ]);
      expect(
        await Sale.aggregate([{ $group: { _id: '$item', n: { $sum: '$n' } } }, { $sort: { _id: 1 } }]),
      ).toEqual([
        { _id: 'a', n: 3 },
        { _id: 'b', n: 5 },
      ]);
      expect(await Sale.countDocuments({ n: { $gte: 2 } })).toBe(2);
      const changed = await Sale.findOneAndUpdate(
        { 'list.k': 1 },
        { $set: { 'list.$.v': 9 }, $inc: { n: 1 } },
        { returnDocument: 'after' },
      );
      expect([changed?.n, changed?.list[0]?.v]).toEqual([2, 9]);
      const { matchedCount } = await Sale.updateMany({ item: { $in: ['a', 'b'] } }, { $unset: { n: 1 } });
      expect(matchedCount).toBe(3);
      expect(await Sale.exists({ n: { $exists: true } })).toBeNull();
    });
  });

  describe('Agenda', () => {
    const agendas: Agenda[] = [];
    const worker = async (options: object = {}): Promise<Agenda> => {
      const agenda = new Agenda({
        backend: new MongoBackend({ mongo: connection.db as never }),
        processEvery: 30,
        ...options,
      });
      agendas.push(agenda);
      return agenda;
    };
    const stopAll = (): Promise<unknown> => Promise.all(agendas.splice(0).map((agenda) => agenda.stop()));

    it('shares jobs between two workers and runs each once', async () => {
      const runs: number[] = [];
      const pair = [await worker(), await worker()];
      for (const agenda of pair)
        agenda.define<{ n: number }>('count', (job) => void runs.push(job.attrs.data.n), { concurrency: 2 });
      for (const agenda of pair) await agenda.start();
      for (let n = 0; n < 20; n += 1) await pair[0]?.now('count', { n });
      await until(() => runs.length >= 20);
      await wait(100);
      await stopAll();
      expect(runs.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => n));
    });

    it('keeps one job of a unique kind and one repeating job of a name', async () => {
      const agenda = await worker();
      agenda.define('once', () => undefined);
      await agenda.start();
      for (let n = 0; n < 3; n += 1)
        await agenda
          .create('once', { for: 'ada' })
          .unique({ 'data.for': 'ada' })
          .schedule('in 1 hour')
          .save();
      await agenda.every('1 hour', 'once');
      await agenda.every('2 hours', 'once');
      const jobs = await connection.collection('agendaJobs').find({ name: 'once' }).toArray();
      await stopAll();
      expect(
        jobs.filter(({ type }) => type === 'single').map(({ repeatInterval }) => repeatInterval as string),
      ).toEqual(['2 hours']);
      expect(jobs.filter(({ data }) => (data as { for?: string } | undefined)?.for === 'ada')).toHaveLength(
        1,
      );
    });

    it('runs a debounced job once, with the last data', async () => {
      const agenda = await worker();
      const seen: number[] = [];
      agenda.define<{ n: number; for: string }>('calm', (job) => void seen.push(job.attrs.data.n));
      for (const n of [1, 2, 3]) {
        await agenda.create('calm', { for: 'ada', n }).unique({ 'data.for': 'ada' }).debounce(150).save();
      }
      await agenda.start(); // only now: three saves may take longer than the debounce on a busy machine
      await until(() => seen.length > 0);
      await wait(250);
      await stopAll();
      expect(seen).toEqual([3]);
    });

    it('takes over a job whose lock ran out', async () => {
      const agenda = await worker();
      let runs = 0;
      agenda.define('stuck', () => void (runs += 1), { lockLifetime: 50 });
      await agenda.start();
      await connection.collection('agendaJobs').insertOne({
        name: 'stuck',
        type: 'normal',
        priority: 0,
        nextRunAt: new Date(),
        lockedAt: new Date(Date.now() - 1000),
        data: {},
      });
      await until(() => runs === 1);
      await stopAll();
    });

    it('notes failures and runs what is due later', async () => {
      const agenda = await worker();
      let later = 0;
      agenda.define('fails', () => {
        throw new Error('no luck');
      });
      agenda.define('later', () => void (later += 1));
      await agenda.start();
      await agenda.now('fails', {});
      await agenda.schedule(new Date(Date.now() + 100), 'later', {});
      await until(
        async () =>
          later === 1 &&
          (await connection.collection('agendaJobs').countDocuments({ failReason: 'no luck' })) === 1,
      );
      await stopAll();
    });
  });

  it('rate-limiter-flexible consumes, refuses, blocks, rewards and expires', async () => {
    const limiter = new RateLimiterMongo({
      storeClient: connection,
      points: 2,
      duration: 1,
      keyPrefix: 'limit',
    });
    await limiter.consume('ada');
    expect(await limiter.consume('ada')).toMatchObject({ remainingPoints: 0 });
    await expect(limiter.consume('ada')).rejects.toMatchObject({ remainingPoints: 0 });
    await limiter.reward('ada', 2);
    expect(await limiter.get('ada')).toMatchObject({ consumedPoints: 1 });
    await limiter.block('bob', 10);
    await expect(limiter.consume('bob')).rejects.toMatchObject({ remainingPoints: 0 });
    await limiter.delete('bob');
    expect(await limiter.get('bob')).toBeNull();
    await wait(1100);
    expect(await limiter.consume('ada')).toMatchObject({ consumedPoints: 1 });
    const racers = await Promise.allSettled(Array.from({ length: 10 }, () => limiter.consume('carol')));
    expect(racers.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
  });

  it('sends nothing that the list of the scope does not name', () => {
    expect([...sent].filter((name) => !listed.has(name))).toEqual([]);
    expect(sent.size).toBeGreaterThan(20);
  });

  it('knows the commands and stages that the list of the scope names, and no others', () => {
    expect(scopeOf('commands').sort()).toEqual([...KNOWN_COMMANDS].sort());
    expect(scopeOf('stages').sort()).toEqual([...KNOWN_STAGES].sort());
  });
});
