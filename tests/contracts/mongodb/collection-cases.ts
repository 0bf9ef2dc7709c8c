/** Cases about indexes, collations, validators, views, capped collections and bulk writes; from MongoDB's manual and its documented error codes. */
import {
  beside,
  cmd,
  double,
  edges,
  ids,
  long,
  opts,
  type Doc,
  type Reply,
  type Step,
} from './case-steps.js';
import { error } from './cases.js';

const mk = (specs: Doc[]): Step => cmd({ createIndexes: 'contract', indexes: specs });
edges(
  'building and dropping indexes',
  [{ _id: 1, a: 1 }, { _id: 2 }, { _id: 3, a: null }, { _id: 4, a: [1, 2] }],
  [
    [
      'reply',
      mk([{ key: { a: 1 }, name: 'a_1' }]),
      { numIndexesBefore: 1, numIndexesAfter: 2, createdCollectionAutomatically: false, ok: double(1) },
    ],
    [
      'again',
      async (c, db) => {
        await c.createIndex({ a: 1 });
        return mk([{ key: { a: 1 }, name: 'a_1' }])(c, db);
      },
      {
        numIndexesBefore: 2,
        numIndexesAfter: 2,
        createdCollectionAutomatically: false,
        note: 'all indexes already exist',
        ok: double(1),
      },
    ],
    [
      'auto',
      cmd({ createIndexes: 'beside', indexes: [{ key: { a: 1 }, name: 'a_1' }] }),
      { numIndexesBefore: 1, numIndexesAfter: 2, createdCollectionAutomatically: true, ok: double(1) },
    ],
    ['empty', mk([]), error(2)],
    ['no name', mk([{ key: { a: 1 } }]), error(9)],
    ['no key', mk([{ name: 'x' }]), error(9)],
    ['empty key', mk([{ key: {}, name: 'x' }]), error(67)],
    ['unknown option', mk([{ key: { a: 1 }, name: 'x', foo: 1 }]), error(197)],
    ['unique on _id', mk([{ key: { _id: 1 }, name: '_id_', unique: true }]), error(197)],
    [
      '_id again',
      mk([{ key: { _id: 1 }, name: 'foo' }]),
      {
        numIndexesBefore: 1,
        numIndexesAfter: 1,
        createdCollectionAutomatically: false,
        note: 'all indexes already exist',
        ok: double(1),
      },
    ],
    ['ttl string', mk([{ key: { a: 1 }, name: 'x', expireAfterSeconds: 'x' }]), error(67)],
    ['ttl negative', mk([{ key: { a: 1 }, name: 'x', expireAfterSeconds: -1 }]), error(67)],
    ['ttl compound', mk([{ key: { a: 1, b: 1 }, name: 'x', expireAfterSeconds: 1 }]), error(67)],
    ['ttl _id', mk([{ key: { _id: 1 }, name: 'x', expireAfterSeconds: 1 }]), error(197)],
    [
      'sparse partial',
      mk([{ key: { a: 1 }, name: 'x', sparse: true, partialFilterExpression: { a: 1 } }]),
      error(67),
    ],
    ['partial num', mk([{ key: { a: 1 }, name: 'x', partialFilterExpression: 1 }]), error(14)],
    ['key $a', mk([{ key: { $a: 1 }, name: 'x' }]), error(67)],
    ['key ""', mk([{ key: { '': 1 }, name: 'x' }]), error(67)],
    ['key a..b', mk([{ key: { 'a..b': 1 }, name: 'x' }]), error(67)],
    ['key bool', mk([{ key: { a: true }, name: 'x' }]), error(67)],
    ['key foo', mk([{ key: { a: 'foo' }, name: 'x' }]), error(67)],
    ['unique string', mk([{ key: { a: 1 }, name: 'x', unique: 'yes' }]), error(14)],
    [
      'other name',
      async (c) => {
        await c.createIndex({ a: 1 });
        return c.createIndex({ a: 1 }, { name: 'other' });
      },
      error(85),
    ],
    [
      'drop *',
      async (c, db) => {
        await c.createIndex({ a: 1 });
        return db.command({ dropIndexes: 'contract', index: '*' }, opts);
      },
      { nIndexesWas: 2, msg: 'non-_id indexes dropped for collection', ok: double(1) },
    ],
    [
      'drop list',
      async (c, db) => {
        await c.createIndex({ a: 1 });
        await c.createIndex({ b: 1 });
        return db.command({ dropIndexes: 'contract', index: ['a_1', 'b_1'] }, opts);
      },
      { nIndexesWas: 3, ok: double(1) },
    ],
    [
      'drop pattern',
      async (c, db) => {
        await c.createIndex({ a: 1 });
        return db.command({ dropIndexes: 'contract', index: { a: 1 } }, opts);
      },
      { nIndexesWas: 2, ok: double(1) },
    ],
    ['drop pattern none', cmd({ dropIndexes: 'contract', index: { zz: 1 } }), error(27)],
    ['drop missing coll', cmd({ dropIndexes: 'nope', index: '*' }), error(26)],
    ['drop _id pattern', cmd({ dropIndexes: 'contract', index: { _id: 1 } }), error(72)],
    ['drop no index', cmd({ dropIndexes: 'contract' }), error(40414)],
    ['drop num', cmd({ dropIndexes: 'contract', index: 5 }), error(14)],
    [
      'sparse hint omits',
      async (c) => {
        await c.createIndex({ a: 1 }, { sparse: true });
        return (await c.find({}, { hint: { a: 1 } }).toArray())
          .map((d: Reply) => Number(d._id))
          .sort((a, b) => a - b);
      },
      [1, 3, 4],
    ],
    [
      'sparse count hint',
      async (c) => {
        await c.createIndex({ a: 1 }, { sparse: true });
        return c.countDocuments({}, { hint: 'a_1' });
      },
      3,
    ],
    [
      'sparse not used for sort',
      async (c) => {
        await c.createIndex({ a: 1 }, { sparse: true });
        return (await c.find({}).sort({ a: 1, _id: 1 }).toArray()).length;
      },
      4,
    ],
    [
      'sparse null query',
      async (c, db) => {
        await c.createIndex({ a: 1 }, { sparse: true });
        return ids({ a: null })(c, db);
      },
      [2, 3],
    ],
    [
      'unique compound missing',
      async (c) => {
        await c.deleteMany({});
        await c.createIndex({ x: 1, y: 1 }, { unique: true });
        await c.insertOne({ _id: 10, x: 1 });
        return c.insertOne({ _id: 11, x: 1 }).catch((e: Reply) => e.keyValue);
      },
      { x: 1, y: null },
    ],
    [
      'partial leaves',
      async (c) => {
        await c.createIndex({ k: 1 }, { unique: true, partialFilterExpression: { on: true } });
        await c.insertOne({ _id: 10, k: 1, on: true });
        await c.updateOne({ _id: 10 }, { $set: { on: false } });
        await c.insertOne({ _id: 11, k: 1, on: true });
        return c.updateOne({ _id: 10 }, { $set: { on: true } }).catch((e: Reply) => e.code);
      },
      11000,
    ],
    [
      'partial query equal',
      async (c, db) => {
        await c.createIndex({ a: 1 }, { partialFilterExpression: { a: { $gt: 0 } } });
        return ids({ a: 1 })(c, db);
      },
      [1, 4],
    ],
    [
      'partial not implied',
      async (c, db) => {
        await c.createIndex({ a: 1 }, { partialFilterExpression: { a: { $gt: 0 } } });
        return ids({ a: null })(c, db);
      },
      [2, 3],
    ],
    [
      'multikey range',
      async (c, db) => {
        await c.createIndex({ a: 1 });
        return ids({ a: { $gt: 1, $lt: 2 } })(c, db);
      },
      [4],
    ],
    [
      'array equality by index',
      async (c, db) => {
        await c.createIndex({ a: 1 });
        return ids({ a: [1, 2] })(c, db);
      },
      [4],
    ],
    [
      'list shape',
      async (c, db) => {
        await c.createIndex(
          { a: -1 },
          {
            unique: false,
            sparse: true,
            expireAfterSeconds: 10,
            name: 'q',
            collation: { locale: 'en', strength: 2 },
          },
        );
        return (await db.command({ listIndexes: 'contract' }, opts)).cursor.firstBatch[1];
      },
      {
        v: 2,
        key: { a: -1 },
        name: 'q',
        sparse: true,
        expireAfterSeconds: 10,
        collation: {
          locale: 'en',
          caseLevel: false,
          caseFirst: 'off',
          strength: 2,
          numericOrdering: false,
          alternate: 'non-ignorable',
          maxVariable: 'punct',
          normalization: false,
          backwards: false,
          version: '57.1',
        },
      },
    ],
    [
      'collMod ttl',
      async (c, db) => {
        await c.createIndex({ a: 1 }, { expireAfterSeconds: 10 });
        return db.command(
          { collMod: 'contract', index: { keyPattern: { a: 1 }, expireAfterSeconds: 20 } },
          opts,
        );
      },
      { expireAfterSeconds_old: long('10'), expireAfterSeconds_new: long('20'), ok: double(1) },
    ],
    [
      'collMod hidden',
      async (c, db) => {
        await c.createIndex({ a: 1 });
        return db.command({ collMod: 'contract', index: { name: 'a_1', hidden: true } }, opts);
      },
      { hidden_old: false, hidden_new: true, ok: double(1) },
    ],
    ['collMod unknown index', cmd({ collMod: 'contract', index: { name: 'zz', hidden: true } }), error(27)],
    [
      'collMod bad validator keeps',
      async (c, db) => {
        await db.command({ collMod: 'contract', validator: { $foo: 1 } }).catch(() => 0);
        await c.insertOne({ _id: 50 });
        return c.countDocuments();
      },
      5,
    ],
    [
      'hidden unusable by hint',
      async (c) => {
        await c.createIndex({ a: 1 }, { hidden: true });
        return c.find({}, { hint: { a: 1 } }).toArray();
      },
      error(2),
    ],
    ['wildcard', async (c) => c.createIndex({ '$**': 1 }), '$**_1'],
    [
      'hashed array',
      async (c) => {
        await c.createIndex({ zz: 'hashed' });
        return c.insertOne({ _id: 20, zz: [1] });
      },
      error(16766),
    ],
    [
      '65 indexes',
      async (c) => {
        for (let i = 0; i < 63; i++) await c.createIndex({ ['f' + i]: 1 });
        return c.createIndex({ g: 1 });
      },
      error(67),
    ],
    [
      'createIndex on view',
      async (c, db) => {
        await db.command({ create: 'seen', viewOn: 'contract', pipeline: [] });
        return db.collection('seen').createIndex({ a: 1 });
      },
      error(166),
    ],
  ],
);
const coll = (o: Doc): Doc => ({ collation: o });
edges(
  'collations',
  [
    { _id: 1, s: 'a' },
    { _id: 2, s: 'A' },
    { _id: 3, s: 'b' },
    { _id: 4, s: 'á' },
  ],
  [
    ['no locale', cmd({ find: 'contract', collation: { strength: 2 } }), error(40414)],
    ['bad locale', cmd({ find: 'contract', collation: { locale: 'xx-foo' } }), error(2)],
    ['simple', ids({ s: 'a' }, coll({ locale: 'simple' })), [1]],
    ['unknown field', cmd({ find: 'contract', collation: { locale: 'en', foo: 1 } }), error(40415)],
    ['caseFirst bad', cmd({ find: 'contract', collation: { locale: 'en', caseFirst: 'x' } }), error(2)],
    ['not doc', cmd({ find: 'contract', collation: 1 }), error(14)],
    ['strength 1', ids({ s: 'a' }, coll({ locale: 'en', strength: 1 })), [1, 2, 4]],
    ['strength 1 caseLevel', ids({ s: 'a' }, coll({ locale: 'en', strength: 1, caseLevel: true })), [1, 4]],
    ['range', ids({ s: { $gt: 'a' } }, coll({ locale: 'en', strength: 1 })), [3]],
    ['regex ignores', ids({ s: /^a/ }, coll({ locale: 'en', strength: 1 })), [1]],
    [
      'update',
      async (c) =>
        (await c.updateMany({ s: 'a' }, { $set: { z: 1 } }, coll({ locale: 'en', strength: 2 })))
          .modifiedCount,
      2,
    ],
    [
      'findOneAndDelete',
      async (c) => (await c.findOneAndDelete({ s: 'B' }, coll({ locale: 'en', strength: 2 })))._id,
      3,
    ],
    [
      'group',
      async (c) =>
        await c
          .aggregate([{ $group: { _id: '$s' } }, { $count: 'n' }], coll({ locale: 'en', strength: 1 }))
          .toArray(),
      [{ n: 2 }],
    ],
    [
      'collection default',
      async (c, db) => {
        await db.createCollection('beside', coll({ locale: 'en', strength: 2 }));
        const d = beside(db);
        await d.insertMany([
          { _id: 1, s: 'x' },
          { _id: 2, s: 'X' },
        ]);
        return [
          await d.countDocuments({ s: 'x' }),
          await d.countDocuments({ s: 'x' }, coll({ locale: 'simple' })),
          (await d.distinct('s')).length,
        ];
      },
      [2, 1, 1],
    ],
    [
      'default inherited by unique index',
      async (c, db) => {
        await db.createCollection('beside', coll({ locale: 'en', strength: 2 }));
        const d = beside(db);
        await d.createIndex({ s: 1 }, { unique: true });
        await d.insertOne({ s: 'x' });
        return d.insertOne({ s: 'X' }).catch((e: Reply) => e.code);
      },
      11000,
    ],
    [
      '_id under collation',
      async (c, db) => {
        await db.createCollection('beside', coll({ locale: 'en', strength: 2 }));
        const d = beside(db);
        await d.insertOne({ _id: 'x' });
        return d.insertOne({ _id: 'X' }).catch((e: Reply) => e.code);
      },
      11000,
    ],
    [
      'other collation does not use index',
      async (c, db) => {
        await c.createIndex({ s: 1 }, coll({ locale: 'en', strength: 2 }));
        return ids({ s: 'a' })(c, db);
      },
      [1],
    ],
    [
      '$in under index collation',
      async (c, db) => {
        await c.createIndex({ s: 1 }, coll({ locale: 'en', strength: 2 }));
        return (
          (await ids({ s: { $in: ['A'] } }, coll({ locale: 'en', strength: 2 }))(c, db)) as number[]
        ).sort((a, b) => a - b);
      },
      [1, 2],
    ],
    ['sort', ids({}, { sort: { s: 1 }, ...coll({ locale: 'en' }) }), [1, 2, 4, 3]],
    [
      'caseFirst upper',
      ids({ _id: { $lt: 4 } }, { sort: { s: 1 }, ...coll({ locale: 'en', caseFirst: 'upper' }) }),
      [2, 1, 3],
    ],
  ],
);
const vd =
  (o: Doc): Step =>
  async (c, db) => {
    await db.command({ collMod: 'contract', ...o });
  };
