import { add, database, error, type Coll } from './cases.js';

type Doc = Record<string, unknown>;

/** Cases about special collections, indexes and searches: capped, views, time series, `$jsonSchema`, maps and texts. */
const fresh = async (collection: Coll, name: string, options: Doc): Promise<Coll> => {
  const db = database(collection);
  await db.collection(name).drop();
  await db.command({ create: name, ...options });
  return db.collection(name) as unknown as Coll;
};

const schema = (rules: Doc) => async (collection: Coll) =>
  collection.find({ $jsonSchema: rules }, { projection: { _id: 1 } }).toArray();
const ids = (...found: unknown[]): Doc[] => found.map((_id) => ({ _id }));

const command = (more: Doc) => async (collection: Coll) => database(collection).command(more);

add(
  'fields of commands',
  [{ _id: 1 }],
  [
    ['a field that find does not have', command({ find: 'contract', foo: 1 }), error(40415)],
    ['a negative limit of find', command({ find: 'contract', limit: -1 }), error(51024)],
    ['a negative skip of find', command({ find: 'contract', skip: -1 }), error(51024)],
    [
      'a field that aggregate does not have',
      command({ aggregate: 'contract', pipeline: [], cursor: {}, foo: 1 }),
      error(40415),
    ],
    [
      'a field that insert does not have',
      command({ insert: 'contract', documents: [{}], foo: 1 }),
      error(40415),
    ],
    [
      'a field that a statement of update does not have',
      command({ update: 'contract', updates: [{ q: {}, u: { $set: { a: 1 } }, foo: 1 }] }),
      error(40415),
    ],
    [
      'a field that a statement of delete does not have',
      command({ delete: 'contract', deletes: [{ q: {}, limit: 1, foo: 1 }] }),
      error(40415),
    ],
    ['a time limit below zero', command({ find: 'contract', maxTimeMS: -1 }), error(2)],
    ['a negative limit of count', async (c) => (await command({ count: 'contract', limit: -1 })(c)).n, 1],
  ],
);

add(
  '$jsonSchema',
  [
    { _id: 1, name: 'Ada', age: 36, tags: ['a', 'b'], home: { city: 'London' } },
    { _id: 2, name: 'Bob', age: -1, tags: [] },
    { _id: 3, name: 7, age: 4.5, tags: ['a', 'a'] },
  ],
  [
    ['required', schema({ required: ['home'] }), ids(1)],
    ['bsonType', schema({ properties: { name: { bsonType: 'string' } } }), ids(1, 2)],
    ['type number', schema({ properties: { name: { type: 'number' } } }), ids(3)],
    ['minimum', schema({ properties: { age: { minimum: 4.5 } } }), ids(1, 3)],
    ['exclusiveMinimum', schema({ properties: { age: { minimum: 4.5, exclusiveMinimum: true } } }), ids(1)],
    ['multipleOf', schema({ properties: { age: { multipleOf: 0.5 } } }), ids(1, 2, 3)],
    ['enum', schema({ properties: { name: { enum: ['Ada', 7] } } }), ids(1, 3)],
    ['pattern', schema({ properties: { name: { bsonType: 'string', pattern: '^B' } } }), ids(2)],
    ['maxLength of what is no string', schema({ properties: { name: { maxLength: 2 } } }), ids(3)],
    ['minItems', schema({ properties: { tags: { minItems: 1 } } }), ids(1, 3)],
    ['uniqueItems', schema({ properties: { tags: { uniqueItems: true } } }), ids(1, 2)],
    ['items', schema({ properties: { tags: { items: { enum: ['a'] } } } }), ids(2, 3)],
    ['a nested schema', schema({ properties: { home: { required: ['city'] } } }), ids(1, 2, 3)],
    [
      'additionalProperties',
      schema({ properties: { _id: {}, name: {}, age: {}, tags: {} }, additionalProperties: false }),
      ids(2, 3),
    ],
    ['patternProperties', schema({ patternProperties: { '^a': { minimum: 0 } } }), ids(1, 3)],
    ['dependencies', schema({ dependencies: { age: ['home'] } }), ids(1)],
    [
      'anyOf',
      schema({ anyOf: [{ required: ['home'] }, { properties: { age: { maximum: 0 } } }] }),
      ids(1, 2),
    ],
    ['oneOf', schema({ oneOf: [{ required: ['age'] }, { required: ['home'] }] }), ids(2, 3)],
    ['not', schema({ not: { required: ['home'] } }), ids(2, 3)],
    ['an unknown keyword', schema({ must: 1 }), error(9)],
    ['a keyword that MongoDB leaves out', schema({ $ref: '#' }), error(9)],
    ['type integer', schema({ properties: { age: { type: 'integer' } } }), error(9)],
    ['required that is no list', schema({ required: 'name' }), error(14)],
    [
      'as a validator',
      async (c) => {
        await database(c).command({
          collMod: 'contract',
          validator: { $jsonSchema: { required: ['name'] } },
        });
        return c.insertOne({ _id: 9 });
      },
      error(121),
    ],
  ],
);

