import {
  documentArgument,
  flagArgument,
  hintArgument,
  matchContext,
  numberArgument,
  textArgument,
  wrongType,
} from '../arguments.js';
import { aggregate, writesOut } from '../aggregate.js';
import { Long } from 'bson';
import { decode, encode, isDocument, type Doc } from '../bson.js';
import { resultsOf, type Results } from '../cursors.js';
import { StoreError } from '../errors.js';
import { fullCollation } from '../collation.js';
import { afterPrefix, encodeKey, mapKey } from '../key.js';
import { equalValues } from '../compare.js';
import { nearOf } from '../geo-queries.js';
import { tail } from '../tailable.js';
import { isView, resolveView } from '../views.js';
import { compileFilter } from '../match.js';
import { isNumeric, toDouble } from '../numbers.js';
import { indexDocument } from '../indexes.js';
import { pathParts, reach, valueAt } from '../path.js';
import { matchedPosition } from '../positional.js';
import { compileProjection } from '../project.js';
import { inPlanOrder, prepare, sortedResults, type Prepared } from '../query.js';
import { cursorReply } from '../replies.js';
import { breathe, PAUSE, type Found } from '../scan.js';
import { sortFields } from '../sort.js';
import type { Collection, Index } from '../collection.js';
import type { Engine } from '../engine.js';
import { firstBatchOf, firstReply, namespaceOf, type Call, type Handler } from './command.js';
import { explainAggregate } from './explain.js';

const firstBatchSize = 101;

function preparedFind({ engine, args }: Call, collection: Collection, single: boolean): Prepared {
  const limit = numberArgument('find', args, 'limit', 0);
  const sort = documentArgument('find', args, 'sort');
  // The order on disk is asked for as a sort, and planned as a hint.
  const natural = '$natural' in sort;
  if (natural && Object.keys(sort).length > 1)
    throw new StoreError(2, "Cannot include '$natural' in compound sort");
  return prepare(collection, {
    filter: documentArgument('find', args, 'filter'),
    sort: natural ? [] : sortFields(sort),
    skip: numberArgument('find', args, 'skip', 0),
    limit: single && limit === 0 ? numberArgument('find', args, 'batchSize', 0) : limit,
    hint: natural ? sort : hintArgument(args),
    context: matchContext(args, engine.clock.now(), args.collation ?? collection.options.collation),
  });
}

/** What turns a found document into the bytes of the answer. */
function projection(args: Doc, { filter, context, plan }: Prepared): (found: Found) => Buffer {
  const spec = documentArgument('find', args, 'projection');
  if (args.returnKey === true) return (found) => encode(keyOf(found, plan.accesses[0]?.index));
  if (args.showRecordId === true) {
    const shaped = Object.keys(spec).length > 0 ? compileProjection(spec, 'find', context) : undefined;
    return (found) => {
      const doc = shaped ? shaped(found.doc, matchedPosition(filter, found.doc, context)) : found.doc;
      return encode({ ...doc, $recordId: Long.fromBigInt(found.record.readBigInt64BE(0)) });
    };
  }
  if (Object.keys(spec).length === 0) return ({ raw }) => raw;
  const project = compileProjection(spec, 'find', context);
  return (found) => encode(project(found.doc, matchedPosition(filter, found.doc, context)));
}

/** What `returnKey` gives: the values of the index that was used. */
function keyOf({ doc }: Found, index: Index | undefined): Doc {
  if (!index) return {};
  return Object.fromEntries(index.names.map((name) => [name, valueAt(doc, pathParts(name)) ?? null]));
}

/** Keeps to the keys between `min` (included) and `max` (not) of the hinted index. */
function withinKeys(collection: Collection, { min, max, hint }: Doc, prepared: Prepared): Prepared {
  const bounds = [min, max].filter((bound) => isDocument(bound) && Object.keys(bound).length > 0) as Doc[];
  if (bounds.length === 0) return prepared;
  const index = collection.indexes.find(({ spec }) =>
    typeof hint === 'string' ? spec.name === hint : equalValues(spec.key, hint),
  );
  if (!index)
    throw new StoreError(51173, 'When using min()/max() a hint of which index to use must be provided');
  if (bounds.some((bound) => Object.keys(bound).join() !== index.names.join()))
    throw new StoreError(51174, 'The index chosen is not compatible with min/max');
  const keyAt = (bound: unknown): Buffer | undefined =>
    bounds.includes(bound as Doc)
      ? encodeKey(
          index.prefix,
          index.names.map((name) => (bound as Doc)[name]),
          index.directions,
          index.order,
        )
      : undefined;
  const [least, end] = [keyAt(min), keyAt(max)];
  if (least && end && Buffer.compare(least, end) >= 0)
    throw new StoreError(51175, 'max must be greater than min');
  const { test } = prepared;
  const range = { start: index.prefix, end: afterPrefix(index.prefix) };
  return {
    ...prepared,
    plan: {
      ...prepared.plan,
      accesses: [{ index, ranges: [range], reverse: false }],
      sorted: prepared.sort.length === 0,
    },
    fields: undefined,
    test: (doc) =>
      (!test || test(doc)) &&
      index
        .keysOf(doc)
        .some(
          ({ key }) => (!least || Buffer.compare(key, least) >= 0) && (!end || Buffer.compare(key, end) < 0),
        ),
  };
}

