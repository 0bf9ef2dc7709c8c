import {
  Binary,
  BSONRegExp,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson';
import type mongoose from 'mongoose';

type Doc = Record<string, unknown>;

interface Cursor {
  toArray(): Promise<Doc[]>;
}

/** The driver's collection without its types, because values of any type stand under any name here. */
export interface Coll {
  find(filter: Doc, options?: Doc): Cursor;
  aggregate(pipeline: Doc[], options?: Doc): Cursor;
  distinct(key: string, filter?: Doc, options?: Doc): Promise<unknown[]>;
  insertOne(document: Doc): Promise<unknown>;
  insertMany(documents: Doc[], options?: Doc): Promise<unknown>;
  updateOne(
    filter: Doc,
    update: Doc | Doc[],
    options?: Doc,
  ): Promise<{ matchedCount: number; modifiedCount: number; upsertedId: unknown }>;
  replaceOne(filter: Doc, replacement: Doc, options?: Doc): Promise<unknown>;
  findOneAndUpdate(filter: Doc, update: Doc, options?: Doc): Promise<unknown>;
  bulkWrite(operations: Doc[]): Promise<unknown>;
  createIndex(key: Doc, options?: Doc): Promise<unknown>;
  dropIndex(name: string): Promise<unknown>;
}

/**
 * A case: documents that are there, one call of the driver, and what MongoDB answers. The answers are written by hand from MongoDB's
 * manual; `recorded.json` holds those that a real server gave (see contract.test.ts) and takes their place.
 */
export interface Case {
  name: string;
  seed: Doc[];
  run(collection: Coll): Promise<unknown>;
  expected: unknown;
}

const cases: Case[] = [];
/** Adds a group of cases over the same documents. */
export const add = (
  group: string,
  seed: Doc[],
  rows: [string, (collection: Coll) => Promise<unknown>, unknown][],
): void => {
  for (const [name, run, expected] of rows) cases.push({ name: `${group}: ${name}`, seed, run, expected });
};

/** The `_id`s that a filter finds, in natural order. */
const finds =
  (filter: Doc, options: Doc = {}) =>
  async (c: Coll): Promise<unknown> =>
    (await c.find(filter, options).toArray()).map(({ _id }) => _id);
const sorted = (sort: Doc, options: Doc = {}) => finds({}, { sort, ...options });
const projected =
  (projection: Doc, filter: Doc = {}) =>
  async (c: Coll): Promise<unknown> =>
    c.find(filter, { projection, promoteValues: false }).toArray();
const updated =
  (update: Doc | Doc[], filter: Doc = { _id: 1 }, options: Doc = {}) =>
  async (c: Coll): Promise<unknown> => {
    await c.updateOne(filter, update, options);
    return c.find({}, { promoteValues: false }).toArray();
  };
const piped =
  (...pipeline: Doc[]) =>
  async (c: Coll): Promise<unknown> =>
    c.aggregate(pipeline, { promoteValues: false }).toArray();
/** One expression's value for the first document. */
const value =
  (expression: unknown) =>
  async (c: Coll): Promise<unknown> =>
    (
      await c
        .aggregate([{ $limit: 1 }, { $project: { _id: 0, v: expression } }], { promoteValues: false })
        .toArray()
    )[0];
export const error = (code: number, extra: Doc = {}): Doc => ({ error: code, ...extra });

const oid = new ObjectId('0123456789abcdef01234567');
const dec = Decimal128.fromString;
const d = (text: string): Date => new Date(text);

const numbers: Doc[] = [
  { _id: 1, a: new Int32(5) },
  { _id: 2, a: Long.fromNumber(5) },
  { _id: 3, a: new Double(5) },
  { _id: 4, a: dec('5.0') },
  { _id: 5, a: Long.fromString('9007199254740993') },
  { _id: 6, a: dec('9') },
  { _id: 7, a: dec('10') },
  { _id: 8, a: new Double(NaN) },
  { _id: 9, a: new Double(0.1) },
  { _id: 10, a: dec('0.1') },
  { _id: 11, a: new Double(Infinity) },
  { _id: 12, a: '5' },
];
add('numbers of all kinds', numbers, [
  ['an int equals long, double and decimal', finds({ a: 5 }), [1, 2, 3, 4]],
  ['a long finds the other kinds', finds({ a: Long.fromNumber(5) }), [1, 2, 3, 4]],
  ['a decimal with other zeros finds them too', finds({ a: dec('5.000') }), [1, 2, 3, 4]],
  ['a long beyond 2^53 is exact', finds({ a: Long.fromString('9007199254740993') }), [5]],
  ['its neighbour is another number', finds({ a: Long.fromString('9007199254740992') }), []],
  ['decimals compare by value', finds({ a: { $gt: dec('9') } }), [5, 7, 11]],
  ['a range spans the kinds', finds({ a: { $gte: 5, $lte: 9 } }), [1, 2, 3, 4, 6]],
  ['NaN equals NaN', finds({ a: NaN }), [8]],
  ['NaN is in no open range', finds({ a: { $lt: 5 } }), [9, 10]],
  ['$lte NaN finds NaN', finds({ a: { $lte: NaN } }), [8]],
  ['decimal 0.1 is not double 0.1', finds({ a: dec('0.1') }), [10]],
  ['$in mixes kinds', finds({ a: { $in: [Long.fromNumber(5), dec('9.0')] } }), [1, 2, 3, 4, 6]],
  ['a string is no number', finds({ a: '5' }), [12]],
  ['$mod looks at all kinds', finds({ a: { $mod: [5, 0] } }), [1, 2, 3, 4, 7, 9, 10]],
  ['$type int', finds({ a: { $type: 'int' } }), [1]],
  ['$type long', finds({ a: { $type: 'long' } }), [2, 5]],
  ['$type double', finds({ a: { $type: 'double' } }), [3, 8, 9, 11]],
  ['$type 19', finds({ a: { $type: 19 } }), [4, 6, 7, 10]],
  ['$type number', finds({ a: { $type: 'number' } }), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]],
  [
    'sort by value, NaN first, then strings',
    sorted({ a: 1, _id: 1 }),
    [8, 10, 9, 1, 2, 3, 4, 6, 7, 5, 11, 12],
  ],
  [
    '$sum adds exactly over the kinds',
    piped({ $match: { _id: { $in: [1, 2, 3, 4] } } }, { $group: { _id: null, s: { $sum: '$a' } } }),
    [{ _id: null, s: dec('20.0') }],
  ],
  [
    '$sum of longs is a long',
    piped({ $match: { _id: { $in: [1, 2] } } }, { $group: { _id: null, s: { $sum: '$a' } } }),
    [{ _id: null, s: Long.fromNumber(10) }],
  ],
  [
    '$avg of ints is a double',
    piped({ $match: { _id: 1 } }, { $group: { _id: null, s: { $avg: '$a' } } }),
    [{ _id: null, s: new Double(5) }],
  ],
  [
    '$group puts equal numbers together',
    piped(
      { $match: { _id: { $lte: 4 } } },
      { $group: { _id: '$a', n: { $sum: 1 } } },
      { $project: { _id: 0, n: 1 } },
    ),
    [{ n: new Int32(4) }],
  ],
  ['distinct sees one number', (c) => c.distinct('a', { _id: { $lte: 4 } }), [5]],
]);

