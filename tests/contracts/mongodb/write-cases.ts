/** Cases about what writes take, refuse and answer; from MongoDB's manual and its documented error codes. */
import { Binary, BSONRegExp, MaxKey, MinKey, ObjectId, Timestamp, UUID } from 'bson';
import {
  cmd,
  date,
  dec,
  double,
  edges,
  int,
  long,
  opts,
  type Doc,
  type Step,
  upd,
  werr,
} from './case-steps.js';
import { error } from './cases.js';

const base = {
  _id: 1,
  n: 5,
  s: 'x',
  nul: null,
  list: [1, 2, 3],
  docs: [
    { k: 1, v: 1 },
    { k: 2, v: 2 },
  ],
  sub: { a: 1 },
};
const S = [base];
const everyType = {
  _id: 1,
  i: int(1),
  l: long('1'),
  d: double(1),
  z: double(-0),
  n: double(NaN),
  dc: dec('1.0'),
  b: new Binary(Buffer.from('a'), 5),
  u: new UUID('00112233-4455-6677-8899-aabbccddeeff'),
  r: new BSONRegExp('a', 'im'),
  t: new Timestamp({ t: 5, i: 1 }),
  mn: new MinKey(),
  mx: new MaxKey(),
  da: date(-1),
  nul: null,
};
const B = (o: Doc): Doc[] => [{ ...base, ...o }];
edges('updates at their edges', S, [
  ['empty $set', upd({ $set: {} }), [base]],
  ['empty doc replaces', upd({}), [{ _id: 1 }]],
  ['unset missing', upd({ $unset: { zz: 1 } }), [base]],
  ['unset nested', upd({ $unset: { 'sub.a': 1 } }), B({ sub: {} })],
  ['rename missing', upd({ $rename: { zz: 'y' } }), [base]],
  [
    'rename over existing',
    upd({ $rename: { s: 'n' } }),
    [{ _id: 1, n: 'x', nul: null, list: base.list, docs: base.docs, sub: base.sub }],
  ],
  ['rename non string', upd({ $rename: { s: 5 } }), error(2)],
  ['rename from array element', upd({ $rename: { 'docs.0': 'y' } }), error(2)],
  ['rename with positional', upd({ $rename: { 'docs.$': 'y' } }, { 'docs.k': 1 }), error(2)],
  ['push each not array', upd({ $push: { list: { $each: 1 } } }), error(2)],
  ['push slice not number', upd({ $push: { list: { $each: [1], $slice: 'x' } } }), error(2)],
  ['push slice fraction', upd({ $push: { list: { $each: [1], $slice: 1.5 } } }), error(2)],
  ['push position fraction', upd({ $push: { list: { $each: [1], $position: 1.5 } } }), error(2)],
  ['push sort 0', upd({ $push: { list: { $each: [1], $sort: 0 } } }), error(2)],
  ['push sort string', upd({ $push: { list: { $each: [1], $sort: 'a' } } }), error(2)],
  ['push sort empty doc', upd({ $push: { list: { $each: [1], $sort: {} } } }), error(2)],
  ['push position -1', upd({ $push: { list: { $each: [9], $position: -1 } } }), B({ list: [1, 2, 9, 3] })],
  ['push position -9', upd({ $push: { list: { $each: [9], $position: -9 } } }), B({ list: [9, 1, 2, 3] })],
  ['push position big', upd({ $push: { list: { $each: [9], $position: 99 } } }), B({ list: [1, 2, 3, 9] })],
  ['push slice 0', upd({ $push: { list: { $each: [9], $slice: 0 } } }), B({ list: [] })],
  ['push slice -2', upd({ $push: { list: { $each: [9], $slice: -2 } } }), B({ list: [3, 9] })],
  ['push document with each inside other', upd({ $push: { list: { a: 1, $each: [1] } } }), error(2)],
  ['push an array is one element', upd({ $push: { list: [8] } }), B({ list: [1, 2, 3, [8]] })],
  ['push missing nested', upd({ $push: { 'sub.q': 1 } }), B({ sub: { a: 1, q: [1] } })],
  [
    'push sort mixed',
    upd({ $push: { list: { $each: ['a', null], $sort: 1 } } }),
    B({ list: [null, 1, 2, 3, 'a'] }),
  ],
  ['addToSet each dup', upd({ $addToSet: { list: { $each: [3, 4, 4] } } }), B({ list: [1, 2, 3, 4] })],
  ['addToSet array', upd({ $addToSet: { list: [1] } }), B({ list: [1, 2, 3, [1]] })],
  ['addToSet each not array', upd({ $addToSet: { list: { $each: 1 } } }), error(14)],
  ['addToSet missing each dup', upd({ $addToSet: { t: { $each: [1, 1] } } }), B({ t: [1] })],
  ['pull in', upd({ $pull: { list: { $in: [1, 3] } } }), B({ list: [2] })],
  ['pull docs cond', upd({ $pull: { docs: { k: { $gte: 2 } } } }), B({ docs: [{ k: 1, v: 1 }] })],
  ['pull missing', upd({ $pull: { t: 1 } }), [base]],
  ['pull elemMatch', upd({ $pull: { docs: { $elemMatch: { k: 1 } } } }), [base]],
  ['pullAll scalar arg', upd({ $pullAll: { list: 1 } }), error(2)],
  ['pullAll docs exact', upd({ $pullAll: { docs: [{ k: 1, v: 1 }] } }), B({ docs: [{ k: 2, v: 2 }] })],
  ['pullAll docs other order', upd({ $pullAll: { docs: [{ v: 1, k: 1 }] } }), [base]],
  ['pop missing', upd({ $pop: { t: 1 } }), [base]],
  ['pop string arg', upd({ $pop: { list: 'x' } }), error(9)],
  ['pop fraction', upd({ $pop: { list: 1.5 } }), error(9)],
  ['bit and', upd({ $bit: { n: { and: 4 } } }), B({ n: 4 })],
  ['bit xor long', upd({ $bit: { n: { xor: long('1') } } }), B({ n: long('4') })],
  ['bit missing', upd({ $bit: { t: { or: 3 } } }), B({ t: 3 })],
  ['bit double operand', upd({ $bit: { n: { or: double(1) } } }), error(2)],
  ['bit unknown', upd({ $bit: { n: { nor: 1 } } }), error(2)],
  ['bit not a doc', upd({ $bit: { n: 1 } }), error(2)],
  ['bit two ops', upd({ $bit: { n: { or: 8, and: 12 } } }), B({ n: 12 })],
  ['min missing', upd({ $min: { t: 1 } }), B({ t: 1 })],
  ['max null over number', upd({ $max: { n: null } }), [base]],
  ['max over null', upd({ $max: { nul: 1 } }), B({ nul: 1 })],
  ['min equal other type', upd({ $min: { n: double(5) } }), [base]],
  ['mul int overflow', upd({ $mul: { n: 1000000000 } }), B({ n: long('5000000000') })],
  ['mul decimal', upd({ $mul: { n: dec('1.5') } }), B({ n: dec('7.5') })],
  ['mul string', upd({ $mul: { s: 2 } }), error(14)],
  ['inc by null', upd({ $inc: { n: null } }), error(14)],
  ['setOnInsert conflict', upd({ $set: { n: 1 }, $setOnInsert: { n: 2 } }), error(40)],
  ['set $-field', upd({ $set: { $a: 1 } }), error(52)],
  ['set a..b', upd({ $set: { 'a..b': 1 } }), error(56)],
  ['set a.', upd({ $set: { 'a.': 1 } }), error(56)],
  ['set .a', upd({ $set: { '.a': 1 } }), error(56)],
  ['mixed ops then field', upd({ $set: { n: 1 }, a: 1 }), error(9)],
  ['field then op', upd({ a: 1, $set: { n: 1 } }), error(52)],
  ['op not a doc', upd({ $set: 1 }), error(9)],
  ['multi replacement', upd({ a: 1 }, {}, { multi: true }), error(9)],
  ['replacement other _id', upd({ _id: 2 }), error(66)],
  ['replacement same _id', upd({ _id: 1, a: 1 }), [{ _id: 1, a: 1 }]],
  ['unset _id', upd({ $unset: { _id: 1 } }), error(66)],
  ['rename _id', upd({ $rename: { _id: 'x' } }), error(66)],
  ['inc _id', upd({ $inc: { _id: 1 } }), error(66)],
  ['set _id.a', upd({ $set: { '_id.a': 1 } }), error(28)],
  ['pipeline empty', upd([]), [base]],
  ['pipeline sets _id', upd([{ $set: { _id: 2 } }]), error(66)],
  ['pipeline replaceWith', upd([{ $replaceWith: { a: '$n' } }]), [{ _id: 1, a: 5 }]],
  [
    'pipeline replaceRoot merge',
    upd([{ $replaceRoot: { newRoot: { $mergeObjects: [{ d: 1 }, '$$ROOT'] } } }]),
    [{ _id: 1, d: 1, n: 5, s: 'x', nul: null, list: base.list, docs: base.docs, sub: base.sub }],
  ],
  ['pipeline project', upd([{ $project: { n: 1 } }]), [{ _id: 1, n: 5 }]],
  [
    'pipeline $$NOW',
    async (c) => {
      await c.updateOne({ _id: 1 }, [{ $set: { t: '$$NOW' } }]);
      return (await c.findOne()).t instanceof Date;
    },
    true,
  ],
  ['pipeline match', upd([{ $match: {} }]), error(72)],
  ['pipeline of update operators', upd([{ $inc: { x: 1 } }]), error(40324)],
  ['pipeline with unknown op', upd([{ $set: { a: { $foo: 1 } } }]), error(168)],
  [
    'pipeline $$REMOVE',
    upd([{ $set: { s: '$$REMOVE' } }]),
    [{ _id: 1, n: 5, nul: null, list: base.list, docs: base.docs, sub: base.sub }],
  ],
  [
    'arrayFilters with pipeline',
    upd([{ $set: { a: 1 } }], { _id: 1 }, { arrayFilters: [{ x: 1 }] }),
    error(9),
  ],
  [
    'arrayFilters dup',
    upd({ $set: { 'list.$[e]': 1 } }, { _id: 1 }, { arrayFilters: [{ e: 1 }, { e: 2 }] }),
    error(9),
  ],
  [
    'arrayFilters uppercase',
    upd({ $set: { 'list.$[E]': 1 } }, { _id: 1 }, { arrayFilters: [{ E: 1 }] }),
    error(2),
  ],
  ['arrayFilters empty doc', upd({ $set: { 'list.$[e]': 1 } }, { _id: 1 }, { arrayFilters: [{}] }), error(9)],
  [
    'arrayFilters two names',
    upd({ $set: { 'list.$[e]': 1 } }, { _id: 1 }, { arrayFilters: [{ e: 1, f: 1 }] }),
    error(9),
  ],
  [
    'arrayFilters none match',
    upd({ $set: { 'list.$[e]': 1 } }, { _id: 1 }, { arrayFilters: [{ e: 99 }] }),
    [base],
  ],
  [
    'arrayFilters $and',
    upd(
      { $set: { 'list.$[e]': 0 } },
      { _id: 1 },
      { arrayFilters: [{ $and: [{ e: { $gt: 1 } }, { e: { $lt: 3 } }] }] },
    ),
    B({ list: [1, 0, 3] }),
  ],
  [
    'arrayFilters path missing',
    upd({ $set: { 'zz.$[e]': 0 } }, { _id: 1 }, { arrayFilters: [{ e: 1 }] }),
    error(2),
  ],
  ['$[] with unset', upd({ $unset: { 'docs.$[].v': 1 } }), B({ docs: [{ k: 1 }, { k: 2 }] })],
  [
    '$[] push',
    upd({ $push: { 'docs.$[].w': 1 } }),
    B({
      docs: [
        { k: 1, v: 1, w: [1] },
        { k: 2, v: 2, w: [1] },
      ],
    }),
  ],
  [
    'positional inc',
    upd({ $inc: { 'docs.$.v': 10 } }, { 'docs.k': 2 }),
    B({
      docs: [
        { k: 1, v: 1 },
        { k: 2, v: 12 },
      ],
    }),
  ],
  ['positional with $in', upd({ $set: { 'list.$': 0 } }, { list: { $in: [3] } }), B({ list: [1, 2, 0] })],
  ['positional with $or', upd({ $set: { 'list.$': 0 } }, { $or: [{ list: 2 }] }), B({ list: [1, 0, 3] })],
  ['positional with $gt', upd({ $set: { 'list.$': 0 } }, { list: { $gt: 1 } }), B({ list: [1, 0, 3] })],
  ['positional twice in path', upd({ $set: { 'docs.$.a.$': 0 } }, { 'docs.k': 2 }), error(2)],
  ['positional first', upd({ $set: { $: 0 } }, { 'docs.k': 2 }), error(2)],
  [
    'set element doc field',
    upd({ $set: { 'docs.1.v': 9 } }),
    B({
      docs: [
        { k: 1, v: 1 },
        { k: 2, v: 9 },
      ],
    }),
  ],
  ['set numeric on missing makes object', upd({ $set: { 't.0': 9 } }), B({ t: { 0: 9 } })],
  ['set conflict prefix', upd({ $set: { 'sub.a': 1, sub: 2 } }), error(40)],
  ['set array index conflict', upd({ $set: { 'list.0': 1 }, $push: { list: 1 } }), error(40)],
  ['unset then set same', upd({ $unset: { s: 1 }, $set: { s: 1 } }), error(40)],
  ['rename conflict', upd({ $rename: { s: 't' }, $set: { t: 1 } }), error(40)],
  ['unknown modifier', upd({ $foo: {} }), error(9)],
  ['u missing', cmd({ update: 'contract', updates: [{ q: {} }] }), error(40414)],
  ['q missing', cmd({ update: 'contract', updates: [{ u: { $set: { a: 1 } } }] }), error(40414)],
  ['u number', upd(5), error(9)],
  [
    'type change is a modification',
    cmd({ update: 'contract', updates: [{ q: { _id: 1 }, u: { $set: { n: double(5) } } }] }, (r) => [
      r.n,
      r.nModified,
    ]),
    [1, 1],
  ],
  [
    'same is none',
    cmd({ update: 'contract', updates: [{ q: { _id: 1 }, u: { $set: { n: 5 } } }] }, (r) => [
      r.n,
      r.nModified,
    ]),
    [1, 0],
  ],
  [
    'replacement same is none',
    cmd({ update: 'contract', updates: [{ q: { _id: 1 }, u: base }] }, (r) => [r.n, r.nModified]),
    [1, 0],
  ],
  [
    'currentDate timestamp',
    async (c) => {
      await c.updateOne({}, { $currentDate: { t: { $type: 'timestamp' }, d: true } });
      const d = await c.findOne();
      return [d.t._bsontype, d.d instanceof Date];
    },
    ['Timestamp', true],
  ],
  [
    'currentDate false',
    async (c) => {
      await c.updateOne({}, { $currentDate: { d: false } });
      const d = await c.findOne();
      return d.d instanceof Date;
    },
    true,
  ],
  ['currentDate number', upd({ $currentDate: { d: 1 } }), error(2)],
  ['currentDate two keys', upd({ $currentDate: { d: { $type: 'date', x: 1 } } }), error(2)],
  [
    'let',
    async (c, db) => {
      await db.command({
        update: 'contract',
        updates: [{ q: { $expr: { $eq: ['$n', '$$v'] } }, u: [{ $set: { n: '$$v2' } }] }],
        let: { v: 5, v2: 9 },
      });
      return (await c.findOne()).n;
    },
    9,
  ],
  [
    'c constants',
    async (c, db) => {
      await db.command({
        update: 'contract',
        updates: [{ q: {}, u: [{ $set: { n: '$$k' } }], c: { k: 3 } }],
      });
      return (await c.findOne()).n;
    },
    3,
  ],
  ['c constants without pipeline', upd({ $set: { n: 1 } }, {}, { c: { k: 3 } }), error(51198)],
  ['hint unknown', upd({ $set: { n: 1 } }, {}, { hint: 'no_1' }), error(2)],
  ['sort with multi', upd({ $set: { n: 1 } }, {}, { multi: true, sort: { n: 1 } }), error(9)],
  ['updates empty', cmd({ update: 'contract', updates: [] }), error(16)],
  [
    'set timestamp 0 keeps',
    upd({ $set: { t: new Timestamp({ t: 0, i: 0 }) } }),
    B({ t: new Timestamp({ t: 0, i: 0 }) }),
  ],
  ['set deep through array of docs', upd({ $set: { 'docs.v': 1 } }), error(28)],
  ['inc through missing', upd({ $inc: { 'a.b.c': 1 } }), B({ a: { b: { c: 1 } } })],
  [
    'upsert with multi',
    upd({ $set: { z: 1 } }, { _id: 7 }, { upsert: true, multi: true }),
    [base, { _id: 7, z: 1 }],
  ],
]);
edges(
  'numbers at their limits',
  [{ _id: 1, l: long('9223372036854775807'), i: int(2147483647), d: double(1e308), dc: dec('9.99') }],
  [
    ['inc long overflow', upd({ $inc: { l: 1 } }), error(2)],
    ['mul long overflow', upd({ $mul: { l: 2 } }), error(2)],
    [
      'inc int to long',
      async (c) => {
        await c.updateOne({}, { $inc: { i: 1 } });
        return (await c.findOne({}, opts)).i;
      },
      long('2147483648'),
    ],
    [
      'inc long by double',
      async (c) => {
        await c.updateOne({}, { $set: { l: long('5') } });
        await c.updateOne({}, { $inc: { l: 0.5 } });
        return (await c.findOne({}, opts)).l;
      },
      double(5.5),
    ],
    [
      'inc decimal',
      async (c) => {
        await c.updateOne({}, { $inc: { dc: int(1) } });
        return (await c.findOne({}, opts)).dc;
      },
      dec('10.99'),
    ],
    [
      'double overflow',
      async (c) => {
        await c.updateOne({}, { $mul: { d: 100 } });
        return (await c.findOne({}, opts)).d;
      },
      double(Infinity),
    ],
  ],
);
const up =
  (u: unknown, q: Doc, o: Doc = {}): Step =>
  async (c, db) => {
    const r = await db.command({ update: 'contract', updates: [{ q, u, upsert: true, ...o }] }, opts);
    if (r.writeErrors) return { error: Number(r.writeErrors[0].code) };
    return (await c.find({}, opts).toArray()).map(({ _id, ...d }) => d);
  };