add(
  'special collections',
  [
    { _id: 1, kind: 'a', n: 1 },
    { _id: 2, kind: 'b', n: 2 },
    { _id: 3, kind: 'a', n: 3 },
  ],
  [
    [
      'a capped collection keeps its newest documents',
      async (c) => {
        const capped = await fresh(c, 'capped', { capped: true, size: 4096, max: 2 });
        for (const _id of [5, 4, 3]) await capped.insertOne({ _id });
        return capped.find({}).toArray();
      },
      [{ _id: 4 }, { _id: 3 }],
    ],
    ['capped without a size', (c) => database(c).command({ create: 'other', capped: true }), error(72)],
    [
      'a tailable cursor needs a capped collection',
      (c) => c.find({}, { tailable: true }).toArray(),
      error(2),
    ],
    [
      'a view',
      async (c) => {
        const view = await fresh(c, 'seen', { viewOn: 'contract', pipeline: [{ $match: { kind: 'a' } }] });
        return view.find({ n: { $gt: 1 } }, { projection: { n: 1 } }).toArray();
      },
      [{ _id: 3, n: 3 }],
    ],
    [
      'distinct on a view',
      async (c) => {
        const view = await fresh(c, 'seen', { viewOn: 'contract', pipeline: [{ $match: { kind: 'a' } }] });
        return view.distinct('n');
      },
      [1, 3],
    ],
    [
      'a view of a view',
      async (c) => {
        await fresh(c, 'seen', { viewOn: 'contract', pipeline: [{ $match: { kind: 'a' } }] });
        const view = await fresh(c, 'again', { viewOn: 'seen', pipeline: [{ $project: { n: 1 } }] });
        return view.find({}, { sort: { n: -1 }, limit: 1 }).toArray();
      },
      [{ _id: 3, n: 3 }],
    ],
    [
      'a view cannot be written',
      async (c) => (await fresh(c, 'seen', { viewOn: 'contract', pipeline: [] })).insertOne({ _id: 1 }),
      error(166),
    ],
    [
      'a view has no indexes',
      async (c) => (await fresh(c, 'seen', { viewOn: 'contract', pipeline: [] })).createIndex({ a: 1 }),
      error(166),
    ],
    [
      'a time series takes an _id twice',
      async (c) => {
        const series = await fresh(c, 'series', { timeseries: { timeField: 'at' } });
        await series.insertMany([
          { _id: 1, at: new Date(2) },
          { _id: 1, at: new Date(1) },
        ]);
        return series.find({}, { sort: { at: 1 }, projection: { _id: 1 } }).toArray();
      },
      ids(1, 1),
    ],
    [
      'a time series refuses what has no time',
      async (c) => (await fresh(c, 'series', { timeseries: { timeField: 'at' } })).insertOne({ _id: 1 }),
      error(2),
    ],
    [
      'a clustered collection needs unique',
      (c) => database(c).command({ create: 'other', clusteredIndex: { key: { _id: 1 } } }),
      error(197),
    ],
    ['min without a hint', (c) => c.find({}, { min: { n: 1 } }).toArray(), error(51173)],
    [
      'min and max',
      async (c) => {
        await c.createIndex({ n: 1 });
        return c.find({}, { min: { n: 2 }, max: { n: 3 }, hint: { n: 1 }, projection: { n: 1 } }).toArray();
      },
      [{ _id: 2, n: 2 }],
    ],
    [
      'returnKey',
      async (c) => {
        await c.createIndex({ n: 1 });
        return c.find({ n: 2 }, { returnKey: true }).toArray();
      },
      [{ n: 2 }],
    ],
    [
      'an index that is to become unique refuses what is there already',
      async (c) => {
        await c.createIndex({ kind: 1 });
        const index = { keyPattern: { kind: 1 } };
        await database(c).command({ collMod: 'contract', index: { ...index, prepareUnique: true } });
        return c.insertOne({ _id: 4, kind: 'b' });
      },
      error(11000),
    ],
    [
      'an index with duplicates cannot become unique',
      async (c) => {
        await c.createIndex({ kind: 1 });
        const index = { keyPattern: { kind: 1 } };
        await database(c).command({ collMod: 'contract', index: { ...index, prepareUnique: true } });
        return database(c).command({ collMod: 'contract', index: { ...index, unique: true } });
      },
      error(359),
    ],
    [
      'a strict API version refuses other commands',
      (c) => database(c).command({ distinct: 'contract', key: 'n', apiVersion: '1', apiStrict: true }),
      error(323),
    ],
    ['another API version', (c) => database(c).command({ ping: 1, apiVersion: '2' }), error(322)],
    ['a snapshot', (c) => c.find({}, { readConcern: { level: 'snapshot' } }).toArray(), error(123)],
    [
      'a transaction on one server',
      (c) =>
        database(c).command({
          find: 'contract',
          txnNumber: BigInt(1),
          startTransaction: true,
          autocommit: false,
        }),
      error(20),
    ],
    ['a change stream', (c) => c.aggregate([{ $changeStream: {} }]).toArray(), error(40573)],
  ],
);