const nothing: Doc[] = [
  { _id: 1, a: null },
  { _id: 2 },
  { _id: 3, a: 1 },
  { _id: 4, a: [] },
  { _id: 5, a: [null] },
  { _id: 6, a: { b: null } },
  { _id: 7, a: [{ b: 1 }, { c: 2 }] },
  { _id: 8, a: [{ b: 1 }, { b: 2 }] },
  { _id: 9, a: {} },
];
add('null and missing', nothing, [
  ['null equals null and missing', finds({ a: null }), [1, 2, 5]],
  ['$eq null', finds({ a: { $eq: null } }), [1, 2, 5]],
  ['$ne null', finds({ a: { $ne: null } }), [3, 4, 6, 7, 8, 9]],
  ['$in with null', finds({ a: { $in: [null, 1] } }), [1, 2, 3, 5]],
  ['$nin with null', finds({ a: { $nin: [null] } }), [3, 4, 6, 7, 8, 9]],
  ['$exists true', finds({ a: { $exists: true } }), [1, 3, 4, 5, 6, 7, 8, 9]],
  ['$exists false', finds({ a: { $exists: false } }), [2]],
  ['a nested path where one element lacks it', finds({ 'a.b': null }), [1, 2, 3, 6, 7, 9]],
  ['a nested path that is there', finds({ 'a.b': { $exists: true } }), [6, 7, 8]],
  ['a nested path that is nowhere', finds({ 'a.b': { $exists: false } }), [1, 2, 3, 4, 5, 9]],
  ['$lte null', finds({ a: { $lte: null } }), [1, 2, 5]],
  ['$gt null finds nothing', finds({ a: { $gt: null } }), []],
  ['$type null is not missing', finds({ a: { $type: 'null' } }), [1, 5]],
  ['$ne of a value matches missing', finds({ a: { $ne: 1 } }), [1, 2, 4, 5, 6, 7, 8, 9]],
  ['$not of a range matches missing', finds({ a: { $not: { $gt: 0 } } }), [1, 2, 4, 5, 6, 7, 8, 9]],
  ['$elemMatch null', finds({ a: { $elemMatch: { $eq: null } } }), [5]],
  [
    '$group takes missing for null',
    piped({ $match: { _id: { $in: [1, 2] } } }, { $group: { _id: '$a', n: { $sum: 1 } } }),
    [{ _id: null, n: new Int32(2) }],
  ],
  ['$expr tells missing from null', finds({ $expr: { $eq: ['$a', null] } }), [1]],
  [
    '$ifNull replaces both',
    piped({ $match: { _id: { $in: [1, 2] } } }, { $project: { v: { $ifNull: ['$a', 'none'] } } }),
    [
      { _id: new Int32(1), v: 'none' },
      { _id: new Int32(2), v: 'none' },
    ],
  ],
]);