edges(
  'what an upsert starts from',
  [],
  [
    ['range on _id', up({ $set: { a: 1 } }, { _id: { $gt: 5 } }), [{ a: 1 }]],
    ['dotted pair', up({ $set: { z: 1 } }, { 'a.b': 1, 'a.c': 2 }), [{ a: { b: 1, c: 2 }, z: 1 }]],
    ['regex', up({ $set: { z: 1 } }, { a: /x/ }), [{ z: 1 }]],
    ['exists', up({ $set: { z: 1 } }, { a: { $exists: true } }), [{ z: 1 }]],
    ['same twice', up({ $set: { z: 1 } }, { $and: [{ a: 1 }, { a: 1 }] }), error(54)],
    ['eq and gt', up({ $set: { z: 1 } }, { a: { $eq: 1, $gt: 0 } }), [{ a: 1, z: 1 }]],
    ['setOnInsert over seed', up({ $setOnInsert: { a: 5 } }, { a: 1 }), [{ a: 5 }]],
    ['inc over seed', up({ $inc: { a: 1 } }, { a: 1 }), [{ a: 2 }]],
    ['unset seed', up({ $unset: { a: 1 } }, { a: 1 }), [{}]],
    ['document equality', up({ $set: { z: 1 } }, { a: { b: 1 } }), [{ a: { b: 1 }, z: 1 }]],
    ['pipeline', up([{ $set: { z: { $add: ['$a', 1] } } }], { a: 1 }), [{ a: 1, z: 2 }]],
    ['positional', up({ $set: { 'a.$': 1 } }, { b: 1 }), error(2)],
    ['push over seed scalar', up({ $push: { a: 1 } }, { a: 1 }), error(2)],
    ['all one', up({ $set: { z: 1 } }, { a: { $all: [1] } }), [{ a: 1, z: 1 }]],
    ['elemMatch', up({ $set: { z: 1 } }, { a: { $elemMatch: { b: 1 } } }), [{ z: 1 }]],
    ['not', up({ $set: { z: 1 } }, { a: { $not: { $eq: 1 } } }), [{ z: 1 }]],
    ['nor', up({ $set: { z: 1 } }, { $nor: [{ a: 1 }] }), [{ z: 1 }]],
    ['null', up({ $set: { z: 1 } }, { a: null }), [{ a: null, z: 1 }]],
    ['or two', up({ $set: { z: 1 } }, { $or: [{ a: 1 }, { b: 1 }] }), [{ z: 1 }]],
    ['$[] of seed', up({ $set: { 'a.$[]': 5 } }, { a: [1, 2] }), [{ a: [5, 5] }]],
    [
      'reply',
      cmd({
        update: 'contract',
        updates: [
          { q: { _id: 3 }, u: { $set: { a: 1 } }, upsert: true },
          { q: { _id: 3 }, u: { $set: { a: 2 } } },
          { q: { _id: 4 }, u: { a: 1 }, upsert: true },
        ],
      }),
      {
        n: 3,
        upserted: [
          { index: 0, _id: 3 },
          { index: 2, _id: 4 },
        ],
        nModified: 1,
        ok: double(1),
      },
    ],
    [
      'replacement eq _id',
      cmd(
        { update: 'contract', updates: [{ q: { _id: { $eq: 3 } }, u: { a: 1 }, upsert: true }] },
        (r) => r.upserted,
      ),
      [{ index: 0, _id: 3 }],
    ],
    ['expr', up({ $set: { z: 1 } }, { $expr: { $eq: ['$a', 1] } }), [{ z: 1 }]],
    [
      'null _id',
      cmd(
        { update: 'contract', updates: [{ q: { _id: null }, u: { $set: { a: 1 } }, upsert: true }] },
        (r) => r.upserted,
      ),
      [{ index: 0, _id: null }],
    ],
  ],
);
edges(
  'findAndModify',
  [
    { _id: 1, a: 1, list: [1, 2] },
    { _id: 2, a: 2, list: [3] },
  ],
  [
    [
      'update',
      cmd({ findAndModify: 'contract', query: { _id: 1 }, update: { $inc: { a: 1 } } }),
      {
        lastErrorObject: { n: 1, updatedExisting: true },
        value: { _id: 1, a: 1, list: [1, 2] },
        ok: double(1),
      },
    ],
    [
      'no match',
      cmd({ findAndModify: 'contract', query: { _id: 9 }, update: { $inc: { a: 1 } } }),
      { lastErrorObject: { n: 0, updatedExisting: false }, value: null, ok: double(1) },
    ],
    [
      'remove',
      cmd({ findAndModify: 'contract', query: { _id: 1 }, remove: true, fields: { a: 1 } }),
      { lastErrorObject: { n: 1 }, value: { _id: 1, a: 1 }, ok: double(1) },
    ],
    [
      'remove none',
      cmd({ findAndModify: 'contract', query: { _id: 9 }, remove: true }),
      { lastErrorObject: { n: 0 }, value: null, ok: double(1) },
    ],
    [
      'upsert old',
      cmd({ findAndModify: 'contract', query: { _id: 9 }, update: { $set: { a: 1 } }, upsert: true }),
      { lastErrorObject: { n: 1, updatedExisting: false, upserted: 9 }, value: null, ok: double(1) },
    ],
    [
      'upsert new',
      cmd({
        findAndModify: 'contract',
        query: { _id: 9 },
        update: { $set: { a: 1 } },
        upsert: true,
        new: true,
      }),
      {
        lastErrorObject: { n: 1, updatedExisting: false, upserted: 9 },
        value: { _id: 9, a: 1 },
        ok: double(1),
      },
    ],
    [
      'sort',
      cmd(
        { findAndModify: 'contract', query: {}, sort: { a: -1 }, update: { $set: { z: 1 } }, new: true },
        (r) => r.value._id,
      ),
      2,
    ],
    [
      'positional projection',
      cmd(
        {
          findAndModify: 'contract',
          query: { list: 2 },
          update: { $set: { z: 1 } },
          fields: { 'list.$': 1 },
        },
        (r) => r.value,
      ),
      { _id: 1, list: [2] },
    ],
    [
      'remove + arrayFilters',
      cmd({ findAndModify: 'contract', query: {}, remove: true, arrayFilters: [{ x: 1 }] }),
      error(9),
    ],
    [
      'dup',
      async (c, db) => {
        await c.createIndex({ a: 1 }, { unique: true });
        return cmd({ findAndModify: 'contract', query: { _id: 1 }, update: { $set: { a: 2 } } })(c, db);
      },
      error(11000),
    ],
    [
      'bad update',
      cmd({ findAndModify: 'contract', query: { _id: 1 }, update: { $set: { _id: 5 } } }),
      error(66),
    ],
    ['query not doc', cmd({ findAndModify: 'contract', query: 1, remove: true }), error(14)],
    [
      'update pipeline new',
      cmd(
        {
          findAndModify: 'contract',
          query: { _id: 1 },
          update: [{ $set: { a: { $add: ['$a', 10] } } }],
          new: true,
        },
        (r) => r.value.a,
      ),
      11,
    ],
    [
      'replace returns',
      cmd({ findAndModify: 'contract', query: { _id: 1 }, update: { b: 1 }, new: true }, (r) => r.value),
      { _id: 1, b: 1 },
    ],
    ['unknown field', cmd({ findAndModify: 'contract', query: {}, remove: true, foo: 1 }), error(40415)],
    [
      'let',
      cmd(
        {
          findAndModify: 'contract',
          query: { $expr: { $eq: ['$a', '$$x'] } },
          update: [{ $set: { y: '$$x' } }],
          let: { x: 2 },
          new: true,
        },
        (r) => r.value,
      ),
      { _id: 2, a: 2, list: [3], y: 2 },
    ],
    [
      'projection of expr',
      cmd(
        {
          findAndModify: 'contract',
          query: { _id: 1 },
          update: { $set: { z: 1 } },
          fields: { s: { $size: '$list' } },
        },
        (r) => r.value,
      ),
      { _id: 1, s: 2 },
    ],
    [
      'missing collection',
      cmd({ findAndModify: 'nowhere', query: {}, update: { $set: { a: 1 } } }, (r) => r.value),
      null,
    ],
    [
      'missing collection remove',
      cmd({ findAndModify: 'nowhere', query: {}, remove: true }),
      { lastErrorObject: { n: 0 }, value: null, ok: double(1) },
    ],
  ],
);
const dupMsg =
  (doc: Doc, key: Doc, idx: Doc = {}): Step =>
  async (c, db) => {
    await c.createIndex(key, { unique: true, name: 'u', ...idx });
    const r = await db.command({ insert: 'contract', documents: [doc, { ...doc, _id: 99 }] }, opts);
    const e = r.writeErrors[0];
    return [e.index, e.code, e.errmsg.replace(/^.*dup key: /, ''), e.keyPattern, e.keyValue];
  };