const at = (x: number, y: number): Doc => ({ type: 'Point', coordinates: [x, y] });
const onMap = (filter: Doc) => async (c: Coll) => {
  await c.createIndex({ at: '2dsphere' });
  return c.find({ at: filter }, { projection: { _id: 1 } }).toArray();
};
const onPlane = (filter: Doc) => async (c: Coll) => {
  await c.createIndex({ flat: '2d' });
  return c.find({ flat: filter }, { projection: { _id: 1 } }).toArray();
};
const square = (low: number, high: number): Doc => ({
  type: 'Polygon',
  coordinates: [
    [
      [low, low],
      [high, low],
      [high, high],
      [low, high],
      [low, low],
    ],
  ],
});

add(
  'maps',
  [
    { _id: 1, at: at(0, 0), flat: [0, 0] },
    { _id: 2, at: at(0.5, 0.5), flat: [5, 5] },
    { _id: 3, at: at(3, 3), flat: [9, 9] },
    { _id: 4 },
  ],
  [
    ['$near is in the order of distance', onMap({ $near: { $geometry: at(3, 3) } }), ids(3, 2, 1)],
    ['$maxDistance in metres', onMap({ $near: { $geometry: at(0, 0), $maxDistance: 100_000 } }), ids(1, 2)],
    ['$minDistance in metres', onMap({ $near: { $geometry: at(0, 0), $minDistance: 100_000 } }), ids(3)],
    ['$geoWithin a polygon', onMap({ $geoWithin: { $geometry: square(-1, 1) } }), ids(1, 2)],
    ['$geoWithin $centerSphere', onMap({ $geoWithin: { $centerSphere: [[0, 0], 0.02] } }), ids(1, 2)],
    ['$geoIntersects', onMap({ $geoIntersects: { $geometry: square(0.5, 4) } }), ids(2, 3)],
    ['$near on a plane', onPlane({ $near: [9, 9], $maxDistance: 6 }), ids(3, 2)],
    [
      '$box',
      onPlane({
        $geoWithin: {
          $box: [
            [0, 0],
            [5, 5],
          ],
        },
      }),
      ids(1, 2),
    ],
    ['$center', onPlane({ $geoWithin: { $center: [[9, 9], 1] } }), ids(3)],
    [
      '$polygon',
      onPlane({
        $geoWithin: {
          $polygon: [
            [4, 4],
            [4, 10],
            [10, 10],
            [10, 4],
          ],
        },
      }),
      ids(2, 3),
    ],
    [
      '$near without an index',
      (c) => c.find({ at: { $near: { $geometry: at(0, 0) } } }).toArray(),
      error(291),
    ],
    [
      '$near in a pipeline',
      (c) => c.aggregate([{ $match: { flat: { $near: [0, 0] } } }]).toArray(),
      error(5626500),
    ],
    [
      'what is no place',
      async (c) => {
        await c.createIndex({ at: '2dsphere' });
        return c.insertOne({ _id: 9, at: at(500, 0) });
      },
      error(16755),
    ],
    [
      '$geoNear',
      async (c) => {
        await c.createIndex({ at: '2dsphere' });
        const near = { near: at(0, 0), distanceField: 'far', spherical: true, maxDistance: 1 };
        return c.aggregate([{ $geoNear: near }, { $project: { far: 1 } }]).toArray();
      },
      [{ _id: 1, far: 0 }],
    ],
  ],
);