const arrays: Doc[] = [
  { _id: 1, a: [1, 2, 3] },
  { _id: 2, a: [3, 4] },
  { _id: 3, a: 3 },
  { _id: 4, a: [[1, 2], 9] },
  {
    _id: 5,
    a: [
      { x: 1, y: 2 },
      { x: 3, y: 4 },
    ],
  },
  { _id: 6, a: [{ y: 2, x: 1 }] },
  { _id: 7, a: { x: 1, y: 2 } },
  { _id: 8, a: [1, 5] },
];
add('arrays', arrays, [
  ['a value finds an element', finds({ a: 3 }), [1, 2, 3]],
  ['a whole array, also nested', finds({ a: [1, 2] }), [4]],
  ['the order of keys counts', finds({ a: { x: 1, y: 2 } }), [5, 7]],
  ['another order is another document', finds({ a: { y: 2, x: 1 } }), [6]],
  ['two bounds may be met by two elements', finds({ a: { $gt: 4, $lt: 2 } }), [8]],
  ['$elemMatch wants one element', finds({ a: { $elemMatch: { $gt: 1, $lt: 3 } } }), [1]],
  ['$elemMatch on documents', finds({ a: { $elemMatch: { x: 3, y: 4 } } }), [5]],
  ['$all', finds({ a: { $all: [1, 2] } }), [1]],
  ['$all on a scalar field', finds({ a: { $all: [3] } }), [1, 2, 3]],
  ['$all of nothing finds nothing', finds({ a: { $all: [] } }), []],
  ['$all with $elemMatch', finds({ a: { $all: [{ $elemMatch: { x: 1 } }, { $elemMatch: { x: 3 } }] } }), [5]],
  ['$size', finds({ a: { $size: 2 } }), [2, 4, 5, 8]],
  ['a position in a path', finds({ 'a.0': 3 }), [2]],
  ['a position and a name', finds({ 'a.1.x': 3 }), [5]],
  ['a name goes into the elements', finds({ 'a.x': 1 }), [5, 6, 7]],
  ['$gt of arrays compares element by element', finds({ a: { $gt: [3] } }), [2, 4, 5, 6]],
  ['$type array is the field itself', finds({ a: { $type: 'array' } }), [1, 2, 4, 5, 6, 8]],
  ['$type object looks into arrays', finds({ a: { $type: 'object' } }), [5, 6, 7]],
  ['$nin on an array', finds({ a: { $nin: [3, 9] } }), [5, 6, 7, 8]],
  ['sort takes the least element going up', sorted({ a: 1, _id: 1 }), [1, 8, 2, 3, 4, 5, 7, 6]],
  ['$size of a fraction is refused', finds({ a: { $size: 1.5 } }), error(9)],
  ['$size below zero is refused', finds({ a: { $size: -1 } }), error(9)],
]);
const typed: Doc[] = [
  { _id: 1, v: new MaxKey() },
  { _id: 2, v: new BSONRegExp('a', 'i') },
  { _id: 3, v: new Timestamp({ t: 1, i: 2 }) },
  { _id: 4, v: d('2026-01-01T00:00:00Z') },
  { _id: 5, v: true },
  { _id: 6, v: oid },
  { _id: 7, v: new Binary(Buffer.from('ab'), 0) },
  { _id: 8, v: [0] },
  { _id: 9, v: { a: 1 } },
  { _id: 10, v: 'text' },
  { _id: 11, v: 7 },
  { _id: 12, v: null },
  { _id: 13, v: new MinKey() },
  { _id: 14, v: new Binary(Buffer.from('ab'), 4) },
  { _id: 15, v: false },
  { _id: 16, v: new Code('f()') },
];
add('types', typed, [
  [
    'sort by the order of types',
    sorted({ v: 1, _id: 1 }),
    [13, 12, 8, 11, 10, 9, 7, 14, 6, 15, 5, 4, 3, 2, 16, 1],
  ],
  ['sort downwards', sorted({ v: -1, _id: 1 }), [1, 16, 2, 3, 4, 5, 15, 6, 14, 7, 9, 10, 11, 8, 12, 13]],
  ['an ObjectId equals its like', finds({ v: oid }), [6]],
  ['$type objectId', finds({ v: { $type: 'objectId' } }), [6]],
  ['$type 7', finds({ v: { $type: 7 } }), [6]],
  ['$type binData', finds({ v: { $type: 'binData' } }), [7, 14]],
  ['$type date', finds({ v: { $type: 'date' } }), [4]],
  ['$type of several', finds({ v: { $type: ['bool', 'string'] } }), [5, 10, 15]],
  ['$type minKey and maxKey', finds({ v: { $type: [-1, 127] } }), [1, 13]],
  ['the subtype of binary counts', finds({ v: new Binary(Buffer.from('ab'), 4) }), [14]],
  ['dates compare as times', finds({ v: { $gte: d('2025-12-31T00:00:00Z') } }), [4]],
  ['a boolean range stays with booleans', finds({ v: { $gte: false } }), [5, 15]],
  [
    '$gt MinKey finds all other values',
    finds({ v: { $gt: new MinKey() } }),
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 16],
  ],
  ['an unknown type is refused', finds({ v: { $type: 'nothing' } }), error(2)],
  [
    '$type says the names of types',
    piped({ $sort: { _id: 1 } }, { $limit: 6 }, { $project: { _id: 0, t: { $type: '$v' } } }),
    [{ t: 'maxKey' }, { t: 'regex' }, { t: 'timestamp' }, { t: 'date' }, { t: 'bool' }, { t: 'objectId' }],
  ],
]);
const words: Doc[] = [
  { _id: 1, s: 'Alpha' },
  { _id: 2, s: 'beta' },
  { _id: 3, s: 'Beta' },
  { _id: 4, s: 'gamma\ndelta' },
  { _id: 5, s: ['alpha', 'omega'] },
  { _id: 6, s: 'été' },
  { _id: 7, s: 'ete' },
  { _id: 8, s: '\u{1F600}' },
  { _id: 9, s: '\uffee' },
];
add('text', words, [
  ['a regular expression', finds({ s: /^b/ }), [2]],
  ['without case', finds({ s: { $regex: '^B', $options: 'i' } }), [2, 3]],
  ['option m', finds({ s: { $regex: '^delta', $options: 'm' } }), [4]],
  ['option s', finds({ s: { $regex: 'gamma.delta', $options: 's' } }), [4]],
  ['option x', finds({ s: { $regex: 'b e t a # comment', $options: 'x' } }), [2]],
  ['flags inside the pattern', finds({ s: { $regex: '(?i)^ALPHA' } }), [1, 5]],
  ['in $in', finds({ s: { $in: [/^A/, 'beta'] } }), [1, 2]],
  ['in $not', finds({ s: { $not: /a/ } }), [6, 7, 8, 9]],
  ['an invalid one is refused', finds({ s: { $regex: '(' } }), error(51091)],
  ['unknown options are refused', finds({ s: { $regex: 'a', $options: 'q' } }), error(51108)],
  ['$options alone is refused', finds({ s: { $options: 'i' } }), error(2)],
  ['$ne takes no regular expression', finds({ s: { $ne: /a/ } }), error(2)],
  ['strength 2 knows no case', finds({ s: 'BETA' }, { collation: { locale: 'en', strength: 2 } }), [2, 3]],
  ['strength 1 knows no accents', finds({ s: 'ete' }, { collation: { locale: 'en', strength: 1 } }), [6, 7]],
  [
    '$in with a collation',
    finds({ s: { $in: ['ALPHA'] } }, { collation: { locale: 'en', strength: 2 } }),
    [1, 5],
  ],
  ['sort is by bytes', finds({ _id: { $in: [1, 2, 3, 8, 9] } }, { sort: { s: 1 } }), [1, 3, 2, 9, 8]],
  [
    'sort with a collation',
    finds({ _id: { $lte: 3 } }, { sort: { s: 1, _id: -1 }, collation: { locale: 'en', strength: 1 } }),
    [1, 3, 2],
  ],
  [
    'numeric order',
    async (c) => {
      await c.insertMany([
        { _id: 20, s: 'n10' },
        { _id: 21, s: 'n9' },
      ]);
      return finds(
        { _id: { $gte: 20 } },
        { sort: { s: 1 }, collation: { locale: 'en', numericOrdering: true } },
      )(c);
    },
    [21, 20],
  ],
  [
    'distinct with a collation',
    (c) => c.distinct('s', { _id: { $in: [2, 3] } }, { collation: { locale: 'en', strength: 2 } }),
    ['beta'],
  ],
  ['an unknown strength is refused', finds({}, { collation: { locale: 'en', strength: 9 } }), error(51024)],
]);

add(
  'filters that are refused',
  [{ _id: 1, a: 1 }],
  [
    ['an empty $or', finds({ $or: [] }), error(2)],
    ['$and of no array', finds({ $and: {} }), error(2)],
    ['$in of no array', finds({ a: { $in: 5 } }), error(2)],
    ['an unknown operator', finds({ a: { $foo: 1 } }), error(2)],
    ['an unknown operator at the top', finds({ $foo: 1 }), error(2)],
    ['$mod with a zero divisor', finds({ a: { $mod: [0, 1] } }), error(2)],
    ['$mod with one number', finds({ a: { $mod: [1] } }), error(2)],
    ['$not with a value', finds({ a: { $not: 1 } }), error(2)],
    ['$elemMatch of no document', finds({ a: { $elemMatch: 1 } }), error(2)],
    ['$all of no array', finds({ a: { $all: 1 } }), error(2)],
    ['an unknown expression', finds({ $expr: { $foo: 1 } }), error(168)],
    ['an undefined variable', finds({ $expr: { $eq: ['$a', '$$x'] } }), error(17276)],
    ['a sort order of 2', piped({ $sort: { a: 2 } }), error(15975)],
    ['a hint that is no index', finds({}, { hint: 'nope_1' }), error(2)],
    ['$comment is no condition', finds({ a: 1, $comment: 'why' }), [1]],
    ['$nor', finds({ $nor: [{ a: 2 }, { a: 3 }] }), [1]],
    ['variables of let', finds({ $expr: { $eq: ['$a', '$$one'] } }, { let: { one: 1 } }), [1]],
  ],
);