async function* lazily(
  engine: Engine,
  collection: Collection,
  prepared: Prepared,
  shape: (found: Found) => Buffer,
): AsyncGenerator<Buffer> {
  if (prepared.plan.sorted) {
    for (const found of inPlanOrder(engine.disk, collection, prepared)) {
      if (found === PAUSE) await breathe();
      else yield shape(found);
    }
    return;
  }
  for (const found of await sortedResults(engine.disk, collection, prepared)) yield shape(found);
}

/** Options that need each other. */
function checkOptions(args: Doc): void {
  if (args.awaitData === true && args.tailable !== true)
    throw new StoreError(9, 'Cannot set awaitData without tailable');
  if (args.tailable === true && flagArgument('find', args, 'singleBatch'))
    throw new StoreError(9, "Cannot use tailable option with the 'singleBatch' option");
  const { $natural: natural, ...sort } = documentArgument('find', args, 'sort');
  if (args.tailable === true && (Object.keys(sort).length > 0 || Number(natural ?? 1) !== 1))
    throw new StoreError(
      2,
      'error processing query: tailable cursors cannot have a sort other than {$natural: 1}',
    );
}

/** A find on a view is a pipeline over what the view is made of. */
function findOnView(call: Call, namespace: string): Promise<Buffer> {
  const { args } = call;
  if (args.tailable === true || nearOf(documentArgument('find', args, 'filter')))
    throw new StoreError(167, 'this option is not supported on a view');
  const limit = numberArgument('find', args, 'limit', 0);
  const skip = numberArgument('find', args, 'skip', 0);
  const sort = documentArgument('find', args, 'sort');
  const projection = documentArgument('find', args, 'projection');
  const given = Object.keys;
  const pipeline: Doc[] = [
    { $match: documentArgument('find', args, 'filter') },
    ...(given(sort).length > 0 && !('$natural' in sort) ? [{ $sort: sort }] : []),
    ...(skip > 0 ? [{ $skip: skip }] : []),
    ...(limit > 0 ? [{ $limit: limit }] : []),
    ...(given(projection).length > 0 ? [{ $project: projection }] : []),
  ];
  const single = flagArgument('find', args, 'singleBatch');
  const size =
    args.batchSize === undefined ? firstBatchSize : numberArgument('find', args, 'batchSize', firstBatchSize);
  return firstReply(
    call,
    namespace,
    pipelineResults(call, namespace, pipeline),
    single ? Number.MAX_SAFE_INTEGER : size,
    single,
  );
}

/** A view is read in its own order of strings. */
function checkViewCollation(view: Collection | undefined, wanted: unknown): void {
  if (!view || !isView(view) || wanted === undefined) return;
  const shown = (collation: unknown): Doc =>
    isDocument(collation) && collation.locale !== 'simple' ? fullCollation(collation) : { locale: 'simple' };
  if (!equalValues(shown(wanted), shown(view.options.collation)))
    throw new StoreError(167, "Cannot override a view's default collation");
}

/** The results of a pipeline over a collection or a view. */
function pipelineResults({ engine, args, database }: Call, namespace: string, given: Doc[]): Results {
  checkViewCollation(engine.catalog.find(namespace), args.collation);
  const resolved = resolveView(engine, namespace);
  const dot = resolved.namespace.indexOf('.');
  return aggregate(engine, {
    database,
    collection: resolved.namespace.slice(dot + 1),
    pipeline: [...resolved.pipeline, ...given],
    context: matchContext(
      args,
      engine.clock.now(),
      args.collation ?? engine.catalog.find(namespace)?.options.collation,
    ),
    hint: hintArgument(args),
    bypassValidation: args.bypassDocumentValidation === true,
    session: args.lsid,
  });
}

/** The whole result of a pipeline over a view. */
async function viewDocuments(call: Call, namespace: string, pipeline: Doc[]): Promise<Doc[]> {
  const results = pipelineResults(call, namespace, pipeline);
  const documents: Doc[] = [];
  while (!results.done) documents.push(...(await results.next(1_000)).map(decode));
  return documents;
}

