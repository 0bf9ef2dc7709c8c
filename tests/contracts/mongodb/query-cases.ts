/** Cases about filters, projections, orders, cursors and commands on collections; from MongoDB's manual and its documented error codes. */
import { Binary, MaxKey, MinKey, ObjectId, Timestamp } from 'bson';
import { cmd, date, dec, docs, double, edges, ids, long, opts, type Doc, type Reply } from './case-steps.js';
import { error } from './cases.js';

const A = [
  { _id: 1, a: [[1, 2], [3]] },
  { _id: 2, a: [1, 2, null] },
  { _id: 3, a: { b: [{ c: 1 }, { c: [2, 3] }] } },
  { _id: 4 },
  { _id: 5, a: 'text' },
  { _id: 6, a: /text/i },
  { _id: 7, a: [] },
  { _id: 8, a: [{ x: 1 }, 5] },
  { _id: 9, a: 8.9 },
];
edges('filters at their edges', A, [
  ['$in array whole', ids({ a: { $in: [[3], 8.9] } }), [1, 9]],
  ['$in empty', ids({ a: { $in: [] } }), []],
  ['$nin empty', ids({ a: { $nin: [] } }), [1, 2, 3, 4, 5, 6, 7, 8, 9]],
  ['$in of operator', ids({ a: { $in: [{ $gt: 1 }] } }), error(2)],
  ['nested elemMatch', ids({ a: { $elemMatch: { $elemMatch: { $gt: 2 } } } }), [1]],
  ['$elemMatch {}', ids({ a: { $elemMatch: {} } }), [1, 8]],
  ['$elemMatch with $or', ids({ a: { $elemMatch: { $or: [{ x: 1 }, { x: 9 }] } } }), [8]],
  ['$elemMatch $ne', ids({ a: { $elemMatch: { $ne: 1 } } }), [1, 2, 8]],
  ['$elemMatch on object field path', ids({ 'a.b': { $elemMatch: { c: 2 } } }), [3]],
  ['$not $elemMatch', ids({ a: { $not: { $elemMatch: { $gt: 1 } } } }), [1, 3, 4, 5, 6, 7, 9]],
  ['$all nested', ids({ a: { $all: [[1, 2]] } }), [1]],
  ['$all null', ids({ a: { $all: [null] } }), [2, 4]],
  ['$all with expression object mix', ids({ a: { $all: [{ $elemMatch: { x: 1 } }, 5] } }), error(2)],
  ['$all $gt', ids({ a: { $all: [{ $gt: 1 }] } }), error(2)],
  ['$exists 0', ids({ a: { $exists: 0 } }), [4]],
  ['$exists null', ids({ a: { $exists: null } }), [4]],
  ['$exists string', ids({ a: { $exists: 'x' } }), [1, 2, 3, 5, 6, 7, 8, 9]],
  ['$type []', ids({ a: { $type: [] } }), error(9)],
  ['$type fraction', ids({ a: { $type: 1.5 } }), error(2)],
  ['$type 0', ids({ a: { $type: 0 } }), error(2)],
  ['$type number string', ids({ a: { $type: 'number' } }), [2, 8, 9]],
  ['$type regex', ids({ a: { $type: 'regex' } }), [6]],
  ['$size string', ids({ a: { $size: '2' } }), error(9)],
  ['$size 0', ids({ a: { $size: 0 } }), [7]],
  ['$size double whole', ids({ a: { $size: double(3) } }), [2]],
  ['$mod 3 elems', ids({ a: { $mod: [1, 2, 3] } }), error(2)],
  ['$mod string', ids({ a: { $mod: ['x', 2] } }), error(2)],
  ['$mod not array', ids({ a: { $mod: 5 } }), error(2)],
  ['$mod truncates', ids({ a: { $mod: [4.9, 0] } }), [9]],
  ['$mod NaN divisor', ids({ a: { $mod: [NaN, 0] } }), error(2)],
  ['regex value equals', ids({ a: /text/i }), [5, 6]],
  ['$eq regex', ids({ a: { $eq: /text/i } }), [6]],
  ['$in regex', ids({ a: { $in: [/TEXT/i] } }), [5]],
  ['$regex object and $options', ids({ a: { $regex: /a/i, $options: 'm' } }), error(51075)],
  ['$options first', ids({ a: { $options: 'm', $regex: /a/i } }), error(51074)],
  ['$regex number', ids({ a: { $regex: 5 } }), error(2)],
  ['$options number', ids({ a: { $regex: 'a', $options: 5 } }), error(2)],
  ['$gt regex', ids({ a: { $gt: /a/ } }), error(2)],
  ['$not {}', ids({ a: { $not: {} } }), error(2)],
  ['$not regex', ids({ a: { $not: /text/ } }), [1, 2, 3, 4, 6, 7, 8, 9]],
  ['$not $regex', ids({ a: { $not: { $regex: 'text' } } }), [1, 2, 3, 4, 6, 7, 8, 9]],
  ['$nor []', ids({ $nor: [] }), error(2)],
  ['$and [1]', ids({ $and: [1] }), error(2)],
  ['$or of operator without field', ids({ $or: [{ $gt: 1 }] }), error(2)],
  ['dotted numeric nested', ids({ 'a.0.1': 2 }), [1]],
  ['dotted through arrays', ids({ 'a.b.c': 3 }), [3]],
  ['dotted numeric in inner array', ids({ 'a.b.1.c.0': 2 }), [3]],
  ['$gte null', ids({ a: { $gte: null } }), [2, 4]],
  ['$gt object', ids({ a: { $gt: { a: 1 } } }), [3, 8]],
  ['$lt array', ids({ a: { $lt: [1, 2, 3] } }), [1, 2, 7]],
  ['eq []', ids({ a: [] }), [7]],
  ['eq {}', ids({ a: {} }), []],
  ['$ne []', ids({ a: { $ne: [] } }), [1, 2, 3, 4, 5, 6, 8, 9]],
  ['$alwaysFalse', ids({ $alwaysFalse: 1 }), []],
  ['$alwaysTrue', ids({ $alwaysTrue: 1, _id: 1 }), [1]],
  [
    '$expr size',
    ids({
      $expr: {
        $and: [{ $isArray: '$a' }, { $gt: [{ $size: { $cond: [{ $isArray: '$a' }, '$a', []] } }, 2] }],
      },
    }),
    [2],
  ],
  ['$expr missing lt null', ids({ $expr: { $lt: ['$a', null] } }), [4]],
  ['$expr inside $or', ids({ $or: [{ $expr: { $eq: ['$_id', 3] } }, { _id: 4 }] }), [3, 4]],
  ['$expr inside elemMatch', ids({ a: { $elemMatch: { $expr: { $eq: [1, 1] } } } }), error(2)],
  ['empty field name path', ids({ 'a.': 1 }), []],
  ['_id $in order natural', ids({ _id: { $in: [3, 1, 2] } }), [1, 2, 3]],
  ['$bitsAllSet string', ids({ a: { $bitsAllSet: 'x' } }), error(2)],
  ['$bitsAllSet fractional', ids({ a: { $bitsAllSet: 1.5 } }), error(9)],
  ['$bitsAllSet neg position', ids({ a: { $bitsAllSet: [-1] } }), error(2)],
  ['$elemMatch array', ids({ a: { $elemMatch: [] } }), error(2)],
  ['filter not doc', cmd({ find: 'contract', filter: 1 }), error(14)],
  ['$eq undefined op mixed', ids({ a: { $gt: 1, b: 1 } }), error(2)],
  ['plain then op', ids({ a: { b: 1, $gt: 1 } }), []],
  ['$jsonSchema not doc', ids({ $jsonSchema: 1 }), error(14)],
  ['$text no index', ids({ $text: { $search: 'x' } }), error(27)],
  [
    '$ref DBRef',
    async (c, db) => {
      await c.insertOne({ _id: 20, r: { $ref: 'x', $id: 1 } });
      return ids({ r: { $ref: 'x', $id: 1 } })(c, db);
    },
    [20],
  ],
  [
    '$ref path',
    async (c, db) => {
      await c.insertOne({ _id: 20, r: { $ref: 'x', $id: 1 } });
      return ids({ 'r.$id': 1 })(c, db);
    },
    [20],
  ],
]);
edges(
  'comparisons across types',
  [
    { _id: 1, v: true },
    { _id: 2, v: date('2020-01-01') },
    { _id: 3, v: new Timestamp({ t: 1577836800, i: 1 }) },
    { _id: 4, v: new ObjectId('0123456789abcdef01234567') },
    { _id: 5, v: 'b' },
    { _id: 6, v: { a: 1 } },
    { _id: 7, v: { a: 1, b: 0 } },
    { _id: 8, v: new Binary(Buffer.from('a')) },
    { _id: 9, v: new Binary(Buffer.from('bb')) },
    { _id: 10, v: double(-0) },
    { _id: 11, v: 0 },
    { _id: 12, v: NaN },
    { _id: 13, v: new MinKey() },
    { _id: 14, v: dec('NaN') },
    { _id: 15, v: dec('-Infinity') },
  ],
  [
    ['$lt true', ids({ v: { $lt: true } }), []],
    ['$lte true', ids({ v: { $lte: true } }), [1]],
    ['date not timestamp', ids({ v: { $gte: date('2019-01-01') } }), [2]],
    ['timestamp range', ids({ v: { $gt: new Timestamp({ t: 1, i: 0 }) } }), [3]],
    ['$gt string', ids({ v: { $gt: 'a' } }), [5]],
    ['doc prefix is less', ids({ v: { $gt: { a: 1 } } }), [7]],
    ['binary by length', ids({ v: { $gt: new Binary(Buffer.from('z')) } }), [9]],
    ['zero equals minus zero', ids({ v: 0 }), [10, 11]],
    ['NaN all kinds', ids({ v: NaN }), [12, 14]],
    ['$lt number skips NaN', ids({ v: { $lt: 0 } }), [15]],
    ['$gte NaN', ids({ v: { $gte: NaN } }), [12, 14]],
    ['$eq MinKey', ids({ v: new MinKey() }), [13]],
    ['$lt MinKey', ids({ v: { $lt: new MinKey() } }), []],
    [
      '$lte MaxKey all',
      ids({ v: { $lte: new MaxKey() } }),
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    ],
    [
      'sort numbers',
      ids({ _id: { $in: [10, 11, 12, 14, 15] } }, { sort: { v: 1, _id: 1 } }),
      [12, 14, 15, 10, 11],
    ],
  ],
);
const R = [
  {
    _id: 1,
    a: 1,
    b: { c: 1, d: 2 },
    list: [1, 2, 3],
    docs: [{ k: 1, v: 'x' }, { k: 2, v: 'y' }, 7, [{ k: 5 }]],
  },
];
const pr = (projection: Doc, filter: Doc = {}) => docs(filter, { projection });
edges('projections at their edges', R, [
  ['positional no match', pr({ 'list.$': 1 }, { a: 1 }), error(51246)],
  ['positional exclusion', pr({ 'list.$': 0 }, { list: 1 }), error(31395)],
  ['two positionals', pr({ 'list.$': 1, 'docs.$': 1 }, { list: 1 }), error(31276)],
  ['positional value', pr({ 'list.$': 1 }, { list: { $gt: 1 } }), [{ _id: 1, list: [2] }]],
  ['positional and others', pr({ a: 1, 'list.$': 1 }, { list: 3 }), [{ _id: 1, a: 1, list: [3] }]],
  ['elemMatch none', pr({ docs: { $elemMatch: { k: 9 } } }), [{ _id: 1 }]],
  [
    'elemMatch with exclusion',
    pr({ docs: { $elemMatch: { k: 1 } }, a: 0, list: 0, b: 0 }),
    [{ _id: 1, docs: [{ k: 1, v: 'x' }] }],
  ],
  ['elemMatch nested path', pr({ 'b.c': { $elemMatch: { k: 1 } } }), error(31275)],
  ['slice on scalar', pr({ a: { $slice: 1 }, b: 0, docs: 0 }), [{ _id: 1, a: 1, list: [1, 2, 3] }]],
  ['slice skip limit 0', pr({ list: { $slice: [0, 0] }, a: 1 }), error(28724)],
  ['slice negative skip', pr({ list: { $slice: [-2, 1] }, a: 1 }), [{ _id: 1, a: 1, list: [2] }]],
  ['_id 0 only', pr({ _id: 0 }), [{ a: 1, b: R[0]?.b, list: R[0]?.list, docs: R[0]?.docs }]],
  ['string path', pr({ x: '$b.d' }), [{ _id: 1, x: 2 }]],
  ['string literal', pr({ x: 'lit' }), [{ _id: 1, x: 'lit' }]],
  ['nested mix', pr({ b: { c: 1, d: 0 } }), error(31254)],
  ['nested empty', pr({ b: {} }), error(51270)],
  ['trailing dot', pr({ 'a.': 1 }), error(40353)],
  ['empty path', pr({ '': 1 }), error(40352)],
  ['$ name', pr({ $a: 1 }), error(16410)],
  [
    'nested in arrays drops scalars',
    pr({ 'docs.k': 1 }),
    [{ _id: 1, docs: [{ k: 1 }, { k: 2 }, [{ k: 5 }]] }],
  ],
  [
    'exclusion in arrays',
    pr({ 'docs.k': 0, a: 0, b: 0, list: 0 }),
    [{ _id: 1, docs: [{ v: 'x' }, { v: 'y' }, 7, [{}]] }],
  ],
  ["order is the document's", pr({ list: 1, a: 1 }), [{ _id: 1, a: 1, list: [1, 2, 3] }]],
  ['computed after', pr({ z: { $literal: 5 }, a: 1 }), [{ _id: 1, a: 1, z: 5 }]],
  [
    'a computed field comes last',
    pr({ a: { $add: ['$a', 1] }, b: 1 }),
    [{ _id: 1, b: { c: 1, d: 2 }, a: 2 }],
  ],
  ['true/false', pr({ a: true }), [{ _id: 1, a: 1 }]],
  ['number 5 includes', pr({ a: 5 }), [{ _id: 1, a: 1 }]],
  ['double 0.0 excludes', pr({ a: double(0), b: 0, docs: 0, list: 0 }), [{ _id: 1 }]],
  ['array literal', pr({ x: ['$a', 2] }), [{ _id: 1, x: [1, 2] }]],
  ['null literal', pr({ x: null, a: 1 }), [{ _id: 1, a: 1, x: null }]],
  ['$$REMOVE', pr({ a: '$$REMOVE', 'b.c': 1 }), [{ _id: 1, b: { c: 1 } }]],
  ['missing field path', pr({ x: '$nope' }), [{ _id: 1 }]],
  ['unknown op', pr({ a: { $foo: 1 } }), error(31325)],
  ['dotted then parent', pr({ 'b.c': 1, b: 1 }), error(31250)],
  ['$meta bad', pr({ a: { $meta: 'foo' } }), error(17308)],
  ['projection not doc', cmd({ find: 'contract', projection: 5 }), error(14)],
]);
edges(
  'sorting at its edges',
  [
    { _id: 1, a: [] },
    { _id: 2, a: null },
    { _id: 3 },
    { _id: 4, a: [5, -1] },
    { _id: 5, a: 2 },
    { _id: 6, a: [[1]] },
    { _id: 7, a: 'x', b: [1], c: [2] },
  ],
  [
    ['empty array first', ids({ _id: { $lte: 5 } }, { sort: { a: 1, _id: 1 } }), [1, 2, 3, 4, 5]],
    ['desc max', ids({ _id: { $lte: 5 } }, { sort: { a: -1, _id: 1 } }), [4, 5, 2, 3, 1]],
    ['nested array is an array', ids({ _id: { $in: [5, 6, 7] } }, { sort: { a: 1 } }), [5, 7, 6]],
    ['parallel arrays', ids({ _id: 7 }, { sort: { b: 1, c: 1 } }), [7]],
    [
      'parallel arrays two docs',
      async (c, db) => {
        await c.insertOne({ _id: 8, b: [1], c: [2] });
        return ids({ _id: { $gte: 7 } }, { sort: { b: 1, c: 1 } })(c, db);
      },
      error(2),
    ],
    ['sort 0', cmd({ find: 'contract', sort: { a: 0 } }), error(15975)],
    ['sort string', cmd({ find: 'contract', sort: { a: 'x' } }), error(15974)],
    ['sort $a', cmd({ find: 'contract', sort: { $a: 1 } }), error(16410)],
    ['sort not doc', cmd({ find: 'contract', sort: 1 }), error(14)],
    ['sort double', ids({ _id: { $lte: 2 } }, { sort: { _id: double(-1) } }), [2, 1]],
    ['sort true', cmd({ find: 'contract', sort: { a: true } }), error(15974)],
  ],
);
const many = Array.from({ length: 10 }, (_, i) => ({ _id: i, a: i % 3 }));
edges('cursors', many, [
  [
    'batchSize 0',
    cmd({ find: 'contract', batchSize: 0 }, (r) => [r.cursor.firstBatch.length, r.cursor.id.isZero()]),
    [0, false],
  ],
  [
    'limit 5 batch 2',
    async (c, db) => {
      let r = await db.command({ find: 'contract', limit: 5, batchSize: 2 }, opts);
      const out = [r.cursor.firstBatch.length];
      while (!r.cursor.id.isZero()) {
        r = await db.command({ getMore: r.cursor.id, collection: 'contract', batchSize: 2 }, opts);
        out.push(r.cursor.nextBatch.length);
      }
      return out;
    },
    [2, 2, 1],
  ],
  [
    'singleBatch',
    cmd({ find: 'contract', singleBatch: true, batchSize: 3 }, (r) => [
      r.cursor.firstBatch.length,
      r.cursor.id.isZero(),
    ]),
    [3, true],
  ],
  [
    'batch exact',
    cmd({ find: 'contract', batchSize: 10 }, (r) => [r.cursor.firstBatch.length, r.cursor.id.isZero()]),
    [10, false],
  ],
  [
    'limit exact',
    cmd({ find: 'contract', limit: 10, batchSize: 10 }, (r) => [
      r.cursor.firstBatch.length,
      r.cursor.id.isZero(),
    ]),
    [10, true],
  ],
  ['batchSize -1', cmd({ find: 'contract', batchSize: -1 }), error(51024)],
  [
    'getMore wrong ns',
    async (c, db) => {
      const r = await db.command({ find: 'contract', batchSize: 1 }, opts);
      return db.command({ getMore: r.cursor.id, collection: 'other' });
    },
    error(13),
  ],
  [
    'getMore after kill',
    async (c, db) => {
      const r = await db.command({ find: 'contract', batchSize: 1 }, opts);
      await db.command({ killCursors: 'contract', cursors: [r.cursor.id] });
      return db.command({ getMore: r.cursor.id, collection: 'contract' });
    },
    error(43),
  ],
  [
    'killCursors reply',
    async (c, db) => {
      const r = await db.command({ find: 'contract', batchSize: 1 }, opts);
      const k = await db.command({ killCursors: 'contract', cursors: [r.cursor.id, long('12345')] }, opts);
      return [k.cursorsKilled.length, k.cursorsNotFound, k.cursorsAlive, k.cursorsUnknown];
    },
    [1, [long('12345')], [], []],
  ],
  ['killCursors none', cmd({ killCursors: 'contract' }), error(40414)],
  [
    'getMore negative batch',
    async (c, db) => {
      const r = await db.command({ find: 'contract', batchSize: 1 }, opts);
      return db.command({ getMore: r.cursor.id, collection: 'contract', batchSize: -1 });
    },
    error(51024),
  ],
  [
    'getMore without collection',
    async (c, db) => {
      const r = await db.command({ find: 'contract', batchSize: 1 }, opts);
      return db.command({ getMore: r.cursor.id });
    },
    error(40414),
  ],
  [
    'getMore maxTimeMS not awaitData',
    async (c, db) => {
      const r = await db.command({ find: 'contract', batchSize: 1 }, opts);
      return db.command({ getMore: r.cursor.id, collection: 'contract', maxTimeMS: 100 });
    },
    error(2),
  ],
  [
    'cursor survives drop',
    async (c, db) => {
      const r = await db.command({ find: 'contract', batchSize: 1 }, opts);
      await c.drop();
      return db.command({ getMore: r.cursor.id, collection: 'contract' });
    },
    error(175),
  ],
  [
    'aggregate batch 0',
    cmd({ aggregate: 'contract', pipeline: [], cursor: { batchSize: 0 } }, (r) => [
      r.cursor.firstBatch.length,
      r.cursor.id.isZero(),
    ]),
    [0, false],
  ],
  ['ns', cmd({ find: 'contract', limit: 1 }, (r) => r.cursor.ns), 'steward-contract.contract'],
  [
    'find missing',
    cmd({ find: 'nope' }, (r) => [r.cursor.firstBatch, r.cursor.id, r.cursor.ns]),
    [[], long('0'), 'steward-contract.nope'],
  ],
  [
    'noCursorTimeout etc',
    cmd(
      { find: 'contract', noCursorTimeout: true, allowPartialResults: true, allowDiskUse: true, limit: 1 },
      (r) => r.cursor.firstBatch.length,
    ),
    1,
  ],
  ['limit string', cmd({ find: 'contract', limit: 'x' }), error(14)],
  ['skip', ids({}, { skip: 8 }), [8, 9]],
  ['skip over', ids({}, { skip: 80 }), []],
  ['limit double', cmd({ find: 'contract', limit: double(2) }, (r) => r.cursor.firstBatch.length), 2],
  ['hint natural -1', ids({}, { hint: { $natural: -1 }, limit: 2 }), [9, 8]],
  [
    'hint key',
    async (c, db) => {
      await c.createIndex({ a: 1 });
      return ids({ a: 2 }, { hint: { a: 1 } })(c, db);
    },
    [2, 5, 8],
  ],
  ['hint number', cmd({ find: 'contract', hint: 5 }), error(9)],
  ['hint unknown name', cmd({ find: 'contract', hint: 'x' }), error(2)],
  ['maxTimeMS string', cmd({ find: 'contract', maxTimeMS: 'x' }), error(14)],
  ['getMore not long', cmd({ getMore: 5, collection: 'contract' }), error(14)],
]);
edges('counting', many, [
  ['limit', cmd({ count: 'contract', limit: 3 }, (r) => r.n), 3],
  ['skip', cmd({ count: 'contract', skip: 8 }, (r) => r.n), 2],
  ['skip limit query', cmd({ count: 'contract', query: { a: 0 }, skip: 1, limit: 2 }, (r) => r.n), 2],
  ['negative skip', cmd({ count: 'contract', skip: -1 }), error(51024)],
  ['bad hint', cmd({ count: 'contract', hint: 'x' }), error(2)],
  ['missing', cmd({ count: 'nope' }, (r) => r.n), 0],
  ['query number', cmd({ count: 'contract', query: 5 }), error(14)],
  ['bad query', cmd({ count: 'contract', query: { a: { $foo: 1 } } }), error(2)],
  ['limit 0', cmd({ count: 'contract', limit: 0 }, (r) => r.n), 10],
  [
    'collation',
    async (c, db) => {
      await c.insertOne({ _id: 'x', s: 'A' });
      return (
        await db.command({ count: 'contract', query: { s: 'a' }, collation: { locale: 'en', strength: 2 } })
      ).n;
    },
    1,
  ],
  ['estimated', (c) => c.estimatedDocumentCount(), 10],
  ['countDocuments', (c) => c.countDocuments({ a: 1 }, { skip: 1, limit: 5 }), 2],
]);
edges(
  'different values',
  [
    { _id: 1, a: [1, [2, 3], { b: 1 }] },
    { _id: 2, a: 1 },
    { _id: 3, a: null },
    { _id: 4 },
    { _id: 5, a: { b: [4, 5] } },
    { _id: 6, a: [] },
  ],
  [
    ['arrays unwind once', (c) => c.distinct('a'), [1, [2, 3], { b: 1 }, null, { b: [4, 5] }]],
    ['nested', (c) => c.distinct('a.b'), [1, 4, 5]],
    ['index', (c) => c.distinct('a.1'), [2, 3]],
    ['no key', cmd({ distinct: 'contract' }), error(40414)],
    ['key number', cmd({ distinct: 'contract', key: 5 }), error(14)],
    ['query number', cmd({ distinct: 'contract', key: 'a', query: 5 }), error(14)],
    ['missing coll', cmd({ distinct: 'nope', key: 'a' }, (r) => r.values), []],
    ['with query', (c) => c.distinct('a', { _id: 3 }), [null]],
  ],
);
edges(
  'commands on collections',
  [{ _id: 1 }],
  [
    ['drop missing', cmd({ drop: 'nope' }, (r) => r.ok), double(1)],
    [
      'drop reply',
      async (c, db) => {
        await c.createIndex({ a: 1 });
        const r = await db.command({ drop: 'contract' }, opts);
        return [r.ns, r.nIndexesWas];
      },
      ['steward-contract.contract', 2],
    ],
    ['dropDatabase', cmd({ dropDatabase: 1 }, (r) => r.dropped), 'steward-contract'],
    [
      'rename to existing',
      async (c, db) => {
        await db.createCollection('beside');
        return db.client
          .db('admin')
          .command({ renameCollection: 'steward-contract.contract', to: 'steward-contract.beside' });
      },
      error(48),
    ],
    [
      'rename dropTarget',
      async (c, db) => {
        await db.createCollection('beside');
        await db.client.db('admin').command({
          renameCollection: 'steward-contract.contract',
          to: 'steward-contract.beside',
          dropTarget: true,
        });
        return db.collection('beside').find().toArray();
      },
      [{ _id: 1 }],
    ],
    [
      'rename to itself',
      async (c, db) =>
        db.client
          .db('admin')
          .command({ renameCollection: 'steward-contract.contract', to: 'steward-contract.contract' }),
      error(20),
    ],
    [
      'rename not on admin',
      cmd({ renameCollection: 'steward-contract.contract', to: 'steward-contract.beside' }),
      error(13),
    ],
    [
      'rename bad',
      async (c, db) =>
        db.client
          .db('admin')
          .command({ renameCollection: 'steward-contract.contract', to: 'steward-contract.' }),
      error(73),
    ],
    [
      'listCollections',
      cmd({ listCollections: 1 }, (r) =>
        r.cursor.firstBatch.map((x: Reply) => [
          x.name,
          x.type,
          x.options,
          x.info.readOnly,
          x.info.uuid.sub_type,
          x.idIndex,
        ]),
      ),
      [['contract', 'collection', {}, false, 4, { v: 2, key: { _id: 1 }, name: '_id_' }]],
    ],
    [
      'listCollections nameOnly',
      cmd({ listCollections: 1, nameOnly: true }, (r) => r.cursor.firstBatch),
      [{ name: 'contract', type: 'collection' }],
    ],
    [
      'listCollections filter',
      cmd({ listCollections: 1, filter: { name: 'x' } }, (r) => r.cursor.firstBatch),
      [],
    ],
    [
      'listCollections ns',
      cmd({ listCollections: 1 }, (r) => r.cursor.ns),
      'steward-contract.$cmd.listCollections',
    ],
    ['listIndexes missing', cmd({ listIndexes: 'nope' }), error(26)],
    [
      'listIndexes',
      cmd({ listIndexes: 'contract' }, (r) => r.cursor.firstBatch),
      [{ v: 2, key: { _id: 1 }, name: '_id_' }],
    ],
    ['create empty name', cmd({ create: '' }), error(73)],
    ['create unknown option', cmd({ create: 'x', foo: 1 }), error(40415)],
    ['create system', cmd({ create: 'system.x' }), error(73)],
    ['create validator bad', cmd({ create: 'x', validator: { $foo: 1 } }), error(2)],
    ['create validator not doc', cmd({ create: 'x', validator: 1 }), error(14)],
    ['create validationLevel bad', cmd({ create: 'x', validationLevel: 'foo' }), error(2)],
    ['create capped size 0', cmd({ create: 'x', capped: true, size: 0 }), error(51024)],
    ['view pipeline without viewOn', cmd({ create: 'x', pipeline: [] }), error(72)],
    [
      'create same view',
      async (c, db) => {
        await db.command({ create: 'seen', viewOn: 'contract', pipeline: [] });
        return db.command({ create: 'seen', viewOn: 'contract', pipeline: [{ $match: {} }] });
      },
      error(48),
    ],
    [
      'view cycle',
      async (c, db) => {
        await db.command({ create: 'seen', viewOn: 'seen', pipeline: [] });
        return 'made';
      },
      error(5),
    ],
    [
      'listDatabases',
      async (c, db) => {
        const r = await db.client
          .db('admin')
          .command({ listDatabases: 1, filter: { name: 'steward-contract' } });
        return r.databases.map((x: Reply) => [x.name, x.empty]);
      },
      [['steward-contract', false]],
    ],
    [
      'listDatabases nameOnly',
      async (c, db) => {
        const r = await db.client
          .db('admin')
          .command({ listDatabases: 1, nameOnly: true, filter: { name: 'steward-contract' } });
        return r.databases;
      },
      [{ name: 'steward-contract' }],
    ],
    [
      'hello',
      async (c, db) => {
        const r = await db.client.db('admin').command({ hello: 1 });
        return [
          r.isWritablePrimary,
          r.maxBsonObjectSize,
          r.maxMessageSizeBytes,
          r.maxWriteBatchSize,
          r.minWireVersion,
          r.readOnly,
          'setName' in r,
          'localTime' in r,
        ];
      },
      [true, 16777216, 48000000, 100000, 0, false, false, true],
    ],
    ['isMaster', cmd({ isMaster: 1 }, (r) => [r.ismaster, r.helloOk === undefined]), [true, true]],
    [
      'collStats',
      cmd({ collStats: 'contract' }, (r) => [r.ns, r.count, r.nindexes, r.capped]),
      ['steward-contract.contract', 1, 1, false],
    ],
    ['validate missing', cmd({ validate: 'nope' }), error(26)],
    ['unknown', cmd({ foo: 1 }), error(59)],
    [
      'explain find',
      cmd(
        { explain: { find: 'contract', filter: { _id: 1 } }, verbosity: 'queryPlanner' },
        (r) => r.queryPlanner.namespace,
      ),
      'steward-contract.contract',
    ],
    ['explain bad verbosity', cmd({ explain: { find: 'contract' }, verbosity: 'foo' }), error(2)],
    ['ping', cmd({ ping: 1 }), { ok: double(1) }],
    ['connectionStatus', cmd({ connectionStatus: 1 }, (r) => r.authInfo.authenticatedUsers), []],
  ],
);
