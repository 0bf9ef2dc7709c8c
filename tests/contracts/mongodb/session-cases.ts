/** Cases about cursors and their sessions, commands of several batches, and what a single server refuses. */
import { Binary, Long } from 'bson';
import type mongoose from 'mongoose';
import { error } from './cases.js';
import { cmd, edges, opts, type Reply, type Step } from './case-steps.js';

const idOf = ({ cursor }: Reply): Long => Long.fromString(String(cursor.id));
const ten = Array.from({ length: 10 }, (_, _id) => ({ _id, x: _id % 2 }));

type Sessions = Record<'mine' | 'other', mongoose.mongo.ClientSession>;

/** Opens a cursor in a session and reads on, in the same one or another, after `between`. */
const readOn =
  (
    reader: keyof Sessions,
    more: object = {},
    between: (sessions: Sessions) => object = () => ({ ping: 1 }),
  ): Step =>
  async (_c, db) => {
    const sessions = { mine: db.client.startSession(), other: db.client.startSession() };
    try {
      const first = await db.command({ find: 'contract', batchSize: 2 }, { ...opts, session: sessions.mine });
      await db.command(between(sessions));
      const { cursor } = await db.command(
        { getMore: idOf(first), collection: 'contract', batchSize: 1, ...more },
        { session: sessions[reader] },
      );
      return cursor.nextBatch as unknown;
    } finally {
      await Promise.all(Object.values(sessions).map((session) => session.endSession()));
    }
  };

/** One field of what came in the first and in the next batch of a command. */
const twoBatches = async (
  db: mongoose.mongo.Db,
  command: object,
  rest: string,
  name: string,
): Promise<unknown> =>
  db.client.withSession(async (session) => {
    const first = await db.command(command, { ...opts, session });
    const { cursor } = await db.command({ getMore: idOf(first), collection: rest }, { session });
    return [first.cursor.firstBatch, cursor.nextBatch].map((batch: Reply[]) =>
      batch.map((reply) => reply[name] as unknown),
    );
  });

/** Kills a tailable cursor while it waits for more. */
const killedWhileItWaits: Step = async (_c, db) => {
  await db.collection('capped').drop();
  await db.createCollection('capped', { capped: true, size: 4096 });
  await db.collection('capped').insertOne({ x: 1 });
  const first = await db.command({ find: 'capped', tailable: true, awaitData: true }, opts);
  const getMore = { getMore: idOf(first), collection: 'capped', maxTimeMS: 10_000 };
  await db.command({ ...getMore, maxTimeMS: 1 });
  const waiting = db.command(getMore);
  await Promise.race([waiting, new Promise((resolve) => setTimeout(resolve, 100))]);
  const [answer] = await Promise.allSettled([
    waiting,
    db.command({ killCursors: 'capped', cursors: [idOf(first)] }),
  ]);
  if (answer.status === 'rejected') throw answer.reason;
  return answer.value;
};

edges('cursors and sessions', ten, [
  ['killed while it waits', killedWhileItWaits, error(237)],
  ['read on in the same session', readOn('mine'), [{ _id: 2, x: 0 }]],
  ['read on in another session', readOn('other'), error(50738)],
  ['killed with its session', readOn('mine', {}, ({ mine }) => ({ killSessions: [mine.id] })), error(43)],
  [
    'kept when another session is killed',
    readOn('mine', {}, ({ other }) => ({ killSessions: [other.id] })),
    [{ _id: 2, x: 0 }],
  ],
  ['killed with all sessions', readOn('mine', {}, () => ({ killAllSessions: [] })), error(43)],
  [
    'killed by a pattern',
    readOn('mine', {}, ({ mine }) => ({ killAllSessionsByPattern: [{ lsid: mine.id }] })),
    error(43),
  ],
  ['a time limit on an ordinary cursor', readOn('mine', { maxTimeMS: 5 }), error(2)],
  ['a collection that was dropped', readOn('mine', {}, () => ({ drop: 'contract' })), error(175)],
  [
    'indexes in batches',
    async (c, db) => {
      await c.createIndex({ x: 1 });
      return twoBatches(db, { listIndexes: 'contract', cursor: { batchSize: 1 } }, 'contract', 'name');
    },
    [['_id_'], ['x_1']],
  ],
]);

const bulk =
  (ops: object[], more: object = {}, pick: (reply: Reply) => unknown = (reply) => reply): Step =>
  async (_c, db) =>
    pick(
      await db.client
        .db('admin')
        .command({ bulkWrite: 1, ops, nsInfo: [{ ns: 'steward-contract.contract' }], ...more }, opts),
    );
const replies = ({ cursor }: Reply): unknown =>
  (cursor.firstBatch as Reply[]).map(({ ok, idx, n, nModified, code }) => ({
    ok,
    idx,
    n,
    ...(nModified !== undefined && { nModified }),
    ...(code !== undefined && { code }),
  }));