const searching =
  (search: Doc, options: Doc = {}) =>
  async (c: Coll) => {
    await c.createIndex({ title: 'text', body: 'text' }, { weights: { title: 5 } });
    return c.find({ $text: search }, { sort: { _id: 1 }, projection: { _id: 1 }, ...options }).toArray();
  };

add(
  'texts',
  [
    { _id: 1, title: 'Coffee shop', body: 'selling cakes' },
    { _id: 2, title: 'Java', body: 'coffee, coffee and tea' },
    { _id: 3, title: 'Café', body: 'green tea' },
  ],
  [
    ['any of the words', searching({ $search: 'coffee cake' }), ids(1, 2)],
    ['stems', searching({ $search: 'shops sold cake' }), ids(1)],
    ['without accents', searching({ $search: 'cafe' }), ids(3)],
    ['with accents when asked', searching({ $search: 'cafe', $diacriticSensitive: true }), []],
    ['a word left out', searching({ $search: 'tea -green' }), ids(2)],
    ['a phrase', searching({ $search: '"coffee shop"' }), ids(1)],
    ['stop words find nothing', searching({ $search: 'and the' }), []],
    ['by score', searching({ $search: 'coffee' }, { sort: { score: { $meta: 'textScore' } } }), ids(1, 2)],
    ['without an index', (c) => c.find({ $text: { $search: 'x' } }).toArray(), error(27)],
    [
      'a second text index',
      async (c) => {
        await c.createIndex({ title: 'text' });
        return c.createIndex({ body: 'text' });
      },
      error(67),
    ],
  ],
);

/** What one expression gives. */
const computed =
  (expression: unknown): ((c: Coll) => Promise<unknown>) =>
  (c) =>
    c.aggregate([{ $project: { _id: 0, r: expression } }]).toArray();
const day = (text: string): Date => new Date(text);