const bits: Doc[] = [
  { _id: 1, a: 54 },
  { _id: 2, a: Long.fromNumber(20) },
  { _id: 3, a: new Binary(Buffer.from([54])) },
  { _id: 4, a: 20.5 },
];
add('bits', bits, [
  ['$bitsAllSet by positions', finds({ a: { $bitsAllSet: [1, 5] } }), [1, 3]],
  ['$bitsAllSet by a mask', finds({ a: { $bitsAllSet: 50 } }), [1, 3]],
  ['$bitsAnySet', finds({ a: { $bitsAnySet: [0, 2] } }), [1, 2, 3]],
  ['$bitsAllClear', finds({ a: { $bitsAllClear: [0, 3] } }), [1, 2, 3]],
  ['$bitsAnyClear', finds({ a: { $bitsAnyClear: [1, 2] } }), [2]],
  ['a negative mask is refused', finds({ a: { $bitsAllSet: -1 } }), error(9)],
]);

const one: Doc[] = [
  {
    _id: 1,
    n: 1,
    s: 'x',
    nul: null,
    list: [1, 2, 3],
    docs: [
      { k: 1, v: 1 },
      { k: 2, v: 2 },
    ],
    sub: { a: 1 },
  },
];
const int = (given: number): Int32 => new Int32(given);
const base = {
  _id: int(1),
  n: int(1),
  s: 'x',
  nul: null,
  list: [int(1), int(2), int(3)],
  docs: [
    { k: int(1), v: int(1) },
    { k: int(2), v: int(2) },
  ],
  sub: { a: int(1) },
};
add('updates', one, [
  ['$set makes the way', updated({ $set: { 'new.deep.x': 1 } }), [{ ...base, new: { deep: { x: int(1) } } }]],
  [
    'new fields come in the order of their names',
    updated({ $set: { z: 1, b: 2 } }),
    [{ ...base, b: int(2), z: int(1) }],
  ],
  ['$set through a scalar', updated({ $set: { 'n.x': 1 } }), error(28)],
  ['$set through null', updated({ $set: { 'nul.x': 1 } }), error(28)],
  ['$set of a name on an array', updated({ $set: { 'list.x': 1 } }), error(28)],
  [
    '$set beyond the end of an array',
    updated({ $set: { 'list.4': 9 } }),
    [{ ...base, list: [int(1), int(2), int(3), null, int(9)] }],
  ],
  [
    '$unset of an element leaves null',
    updated({ $unset: { 'list.1': 1 } }),
    [{ ...base, list: [int(1), null, int(3)] }],
  ],
  ['$inc of a long', updated({ $inc: { n: Long.fromNumber(1) } }), [{ ...base, n: Long.fromNumber(2) }]],
  [
    '$inc over the limit of int',
    updated({ $inc: { n: 2147483647 } }),
    [{ ...base, n: Long.fromNumber(2147483648) }],
  ],
  ['$inc by a fraction', updated({ $inc: { n: 0.5 } }), [{ ...base, n: new Double(1.5) }]],
  ['$inc by a whole double', updated({ $inc: { n: new Double(1) } }), [{ ...base, n: new Double(2) }]],
  ['$inc by a decimal', updated({ $inc: { n: dec('0.10') } }), [{ ...base, n: dec('1.10') }]],
  ['$inc of a string', updated({ $inc: { s: 1 } }), error(14)],
  ['$inc of null', updated({ $inc: { nul: 1 } }), error(14)],
  ['$inc by a string', updated({ $inc: { n: 'x' } }), error(14)],
  [
    '$inc over the limit of long',
    updated([{ $set: { n: Long.MAX_VALUE } }]),
    [{ ...base, n: Long.MAX_VALUE }],
  ],
  ['$mul of a missing field', updated({ $mul: { m: Long.fromNumber(3) } }), [{ ...base, m: Long.ZERO }]],
  ['$min across types', updated({ $min: { s: 5 } }), [{ ...base, s: int(5) }]],
  ['$max keeps what is greater', updated({ $max: { n: 0 } }), [base]],
  [
    '$rename',
    updated({ $rename: { s: 'sub.t' } }),
    [{ _id: int(1), n: int(1), nul: null, list: base.list, docs: base.docs, sub: { a: int(1), t: 'x' } }],
  ],
  ['$rename onto itself', updated({ $rename: { s: 's' } }), error(2)],
  ['$rename into an array', updated({ $rename: { s: 'list.0' } }), error(2)],
  [
    '$push of several, sorted and cut',
    updated({ $push: { list: { $each: [0, 9], $sort: -1, $slice: 3 } } }),
    [{ ...base, list: [int(9), int(3), int(2)] }],
  ],
  [
    '$push at a position',
    updated({ $push: { list: { $each: [7], $position: 1 } } }),
    [{ ...base, list: [int(1), int(7), int(2), int(3)] }],
  ],
  ['$push on no array', updated({ $push: { s: 1 } }), error(2)],
  ['$push with an unknown clause', updated({ $push: { list: { $each: [1], $foo: 1 } } }), error(2)],
  [
    '$push sorts documents',
    updated({ $push: { docs: { $each: [], $sort: { v: -1 } } } }),
    [
      {
        ...base,
        docs: [
          { k: int(2), v: int(2) },
          { k: int(1), v: int(1) },
        ],
      },
    ],
  ],
  [
    '$addToSet knows equal numbers',
    updated({ $addToSet: { list: { $each: [new Double(1), 4] } } }),
    [{ ...base, list: [int(1), int(2), int(3), int(4)] }],
  ],
  [
    '$addToSet: the order of keys counts',
    updated({ $addToSet: { docs: { v: 1, k: 1 } } }),
    [{ ...base, docs: [...base.docs, { v: int(1), k: int(1) }] }],
  ],
  ['$addToSet on no array', updated({ $addToSet: { s: 1 } }), error(2)],
  ['$pull by a condition', updated({ $pull: { list: { $gte: 2 } } }), [{ ...base, list: [int(1)] }]],
  ['$pull of documents', updated({ $pull: { docs: { k: 1 } } }), [{ ...base, docs: [base.docs[1]] }]],
  ['$pull on no array', updated({ $pull: { s: 1 } }), error(2)],
  ['$pullAll', updated({ $pullAll: { list: [1, 3] } }), [{ ...base, list: [int(2)] }]],
  ['$pop from the front', updated({ $pop: { list: -1 } }), [{ ...base, list: [int(2), int(3)] }]],
  ['$pop by 2', updated({ $pop: { list: 2 } }), error(9)],
  ['$pop on no array', updated({ $pop: { s: 1 } }), error(14)],
  ['$bit', updated({ $bit: { n: { or: 6 } } }), [{ ...base, n: int(7) }]],
  ['$bit of a string', updated({ $bit: { s: { or: 6 } } }), error(2)],
  ['$setOnInsert leaves what is there', updated({ $setOnInsert: { n: 9 } }), [base]],
  [
    'the positional operator',
    updated({ $set: { 'list.$': 9 } }, { list: 2 }),
    [{ ...base, list: [int(1), int(9), int(3)] }],
  ],
  [
    'the positional operator after $elemMatch',
    updated({ $set: { 'docs.$.v': 9 } }, { docs: { $elemMatch: { k: 2 } } }),
    [{ ...base, docs: [base.docs[0], { k: int(2), v: int(9) }] }],
  ],
  [
    'the positional operator with two conditions',
    updated({ $set: { 'docs.$.v': 9 } }, { 'docs.k': 2, 'docs.v': 2 }),
    [{ ...base, docs: [base.docs[0], { k: int(2), v: int(9) }] }],
  ],
  ['the positional operator without a match', updated({ $set: { 'list.$': 9 } }), error(2)],
  ['all elements', updated({ $inc: { 'list.$[]': 1 } }), [{ ...base, list: [int(2), int(3), int(4)] }]],
  ['all elements of no array', updated({ $inc: { 's.$[]': 1 } }), error(2)],
  [
    'arrayFilters',
    updated({ $set: { 'docs.$[d].v': 0 } }, { _id: 1 }, { arrayFilters: [{ 'd.k': { $gt: 1 } }] }),
    [{ ...base, docs: [base.docs[0], { k: int(2), v: int(0) }] }],
  ],
  [
    'arrayFilters with $or',
    updated({ $set: { 'list.$[e]': 0 } }, { _id: 1 }, { arrayFilters: [{ $or: [{ e: 1 }, { e: 3 }] }] }),
    [{ ...base, list: [int(0), int(2), int(0)] }],
  ],
  [
    'an array filter that is not used',
    updated({ $set: { n: 1 } }, { _id: 1 }, { arrayFilters: [{ e: 1 }] }),
    error(9),
  ],
  ['an identifier without a filter', updated({ $set: { 'list.$[e]': 1 } }), error(2)],
  ['a conflict of paths', updated({ $set: { sub: 1 }, $inc: { 'sub.a': 1 } }), error(40)],
  ['the same path twice', updated({ $set: { n: 1 }, $inc: { n: 1 } }), error(40)],
  ['another _id', updated({ $set: { _id: 2 } }), error(66)],
  ['the same _id', updated({ $set: { _id: 1, n: 2 } }), [{ ...base, n: int(2) }]],
  ['an unknown operator', updated({ $foo: { n: 1 } }), error(9)],
  ['an empty path', updated({ $set: { '': 1 } }), error(56)],
  ['$currentDate of an unknown type', updated({ $currentDate: { n: { $type: 'day' } } }), error(2)],
  [
    'a pipeline',
    updated([{ $set: { n: { $add: ['$n', 1] }, t: '$s' } }, { $unset: 'docs' }]),
    [{ _id: int(1), n: int(2), s: 'x', nul: null, list: base.list, sub: { a: int(1) }, t: 'x' }],
  ],
  ['a pipeline with another stage', updated([{ $group: { _id: 1 } }]), error(72)],
  [
    'what changes nothing is not modified',
    async (c) => {
      const { matchedCount, modifiedCount } = await c.updateOne({ _id: 1 }, { $set: { n: 1 } });
      return [matchedCount, modifiedCount];
    },
    [1, 0],
  ],
]);
add(
  'upserts',
  [],
  [
    [
      'take the equalities of the filter',
      updated({ $set: { c: 3 } }, { _id: 1, a: 1, $and: [{ b: { $eq: 2 } }] }, { upsert: true }),
      [{ _id: int(1), a: int(1), b: int(2), c: int(3) }],
    ],
    [
      'take an $or of one branch',
      updated({ $set: { c: 3 } }, { _id: 1, $or: [{ a: 1 }] }, { upsert: true }),
      [{ _id: int(1), a: int(1), c: int(3) }],
    ],
    [
      'leave ranges out',
      updated({ $set: { c: 3 } }, { _id: 1, a: { $gt: 1 } }, { upsert: true }),
      [{ _id: int(1), c: int(3) }],
    ],
    [
      'take dotted equalities',
      updated({ $set: { c: 3 } }, { _id: 1, 'a.b': 1 }, { upsert: true }),
      [{ _id: int(1), a: { b: int(1) }, c: int(3) }],
    ],
    [
      '$setOnInsert',
      updated({ $setOnInsert: { a: 1 }, $inc: { n: 2 } }, { _id: 1 }, { upsert: true }),
      [{ _id: int(1), a: int(1), n: int(2) }],
    ],
    [
      '$push makes an array',
      updated({ $push: { a: 1 } }, { _id: 1 }, { upsert: true }),
      [{ _id: int(1), a: [int(1)] }],
    ],
    [
      'a path that is there twice',
      updated({ $set: { c: 3 } }, { a: 1, $and: [{ a: 2 }] }, { upsert: true }),
      error(54),
    ],
    [
      'the filter and the update must not contradict in _id',
      updated({ $set: { _id: 2 } }, { _id: 1 }, { upsert: true }),
      error(66),
    ],
    [
      'a replacement keeps only the _id',
      async (c) => {
        await c.replaceOne({ _id: 1, a: 1 }, { b: 2 }, { upsert: true });
        return c.find({}, { promoteValues: false }).toArray();
      },
      [{ _id: int(1), b: int(2) }],
    ],
    [
      'give their _id',
      async (c) => (await c.updateOne({ _id: 'mine' }, { $set: { a: 1 } }, { upsert: true })).upsertedId,
      'mine',
    ],
    [
      'return the new document',
      (c) => c.findOneAndUpdate({ _id: 1 }, { $inc: { n: 1 } }, { upsert: true, returnDocument: 'after' }),
      { _id: 1, n: 1 },
    ],
    ['return null before', (c) => c.findOneAndUpdate({ _id: 1 }, { $inc: { n: 1 } }, { upsert: true }), null],
  ],
);

