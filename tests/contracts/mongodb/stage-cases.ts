/** Cases about pipelines' stages; from MongoDB's manual and its documented error codes. */
import {
  agg,
  beside,
  cmd,
  date,
  dec,
  double,
  edges,
  ids,
  int,
  long,
  val,
  type Doc,
  type Step,
} from './case-steps.js';
import { error } from './cases.js';

const A = [
  { _id: 1, a: 1, t: 'x', list: [1, 2] },
  { _id: 2, a: 2, t: 'y', list: [] },
  { _id: 3, t: 'x', list: null },
  { _id: 4, a: 'str', t: 'y' },
];
edges('stages at their edges', A, [
  ['group no _id', agg({ $group: { n: { $sum: 1 } } }), error(15955)],
  ['group not object', agg({ $group: 5 }), error(15947)],
  ['group field value', agg({ $group: { _id: null, a: 1 } }), error(40234)],
  ['group field two acc', agg({ $group: { _id: null, a: { $sum: 1, $avg: 1 } } }), error(40238)],
  ['group dotted', agg({ $group: { _id: null, 'a.b': { $sum: 1 } } }), error(40235)],
  [
    'group sum mixed',
    agg({
      $group: { _id: null, s: { $sum: '$a' }, av: { $avg: '$a' }, mn: { $min: '$a' }, mx: { $max: '$a' } },
    }),
    [{ _id: null, s: 3, av: double(1.5), mn: 1, mx: 'str' }],
  ],
  [
    'group avg none',
    agg({ $group: { _id: null, av: { $avg: '$zz' }, mn: { $min: '$zz' }, s: { $sum: '$zz' } } }),
    [{ _id: null, av: null, mn: null, s: 0 }],
  ],
  ['group sum array ignored', agg({ $group: { _id: null, s: { $sum: '$list' } } }), [{ _id: null, s: 0 }]],
  ['group sum unary', agg({ $group: { _id: null, s: { $sum: ['$a', 1] } } }), error(40237)],
  [
    'group push missing',
    agg({ $sort: { _id: 1 } }, { $group: { _id: null, p: { $push: '$a' } } }),
    [{ _id: null, p: [1, 2, 'str'] }],
  ],
  [
    'group first missing',
    agg({ $match: { _id: 3 } }, { $group: { _id: null, f: { $first: '$a' } } }),
    [{ _id: null, f: null }],
  ],
  [
    'group _id doc missing',
    agg({ $match: { _id: 3 } }, { $group: { _id: { a: '$a', t: '$t' } } }),
    [{ _id: { t: 'x' } }],
  ],
  ['group empty input', agg({ $match: { _id: 99 } }, { $group: { _id: null, n: { $sum: 1 } } }), []],
  [
    'group count',
    agg({ $group: { _id: '$t', n: { $count: {} } } }, { $sort: { _id: 1 } }),
    [
      { _id: 'x', n: 2 },
      { _id: 'y', n: 2 },
    ],
  ],
  [
    'group mergeObjects',
    agg({ $sort: { _id: 1 } }, { $group: { _id: null, m: { $mergeObjects: { k: '$a' } } } }),
    [{ _id: null, m: { k: 'str' } }],
  ],
  [
    'group topN',
    agg({ $group: { _id: null, x: { $topN: { n: 2, sortBy: { _id: -1 }, output: '$_id' } } } }),
    [{ _id: null, x: [4, 3] }],
  ],
  ['group firstN 0', agg({ $group: { _id: null, x: { $firstN: { n: 0, input: '$a' } } } }), error(5787908)],
  [
    'group sum overflow int',
    agg({ $group: { _id: null, x: { $sum: { $literal: int(2147483647) } } } }),
    [{ _id: null, x: long('8589934588') }],
  ],
  [
    'group $addToSet',
    agg(
      { $group: { _id: null, x: { $addToSet: '$t' } } },
      { $project: { _id: 0, x: { $sortArray: { input: '$x', sortBy: 1 } } } },
    ),
    [{ x: ['x', 'y'] }],
  ],
  ['group by array', agg({ $group: { _id: '$list' } }, { $sort: { _id: 1 } }, { $count: 'n' }), [{ n: 3 }]],
  [
    'group min of null and missing',
    agg({ $match: { _id: 3 } }, { $group: { _id: null, m: { $min: '$list' } } }),
    [{ _id: null, m: null }],
  ],
  ['count empty', agg({ $match: { _id: 99 } }, { $count: 'n' }), []],
  ['count ""', agg({ $count: '' }), error(40157)],
  ['count $', agg({ $count: '$a' }), error(40158)],
  ['count dot', agg({ $count: 'a.b' }), error(40160)],
  ['count num', agg({ $count: 1 }), error(40156)],
  ['project empty', agg({ $project: {} }), error(51272)],
  ['project num', agg({ $project: 1 }), error(15969)],
  ['addFields empty', agg({ $addFields: {} }), error(40177)],
  ['addFields num', agg({ $addFields: 1 }), error(40272)],
  ['unset []', agg({ $unset: [] }), error(31119)],
  ['unset num', agg({ $unset: 1 }), error(31002)],
  ['unset nums', agg({ $unset: [1] }), error(31120)],
  ['limit string', agg({ $limit: 'x' }), error(5107201)],
  ['limit fraction', agg({ $limit: 1.5 }), error(5107201)],
  ['skip -1', agg({ $skip: -1 }), error(5107200)],
  ['skip 0', agg({ $skip: 0 }, { $count: 'n' }), [{ n: 4 }]],
  ['unwind num', agg({ $unwind: 1 }), error(15981)],
  ['unwind no $', agg({ $unwind: 'a' }), error(28818)],
  ['unwind no path', agg({ $unwind: {} }), error(28812)],
  ['unwind opt', agg({ $unwind: { path: '$a', foo: 1 } }), error(28811)],
  ['unwind preserve num', agg({ $unwind: { path: '$a', preserveNullAndEmptyArrays: 1 } }), error(28809)],
  ['unwind index num', agg({ $unwind: { path: '$a', includeArrayIndex: 1 } }), error(28810)],
  ['unwind index $', agg({ $unwind: { path: '$a', includeArrayIndex: '$i' } }), error(28822)],
  [
    'unwind index',
    agg({ $unwind: { path: '$list', includeArrayIndex: 'i' } }, { $project: { list: 1, i: 1 } }),
    [
      { _id: 1, list: 1, i: long('0') },
      { _id: 1, list: 2, i: long('1') },
    ],
  ],
  [
    'unwind scalar',
    agg({ $match: { _id: 1 } }, { $unwind: '$a' }, { $project: { a: 1 } }),
    [{ _id: 1, a: 1 }],
  ],
  ['match num', agg({ $match: 1 }), error(15959)],
  ['sort empty', agg({ $sort: {} }), error(15976)],
  ['sort num', agg({ $sort: 1 }), error(15973)],
  ['lookup no as', agg({ $lookup: { from: 'contract', localField: 'a', foreignField: 'a' } }), error(9)],
  ['lookup no localField', agg({ $lookup: { from: 'contract', foreignField: 'a', as: 'x' } }), error(9)],
  ['lookup num', agg({ $lookup: 1 }), error(9)],
  [
    'lookup missing local',
    agg(
      { $match: { _id: 3 } },
      { $lookup: { from: 'contract', localField: 'a', foreignField: 'a', as: 'x' } },
      { $project: { 'x._id': 1 } },
    ),
    [{ _id: 3, x: [{ _id: 3 }] }],
  ],
  [
    'lookup null local',
    agg(
      { $match: { _id: 3 } },
      { $lookup: { from: 'contract', localField: 'list', foreignField: 'a', as: 'x' } },
      { $project: { 'x._id': 1 } },
    ),
    [{ _id: 3, x: [{ _id: 3 }] }],
  ],
  [
    'lookup array local',
    agg(
      { $match: { _id: 1 } },
      { $lookup: { from: 'contract', localField: 'list', foreignField: 'a', as: 'x' } },
      { $project: { 'x._id': 1 } },
    ),
    [{ _id: 1, x: [{ _id: 1 }, { _id: 2 }] }],
  ],
  [
    'lookup empty array local',
    agg(
      { $match: { _id: 2 } },
      { $lookup: { from: 'contract', localField: 'list', foreignField: 'a', as: 'x' } },
      { $project: { 'x._id': 1 } },
    ),
    [{ _id: 2, x: [] }],
  ],
  [
    'lookup both',
    agg(
      { $match: { _id: 1 } },
      {
        $lookup: {
          from: 'contract',
          localField: 't',
          foreignField: 't',
          let: { i: '$_id' },
          pipeline: [{ $match: { $expr: { $ne: ['$_id', '$$i'] } } }, { $project: { _id: 1 } }],
          as: 'x',
        },
      },
      { $project: { x: 1 } },
    ),
    [{ _id: 1, x: [{ _id: 3 }] }],
  ],
  [
    'lookup missing coll',
    agg(
      { $match: { _id: 1 } },
      { $lookup: { from: 'nope', localField: 't', foreignField: 't', as: 'x' } },
      { $project: { x: 1 } },
    ),
    [{ _id: 1, x: [] }],
  ],
  [
    'lookup as dotted',
    agg(
      { $match: { _id: 1 } },
      { $lookup: { from: 'nope', localField: 't', foreignField: 't', as: 'x.y' } },
      { $project: { x: 1 } },
    ),
    [{ _id: 1, x: { y: [] } }],
  ],
  [
    'lookup $documents',
    agg(
      { $match: { _id: 1 } },
      { $lookup: { pipeline: [{ $documents: [{ q: 1 }] }], as: 'x' } },
      { $project: { x: 1 } },
    ),
    [{ _id: 1, x: [{ q: 1 }] }],
  ],
  [
    'lookup unwind',
    agg(
      { $match: { _id: 1 } },
      { $lookup: { from: 'contract', localField: 't', foreignField: 't', as: 'x' } },
      { $unwind: '$x' },
      { $project: { 'x._id': 1 } },
    ),
    [
      { _id: 1, x: { _id: 1 } },
      { _id: 1, x: { _id: 3 } },
    ],
  ],
  ['facet empty', agg({ $facet: {} }), error(40169)],
  ['facet in facet', agg({ $facet: { a: [{ $facet: { b: [] } }] } }), error(40600)],
  ['facet $', agg({ $facet: { $a: [] } }), error(16410)],
  ['facet not array', agg({ $facet: { a: 1 } }), error(40170)],
  ['bucket unsorted', agg({ $bucket: { groupBy: '$a', boundaries: [2, 1] } }), error(40194)],
  ['bucket mixed types', agg({ $bucket: { groupBy: '$a', boundaries: [1, 'x'] } }), error(40193)],
  ['bucket one', agg({ $bucket: { groupBy: '$a', boundaries: [1] } }), error(40192)],
  ['bucket out of range', agg({ $bucket: { groupBy: '$_id', boundaries: [0, 2] } }), error(40066)],
  [
    'bucket default inside',
    agg({ $bucket: { groupBy: '$_id', boundaries: [0, 5], default: 3 } }),
    error(40199),
  ],
  [
    'bucket default',
    agg({ $bucket: { groupBy: '$_id', boundaries: [0, 3], default: 'rest' } }),
    [
      { _id: 0, count: 2 },
      { _id: 'rest', count: 2 },
    ],
  ],
  ['bucket no groupBy', agg({ $bucket: { boundaries: [1, 2] } }), error(40198)],
  [
    'bucketAuto',
    agg({ $bucketAuto: { groupBy: '$_id', buckets: 2 } }),
    [
      { _id: { min: 1, max: 3 }, count: 2 },
      { _id: { min: 3, max: 4 }, count: 2 },
    ],
  ],
  ['bucketAuto 0', agg({ $bucketAuto: { groupBy: '$_id', buckets: 0 } }), error(40243)],
  ['sample bad', agg({ $sample: { size: 'x' } }), error(28746)],
  ['sample neg', agg({ $sample: { size: -1 } }), error(28747)],
  ['sample none', agg({ $sample: {} }), error(28749)],
  ['sample 2', agg({ $sample: { size: 2 } }, { $count: 'n' }), [{ n: 2 }]],
  ['replaceRoot missing', agg({ $replaceRoot: { newRoot: '$zz' } }), error(40228)],
  ['replaceRoot none', agg({ $replaceRoot: {} }), error(40231)],
  ['replaceWith', agg({ $match: { _id: 1 } }, { $replaceWith: { q: '$a' } }), [{ q: 1 }]],
  ['redact bad', agg({ $redact: 'x' }), error(17053)],
  [
    'redact prune',
    agg({ $redact: { $cond: [{ $eq: ['$t', 'x'] }, '$$KEEP', '$$PRUNE'] } }, { $project: { _id: 1 } }),
    [{ _id: 1 }, { _id: 3 }],
  ],
  [
    'graphLookup',
    agg(
      { $match: { _id: 1 } },
      {
        $graphLookup: {
          from: 'contract',
          startWith: '$t',
          connectFromField: 't',
          connectToField: 't',
          as: 'x',
          depthField: 'd',
        },
      },
      { $project: { n: { $size: '$x' }, d: { $first: '$x.d' } } },
    ),
    [{ _id: 1, n: 2, d: long('0') }],
  ],
  [
    'unionWith pipeline',
    agg(
      { $match: { _id: 1 } },
      { $unionWith: { coll: 'contract', pipeline: [{ $match: { _id: 4 } }] } },
      { $project: { _id: 1 } },
    ),
    [{ _id: 1 }, { _id: 4 }],
  ],
  ['geoNear late', agg({ $match: {} }, { $geoNear: { near: [0, 0], distanceField: 'd' } }), error(40602)],
  ['collStats late', agg({ $match: {} }, { $collStats: { count: {} } }), error(40602)],
  [
    'collStats count',
    agg({ $collStats: { count: {} } }, { $project: { _id: 0, ns: 1, count: 1 } }),
    [{ ns: 'steward-contract.contract', count: 4 }],
  ],
  ['no cursor', cmd({ aggregate: 'contract', pipeline: [] }), error(9)],
  ['pipeline object', cmd({ aggregate: 'contract', pipeline: {}, cursor: {} }), error(14)],
  ['stage num', cmd({ aggregate: 'contract', pipeline: [1], cursor: {} }), error(14)],
  ['empty stage', agg({}), error(40323)],
  ['stage without $', agg({ match: {} }), error(40324)],
  ['aggregate 1 match', cmd({ aggregate: 1, pipeline: [{ $match: {} }], cursor: {} }), error(73)],
  [
    'documents',
    cmd(
      { aggregate: 1, pipeline: [{ $documents: [{ a: 1 }, { a: 2 }] }, { $match: { a: 2 } }], cursor: {} },
      (r) => r.cursor.firstBatch,
    ),
    [{ a: 2 }],
  ],
  [
    'merge fail not matched',
    agg({ $match: { _id: 1 } }, { $merge: { into: 'beside', whenNotMatched: 'fail' } }),
    error(13113),
  ],
  [
    'merge whenMatched fail',
    async (c, db) => {
      await beside(db).insertOne({ _id: 1 });
      return agg({ $match: { _id: 1 } }, { $merge: { into: 'beside', whenMatched: 'fail' } })(c, db);
    },
    error(11000),
  ],
  ['merge on no index', agg({ $merge: { into: 'beside', on: 't' } }), error(51183)],
  [
    'merge on missing',
    async (c, db) => {
      await beside(db).createIndex({ a: 1 }, { unique: true });
      return agg({ $match: { _id: 3 } }, { $merge: { into: 'beside', on: 'a' } })(c, db);
    },
    error(51132),
  ],
  [
    'merge pipeline',
    async (c, db) => {
      await beside(db).insertOne({ _id: 1, v: 5 });
      await agg(
        { $match: { _id: 1 } },
        {
          $merge: {
            into: 'beside',
            let: { k: 2 },
            whenMatched: [{ $set: { v: { $add: ['$v', '$$new.a', '$$k'] } } }],
          },
        },
      )(c, db);
      return beside(db).find().toArray();
    },
    [{ _id: 1, v: 8 }],
  ],
  [
    'merge pipeline new',
    async (c, db) => {
      await beside(db).insertOne({ _id: 1, v: 5 });
      await agg(
        { $match: { _id: 1 } },
        { $merge: { into: 'beside', whenMatched: [{ $set: { v: { $add: ['$v', '$$new.a'] } } }] } },
      )(c, db);
      return beside(db).find().toArray();
    },
    [{ _id: 1, v: 6 }],
  ],
  [
    'merge merge',
    async (c, db) => {
      await beside(db).insertOne({ _id: 1, v: 5 });
      await agg({ $match: { _id: { $lt: 3 } } }, { $project: { a: 1 } }, { $merge: 'beside' })(c, db);
      return beside(db).find().toArray();
    },
    [
      { _id: 1, v: 5, a: 1 },
      { _id: 2, a: 2 },
    ],
  ],
  [
    'merge keepExisting discard',
    async (c, db) => {
      await beside(db).insertOne({ _id: 1, v: 5 });
      await agg({ $merge: { into: 'beside', whenMatched: 'keepExisting', whenNotMatched: 'discard' } })(
        c,
        db,
      );
      return beside(db).find().toArray();
    },
    [{ _id: 1, v: 5 }],
  ],
  [
    'merge replace',
    async (c, db) => {
      await beside(db).insertOne({ _id: 1, v: 5 });
      await agg(
        { $match: { _id: 1 } },
        { $project: { a: 1 } },
        { $merge: { into: { db: 'steward-contract', coll: 'beside' }, whenMatched: 'replace' } },
      )(c, db);
      return beside(db).find().toArray();
    },
    [{ _id: 1, a: 1 }],
  ],
  ['merge bad mode', agg({ $merge: { into: 'beside', whenMatched: 'foo' } }), error(2)],
  [
    'out keeps indexes',
    async (c, db) => {
      await beside(db).createIndex({ q: 1 });
      await beside(db).insertOne({ _id: 77 });
      await agg({ $project: { a: 1 } }, { $out: 'beside' })(c, db);
      return [await beside(db).countDocuments(), (await beside(db).indexes()).length];
    },
    [4, 2],
  ],
  [
    'out db',
    async (c, db) => {
      await agg({ $project: { a: 1 } }, { $out: { db: 'steward-contract-other', coll: 'beside' } })(c, db);
      const n = await db.client.db('steward-contract-other').collection('beside').countDocuments();
      await db.client.db('steward-contract-other').dropDatabase();
      return n;
    },
    4,
  ],
  [
    'out dup fails and leaves',
    async (c, db) => {
      await beside(db).createIndex({ t: 1 }, { unique: true });
      await beside(db).insertOne({ _id: 77 });
      const e = await agg({ $out: 'beside' })(c, db).catch((e) => Number(e.code));
      return [e, await beside(db).find().toArray()];
    },
    [11000, [{ _id: 77 }]],
  ],
  ['out num', agg({ $out: 5 }), error(16990)],
  ['sortByCount num', agg({ $sortByCount: 5 }), error(40149)],
  ['maxTimeMS', async (c) => c.aggregate([{ $count: 'n' }], { maxTimeMS: 5000 }).toArray(), [{ n: 4 }]],
  [
    'let',
    async (c) =>
      c
        .aggregate([{ $match: { $expr: { $eq: ['$_id', '$$x'] } } }, { $project: { _id: 1 } }], {
          let: { x: { $add: [1, 1] } },
        })
        .toArray(),
    [{ _id: 2 }],
  ],
  [
    'collation',
    async (c) =>
      c
        .aggregate([{ $match: { t: 'X' } }, { $count: 'n' }], { collation: { locale: 'en', strength: 2 } })
        .toArray(),
    [{ n: 2 }],
  ],
  ['hint', async (c) => c.aggregate([{ $match: {} }], { hint: 'zz' }).toArray(), error(2)],
  ['$$CLUSTER_TIME', agg({ $project: { x: '$$CLUSTER_TIME' } }), error(51144)],
  ['$$ROOT', agg({ $match: { _id: 4 } }, { $project: { r: '$$ROOT' } }), [{ _id: 4, r: A[3] }]],
]);