const find: Handler = async (call) => {
  const { engine, args } = call;
  const namespace = namespaceOf(call);
  checkOptions(args);
  const collection = engine.catalog.find(namespace);
  if (collection && isView(collection)) return findOnView(call, namespace);
  const single = flagArgument('find', args, 'singleBatch');
  if (!collection) {
    validateOnly(call);
    return cursorReply(namespace, 0n, [], 'firstBatch');
  }
  const prepared = withinKeys(collection, args, preparedFind(call, collection, single));
  const shape = projection(args, prepared);
  const size =
    args.batchSize === undefined ? firstBatchSize : numberArgument('find', args, 'batchSize', firstBatchSize);
  const most = single ? Number.MAX_SAFE_INTEGER : size;
  if (args.tailable === true) {
    if (collection.options.capped !== true)
      throw new StoreError(
        2,
        `error processing query: ns=${namespace} Tailable cursor requested on non capped collection`,
      );
    return firstReply(
      call,
      namespace,
      tail(engine, collection, prepared, shape, args.awaitData === true),
      size,
    );
  }
  if (prepared.plan.sorted && prepared.limit > 0 && prepared.limit <= most) {
    const batch = await shortBatch(engine, collection, prepared, shape);
    if (batch) return cursorReply(namespace, 0n, batch, 'firstBatch');
  }
  const results = resultsOf(lazily(engine, collection, prepared, shape), prepared.limit);
  return firstReply(call, namespace, results, most, single);
};

/** The whole answer of a query with a small limit; undefined when it would be too long for one batch. */
async function shortBatch(
  engine: Engine,
  collection: Collection,
  prepared: Prepared,
  shape: (found: Found) => Buffer,
): Promise<Buffer[] | undefined> {
  const batch: Buffer[] = [];
  let bytes = 0;
  for (const found of inPlanOrder(engine.disk, collection, prepared)) {
    if (found === PAUSE) await breathe();
    else {
      const document = shape(found);
      bytes += document.length;
      batch.push(document);
      if (bytes > 16_000_000) return undefined;
    }
  }
  return batch;
}

/** Arguments of a query on a collection that does not exist are still checked. */
function validateOnly({ engine, args }: Call): void {
  const context = { ...matchContext(args, engine.clock.now()), near: true };
  compileFilter(documentArgument('find', args, 'filter'), context);
  sortFields(documentArgument('find', args, 'sort'));
  compileProjection(documentArgument('find', args, 'projection'), 'find', context);
  for (const field of ['limit', 'skip', 'batchSize']) numberArgument('find', args, field, 0);
}

const getMore: Handler = async ({ engine, args, database }) => {
  const id = args.getMore;
  if (typeof id !== 'bigint')
    throw new StoreError(14, "BSON field 'getMore.getMore' is the wrong type, expected type 'long'");
  const namespace = `${database}.${textArgument('getMore', args, 'collection')}`;
  const size = numberArgument('getMore', args, 'batchSize', 0);
  const waitMs = args.maxTimeMS === undefined ? undefined : numberArgument('getMore', args, 'maxTimeMS', 0);
  const { batch, id: next } = await engine.cursors.read(
    id,
    namespace,
    size === 0 ? Infinity : size,
    waitMs,
    args.lsid,
  );
  return cursorReply(namespace, next, batch, 'nextBatch');
};

const killCursors: Handler = (call) => {
  const namespace = namespaceOf(call);
  const { cursors: ids } = call.args;
  if (ids === undefined)
    throw new StoreError(40414, "BSON field 'killCursors.cursors' is missing but a required field");
  if (!Array.isArray(ids)) throw wrongType('killCursors', 'cursors', ids, 'array');
  const killed = ids.filter((id) => typeof id === 'bigint' && call.engine.cursors.kill(id, namespace));
  return {
    cursorsKilled: killed,
    cursorsNotFound: ids.filter((id) => !killed.includes(id)),
    cursorsAlive: [],
    cursorsUnknown: [],
    ok: 1,
  };
};

/** Runs `visit` over everything that matches, with pauses. */
async function forEachMatch(
  engine: Engine,
  collection: Collection,
  prepared: Prepared,
  visit: (found: Found) => void,
): Promise<void> {
  for (const found of inPlanOrder(engine.disk, collection, prepared)) {
    if (found === PAUSE) await breathe();
    else visit(found);
  }
}

const count: Handler = async (call) => {
  const { engine, args } = call;
  const collection = engine.catalog.find(namespaceOf(call));
  const filter = documentArgument('count', args, 'query');
  const context = matchContext(args, engine.clock.now(), args.collation ?? collection?.options.collation);
  const skip = numberArgument('count', args, 'skip', 0);
  const limit = Math.abs(numberArgument('count', args, 'limit', 0));
  if (collection && isView(collection)) {
    const stages = [
      { $match: filter },
      ...(skip > 0 ? [{ $skip: skip }] : []),
      ...(limit > 0 ? [{ $limit: limit }] : []),
    ];
    const [counted] = await viewDocuments(call, collection.namespace, [...stages, { $count: 'n' }]);
    return { n: counted?.n ?? 0, ok: 1 };
  }
  if (!collection) {
    compileFilter(filter, context);
    return { n: 0, ok: 1 };
  }
  const prepared = prepare(collection, { filter, sort: [], skip, limit, hint: hintArgument(args), context });
  if (Object.keys(filter).length === 0) {
    const rest = Math.max(0, collection.count - skip);
    return { n: limit > 0 ? Math.min(limit, rest) : rest, ok: 1 };
  }
  let n = 0;
  await forEachMatch(engine, collection, prepared, () => {
    n += 1;
  });
  return { n, ok: 1 };
};