const rows: Doc[] = [
  {
    _id: 1,
    a: 1,
    b: { c: 1, d: 2 },
    list: [1, 2, 3, 4],
    docs: [
      { k: 1, v: 'x' },
      { k: 2, v: 'y' },
    ],
  },
  { _id: 2, a: 2, b: { c: 3 }, list: [], docs: [] },
];
add('projections', rows, [
  ['inclusion keeps _id', projected({ a: 1 }, { _id: 1 }), [{ _id: int(1), a: int(1) }]],
  ['without _id', projected({ a: 1, _id: 0 }, { _id: 1 }), [{ a: int(1) }]],
  ['only _id', projected({ _id: 1 }, { _id: 1 }), [{ _id: int(1) }]],
  ['exclusion', projected({ b: 0, list: 0, docs: 0 }, { _id: 1 }), [{ _id: int(1), a: int(1) }]],
  ['nested inclusion', projected({ 'b.c': 1 }, { _id: 1 }), [{ _id: int(1), b: { c: int(1) } }]],
  [
    'nested inclusion as a document',
    projected({ b: { c: 1 } }, { _id: 1 }),
    [{ _id: int(1), b: { c: int(1) } }],
  ],
  [
    'inside arrays',
    projected({ 'docs.k': 1 }, { _id: 1 }),
    [{ _id: int(1), docs: [{ k: int(1) }, { k: int(2) }] }],
  ],
  [
    '$slice keeps the other fields',
    projected({ list: { $slice: 1 }, docs: 0, b: 0 }, { _id: 1 }),
    [{ _id: int(1), a: int(1), list: [int(1)] }],
  ],
  [
    '$slice from the end',
    projected({ list: { $slice: -2 }, a: 1 }, { _id: 1 }),
    [{ _id: int(1), a: int(1), list: [int(3), int(4)] }],
  ],
  [
    '$slice with a start',
    projected({ list: { $slice: [1, 2] }, a: 1 }, { _id: 1 }),
    [{ _id: int(1), a: int(1), list: [int(2), int(3)] }],
  ],
  [
    '$elemMatch',
    projected({ docs: { $elemMatch: { k: 2 } } }, { _id: 1 }),
    [{ _id: int(1), docs: [{ k: int(2), v: 'y' }] }],
  ],
  [
    'the positional operator',
    projected({ 'docs.$': 1 }, { 'docs.k': 2 }),
    [{ _id: int(1), docs: [{ k: int(2), v: 'y' }] }],
  ],
  ['an expression', projected({ sum: { $add: ['$a', '$b.c'] } }, { _id: 1 }), [{ _id: int(1), sum: int(2) }]],
  ['a literal', projected({ x: { $literal: 1 }, a: 1 }, { _id: 1 }), [{ _id: int(1), a: int(1), x: int(1) }]],
  ['inclusion and exclusion do not mix', projected({ a: 1, b: 0 }), error(31254)],
  ['nor the other way round', projected({ a: 0, b: 1 }), error(31253)],
  ['paths must not collide', projected({ b: 1, 'b.c': 1 }), error(31249)],
]);