edges(
  'validators',
  [{ _id: 1, a: 'x' }],
  [
    [
      'insert code',
      async (c, db) => {
        await vd({ validator: { a: { $type: 'string' } } })(c, db);
        const r = await db.command({ insert: 'contract', documents: [{ _id: 2, a: 5 }] }, opts);
        const e = r.writeErrors[0];
        return [e.code, e.errInfo];
      },
      [
        121,
        {
          failingDocumentId: 2,
          details: {
            operatorName: '$type',
            specifiedAs: { a: { $type: 'string' } },
            reason: 'type did not match',
            consideredValue: 5,
            consideredType: 'int',
          },
        },
      ],
    ],
    [
      'missing',
      async (c, db) => {
        await vd({ validator: { a: { $exists: true } } })(c, db);
        const r = await db.command({ insert: 'contract', documents: [{ _id: 2 }] }, opts);
        return r.writeErrors[0].errInfo.details;
      },
      { operatorName: '$exists', specifiedAs: { a: { $exists: true } }, reason: 'path does not exist' },
    ],
    [
      'bypass',
      async (c, db) => {
        await vd({ validator: { a: 1 } })(c, db);
        return (await c.insertOne({ _id: 2, a: 5 }, { bypassDocumentValidation: true })).insertedId;
      },
      2,
    ],
    [
      'update',
      async (c, db) => {
        await vd({ validator: { a: 'x' } })(c, db);
        return c.updateOne({ _id: 1 }, { $set: { a: 'y' } });
      },
      error(121),
    ],
    [
      'fam',
      async (c, db) => {
        await vd({ validator: { a: 'x' } })(c, db);
        return c.findOneAndUpdate({ _id: 1 }, { $set: { a: 'y' } });
      },
      error(121),
    ],
    [
      'upsert',
      async (c, db) => {
        await vd({ validator: { a: 'x' } })(c, db);
        return c.updateOne({ _id: 9 }, { $set: { a: 'y' } }, { upsert: true });
      },
      error(121),
    ],
    [
      'warn',
      async (c, db) => {
        await vd({ validator: { a: 'x' }, validationAction: 'warn' })(c, db);
        return (await c.insertOne({ _id: 2, a: 5 })).insertedId;
      },
      2,
    ],
    [
      'off',
      async (c, db) => {
        await vd({ validator: { a: 'x' }, validationLevel: 'off' })(c, db);
        return (await c.insertOne({ _id: 2, a: 5 })).insertedId;
      },
      2,
    ],
    [
      'moderate',
      async (c, db) => {
        await vd({ validator: { a: 'q' }, validationLevel: 'moderate' })(c, db);
        return [
          (await c.updateOne({ _id: 1 }, { $set: { b: 5 } })).modifiedCount,
          await c.insertOne({ _id: 2, a: 5 }).catch((e: Reply) => Number(e.code)),
        ];
      },
      [1, 121],
    ],
    [
      'options listed',
      async (c, db) => {
        await db.command({ create: 'beside', validator: { a: 1 } });
        return (await db.command({ listCollections: 1, filter: { name: 'beside' } }, opts)).cursor
          .firstBatch[0].options;
      },
      { validator: { a: 1 }, validationLevel: 'strict', validationAction: 'error' },
    ],
  ],
);
const bulk =
  (ops: Doc[], o?: Doc): Step =>
  async (c) => {
    try {
      const r = await c.bulkWrite(ops, o);
      return {
        ins: r.insertedCount,
        m: r.matchedCount,
        mod: r.modifiedCount,
        d: r.deletedCount,
        u: r.upsertedCount,
        ids: r.insertedIds,
        up: r.upsertedIds,
      };
    } catch (thrown) {
      const e = thrown as Reply;
      const r = e.result;
      return {
        code: Number(e.code),
        idx: e.writeErrors?.map?.((w: Reply) => [w.index, Number(w.code)]),
        ins: r.insertedCount,
        m: r.matchedCount,
        d: r.deletedCount,
        up: r.upsertedIds,
      };
    }
  };