const distinct: Handler = async (call) => {
  const { engine, args } = call;
  const collection = engine.catalog.find(namespaceOf(call));
  const key = textArgument('distinct', args, 'key');
  const filter = documentArgument('distinct', args, 'query');
  const context = matchContext(args, engine.clock.now(), args.collation ?? collection?.options.collation);
  const values = new Map<string, unknown>();
  const parts = pathParts(key);
  const add = (value: unknown): void => {
    const name = mapKey(value, context.order);
    if (!values.has(name)) values.set(name, value);
  };
  const gather = (doc: Doc): void => {
    reach(doc, parts, 0, (value) => {
      if (Array.isArray(value)) value.forEach(add);
      else if (value !== undefined) add(value);
      return false;
    });
  };
  if (!collection) compileFilter(filter, context);
  else if (isView(collection)) {
    for (const doc of await viewDocuments(call, collection.namespace, [{ $match: filter }])) gather(doc);
  } else {
    const prepared = prepare(collection, {
      filter,
      sort: [],
      skip: 0,
      limit: 0,
      hint: hintArgument(args),
      context,
    });
    await forEachMatch(engine, collection, prepared, ({ doc }) => gather(doc));
  }
  return { values: [...values.values()], ok: 1 };
};

const aggregateCommand: Handler = async (call) => {
  const { engine, args, database } = call;
  const name = args.aggregate;
  const onDatabase = isNumeric(name) && toDouble(name) === 1;
  if (!onDatabase && (typeof name !== 'string' || name === ''))
    throw new StoreError(73, `Invalid namespace specified '${database}.'`);
  const { pipeline } = args;
  if (pipeline === undefined)
    throw new StoreError(40414, "BSON field 'aggregate.pipeline' is missing but a required field");
  if (!Array.isArray(pipeline) || !pipeline.every(isDocument))
    throw new StoreError(14, "Each element of the 'pipeline' array must be an object");
  if (pipeline.some((stage) => '$changeStream' in stage))
    throw new StoreError(40573, 'The $changeStream stage is only supported on replica sets');
  const collection = onDatabase ? '' : String(name);
  const namespace = onDatabase ? `${database}.$cmd.aggregate` : `${database}.${collection}`;
  if (args.explain === true) return explainAggregate(engine, namespace, pipeline);
  if (!isDocument(args.cursor))
    throw new StoreError(
      9,
      "The 'cursor' option is required, except for aggregate with the explain argument",
    );
  const results = onDatabase
    ? aggregate(engine, {
        database,
        collection,
        pipeline,
        context: matchContext(args, engine.clock.now()),
        hint: hintArgument(args),
        bypassValidation: args.bypassDocumentValidation === true,
        session: args.lsid,
      })
    : pipelineResults(call, namespace, pipeline);
  const size = firstBatchOf(call, firstBatchSize);
  return firstReply(call, namespace, results, writesOut(pipeline) ? Math.max(1, size) : size);
};

/** Everything in a database at one moment: first each collection's options and indexes, then its documents. */
function* exported({ disk, catalog }: Engine, database: string): Generator<Buffer> {
  const view = disk.snapshot();
  try {
    for (const collection of catalog.all(database)) {
      const { name, options, indexes, range } = collection;
      yield encode({ collection: name, options, indexes: indexes.slice(1).map(indexDocument) });
      for (const { value } of view.range(range)) yield wrapped(value);
    }
  } finally {
    view.close();
  }
}

/** `{document: …}` around a document's bytes. */
function wrapped(raw: Buffer): Buffer {
  const head = Buffer.from([0, 0, 0, 0, 3, ...Buffer.from('document'), 0]);
  const bytes = Buffer.concat([head, raw, Buffer.alloc(1)]);
  bytes.writeInt32LE(bytes.length, 0);
  return bytes;
}

const stewardExport: Handler = (call) =>
  firstReply(
    call,
    `${call.database}.$cmd.export`,
    resultsOf(exported(call.engine, call.database)),
    firstBatchSize,
  );

export const READ_COMMANDS: Record<string, Handler> = {
  stewardExport,
  find,
  getMore,
  killCursors,
  count,
  distinct,
  aggregate: aggregateCommand,
};