const sales: Doc[] = [
  { _id: 1, item: 'a', price: 10, qty: 2, at: d('2026-01-01T08:00:00Z'), tags: ['x', 'y'] },
  { _id: 2, item: 'b', price: 20, qty: 1, at: d('2026-01-01T09:30:00Z'), tags: ['y'] },
  { _id: 3, item: 'a', price: 5, qty: 10, at: d('2026-02-03T09:00:00Z'), tags: [] },
];
add('pipelines', sales, [
  [
    '$group with accumulators',
    piped(
      {
        $group: {
          _id: '$item',
          total: { $sum: { $multiply: ['$price', '$qty'] } },
          top: { $max: '$price' },
          all: { $push: '$qty' },
        },
      },
      { $sort: { _id: 1 } },
    ),
    [
      { _id: 'a', total: int(70), top: int(10), all: [int(2), int(10)] },
      { _id: 'b', total: int(20), top: int(20), all: [int(1)] },
    ],
  ],
  [
    '$group by a document',
    piped({ $group: { _id: { i: '$item' }, n: { $sum: 1 } } }, { $sort: { _id: 1 } }),
    [
      { _id: { i: 'a' }, n: int(2) },
      { _id: { i: 'b' }, n: int(1) },
    ],
  ],
  [
    '$first and $last',
    piped({ $sort: { _id: 1 } }, { $group: { _id: null, f: { $first: '$price' }, l: { $last: '$price' } } }),
    [{ _id: null, f: int(10), l: int(5) }],
  ],
  [
    '$unwind',
    piped({ $unwind: '$tags' }, { $project: { tags: 1 } }),
    [
      { _id: int(1), tags: 'x' },
      { _id: int(1), tags: 'y' },
      { _id: int(2), tags: 'y' },
    ],
  ],
  [
    '$unwind keeps the empty',
    piped(
      { $unwind: { path: '$tags', preserveNullAndEmptyArrays: true, includeArrayIndex: 'i' } },
      { $match: { _id: 3 } },
      { $project: { i: 1, tags: 1 } },
    ),
    [{ _id: int(3), i: null }],
  ],
  ['$count', piped({ $match: { item: 'a' } }, { $count: 'n' }), [{ n: int(2) }]],
  [
    '$sortByCount',
    piped({ $sortByCount: '$item' }),
    [
      { _id: 'a', count: int(2) },
      { _id: 'b', count: int(1) },
    ],
  ],
  [
    '$facet',
    piped({
      $facet: { n: [{ $count: 'n' }], dear: [{ $match: { price: { $gt: 15 } } }, { $project: { _id: 1 } }] },
    }),
    [{ n: [{ n: int(3) }], dear: [{ _id: int(2) }] }],
  ],
  [
    '$bucket',
    piped({ $bucket: { groupBy: '$price', boundaries: [0, 10, 30], output: { n: { $sum: 1 } } } }),
    [
      { _id: int(0), n: int(1) },
      { _id: int(10), n: int(2) },
    ],
  ],
  [
    '$lookup by fields',
    piped(
      { $match: { _id: 2 } },
      { $lookup: { from: 'contract', localField: 'tags', foreignField: 'tags', as: 'same' } },
      { $project: { 'same._id': 1 } },
    ),
    [{ _id: int(2), same: [{ _id: int(1) }, { _id: int(2) }] }],
  ],
  [
    '$lookup by a pipeline',
    piped(
      { $match: { _id: 2 } },
      {
        $lookup: {
          from: 'contract',
          let: { p: '$price' },
          pipeline: [{ $match: { $expr: { $lt: ['$price', '$$p'] } } }, { $project: { _id: 1 } }],
          as: 'less',
        },
      },
      { $project: { less: 1 } },
    ),
    [{ _id: int(2), less: [{ _id: int(1) }, { _id: int(3) }] }],
  ],
  [
    '$replaceRoot',
    piped({ $match: { _id: 1 } }, { $replaceRoot: { newRoot: { x: '$item' } } }),
    [{ x: 'a' }],
  ],
  ['$replaceRoot by no document', piped({ $replaceRoot: { newRoot: '$item' } }), error(40228)],
  [
    '$addFields into a document',
    piped({ $match: { _id: 1 } }, { $addFields: { 'm.n': 1 } }, { $project: { m: 1 } }),
    [{ _id: int(1), m: { n: int(1) } }],
  ],
  ['$unionWith', piped({ $match: { _id: 1 } }, { $unionWith: 'contract' }, { $count: 'n' }), [{ n: int(4) }]],
  ['an unknown stage', piped({ $foo: 1 }), error(40324)],
  ['two names in a stage', piped({ $match: {}, $limit: 1 }), error(40323)],
  ['an unknown accumulator', piped({ $group: { _id: 1, x: { $foo: 1 } } }), error(15952)],
  ['$limit 0', piped({ $limit: 0 }), error(15958)],
  ['$out in the middle', piped({ $out: 'x' }, { $match: {} }), error(40601)],
  ['$changeStream', (c) => c.aggregate([{ $changeStream: {} }]).toArray(), error(40573)],
]);