edges(
  'bulk writes',
  [
    { _id: 1, a: 1 },
    { _id: 2, a: 2 },
  ],
  [
    [
      'mixed',
      bulk([
        { insertOne: { document: { _id: 3 } } },
        { updateOne: { filter: { _id: 1 }, update: { $set: { a: 9 } } } },
        { updateMany: { filter: {}, update: { $set: { z: 1 } } } },
        { replaceOne: { filter: { _id: 2 }, replacement: { q: 1 } } },
        { deleteOne: { filter: { _id: 3 } } },
        { updateOne: { filter: { _id: 7 }, update: { $set: { a: 1 } }, upsert: true } },
      ]),
      { ins: 1, m: 5, mod: 5, d: 1, u: 1, ids: { 0: 3 }, up: { 5: 7 } },
    ],
    [
      'ordered error',
      bulk([
        { insertOne: { document: { _id: 3 } } },
        { insertOne: { document: { _id: 1 } } },
        { insertOne: { document: { _id: 4 } } },
      ]),
      { code: 11000, idx: [[1, 11000]], ins: 1, m: 0, d: 0, up: {} },
    ],
    [
      'unordered error',
      bulk(
        [
          { insertOne: { document: { _id: 1 } } },
          { updateOne: { filter: { _id: 1 }, update: { $inc: { a: 'x' } } } },
          { insertOne: { document: { _id: 4 } } },
          { deleteMany: { filter: {} } },
        ],
        { ordered: false },
      ),
      {
        code: 11000,
        idx: [
          [0, 11000],
          [1, 14],
        ],
        ins: 1,
        m: 0,
        d: 3,
        up: {},
      },
    ],
    [
      'upsert then error',
      bulk([
        { updateOne: { filter: { _id: 8 }, update: { $set: { a: 1 } }, upsert: true } },
        { insertOne: { document: { _id: 1 } } },
      ]),
      { code: 11000, idx: [[1, 11000]], ins: 0, m: 0, d: 0, up: { 0: 8 } },
    ],
    [
      'arrayFilters and collation',
      bulk([
        { updateOne: { filter: { _id: 1 }, update: { $set: { l: [1, 2] } } } },
        { updateOne: { filter: { _id: 1 }, update: { $set: { 'l.$[x]': 0 } }, arrayFilters: [{ x: 2 }] } },
      ]),
      { ins: 0, m: 2, mod: 2, d: 0, u: 0, ids: {}, up: {} },
    ],
    [
      'insertMany ids',
      async (c) => (await c.insertMany([{ _id: 'x' }, { _id: 'y' }])).insertedIds,
      { 0: 'x', 1: 'y' },
    ],
    [
      'updateMany partial failure',
      async (c) => {
        await c.createIndex({ u: 1 }, { unique: true, sparse: true });
        const r = await c.updateMany({}, { $set: { u: 1 } }).catch((e: Reply) => Number(e.code));
        return [r, await c.countDocuments({ u: 1 })];
      },
      [11000, 1],
    ],
    [
      'raw bulkWrite bad ns',
      async (c, db) =>
        db.client.db('admin').command({
          bulkWrite: 1,
          ops: [{ insert: 5, document: { _id: 1 } }],
          nsInfo: [{ ns: 'steward-contract.contract' }],
        }),
      error(2),
    ],
    [
      'raw bulkWrite not admin',
      cmd({
        bulkWrite: 1,
        ops: [{ insert: 0, document: { _id: 1 } }],
        nsInfo: [{ ns: 'steward-contract.contract' }],
      }),
      error(13),
    ],
    [
      'raw bulkWrite empty',
      async (c, db) =>
        db.client
          .db('admin')
          .command({ bulkWrite: 1, ops: [], nsInfo: [{ ns: 'steward-contract.contract' }] }),
      error(16),
    ],
    [
      'raw bulkWrite unknown op',
      async (c, db) =>
        db.client
          .db('admin')
          .command({ bulkWrite: 1, ops: [{ foo: 0 }], nsInfo: [{ ns: 'steward-contract.contract' }] }),
      error(9),
    ],
  ],
);
edges(
  'sorting by fields of one array',
  [
    {
      _id: 1,
      a: [
        { b: 1, c: 9 },
        { b: 2, c: 0 },
      ],
    },
    { _id: 2, a: [{ b: 1, c: 5 }] },
    { _id: 3, a: { b: 1, c: 1 } },
  ],
  [
    ['tuple', ids({}, { sort: { 'a.b': 1, 'a.c': 1 } }), [3, 2, 1]],
    [
      'tuple by index',
      async (c, db) => {
        await c.createIndex({ 'a.b': 1, 'a.c': 1 });
        return ids({}, { sort: { 'a.b': 1, 'a.c': 1 } })(c, db);
      },
      [3, 2, 1],
    ],
    ['desc asc', ids({}, { sort: { 'a.b': -1, 'a.c': 1 } }), [1, 3, 2]],
    [
      'pipeline',
      async (c) =>
        (
          await c
            .aggregate([{ $match: {} }, { $addFields: { z: 1 } }, { $sort: { 'a.b': 1, 'a.c': 1 } }])
            .toArray()
        ).map((d: Reply) => d._id),
      [3, 2, 1],
    ],
    ['filter does not bound sort', ids({ 'a.c': { $gte: 5 } }, { sort: { 'a.c': 1 } }), [1, 2]],
    [
      'filter does not bound sort by index',
      async (c, db) => {
        await c.createIndex({ 'a.c': 1 });
        return ids({ 'a.c': { $gte: 5 } }, { sort: { 'a.c': 1 } })(c, db);
      },
      [1, 2],
    ],
  ],
);
edges(
  'views',
  [
    { _id: 1, k: 'a', n: 1 },
    { _id: 2, k: 'b', n: 2 },
  ],
  [
    [
      'count',
      async (c, db) => {
        await db.command({ create: 'seen', viewOn: 'contract', pipeline: [{ $match: { k: 'a' } }] });
        return [
          await db.collection('seen').countDocuments(),
          await db.collection('seen').estimatedDocumentCount(),
        ];
      },
      [1, 1],
    ],
    [
      'update',
      async (c, db) => {
        await db.command({ create: 'seen', viewOn: 'contract', pipeline: [] });
        return db.collection('seen').updateOne({}, { $set: { a: 1 } });
      },
      error(166),
    ],
    [
      'delete',
      async (c, db) => {
        await db.command({ create: 'seen', viewOn: 'contract', pipeline: [] });
        return db.collection('seen').deleteOne({});
      },
      error(166),
    ],
    [
      'fam',
      async (c, db) => {
        await db.command({ create: 'seen', viewOn: 'contract', pipeline: [] });
        return db.collection('seen').findOneAndUpdate({}, { $set: { a: 1 } });
      },
      error(166),
    ],
    [
      'rename',
      async (c, db) => {
        await db.command({ create: 'seen', viewOn: 'contract', pipeline: [] });
        return db.client
          .db('admin')
          .command({ renameCollection: 'steward-contract.seen', to: 'steward-contract.beside' });
      },
      error(166),
    ],
    [
      'out to view',
      async (c, db) => {
        await db.command({ create: 'seen', viewOn: 'contract', pipeline: [] });
        return c.aggregate([{ $out: 'seen' }]).toArray();
      },
      error(166),
    ],
    [
      'collation mismatch',
      async (c, db) => {
        await db.command({
          create: 'seen',
          viewOn: 'contract',
          pipeline: [],
          collation: { locale: 'en', strength: 2 },
        });
        return db
          .collection('seen')
          .find({}, { collation: { locale: 'fr' } })
          .toArray();
      },
      error(167),
    ],
    [
      'lookup from view',
      async (c, db) => {
        await db.command({ create: 'seen', viewOn: 'contract', pipeline: [{ $match: { k: 'b' } }] });
        return (
          await c
            .aggregate([
              { $match: { _id: 1 } },
              { $lookup: { from: 'seen', pipeline: [], as: 'x' } },
              { $project: { n: { $size: '$x' } } },
            ])
            .toArray()
        )[0]?.n as unknown;
      },
      1,
    ],
    [
      'drop',
      async (c, db) => {
        await db.command({ create: 'seen', viewOn: 'contract', pipeline: [] });
        return (await db.command({ drop: 'seen' })).ok;
      },
      1,
    ],
    [
      'listIndexes',
      async (c, db) => {
        await db.command({ create: 'seen', viewOn: 'contract', pipeline: [] });
        return db.command({ listIndexes: 'seen' });
      },
      error(166),
    ],
  ],
);
edges(
  'capped collections',
  [],
  [
    [
      'reads and goes on',
      async (c, db) => {
        await db.createCollection('beside', { capped: true, size: 4096 });
        const k = beside(db);
        await k.insertMany([{ _id: 1 }, { _id: 2 }]);
        const cur = k.find({}, { tailable: true, awaitData: true, maxAwaitTimeMS: 50 });
        const out = [(await cur.next())._id, (await cur.next())._id];
        await k.insertOne({ _id: 3 });
        out.push((await cur.next())._id);
        await cur.close();
        return out;
      },
      [1, 2, 3],
    ],
    [
      'empty dies',
      async (c, db) => {
        await db.createCollection('beside', { capped: true, size: 4096 });
        const r = await db.command({ find: 'beside', tailable: true }, opts);
        return r.cursor.id.isZero();
      },
      true,
    ],
    [
      'sort refused',
      async (c, db) => {
        await db.createCollection('beside', { capped: true, size: 4096 });
        await beside(db).insertOne({});
        return db.command({ find: 'beside', tailable: true, sort: { a: 1 } });
      },
      error(2),
    ],
    ['awaitData alone', cmd({ find: 'contract', awaitData: true }), error(9)],
    [
      'capped delete ok',
      async (c, db) => {
        await db.createCollection('beside', { capped: true, size: 4096 });
        const k = beside(db);
        await k.insertOne({ _id: 1 });
        return (await k.deleteOne({ _id: 1 })).deletedCount;
      },
      1,
    ],
    [
      'capped natural -1',
      async (c, db) => {
        await db.createCollection('beside', { capped: true, size: 4096 });
        const k = beside(db);
        await k.insertMany([{ _id: 5 }, { _id: 1 }]);
        return (await k.find().sort({ $natural: -1 }).toArray()).map((d: Reply) => d._id);
      },
      [1, 5],
    ],
  ],
);
edges(
  'sessions and depth',
  [{ _id: 1 }],
  [
    [
      'session find',
      async (c, db) => {
        const s = db.client.startSession();
        const r = await c.find({}, { session: s }).toArray();
        await s.endSession();
        return r.length;
      },
      1,
    ],
    [
      'deep',
      async (c) => {
        let d: unknown = 1;
        for (let i = 0; i < 3000; i++) d = { d };
        return c.insertOne({ _id: 7, d }).catch((e: Reply) => Number(e.code));
      },
      15,
    ],
    [
      'deep update',
      async (c) => {
        let d: unknown = 1;
        for (let i = 0; i < 300; i++) d = { d };
        return c.updateOne({ _id: 1 }, { $set: { d } }).catch((e: Reply) => Number(e.code));
      },
      15,
    ],
    [
      'deep array',
      async (c) => {
        let d: unknown = 1;
        for (let i = 0; i < 300; i++) d = [d];
        return c.updateOne({ _id: 1 }, { $push: { d } }).catch((e: Reply) => Number(e.code));
      },
      15,
    ],
    ['still serves', async (c) => c.countDocuments(), 1],
  ],
);