edges(
  'duplicate keys',
  [],
  [
    ['string', dupMsg({ _id: 1, k: 'x' }, { k: 1 }), [1, 11000, '{ k: "x" }', { k: 1 }, { k: 'x' }]],
    [
      'oid',
      dupMsg({ _id: 1, k: new ObjectId('0123456789abcdef01234567') }, { k: 1 }),
      [
        1,
        11000,
        "{ k: ObjectId('0123456789abcdef01234567') }",
        { k: 1 },
        { k: new ObjectId('0123456789abcdef01234567') },
      ],
    ],
    ['null', dupMsg({ _id: 1 }, { k: 1 }), [1, 11000, '{ k: null }', { k: 1 }, { k: null }]],
    [
      'compound desc',
      dupMsg({ _id: 1, a: 1, b: 'q' }, { a: 1, b: -1 }),
      [1, 11000, '{ a: 1, b: "q" }', { a: 1, b: -1 }, { a: 1, b: 'q' }],
    ],
    [
      'double',
      dupMsg({ _id: 1, k: double(1.5) }, { k: 1 }),
      [1, 11000, '{ k: 1.5 }', { k: 1 }, { k: double(1.5) }],
    ],
    [
      'double whole',
      dupMsg({ _id: 1, k: double(1) }, { k: 1 }),
      [1, 11000, '{ k: 1.0 }', { k: 1 }, { k: double(1) }],
    ],
    [
      'date',
      dupMsg({ _id: 1, k: date('2020-01-01') }, { k: 1 }),
      [1, 11000, '{ k: new Date(1577836800000) }', { k: 1 }, { k: date('2020-01-01') }],
    ],
    ['bool', dupMsg({ _id: 1, k: true }, { k: 1 }), [1, 11000, '{ k: true }', { k: 1 }, { k: true }]],
    [
      'doc',
      dupMsg({ _id: 1, k: { a: 1 } }, { k: 1 }),
      [1, 11000, '{ k: { a: 1 } }', { k: 1 }, { k: { a: 1 } }],
    ],
    [
      'nested',
      dupMsg({ _id: 1, k: { a: 1 } }, { 'k.a': 1 }),
      [1, 11000, '{ k.a: 1 }', { 'k.a': 1 }, { 'k.a': 1 }],
    ],
    ['long', dupMsg({ _id: 1, k: long('5') }, { k: 1 }), [1, 11000, '{ k: 5 }', { k: 1 }, { k: long('5') }]],
    [
      'id message',
      async (c, db) =>
        (await db.command({ insert: 'contract', documents: [{ _id: 1 }, { _id: 1 }] }, opts)).writeErrors[0]
          .errmsg,
      'E11000 duplicate key error collection: steward-contract.contract index: _id_ dup key: { _id: 1 }',
    ],
    [
      'unordered',
      cmd(
        { insert: 'contract', documents: [{ _id: 1 }, { _id: 1 }, { _id: 2 }, { _id: 2 }], ordered: false },
        (r) => [r.n, r.writeErrors.map((e: Doc) => e.index)],
      ),
      [2, [1, 3]],
    ],
    [
      'ordered',
      cmd({ insert: 'contract', documents: [{ _id: 1 }, { _id: 1 }, { _id: 2 }, { _id: 2 }] }, (r) => [
        r.n,
        r.writeErrors.map((e: Doc) => e.index),
        r.ok,
      ]),
      [1, [1], double(1)],
    ],
    [
      'upsert race dup in update',
      async (c, db) => {
        await c.createIndex({ a: 1 }, { unique: true });
        await c.insertOne({ _id: 1, a: 1 });
        return (
          await db.command(
            { update: 'contract', updates: [{ q: { _id: 2 }, u: { $set: { a: 1 } }, upsert: true }] },
            opts,
          )
        ).writeErrors[0].code;
      },
      11000,
    ],
  ],
);
edges(
  'what is inserted',
  [],
  [
    [
      '_id moved first',
      async (c, db) => {
        await db.command({ insert: 'contract', documents: [{ a: 1, _id: 2 }] });
        return Object.keys(await c.findOne());
      },
      ['_id', 'a'],
    ],
    [
      '_id made',
      async (c, db) => {
        await db.command({ insert: 'contract', documents: [{ a: 1 }] });
        return (await c.findOne())._id._bsontype;
      },
      'ObjectId',
    ],
    [
      'timestamp zero',
      async (c) => {
        await c.insertOne({
          _id: 1,
          t: new Timestamp({ t: 0, i: 0 }),
          n: { t: new Timestamp({ t: 0, i: 0 }) },
        });
        const d = await c.findOne();
        return [d.t.isZero(), d.n.t.isZero()];
      },
      [false, true],
    ],
    [
      'timestamp zero replacement',
      async (c) => {
        await c.insertOne({ _id: 1 });
        await c.replaceOne({ _id: 1 }, { t: new Timestamp({ t: 0, i: 0 }) });
        return (await c.findOne()).t.isZero();
      },
      false,
    ],
    ['_id regex', werr({ insert: 'contract', documents: [{ _id: /x/ }] }), [{ index: 0, code: 53 }]],
    ['_id array', werr({ insert: 'contract', documents: [{ _id: [] }] }), [{ index: 0, code: 53 }]],
    ['_id $a', werr({ insert: 'contract', documents: [{ _id: { $a: 1 } }] }), [{ index: 0, code: 52 }]],
    [
      '$a top',
      async (c, db) => {
        await db.command({ insert: 'contract', documents: [{ _id: 1, $a: 1 }] });
        return c.find().toArray();
      },
      [{ _id: 1, $a: 1 }],
    ],
    [
      'dotted name',
      async (c, db) => {
        await db.command({ insert: 'contract', documents: [{ _id: 1, 'a.b': 1 }] });
        return c.find().toArray();
      },
      [{ _id: 1, 'a.b': 1 }],
    ],
    [
      'empty name',
      async (c, db) => {
        await db.command({ insert: 'contract', documents: [{ _id: 1, '': 1 }] });
        return c.find({ '': 1 }).toArray();
      },
      [{ _id: 1, '': 1 }],
    ],
    ['system', cmd({ insert: 'system.foo', documents: [{ _id: 1 }] }), error(73)],
    ['dot first', cmd({ insert: '.foo', documents: [{ _id: 1 }] }), error(73)],
    ['empty collection', cmd({ insert: '', documents: [{ _id: 1 }] }), error(73)],
    ['dollar', cmd({ insert: 'a$b', documents: [{ _id: 1 }] }), error(73)],
    ['long name', cmd({ insert: 'x'.repeat(260), documents: [{ _id: 1 }] }), error(73)],
    ['number as collection', cmd({ insert: 5, documents: [{ _id: 1 }] }), error(73)],
    ['documents not array', cmd({ insert: 'contract', documents: { a: 1 } }), error(14)],
    ['documents of numbers', cmd({ insert: 'contract', documents: [1] }), error(14)],
    [
      'nested 200 deep',
      async (c) => {
        let d: unknown = 1;
        for (let i = 0; i < 200; i++) d = { d };
        return c.insertOne({ _id: 1, d }).then(() => 'ok');
      },
      error(15),
    ],
    [
      'types back',
      async (c) => {
        await c.insertOne({ ...everyType });
        return [await c.findOne({}, { promoteValues: false, bsonRegExp: true })];
      },
      [everyType],
    ],
    ['w 2', cmd({ insert: 'contract', documents: [{ _id: 1 }], writeConcern: { w: 2 } }), error(2)],
    ['w tag', cmd({ insert: 'contract', documents: [{ _id: 1 }], writeConcern: { w: 'foo' } }), error(2)],
    ['w 51', cmd({ insert: 'contract', documents: [{ _id: 1 }], writeConcern: { w: 51 } }), error(9)],
    ['w -1', cmd({ insert: 'contract', documents: [{ _id: 1 }], writeConcern: { w: -1 } }), error(9)],
    [
      'w majority j',
      cmd(
        {
          insert: 'contract',
          documents: [{ _id: 1 }],
          writeConcern: { w: 'majority', j: true, wtimeout: 100 },
        },
        (r) => r.n,
      ),
      1,
    ],
    [
      'writeConcern unknown',
      cmd({ insert: 'contract', documents: [{ _id: 1 }], writeConcern: { foo: 1 } }),
      error(40415),
    ],
    [
      'writeConcern not doc',
      cmd({ insert: 'contract', documents: [{ _id: 1 }], writeConcern: 1 }),
      error(14),
    ],
    [
      'w 0',
      async (c) => {
        await c.insertOne({ _id: 1 }, { writeConcern: { w: 0 } });
        await c.insertOne({ _id: 2 });
        return c.countDocuments();
      },
      2,
    ],
    [
      'readConcern linearizable',
      cmd({ find: 'contract', readConcern: { level: 'linearizable' } }),
      error(123),
    ],
    [
      'readConcern majority',
      cmd({ find: 'contract', readConcern: { level: 'majority' } }, (r) => r.ok),
      double(1),
    ],
    ['readConcern foo', cmd({ find: 'contract', readConcern: { level: 'foo' } }), error(2)],
    [
      'retryable',
      cmd({ insert: 'contract', documents: [{ _id: 1 }], lsid: { id: new UUID() }, txnNumber: long('1') }),
      error(20),
    ],
  ],
);
edges(
  'what is deleted',
  [
    { _id: 1, a: 1 },
    { _id: 2, a: 1 },
    { _id: 3, a: 2, s: 'X' },
  ],
  [
    [
      'limit 1',
      async (c, db) => {
        const r = await db.command({ delete: 'contract', deletes: [{ q: { a: 1 }, limit: 1 }] });
        return [r.n, await c.countDocuments()];
      },
      [1, 2],
    ],
    [
      'limit 0',
      async (c, db) => {
        const r = await db.command({ delete: 'contract', deletes: [{ q: { a: 1 }, limit: 0 }] });
        return [r.n, await c.countDocuments()];
      },
      [2, 1],
    ],
    [
      'collation',
      cmd(
        {
          delete: 'contract',
          deletes: [{ q: { s: 'x' }, limit: 0, collation: { locale: 'en', strength: 2 } }],
        },
        (r) => r.n,
      ),
      1,
    ],
    [
      'hint bad',
      werr({ delete: 'contract', deletes: [{ q: {}, limit: 0, hint: 'no' }] }),
      [{ index: 0, code: 2 }],
    ],
    [
      'bad filter',
      werr({ delete: 'contract', deletes: [{ q: { a: { $foo: 1 } }, limit: 0 }] }),
      [{ index: 0, code: 2 }],
    ],
    [
      'limit double',
      cmd({ delete: 'contract', deletes: [{ q: { a: 1 }, limit: double(1) }] }, (r) => r.n),
      1,
    ],
    ['missing collection', cmd({ delete: 'nowhere', deletes: [{ q: {}, limit: 0 }] }, (r) => r.n), 0],
    [
      'let',
      cmd(
        { delete: 'contract', deletes: [{ q: { $expr: { $eq: ['$a', '$$x'] } }, limit: 0 }], let: { x: 2 } },
        (r) => r.n,
      ),
      1,
    ],
  ],
);