const expr: Doc[] = [
  { _id: 1, n: 7, list: [3, 1, 2], s: 'Word', at: d('2026-03-29T00:30:00Z'), o: { a: 1 } },
];
add('expressions', expr, [
  ['$divide', value({ $divide: ['$n', 2] }), { v: new Double(3.5) }],
  ['$divide by zero', value({ $divide: ['$n', 0] }), error(2)],
  ['$add of a string', value({ $add: ['$n', '$s'] }), error(14)],
  ['$add of null', value({ $add: ['$n', null] }), { v: null }],
  [
    '$subtract of dates',
    value({ $subtract: ['$at', d('2026-03-29T00:00:00Z')] }),
    { v: Long.fromNumber(1_800_000) },
  ],
  ['$cond', value({ $cond: [{ $gt: ['$n', 5] }, 'big', 'small'] }), { v: 'big' }],
  [
    '$switch',
    value({ $switch: { branches: [{ case: { $eq: ['$n', 1] }, then: 'one' }], default: 'other' } }),
    { v: 'other' },
  ],
  [
    '$switch without a branch that fits',
    value({ $switch: { branches: [{ case: false, then: 1 }] } }),
    error(40066),
  ],
  [
    '$map',
    value({ $map: { input: '$list', as: 'x', in: { $multiply: ['$$x', 2] } } }),
    { v: [int(6), int(2), int(4)] },
  ],
  ['$filter', value({ $filter: { input: '$list', cond: { $gt: ['$$this', 1] } } }), { v: [int(3), int(2)] }],
  [
    '$reduce',
    value({ $reduce: { input: '$list', initialValue: 0, in: { $add: ['$$value', '$$this'] } } }),
    { v: int(6) },
  ],
  ['$sortArray', value({ $sortArray: { input: '$list', sortBy: 1 } }), { v: [int(1), int(2), int(3)] }],
  ['$arrayElemAt from the end', value({ $arrayElemAt: ['$list', -1] }), { v: int(2) }],
  ['$in', value({ $in: [2, '$list'] }), { v: true }],
  ['$concat', value({ $concat: ['$s', '!'] }), { v: 'Word!' }],
  ['$concat with null', value({ $concat: ['$s', null] }), { v: null }],
  ['$toUpper', value({ $toUpper: '$s' }), { v: 'WORD' }],
  ['$substrCP', value({ $substrCP: ['$s', 1, 2] }), { v: 'or' }],
  ['$toString of an ObjectId', value({ $toString: { $literal: oid } }), { v: '0123456789abcdef01234567' }],
  ['$toObjectId', value({ $toObjectId: '0123456789abcdef01234567' }), { v: oid }],
  ['$toInt of words', value({ $toInt: '$s' }), error(241)],
  ['$convert with onError', value({ $convert: { input: '$s', to: 'int', onError: 'no' } }), { v: 'no' }],
  ['comparison goes by the order of types', value({ $lt: ['$n', '$s'] }), { v: true }],
  ['$cmp', value({ $cmp: ['$n', 8] }), { v: int(-1) }],
  ['$mergeObjects', value({ $mergeObjects: ['$o', { b: 2 }] }), { v: { a: int(1), b: int(2) } }],
  ['$objectToArray', value({ $objectToArray: '$o' }), { v: [{ k: 'a', v: int(1) }] }],
  [
    '$dateToString in a time zone',
    value({ $dateToString: { date: '$at', format: '%Y-%m-%dT%H:%M', timezone: 'Europe/Berlin' } }),
    { v: '2026-03-29T01:30' },
  ],
  ['$dateTrunc', value({ $dateTrunc: { date: '$at', unit: 'month' } }), { v: d('2026-03-01T00:00:00Z') }],
  [
    '$dateAdd over the change to summer time',
    value({ $dateAdd: { startDate: '$at', unit: 'day', amount: 1 } }),
    { v: d('2026-03-30T00:30:00Z') },
  ],
  ['$setUnion', value({ $size: { $setUnion: ['$list', [3, 4]] } }), { v: int(4) }],
  ['$let', value({ $let: { vars: { x: 2 }, in: { $multiply: ['$$x', '$n'] } } }), { v: int(14) }],
  [
    '$getField of a name with a dollar',
    value({ $getField: { field: { $literal: '$x' }, input: { $literal: { $x: 5 } } } }),
    { v: int(5) },
  ],
  ['$round to even', value({ $round: [2.5] }), { v: new Double(2) }],
  ['$mod', value({ $mod: ['$n', 4] }), { v: int(3) }],
]);

