/** Cases about what is refused before any document is met: variables, pipelines inside of stages, and the fields of commands. */
import { error } from './cases.js';
import { cmd, docs, edges, opts, upd, type Doc, type Step } from './case-steps.js';

const piped =
  (...pipeline: Doc[]): Step =>
  (c) =>
    c.aggregate(pipeline, opts).toArray();
const onDatabase =
  (...pipeline: Doc[]): Step =>
  (_c, db) =>
    db.aggregate(pipeline).toArray();
const onAdmin =
  (command: Doc): Step =>
  (_c, db) =>
    db.client.db('admin').command(command, opts);
const onAdminPipe =
  (...pipeline: Doc[]): Step =>
  (_c, db) =>
    db.client.db('admin').aggregate(pipeline).toArray();
const mergeBy = (whenMatched: Doc[], more: Doc = {}): Step =>
  piped({ $merge: { into: 'beside', whenMatched, ...more } });
const undefinedName = { $project: { v: '$$nobody' } };

edges(
  'an empty collection refuses',
  [],
  [
    ['an undefined variable', piped(undefinedName), error(17276)],
    ['one in a group', piped({ $group: { _id: 1, v: { $sum: '$$nobody' } } }), error(17276)],
    ['one in a facet', piped({ $facet: { a: [undefinedName] } }), error(17276)],
    [
      'one in the pipeline of a lookup',
      piped({ $lookup: { from: 'beside', as: 'v', let: { mine: '$x' }, pipeline: [undefinedName] } }),
      error(17276),
    ],
    ['one in a union', piped({ $unionWith: { coll: 'beside', pipeline: [undefinedName] } }), error(17276)],
    ['one in an update', upd([{ $set: { v: '$$nobody' } }]), { error: 17276 }],
    ['one in a merge', mergeBy([{ $set: { v: '$$nobody' } }]), error(17276)],
    [
      'the variable of a map outside of it',
      piped({ $project: { v: [{ $map: { input: [1], as: 'one', in: '$$one' } }, '$$one'] } }),
      error(17276),
    ],
    [
      'an unknown stage in a lookup',
      piped({ $lookup: { from: 'a', as: 'v', pipeline: [{ $no: 1 }] } }),
      error(40324),
    ],
    [
      'writing in a lookup',
      piped({ $lookup: { from: 'a', as: 'v', pipeline: [{ $out: 'beside' }] } }),
      error(51047),
    ],
    [
      'writing in a union',
      piped({ $unionWith: { coll: 'a', pipeline: [{ $merge: 'beside' }] } }),
      error(31441),
    ],
    ['a merge by a stage that is no change', mergeBy([{ $group: { _id: 1 } }]), error(72)],
    ['a merge that names its document anew', mergeBy([], { let: { new: '$x' } }), error(51273)],
    [
      'variables of a merge without a pipeline',
      piped({ $merge: { into: 'beside', let: { a: 1 } } }),
      error(51199),
    ],
    ['a facet of sources', piped({ $facet: { a: [{ $currentOp: {} }] } }), error(40600)],
    ['sessions of a collection', piped({ $listLocalSessions: {} }), error(73)],
    ['operations of a database', onDatabase({ $currentOp: {} }), error(73)],
  ],
);

const graph = (more: Doc): Step =>
  piped({
    $graphLookup: {
      from: 'contract',
      startWith: '$x',
      connectFromField: 'x',
      connectToField: 'x',
      as: 'v',
      ...more,
    },
  });
