/** What expressions answer, and how they refuse; from MongoDB's manual and its documented error codes. */
import { Double, Int32, Long } from 'bson';
import { add, database, error, type Coll } from './cases.js';

type Doc = Record<string, unknown>;

const at = new Date('2026-03-29T12:34:56.789Z');
const seed: Doc[] = [{ _id: 1, at, list: [3, 1, 2], s: 'né' }];
const value =
  (expression: unknown) =>
  async (c: Coll): Promise<unknown> =>
    (await c.aggregate([{ $project: { _id: 0, v: expression } }], { promoteValues: false }).toArray())[0];
const int = (given: number): { v: Int32 } => ({ v: new Int32(given) });
const double = (given: number): { v: Double } => ({ v: new Double(given) });

add('powers, logarithms and statistics', seed, [
  ['$sqrt below zero', value({ $sqrt: -1 }), error(28714)],
  ['$ln of zero', value({ $ln: 0 }), error(28766)],
  ['$log10 of zero', value({ $log10: 0 }), error(28761)],
  ['$log of whole powers', value({ $log: [1000, 10] }), double(3)],
  ['$log with a base of one', value({ $log: [8, 1] }), error(28759)],
  ['$pow of ints', value({ $pow: [2, 10] }), int(1024)],
  ['$pow beyond an int', value({ $pow: [2, 31] }), { v: Long.fromString('2147483648') }],
  ['$pow with a negative exponent', value({ $pow: [2, -1] }), double(0.5)],
  ['$pow of zero with a negative exponent', value({ $pow: [0, -1] }), error(28764)],
  ['$stdDevPop', value({ $stdDevPop: [2, 4] }), double(1)],
  ['$stdDevSamp of one', value({ $stdDevSamp: [2] }), { v: null }],
  ['$median', value({ $median: { input: '$list', method: 'approximate' } }), double(2)],
  [
    '$percentile',
    value({ $percentile: { input: '$list', p: [0, 1], method: 'approximate' } }),
    { v: [new Double(1), new Double(3)] },
  ],
]);

add('dates', seed, [
  ['$week counts from Sunday', value({ $week: '$at' }), int(13)],
  ['$isoWeek counts from Monday', value({ $isoWeek: '$at' }), int(13)],
  ['$isoWeekYear', value({ $isoWeekYear: new Date('2027-01-01') }), { v: Long.fromNumber(2026) }],
  ['$dayOfYear', value({ $dayOfYear: '$at' }), int(88)],
  ['$dayOfWeek of a Sunday', value({ $dayOfWeek: '$at' }), int(1)],
  ['$hour in summer time', value({ $hour: { date: '$at', timezone: 'Europe/Berlin' } }), int(14)],
  ['$hour at an offset', value({ $hour: { date: '$at', timezone: '-0530' } }), int(7)],
  ['$year of a text', value({ $year: '$s' }), error(16006)],
  ['an unknown time zone', value({ $hour: { date: '$at', timezone: 'Mars' } }), error(40485)],
  [
    '$dateToString knows every letter',
    value({ $dateToString: { date: '$at', format: '%Y-%m-%d %H:%M:%S.%L %j %u %U %w %V %G %b %z %%' } }),
    { v: '2026-03-29 12:34:56.789 088 7 13 1 13 2026 Mar +0000 %' },
  ],
  [
    '$dateToString with an unknown letter',
    value({ $dateToString: { date: '$at', format: '%q' } }),
    error(18536),
  ],
  ['$dateFromString', value({ $dateFromString: { dateString: '2026-03-29T12:34:56.789Z' } }), { v: at }],
  [
    '$dateFromString with a format',
    value({ $dateFromString: { dateString: '29.3.2026', format: '%d.%m.%Y' } }),
    { v: new Date('2026-03-29') },
  ],
  [
    '$dateFromString in a time zone',
    value({ $dateFromString: { dateString: '2026-03-29T14:34:56.789', timezone: 'Europe/Berlin' } }),
    { v: at },
  ],
  ['$dateFromString of no date', value({ $dateFromString: { dateString: 'never' } }), error(241)],
  ['$toDate of a time without a zone', value({ $toDate: '2026-03-29 12:34:56.789' }), { v: at }],
]);

add('expressions that are refused', seed, [
  ['an unknown one in $project', value({ $nothing: 1 }), error(31325)],
  ['$cond without else', value({ $cond: { if: true, then: 1 } }), error(17082)],
  ['$substrBytes inside a character', value({ $substrBytes: ['$s', 2, 1] }), error(28656)],
  [
    '$lookup with an unknown part',
    (c) => c.aggregate([{ $lookup: { from: 'x', as: 'y', foo: 1 } }]).toArray(),
    error(9),
  ],
  ['$out inside $facet', (c) => c.aggregate([{ $facet: { a: [{ $out: 'x' }] } }]).toArray(), error(40600)],
  ['a negative $limit', (c) => c.aggregate([{ $limit: -1 }]).toArray(), error(5107201)],
  ['$documents over a collection', (c) => c.aggregate([{ $documents: [] }]).toArray(), error(73)],
]);

add(
  'how commands are read',
  [
    { _id: 1, a: 1, s: 'ab1' },
    { _id: 2, a: 2 },
  ],
  [
    [
      'natural order backwards',
      async (c) => (await c.find({}, { sort: { $natural: -1 } }).toArray()).map(({ _id }) => _id),
      [2, 1],
    ],
    ['a limit that is no number', (c) => database(c).command({ find: 'nowhere', limit: 'x' }), error(14)],
    ['insert without documents', (c) => database(c).command({ insert: 'contract' }), error(40414)],
    [
      'delete without a limit',
      (c) => database(c).command({ delete: 'contract', deletes: [{ q: {} }] }),
      error(40414),
    ],
    ['listDatabases on another database', (c) => database(c).command({ listDatabases: 1 }), error(13)],
    [
      'collMod with an unknown field',
      (c) => database(c).command({ collMod: 'contract', foo: 1 }),
      error(40415),
    ],
    [
      'a POSIX class in a regular expression',
      async (c) => (await c.find({ s: { $regex: '^[[:alpha:]]+[[:digit:]]$' } }).toArray()).length,
      1,
    ],
    [
      'an upsert takes the one value of $in',
      async (c) => {
        await c.updateOne({ q: { $in: [5] } }, { $set: { r: 1 } }, { upsert: true });
        return (await c.find({ q: 5, r: 1 }).toArray()).length;
      },
      1,
    ],
    [
      'a document grown beyond 16 MB',
      async (c) => {
        const text = 'x'.repeat(9 * 1024 * 1024);
        await c.insertOne({ _id: 3, texts: [text] } as never);
        return c.updateOne({ _id: 3 } as never, { $push: { texts: text } } as never);
      },
      error(17419),
    ],
    [
      'moderate validation leaves old documents be',
      async (c) => {
        await database(c).command({
          collMod: 'contract',
          validator: { a: { $gt: 1 } },
          validationLevel: 'moderate',
        });
        return (await c.updateOne({ _id: 1 } as never, { $set: { b: 1 } })).modifiedCount;
      },
      1,
    ],
  ],
);