const duplicate = { keyPattern: { k: 1 }, keyValue: { k: 1 } };
add(
  'unique indexes and write errors',
  [{ _id: 1, k: 1 }],
  [
    [
      'a second value is refused',
      async (c) => {
        await c.createIndex({ k: 1 }, { unique: true });
        return c.insertOne({ _id: 2, k: 1 });
      },
      error(11000, duplicate),
    ],
    [
      'the same _id is refused',
      (c) => c.insertOne({ _id: 1 }),
      error(11000, { keyPattern: { _id: 1 }, keyValue: { _id: 1 } }),
    ],
    [
      'an update into another value is refused',
      async (c) => {
        await c.createIndex({ k: 1 }, { unique: true });
        await c.insertOne({ _id: 2, k: 2 });
        return c.updateOne({ _id: 2 }, { $set: { k: 1 } });
      },
      error(11000, duplicate),
    ],
    [
      'missing counts as null',
      async (c) => {
        await c.createIndex({ z: 1 }, { unique: true });
        return c.insertOne({ _id: 2 });
      },
      error(11000, { keyPattern: { z: 1 }, keyValue: { z: null } }),
    ],
    [
      'sparse leaves missing out',
      async (c) => {
        await c.createIndex({ z: 1 }, { unique: true, sparse: true });
        await c.insertOne({ _id: 2 });
        return finds({})(c);
      },
      [1, 2],
    ],
    [
      'partial leaves others out',
      async (c) => {
        await c.createIndex({ k: 1 }, { unique: true, partialFilterExpression: { on: true } });
        await c.insertMany([
          { _id: 2, k: 1 },
          { _id: 3, k: 1, on: true },
        ]);
        return finds({ k: 1 })(c);
      },
      [1, 2, 3],
    ],
    [
      'elements of one array may repeat',
      async (c) => {
        await c.createIndex({ k: 1 }, { unique: true });
        await c.insertOne({ _id: 2, k: [5, 5] });
        return c.insertOne({ _id: 3, k: [6, 5] });
      },
      error(11000, { keyPattern: { k: 1 }, keyValue: { k: 5 } }),
    ],
    [
      'a collation without case',
      async (c) => {
        await c.createIndex(
          { s: 1 },
          { unique: true, sparse: true, collation: { locale: 'en', strength: 2 } },
        );
        await c.insertOne({ _id: 2, s: 'ada' });
        return c.insertOne({ _id: 3, s: 'ADA' });
      },
      error(11000),
    ],
    [
      'building over duplicates fails',
      async (c) => {
        await c.insertOne({ _id: 2, k: 1 });
        return c.createIndex({ k: 1 }, { unique: true });
      },
      error(11000, duplicate),
    ],
    [
      'unordered inserts go on',
      async (c) => {
        await c
          .insertMany([{ _id: 1 }, { _id: 2 }, { _id: 1 }, { _id: 3 }], { ordered: false })
          .catch(() => undefined);
        return finds({})(c);
      },
      [1, 2, 3],
    ],
    [
      'ordered inserts stop',
      async (c) => {
        await c.insertMany([{ _id: 2 }, { _id: 1 }, { _id: 3 }]).catch(() => undefined);
        return finds({})(c);
      },
      [1, 2],
    ],
    [
      'the same name with other keys',
      async (c) => {
        await c.createIndex({ a: 1 }, { name: 'n' });
        return c.createIndex({ b: 1 }, { name: 'n' });
      },
      error(86),
    ],
    [
      'a unique index beside a plain one on the same keys',
      async (c) => {
        await c.createIndex({ a: 1 });
        return c.createIndex({ a: 1 }, { name: 'other', unique: true });
      },
      'other',
    ],
    [
      'the same keys with another time to live',
      async (c) => {
        await c.createIndex({ a: 1 }, { expireAfterSeconds: 5 });
        return c.createIndex({ a: 1 }, { expireAfterSeconds: 9 });
      },
      error(85),
    ],
    [
      'the same name for a unique index',
      async (c) => {
        await c.createIndex({ a: 1 });
        return c.createIndex({ a: 1 }, { unique: true });
      },
      error(86),
    ],
    [
      'a partial index by what it cannot know',
      (c) => c.createIndex({ a: 1 }, { partialFilterExpression: { a: { $ne: 1 } } }),
      error(67),
    ],
    [
      'the same index again',
      async (c) => {
        await c.createIndex({ a: 1 });
        return c.createIndex({ a: 1 });
      },
      'a_1',
    ],
    [
      'two arrays in one compound index',
      async (c) => {
        await c.createIndex({ a: 1, b: 1 });
        return c.insertOne({ _id: 2, a: [1], b: [2] });
      },
      error(171),
    ],
    ['the index on _id stays', (c) => c.dropIndex('_id_'), error(72)],
    ['an index that is not there', (c) => c.dropIndex('nope'), error(27)],
    ['an array as _id', (c) => c.insertOne({ _id: [1] }), error(53)],
    ['a key of direction 0', (c) => c.createIndex({ a: 0 }), error(67)],
    [
      'a replacement with an operator inside',
      (c) =>
        c
          .bulkWrite([{ replaceOne: { filter: { _id: 1 }, replacement: { a: { $b: 1 } } } }])
          .then(() => finds({ a: { $eq: { $b: 1 } } })(c)),
      [1],
    ],
  ],
);

add(
  'commands',
  [{ _id: 1 }],
  [
    ['an unknown command', (c) => database(c).command({ fooBar: 1 }), error(59)],
    [
      'a cursor that is not there',
      (c) => database(c).command({ getMore: Long.fromNumber(77), collection: 'contract' }),
      error(43),
    ],
    [
      'the same collection once more',
      (c) =>
        database(c)
          .command({ create: 'contract' })
          .then(({ ok }) => ok as number),
      1,
    ],
    [
      'a collection that is there with other options',
      (c) => database(c).command({ create: 'contract', capped: true, size: 1000 }),
      error(48),
    ],
    ['a name that is none', (c) => database(c).command({ create: 'a$b' }), error(73)],
    ['collMod of nothing', (c) => database(c).command({ collMod: 'nowhere' }), error(26)],
    ['renaming nothing', (c) => database(c).renameCollection('nowhere', 'there'), error(26)],
    [
      'insert without documents',
      (c) => database(c).command({ insert: 'contract', documents: [] }),
      error(16),
    ],
    [
      'delete with a limit of 2',
      (c) => database(c).command({ delete: 'contract', deletes: [{ q: {}, limit: 2 }] }),
      error(9),
    ],
    [
      'findAndModify with neither',
      (c) => database(c).command({ findAndModify: 'contract', query: {} }),
      error(9),
    ],
    [
      'count',
      (c) =>
        database(c)
          .command({ count: 'contract', query: { _id: 1 } })
          .then(({ n }) => n),
      1,
    ],
    [
      'a validator',
      async (c) => {
        await database(c).command({ collMod: 'contract', validator: { a: { $type: 'string' } } });
        return c.insertOne({ _id: 2, a: 1 });
      },
      error(121),
    ],
  ],
);

// The database of a collection is not public in the driver's types.
export const database = (collection: Coll): mongoose.mongo.Db =>
  (collection as unknown as { s: { db: mongoose.mongo.Db } }).s.db;

export const CASES: readonly Case[] = cases;