edges(
  'stages of an empty collection refuse',
  [],
  [
    ['an unknown part of a graph', graph({ foo: 1 }), error(40104)],
    ['a graph of no object', piped({ $graphLookup: 5 }), error(40327)],
    ['a graph from a number', graph({ from: 5 }), error(40103)],
    ['a graph of negative depth', graph({ maxDepth: -1 }), error(40101)],
    ['a graph of half a step', graph({ maxDepth: 1.5 }), error(40102)],
    ['a graph of a depth in letters', graph({ maxDepth: 'two' }), error(40100)],
    ['a graph through what is no filter', graph({ restrictSearchWithMatch: 5 }), error(40185)],
    ['a graph through an unknown operator', graph({ restrictSearchWithMatch: { $foo: 1 } }), error(2)],
    ['a union with a number', piped({ $unionWith: 5 }), error(9)],
    ['an unknown part of a union', piped({ $unionWith: { coll: 'beside', foo: 1 } }), error(40415)],
    ['an unknown part of $out', piped({ $out: { db: 'a', coll: 'b', foo: 1 } }), error(40415)],
    ['an unknown part of $merge', piped({ $merge: { into: 'beside', foo: 1 } }), error(40415)],
    ['a merge into nothing', piped({ $merge: { on: '_id' } }), error(40414)],
    ['unknown figures', piped({ $collStats: { foo: {} } }), error(40167)],
    ['an unknown part of $currentOp', onAdminPipe({ $currentOp: { foo: 1 } }), error(9)],
  ],
);

const one = [{ _id: 1, x: 5 }];
edges('variables that are known', one, [
  ['levels outside of $redact', piped({ $project: { _id: 0, v: '$$PRUNE' } }), [{ v: 'prune' }]],
  [
    'a variable of a variable',
    docs({ $expr: { $eq: ['$x', '$$second'] } }, { let: { first: 5, second: '$$first' } }),
    one,
  ],
  ['a field in a variable of a command', docs({}, { let: { v: '$x' } }), error(4890500)],
]);

edges('fields of commands', one, [
  ['a write concern of a read', cmd({ find: 'contract', writeConcern: { w: 1 } }), error(72)],
  [
    'a write concern of a pipeline that writes',
    cmd(
      { aggregate: 'contract', pipeline: [{ $out: 'beside' }], cursor: {}, writeConcern: { w: 1 } },
      ({ ok }) => ok as unknown,
    ),
    { $numberDouble: '1.0' },
  ],
  [
    'a write concern of a flag',
    cmd({ insert: 'contract', documents: [{}], writeConcern: { w: true } }),
    error(9),
  ],
  ['an unknown field of a read concern', cmd({ find: 'contract', readConcern: { foo: 1 } }), error(40415)],
  [
    'a read concern of a cluster',
    cmd({ find: 'contract', readConcern: { afterClusterTime: { $timestamp: 1 } } }),
    error(20),
  ],
  ['no pipeline', cmd({ aggregate: 'contract', cursor: {} }), error(40414)],
  ['a negative batch', cmd({ aggregate: 'contract', pipeline: [], cursor: { batchSize: -1 } }), error(51024)],
  [
    'an unknown field of a cursor',
    cmd({ aggregate: 'contract', pipeline: [], cursor: { foo: 1 } }),
    error(40415),
  ],
  ['sessions that are none', onAdmin({ endSessions: 5 }), error(14)],
  [
    'an index of version 0',
    cmd({ createIndexes: 'contract', indexes: [{ key: { a: 1 }, name: 'a', v: 0 }] }),
    error(67),
  ],
  [
    'a quorum for an index',
    cmd({ createIndexes: 'contract', indexes: [{ key: { a: 1 }, name: 'a' }], commitQuorum: 'majority' }),
    error(2),
  ],
  [
    'a bulkWrite into a database',
    onAdmin({ bulkWrite: 1, ops: [{ insert: 0, document: {} }], nsInfo: [{ ns: 'steward-contract' }] }),
    error(73),
  ],
  ['an unknown parameter', onAdmin({ setParameter: 1, nobody: 1 }), error(72)],
  ['no parameter', onAdmin({ setParameter: 1 }), error(72)],
  ['a parameter of a database', cmd({ setParameter: 1, ttlMonitorSleepSecs: 60 }), error(13)],
  ['no time between two sweeps', onAdmin({ setParameter: 1, ttlMonitorSleepSecs: 0 }), error(2)],
]);
