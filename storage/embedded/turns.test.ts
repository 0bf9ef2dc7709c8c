import { Double } from 'bson';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { systemClock } from '../../core/kernel/clock.js';
import { silentLogger } from '../../core/kernel/logger.js';
import { decode, encode } from './bson.js';
import { binaryOrder, type StringOrder } from './compare.js';
import { Disk } from './disk.js';
import { DirectCommands } from './direct.js';
import { answerWith } from './dispatch.js';
import { Engine } from './engine.js';
import { prepare } from './query.js';
import { PAUSE, scan } from './scan.js';
import { Sorter } from './sorter.js';
import { sortFields } from './sort.js';
import { insertDocument } from './writes.js';

/** Lets every look at the clock find the turn over, so that work is counted between two possible pauses. */
function clockThatRuns(): void {
  let now = 0;
  jest.spyOn(performance, 'now').mockImplementation(() => (now += 1_000));
}

/** The most that `count` grew within one turn of the event loop while `work` ran. */
async function mostInATurn(count: () => number, work: () => Promise<unknown>): Promise<number> {
  let most = 0;
  let last = count();
  let running = true;
  const look = (): void => {
    most = Math.max(most, count() - last);
    last = count();
    if (running) setImmediate(look);
  };
  setImmediate(look);
  await work();
  running = false;
  return Math.max(most, count() - last);
}

describe('long work of the built-in store in turns of the event loop', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it.each([Infinity, 5_000, 20])('a sort that keeps %d rows compares little in one turn', async (most) => {
    clockThatRuns();
    let compared = 0;
    const counting: StringOrder = {
      ...binaryOrder,
      compare: (left, right) => {
        compared += 1;
        return binaryOrder.compare(left, right);
      },
    };
    const sorter = new Sorter<number>(sortFields({ name: 1 }), counting, most);
    const total = 10_000;
    let inOneAdd = 0;
    for (let n = 0; n < total; n += 1) {
      const before = compared;
      sorter.add({ name: String((n * 7919) % total).padStart(6, '0') }, n);
      inOneAdd = Math.max(inOneAdd, compared - before);
    }
    expect(inOneAdd).toBeLessThan(10_000);
    let sorted: number[] = [];
    const inOneTurn = await mostInATurn(
      () => compared,
      async () => {
        sorted = await sorter.sortedSlowly();
      },
    );
    expect(inOneTurn).toBeLessThan(10_000);
    expect(sorted.map((n) => (n * 7919) % total)).toEqual(
      Array.from({ length: Math.min(most, total) }, (_none, at) => at),
    );
  });

  describe('over a collection', () => {
    let folder: string;
    let disk: Disk;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'steward-turns-'));
      disk = Disk.open(join(folder, 'data'));
    });
    afterEach(async () => {
      await disk.close();
      await rm(folder, { recursive: true, force: true });
    });

    it.each([
      ['a filter on every document', { n: { $gte: 0 } }],
      ['an `$in` of thousands of ids', { _id: { $in: Array.from({ length: 4_000 }, (_none, n) => n) } }],
      [
        'an `$in` of thousands of unknown ids',
        { _id: { $in: Array.from({ length: 4_000 }, (_none, n) => -n) } },
      ],
    ])('%s pauses after a few hundred documents or keys', async (_name, filter) => {
      const engine = new Engine(disk, systemClock, silentLogger);
      await disk.write(() => {
        const things = engine.ensure('test.things');
        for (let n = 0; n < 4_000; n += 1) insertDocument(engine, things, encode({ _id: n, n }), false);
      });
      const collection = engine.catalog.find('test.things');
      if (!collection) throw new Error('The collection was not made.');
      const context = { order: binaryOrder, variables: {} };
      const query = { filter, sort: [], skip: 0, limit: 0, hint: undefined, context };
      const { plan, test } = prepare(collection, query);
      const stretches = [0];
      let reads = 0;
      const counted: typeof disk.range = (range, reverse) => {
        reads += 1;
        return Disk.prototype.range.call(disk, range, reverse);
      };
      jest.spyOn(disk, 'range').mockImplementation(counted);
      let since = 0;
      for (const found of scan(disk, collection, plan, test)) {
        if (found === PAUSE) {
          stretches.push(reads - since);
          since = reads;
        } else stretches[stretches.length - 1] = (stretches.at(-1) ?? 0) + 1;
      }
      stretches.push(reads - since);
      expect(stretches.length).toBeGreaterThan(10);
      expect(Math.max(...stretches)).toBeLessThan(1_000);
    });

    it('ends a command whose time is up at its next pause, and no other', async () => {
      const engine = new Engine(disk, systemClock, silentLogger);
      await disk.write(() => {
        const things = engine.ensure('test.things');
        for (let n = 0; n < 4_000; n += 1) insertDocument(engine, things, encode({ _id: n, n }), false);
      });
      const commands = new DirectCommands(answerWith(engine), silentLogger);
      const count = async (more: object) =>
        decode(
          Buffer.from(
            await commands.run(encode({ count: 'things', query: { n: { $gte: 0 } }, $db: 'test', ...more })),
          ),
        );
      clockThatRuns();
      const [limited, free] = await Promise.all([count({ maxTimeMS: 100 }), count({})]);
      expect(limited).toMatchObject({ ok: 0, code: 50, codeName: 'MaxTimeMSExpired' });
      expect(free).toMatchObject({ ok: new Double(1), n: 4_000 });
    });
  });
});