edges('bulkWrite of a client', ten, [
  [
    'the replies stand in the order of the operations',
    bulk(
      [
        { update: 0, filter: { x: 1 }, updateMods: { $set: { x: 5 } }, multi: true },
        { insert: 0, document: { _id: 1 } },
        { delete: 0, filter: { x: 0 }, multi: true },
        { update: 0, filter: { _id: 3 }, updateMods: { $bad: { x: 5 } } },
        { insert: 0, document: { _id: 11 } },
      ],
      { ordered: false },
      (reply) => replies(reply),
    ),
    [
      { ok: 1, idx: 0, n: 5, nModified: 5 },
      { ok: 0, idx: 1, n: 0, code: 11000 },
      { ok: 1, idx: 2, n: 5 },
      { ok: 0, idx: 3, n: 0, nModified: 0, code: 9 },
      { ok: 1, idx: 4, n: 1 },
    ],
  ],
  [
    'an ordered one ends with its first error',
    bulk(
      [
        { insert: 0, document: { _id: 21 } },
        { insert: 0, document: { _id: 21 } },
        { insert: 0, document: { _id: 22 } },
      ],
      { errorsOnly: true },
      ({ nInserted, nErrors, ...reply }) => ({
        nInserted: nInserted as unknown,
        nErrors: nErrors as unknown,
        replies: replies(reply),
      }),
    ),
    { nInserted: 1, nErrors: 1, replies: [{ ok: 0, idx: 1, n: 0, code: 11000 }] },
  ],
  [
    'its replies come in batches',
    (_c, db) =>
      twoBatches(
        db.client.db('admin'),
        {
          bulkWrite: 1,
          ops: [31, 32, 33].map((_id) => ({ insert: 0, document: { _id } })),
          nsInfo: [{ ns: 'steward-contract.contract' }],
          cursor: { batchSize: 2 },
        },
        '$cmd.bulkWrite',
        'idx',
      ),
    [[0, 1], [2]],
  ],
  ['an unknown field', bulk([{ insert: 0, document: {} }], { foo: 1 }), error(40415)],
  ['an unknown field of an operation', bulk([{ insert: 0, document: {}, foo: 1 }]), error(40415)],
  ['an insert without its document', bulk([{ insert: 0 }]), error(40414)],
  [
    'a sort for many',
    bulk([{ update: 0, filter: {}, updateMods: { $set: { x: 1 } }, multi: true, sort: { x: 1 } }]),
    error(9),
  ],
]);

const stages = (reply: Reply): unknown => {
  const { queryPlanner, executionStats } = reply as { queryPlanner: Reply; executionStats?: Reply };
  const { stage, inputStage } = queryPlanner.winningPlan as Reply;
  return {
    stage: stage as unknown,
    ...(inputStage && { under: inputStage.stage as unknown }),
    keys: executionStats?.totalKeysExamined as unknown,
  };
};
edges('what a single server explains, lists and refuses', ten, [
  [
    'a scan examines no keys',
    cmd({ explain: { find: 'contract', filter: { x: 1 } } }, stages),
    { stage: 'COLLSCAN', keys: 0 },
  ],
  [
    'an update around its scan',
    cmd({ explain: { update: 'contract', updates: [{ q: { x: 1 }, u: { $set: { x: 2 } } }] } }, stages),
    { stage: 'UPDATE', under: 'COLLSCAN', keys: 0 },
  ],
  ['explain of an insert', cmd({ explain: { insert: 'contract', documents: [{}] } }), error(20)],
  [
    'indexes are made all or none',
    async (c, db) => {
      const key = { y: 1 };
      const refused = await db
        .command({
          createIndexes: 'contract',
          indexes: [
            { key, name: 'y_1' },
            { key: { x: 1 }, name: 'x_1', unique: true },
          ],
        })
        .then(
          () => 0,
          ({ code }: { code: number }) => code,
        );
      return [refused, ...(await c.indexes()).map((index) => (index as Reply).name as unknown)];
    },
    [11000, '_id_'],
  ],
  [
    'a time series is born with an index',
    async (_c, db) => {
      await db.command({ create: 'beside', timeseries: { timeField: 't', metaField: 'm' } });
      return (await db.collection('beside').indexes()).map(({ key, name }) => ({ key, name }));
    },
    [{ key: { m: 1, t: 1 }, name: 'm_1_t_1' }],
  ],
  ['search indexes', cmd({ createSearchIndexes: 'contract', indexes: [{ definition: {} }] }), error(31082)],
  ['a list of search indexes', (c) => c.aggregate([{ $listSearchIndexes: {} }]).toArray(), error(31082)],
  ['$search', (c) => c.aggregate([{ $search: {} }]).toArray(), error(31082)],
  [
    '$function',
    (c) => c.aggregate([{ $project: { v: { $function: { body: 'x', args: [], lang: 'js' } } } }]).toArray(),
    error(31264),
  ],
  ['mapReduce', cmd({ mapReduce: 'contract', map: 'x', reduce: 'x', out: { inline: 1 } }), error(16149)],
  [
    'a password',
    cmd({ saslStart: 1, mechanism: 'SCRAM-SHA-256', payload: new Binary(Buffer.from('n,,n=a,r=b')) }),
    error(18),
  ],
  [
    'a point outside of what a 2d index covers',
    async (c) => {
      await c.createIndex({ at: '2d' }, { min: -10, max: 10 });
      await c.insertOne({ at: [5, 5] });
      return c.insertOne({ at: [11, 5] });
    },
    error(13027),
  ],
  [
    'a reference as _id',
    async (c) => {
      await c.insertOne({ _id: { $ref: 'other', $id: 1 } });
      return c.countDocuments({ _id: { $ref: 'other', $id: 1 } });
    },
    1,
  ],
  ['a reference in another order as _id', (c) => c.insertOne({ _id: { $id: 1, $ref: 'other' } }), error(52)],
  ['an insert into a collection of a bad name', cmd({ insert: '.bad', documents: [{}] }), error(73)],
]);