add(
  'texts, lists and dates in expressions',
  [{ _id: 1 }],
  [
    ['$indexOfCP counts code points', computed({ $indexOfCP: ['h😀llo', 'l'] }), [{ r: 2 }]],
    ['$indexOfCP from a place', computed({ $indexOfCP: ['abcabc', 'b', 2] }), [{ r: 4 }]],
    ['$indexOfCP before an end', computed({ $indexOfCP: ['abc', 'c', 0, 2] }), [{ r: -1 }]],
    ['$indexOfCP of null', computed({ $indexOfCP: [null, 'c'] }), [{ r: null }]],
    ['$zip to the shortest', computed({ $zip: { inputs: [[1, 2], ['a']] } }), [{ r: [[1, 'a']] }]],
    [
      '$zip to the longest with defaults',
      computed({ $zip: { inputs: [[1, 2], ['a']], useLongestLength: true, defaults: [0, 'd'] } }),
      [
        {
          r: [
            [1, 'a'],
            [2, 'd'],
          ],
        },
      ],
    ],
    [
      '$dateAdd of a month keeps to the end of a short month',
      computed({ $dateAdd: { startDate: day('2024-01-31T00:00:00Z'), unit: 'month', amount: 1 } }),
      [{ r: day('2024-02-29T00:00:00Z') }],
    ],
    [
      '$dateSubtract of a year from a leap day',
      computed({ $dateSubtract: { startDate: day('2024-02-29T05:06:07Z'), unit: 'year', amount: 1 } }),
      [{ r: day('2023-02-28T05:06:07Z') }],
    ],
    [
      '$dateAdd of a quarter in a time zone over the change to summer time',
      computed({
        $dateAdd: {
          startDate: day('2024-01-15T12:00:00Z'),
          unit: 'quarter',
          amount: 1,
          timezone: 'Europe/Berlin',
        },
      }),
      [{ r: day('2024-04-15T11:00:00Z') }],
    ],
    [
      '$dateFromParts in a time zone in summer',
      computed({ $dateFromParts: { year: 2024, month: 7, day: 1, hour: 12, timezone: 'Europe/Berlin' } }),
      [{ r: day('2024-07-01T10:00:00Z') }],
    ],
    [
      '$dateFromParts in a time zone in winter',
      computed({ $dateFromParts: { year: 2024, month: 1, day: 1, hour: 12, timezone: 'America/New_York' } }),
      [{ r: day('2024-01-01T17:00:00Z') }],
    ],
    [
      '$dateFromString in a time zone in summer',
      computed({ $dateFromString: { dateString: '2024-07-01T12:00:00', timezone: 'Europe/Berlin' } }),
      [{ r: day('2024-07-01T10:00:00Z') }],
    ],
    [
      '$dateTrunc to a day in a time zone in summer',
      computed({ $dateTrunc: { date: day('2024-07-01T23:30:00Z'), unit: 'day', timezone: 'Europe/Berlin' } }),
      [{ r: day('2024-07-01T22:00:00Z') }],
    ],
    [
      '$dateToString in a time zone in summer',
      computed({
        $dateToString: {
          date: day('2024-07-01T23:30:00Z'),
          format: '%Y-%m-%d %H:%M %z',
          timezone: 'Europe/Berlin',
        },
      }),
      [{ r: '2024-07-02 01:30 +0200' }],
    ],
    [
      '$dateDiff in days in a time zone over the change to summer time',
      computed({
        $dateDiff: {
          startDate: day('2024-03-30T23:30:00Z'),
          endDate: day('2024-03-31T22:30:00Z'),
          unit: 'day',
          timezone: 'Europe/Berlin',
        },
      }),
      [{ r: 1 }],
    ],
    [
      '$dateToParts',
      computed({ $dateToParts: { date: day('2024-02-29T13:04:05.006Z') } }),
      [{ r: { year: 2024, month: 2, day: 29, hour: 13, minute: 4, second: 5, millisecond: 6 } }],
    ],
    ['$binarySize of a text', computed({ $binarySize: 'hé' }), [{ r: 3 }]],
    ['$sampleRate of everything', (c) => c.find({ $sampleRate: 1 }).toArray(), [{ _id: 1 }]],
    ['$sampleRate of nothing', (c) => c.find({ $sampleRate: 0 }).toArray(), []],
    ['$sampleRate above one', (c) => c.find({ $sampleRate: 2 }).toArray(), error(2)],
  ],
);