edges(
  'calls of the driver',
  [
    { _id: 1, x: 11 },
    { _id: 2, x: 22 },
    { _id: 3, x: 33 },
  ],
  [
    [
      'out with secondary preference',
      async (c, db) => {
        await c
          .aggregate([{ $sort: { _id: 1 } }, { $match: { _id: { $gt: 1 } } }, { $out: 'beside' }], {
            readPreference: 'secondary',
          })
          .toArray();
        return beside(db).find().toArray();
      },
      [
        { _id: 2, x: 22 },
        { _id: 3, x: 33 },
      ],
    ],
    [
      'out with majority',
      async (c, db) => {
        await c.aggregate([{ $out: 'beside' }], { readConcern: { level: 'majority' } }).toArray();
        return beside(db).countDocuments();
      },
      3,
    ],
    [
      'out with linearizable',
      async (c) => c.aggregate([{ $out: 'beside' }], { readConcern: { level: 'linearizable' } }).toArray(),
      error(123),
    ],
    [
      'aggregate batchSize over all',
      async (c) => (await c.aggregate([{ $match: {} }], { batchSize: 1 }).toArray()).length,
      3,
    ],
    [
      'findOneAndReplace upsert after',
      async (c) =>
        c.findOneAndReplace(
          { _id: 4 },
          { x: 44 },
          { upsert: true, returnDocument: 'after', projection: { x: 1, _id: 0 } },
        ),
      { x: 44 },
    ],
    [
      'findOneAndUpdate pipeline let',
      async (c) =>
        c.findOneAndUpdate({ $expr: { $eq: ['$_id', '$$id'] } }, [{ $set: { x: { $literal: 1 } } }], {
          let: { id: 2 },
          returnDocument: 'after',
        }),
      { _id: 2, x: 1 },
    ],
    ['findOneAndDelete sort', async (c) => c.findOneAndDelete({}, { sort: { x: -1 } }), { _id: 3, x: 33 }],
    [
      'findOneAndDelete hint',
      async (c) => c.findOneAndDelete({ _id: 1 }, { hint: '_id_' }),
      { _id: 1, x: 11 },
    ],
    [
      'updateOne hint doc',
      async (c) => (await c.updateOne({ _id: 1 }, { $inc: { x: 1 } }, { hint: { _id: 1 } })).modifiedCount,
      1,
    ],
    [
      'deleteMany hint',
      async (c) => (await c.deleteMany({ _id: { $gt: 1 } }, { hint: '_id_' })).deletedCount,
      2,
    ],
    [
      'replaceOne sort',
      async (c) => {
        await c.replaceOne({}, { x: 1 }, { sort: { _id: -1 } });
        return (await c.findOne({ _id: 3 })).x;
      },
      1,
    ],
    [
      'updateOne sort',
      async (c) => {
        await c.updateOne({}, { $set: { x: 1 } }, { sort: { _id: -1 } });
        return (await c.findOne({ _id: 3 })).x;
      },
      1,
    ],
    [
      'insertMany unordered',
      async (c) =>
        c
          .insertMany([{ _id: 2 }, { _id: 4 }, { _id: 4 }], { ordered: false })
          .catch((e: Reply) => [e.result.insertedCount, e.writeErrors.map((w: Reply) => w.index)]),
      [1, [0, 2]],
    ],
    [
      'unack update',
      async (c) => {
        await c.updateOne({ _id: 1 }, { $set: { x: 0 } }, { writeConcern: { w: 0 } });
        await c.findOne();
        await new Promise((r) => setTimeout(r, 100));
        return (await c.findOne({ _id: 1 })).x;
      },
      0,
    ],
    [
      'comment everywhere',
      async (c) => {
        await c.updateOne({ _id: 1 }, { $set: { a: 1 } }, { comment: 'x' });
        await c.deleteOne({ _id: 99 }, { comment: { k: 1 } });
        await c.insertOne({ _id: 50 }, { comment: 'c' });
        return [
          await c.countDocuments({}, { comment: 'c' }),
          (await c.distinct('_id', {}, { comment: 'c' })).length,
          (await c.find({}, { comment: { a: 1 } }).toArray()).length,
          await c.estimatedDocumentCount({ comment: 'c' }),
        ];
      },
      [4, 4, 4, 4],
    ],
    [
      'modified counts of noop',
      async (c) => {
        const r = await c.updateMany({}, { $set: { x: 11 } });
        return [r.matchedCount, r.modifiedCount];
      },
      [3, 2],
    ],
    [
      '$$-dollar literal names in pipelines update',
      async (c) => {
        await c.updateOne({ _id: 1 }, [
          { $replaceWith: { $setField: { field: { $literal: '$a' }, input: '$$ROOT', value: 1 } } },
        ]);
        return c.findOne({ _id: 1 });
      },
      { _id: 1, x: 11, $a: 1 },
    ],
    [
      'set dotted literal',
      async (c) => {
        await c.updateOne({ _id: 1 }, [
          { $replaceWith: { $setField: { field: { $literal: 'a.b' }, input: '$$ROOT', value: 1 } } },
        ]);
        return c.findOne({ _id: 1 });
      },
      { _id: 1, x: 11, 'a.b': 1 },
    ],
    [
      'nested $ in $set value',
      async (c) => {
        await c.updateOne({ _id: 1 }, { $set: { foo: { a: { $b: 1 } } } });
        return (await c.findOne({ _id: 1 })).foo;
      },
      { a: { $b: 1 } },
    ],
    [
      'replace with dotted key',
      async (c, db) => {
        await db.command({ update: 'contract', updates: [{ q: { _id: 1 }, u: { 'a.b': 1 } }] });
        return c.findOne({ _id: 1 });
      },
      { _id: 1, 'a.b': 1 },
    ],
    [
      'insert _id with dotted',
      async (c) => {
        await c.insertOne({ _id: { 'a.b': 1 } });
        return c.countDocuments();
      },
      4,
    ],
    [
      'findOne after',
      async (c) => c.findOne({ _id: { $gt: 1 } }, { sort: { _id: -1 }, projection: { x: 1 } }),
      { _id: 3, x: 33 },
    ],
    [
      'aggregate missing',
      async (c, db) =>
        beside(db)
          .aggregate([{ $group: { _id: null, n: { $sum: 1 } } }])
          .toArray(),
      [],
    ],
    [
      'update missing upsert makes',
      async (c, db) => {
        await beside(db).updateOne({ _id: 1 }, { $set: { a: 1 } }, { upsert: true });
        return beside(db).find().toArray();
      },
      [{ _id: 1, a: 1 }],
    ],
    [
      'update missing makes nothing',
      async (c, db) => {
        await beside(db).updateOne({ _id: 1 }, { $set: { a: 1 } });
        return (await db.listCollections({ name: 'beside' }).toArray()).length;
      },
      0,
    ],
    [
      'getMore default whole',
      async (c, db) => {
        await c.insertMany(Array.from({ length: 500 }, (_, i) => ({ _id: 100 + i })));
        let r = await db.command({ find: 'contract' }, opts);
        const a = r.cursor.firstBatch.length;
        r = await db.command({ getMore: r.cursor.id, collection: 'contract' }, opts);
        return [a, r.cursor.nextBatch.length, r.cursor.id.isZero()];
      },
      [101, 402, true],
    ],
    [
      'getMore limit',
      async (c, db) => {
        let r = await db.command({ find: 'contract', batchSize: 1, limit: 2 }, opts);
        r = await db.command({ getMore: r.cursor.id, collection: 'contract', batchSize: 1 }, opts);
        return [r.cursor.nextBatch.length, r.cursor.id.isZero()];
      },
      [1, true],
    ],
    [
      'errInfo names',
      async (c, db) =>
        db.command({ find: 'contract', filter: { $foo: 1 } }).catch((e: Reply) => [e.codeName, e.ok]),
      ['BadValue', 0],
    ],
  ],
);