const schema = (rules: Doc): Step => ids({ $jsonSchema: rules });
edges(
  'stages and dates together',
  [
    { _id: 1, a: [1, 2], b: 'x', n: 5, d: date('2024-03-10T10:00:00Z'), o: { k: [{ z: 1 }, { z: 2 }] } },
    { _id: 2, a: [], b: 'Y', n: long('7') },
    { _id: 3, a: [3], n: dec('5.50'), o: { k: 5 } },
  ],
  [
    [
      'group by computed date',
      agg(
        { $match: { _id: 1 } },
        { $group: { _id: { y: { $year: '$d' }, m: { $month: '$d' } }, n: { $sum: 1 } } },
      ),
      [{ _id: { y: 2024, m: 3 }, n: 1 }],
    ],
    [
      'avg mixed decimal',
      agg({ $group: { _id: null, a: { $avg: '$n' } } }),
      [{ _id: null, a: dec('5.833333333333333333333333333333333') }],
    ],
    [
      'sum mixed decimal',
      agg({ $group: { _id: null, a: { $sum: '$n' } } }),
      [{ _id: null, a: dec('17.50') }],
    ],
    [
      'project nested arrays computed',
      agg(
        { $match: { _id: 1 } },
        { $project: { _id: 0, z: '$o.k.z', first: { $arrayElemAt: ['$o.k.z', 0] } } },
      ),
      [{ z: [1, 2], first: 1 }],
    ],
    [
      'addFields into array elements',
      agg({ $match: { _id: 1 } }, { $addFields: { 'o.k.q': 9 } }, { $project: { _id: 0, o: 1 } }),
      [
        {
          o: {
            k: [
              { z: 1, q: 9 },
              { z: 2, q: 9 },
            ],
          },
        },
      ],
    ],
    [
      'addFields replaces scalar by doc',
      agg({ $match: { _id: 3 } }, { $addFields: { 'o.k.q': 9 } }, { $project: { _id: 0, o: 1 } }),
      [{ o: { k: { q: 9 } } }],
    ],
    [
      'project computed dotted',
      agg({ $match: { _id: 1 } }, { $project: { _id: 0, 'x.y': '$n' } }),
      [{ x: { y: 5 } }],
    ],
    [
      'project doc literal',
      agg({ $match: { _id: 1 } }, { $project: { _id: 0, x: { y: '$n', z: { $literal: 1 } } } }),
      [{ x: { y: 5, z: 1 } }],
    ],
    [
      'unset nested in array',
      agg({ $match: { _id: 1 } }, { $unset: 'o.k.z' }, { $project: { _id: 0, o: 1 } }),
      [{ o: { k: [{}, {}] } }],
    ],
    [
      'unwind nested',
      agg({ $match: { _id: 1 } }, { $unwind: '$o.k' }, { $project: { _id: 0, o: 1 } }),
      [{ o: { k: { z: 1 } } }, { o: { k: { z: 2 } } }],
    ],
    [
      'sort then group first',
      agg({ $sort: { _id: -1 } }, { $group: { _id: null, f: { $first: '$_id' }, l: { $last: '$_id' } } }),
      [{ _id: null, f: 3, l: 1 }],
    ],
    [
      'match after group',
      agg(
        { $group: { _id: { $type: '$n' }, c: { $sum: 1 } } },
        { $match: { c: 1 } },
        { $sort: { _id: 1 } },
        { $project: { _id: 1 } },
      ),
      [{ _id: 'decimal' }, { _id: 'int' }, { _id: 'long' }],
    ],
    ['limit twice', agg({ $limit: 3 }, { $limit: 1 }, { $project: { _id: 1 } }), [{ _id: 1 }]],
    [
      'skip after limit',
      agg({ $sort: { _id: 1 } }, { $limit: 2 }, { $skip: 1 }, { $project: { _id: 1 } }),
      [{ _id: 2 }],
    ],
    [
      'facet with count',
      agg({ $facet: { c: [{ $count: 'n' }], none: [{ $match: { _id: 99 } }, { $count: 'n' }] } }),
      [{ c: [{ n: 3 }], none: [] }],
    ],
    [
      'expr with let shadows',
      async (c) =>
        c
          .find(
            { $expr: { $let: { vars: { q: '$n' }, in: { $eq: ['$$q', 5] } } } },
            { projection: { _id: 1 } },
          )
          .toArray(),
      [{ _id: 1 }],
    ],
    ['bitsAllSet long', ids({ n: { $bitsAllSet: [0, 1] } }), [2]],
    ['mod long', ids({ n: { $mod: [7, 0] } }), [2]],
    ['size 0', ids({ a: { $size: 0 } }), [2]],
    ['all elem', ids({ 'o.k': { $all: [{ $elemMatch: { z: 1 } }] } }), [1]],
    ['ne nested', ids({ 'o.k.z': { $ne: 1 } }), [2, 3]],
    ['nin nested', ids({ 'o.k.z': { $nin: [2] } }), [2, 3]],
    ['exists nested', ids({ 'o.k.z': { $exists: true } }), [1]],
    ['type nested', ids({ 'o.k': { $type: 'int' } }), [3]],
    ['js minProperties', schema({ minProperties: 6 }), [1]],
    [
      'js additionalItems',
      schema({ properties: { a: { items: [{ bsonType: 'int' }], additionalItems: false } } }),
      [2, 3],
    ],
    ['js allOf', schema({ allOf: [{ required: ['b'] }, { required: ['o'] }] }), [1]],
    ['js bsonType list', schema({ properties: { n: { bsonType: ['int', 'long'] } } }), [1, 2]],
    [
      '$rand in range',
      async (c) => {
        const [r] = await c.aggregate([{ $limit: 1 }, { $project: { r: { $rand: {} } } }]).toArray();
        return r?.r >= 0 && r?.r < 1;
      },
      true,
    ],
    [
      'dateToString tz',
      val({ $dateToString: { date: '$d', format: '%H:%M %z', timezone: 'America/New_York' } }),
      { v: '06:00 -0400' },
    ],
    [
      'dateAdd DST keeps wall clock',
      val({
        $dateAdd: {
          startDate: date('2024-03-09T12:00:00Z'),
          unit: 'day',
          amount: 1,
          timezone: 'America/New_York',
        },
      }),
      { v: date('2024-03-10T11:00:00Z') },
    ],
    [
      'dateDiff tz days',
      val({
        $dateDiff: {
          startDate: date('2024-03-10T04:30:00Z'),
          endDate: date('2024-03-10T05:30:00Z'),
          unit: 'day',
          timezone: 'America/New_York',
        },
      }),
      { v: long('1') },
    ],
    [
      'dateDiff hours',
      val({
        $dateDiff: {
          startDate: date('2024-03-10T04:30:00Z'),
          endDate: date('2024-03-10T06:29:00Z'),
          unit: 'hour',
        },
      }),
      { v: long('2') },
    ],
    [
      'dateDiff neg',
      val({ $dateDiff: { startDate: date('2024-03-10'), endDate: date('2024-03-01'), unit: 'week' } }),
      { v: long('-2') },
    ],
    [
      'dateDiff quarter',
      val({ $dateDiff: { startDate: date('2024-03-31'), endDate: date('2024-04-01'), unit: 'quarter' } }),
      { v: long('1') },
    ],
    [
      'dateTrunc tz',
      val({ $dateTrunc: { date: date('2024-03-10T03:30:00Z'), unit: 'day', timezone: 'America/New_York' } }),
      { v: date('2024-03-09T05:00:00Z') },
    ],
    ['dateTrunc bad unit', val({ $dateTrunc: { date: '$d', unit: 'foo' } }), error(9)],
    ['dateTrunc bin 0', val({ $dateTrunc: { date: '$d', unit: 'day', binSize: 0 } }), error(5439018)],
    ['dateTrunc not date', val({ $dateTrunc: { date: 'x', unit: 'day' } }), error(5439012)],
    ['dateDiff not date', val({ $dateDiff: { startDate: 'x', endDate: '$d', unit: 'day' } }), error(5166307)],
    ['dateAdd not date', val({ $dateAdd: { startDate: 'x', unit: 'day', amount: 1 } }), error(5166403)],
    [
      'dateToParts iso',
      val({ $dateToParts: { date: '$d', iso8601: true } }),
      {
        v: {
          isoWeekYear: 2024,
          isoWeek: 10,
          isoDayOfWeek: 7,
          hour: 10,
          minute: 0,
          second: 0,
          millisecond: 0,
        },
      },
    ],
    ['dateToParts null', val({ $dateToParts: { date: null } }), { v: null }],
    ['dateToParts not date', val({ $dateToParts: { date: 'x' } }), error(16006)],
    ['dateFromParts year 0', val({ $dateFromParts: { year: 0 } }), error(40523)],
    ['dateFromParts frac', val({ $dateFromParts: { year: 2024.5 } }), error(40515)],
    ['dateFromParts none', val({ $dateFromParts: { month: 1 } }), error(40516)],
    [
      'dateFromParts tz',
      val({ $dateFromParts: { year: 2024, month: 1, day: 1, timezone: 'Europe/Berlin' } }),
      { v: date('2023-12-31T23:00:00Z') },
    ],
    [
      'dateAdd unknown arg',
      val({ $dateAdd: { startDate: '$d', unit: 'day', amount: 1, foo: 1 } }),
      error(5166401),
    ],
    ['dateAdd missing amount', val({ $dateAdd: { startDate: '$d', unit: 'day' } }), error(5166402)],
    ['dateFromString onError', val({ $dateFromString: { dateString: 'x', onError: 'bad' } }), { v: 'bad' }],
  ],
);
