import {
  documentArgument,
  flagArgument,
  hintArgument,
  matchContext,
  numberArgument,
  textArgument,
} from '../arguments.js';
import { aggregate, writesOut } from '../aggregate.js';
import { encode, isDocument, type Doc } from '../bson.js';
import { resultsOf, type Results } from '../cursors.js';
import { StoreError } from '../errors.js';
import { mapKey } from '../key.js';
import { compileFilter } from '../match.js';
import { isNumeric, toDouble } from '../numbers.js';
import { indexDocument } from '../indexes.js';
import { pathParts, reach } from '../path.js';
import { matchedPosition } from '../positional.js';
import { compileProjection } from '../project.js';
import { inPlanOrder, prepare, sortedResults, type Prepared } from '../query.js';
import { cursorReply } from '../replies.js';
import { breathe, PAUSE, scan, type Found } from '../scan.js';
import { sortFields } from '../sort.js';
import type { Collection } from '../collection.js';
import type { Engine } from '../engine.js';
import { namespaceOf, type Call, type Handler } from './command.js';

const firstBatchSize = 101;

function preparedFind({ engine, args }: Call, collection: Collection, single: boolean): Prepared {
  const limit = Math.abs(numberArgument('find', args, 'limit', 0));
  return prepare(collection, {
    filter: documentArgument('find', args, 'filter'),
    sort: sortFields(documentArgument('find', args, 'sort')),
    skip: numberArgument('find', args, 'skip', 0),
    limit: single && limit === 0 ? numberArgument('find', args, 'batchSize', 0) : limit,
    hint: hintArgument(args),
    context: matchContext(args, engine.clock.now(), args.collation ?? collection.options.collation),
  });
}

/** What turns a found document into the bytes of the answer. */
function projection(args: Doc, { filter, context }: Prepared): (found: Found) => Buffer {
  const spec = documentArgument('find', args, 'projection');
  if (Object.keys(spec).length === 0) return ({ raw }) => raw;
  const project = compileProjection(spec, 'find', context);
  return (found) => encode(project(found.doc, matchedPosition(filter, found.doc, context)));
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

const REFUSED_OPTIONS = ['min', 'max', 'returnKey', 'showRecordId', 'tailable', 'awaitData'];

function refuseOptions(args: Doc): void {
  for (const name of REFUSED_OPTIONS) {
    const value = args[name];
    if (value === undefined || value === false || (isDocument(value) && Object.keys(value).length === 0))
      continue;
    if (name === 'tailable' || name === 'awaitData') {
      throw new StoreError(2, 'error processing query: tailable cursor requested on non capped collection');
    }
    throw new StoreError(115, `the find option '${name}' is not supported by the built-in store`);
  }
}

const find: Handler = async (call) => {
  const { engine, args } = call;
  const namespace = namespaceOf(call);
  refuseOptions(args);
  const collection = engine.catalog.find(namespace);
  const single = flagArgument('find', args, 'singleBatch') || numberArgument('find', args, 'limit', 0) < 0;
  if (!collection) {
    validateOnly(call);
    return cursorReply(namespace, 0n, [], 'firstBatch');
  }
  const prepared = preparedFind(call, collection, single);
  const shape = projection(args, prepared);
  const size =
    args.batchSize === undefined ? firstBatchSize : numberArgument('find', args, 'batchSize', firstBatchSize);
  const most = single ? Infinity : size;
  if (prepared.plan.sorted && prepared.limit > 0 && prepared.limit <= most) {
    const batch = await shortBatch(engine, collection, prepared, shape);
    if (batch) return cursorReply(namespace, 0n, batch, 'firstBatch');
  }
  return firstReply(engine, namespace, resultsOf(lazily(engine, collection, prepared, shape)), most, single);
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
  const context = matchContext(args, engine.clock.now());
  compileFilter(documentArgument('find', args, 'filter'), context);
  sortFields(documentArgument('find', args, 'sort'));
  compileProjection(documentArgument('find', args, 'projection'), 'find', context);
}

/** Takes the first batch; what is left waits in a cursor. */
async function firstReply(
  engine: Engine,
  namespace: string,
  results: Results,
  most: number,
  single = false,
): Promise<Buffer> {
  const batch = await results.next(most);
  if (single && !results.done) results.close();
  const ended = single || results.done;
  const id = ended ? 0n : engine.cursors.keep(namespace, results);
  return cursorReply(namespace, id, batch, 'firstBatch');
}

const getMore: Handler = async ({ engine, args, database }) => {
  const id = args.getMore;
  if (typeof id !== 'bigint')
    throw new StoreError(14, "BSON field 'getMore.getMore' is the wrong type, expected type 'long'");
  const namespace = `${database}.${textArgument('getMore', args, 'collection')}`;
  const size = numberArgument('getMore', args, 'batchSize', 0);
  const { batch, id: next } = await engine.cursors.read(id, namespace, size === 0 ? Infinity : size);
  return cursorReply(namespace, next, batch, 'nextBatch');
};

const killCursors: Handler = (call) => {
  const namespace = namespaceOf(call);
  const ids = Array.isArray(call.args.cursors) ? call.args.cursors : [];
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
  if (!collection) compileFilter(filter, context);
  else {
    const prepared = prepare(collection, {
      filter,
      sort: [],
      skip: 0,
      limit: 0,
      hint: hintArgument(args),
      context,
    });
    await forEachMatch(engine, collection, prepared, ({ doc }) => {
      reach(doc, parts, 0, (value) => {
        if (Array.isArray(value)) value.forEach(add);
        else if (value !== undefined) add(value);
        return false;
      });
    });
  }
  return { values: [...values.values()], ok: 1 };
};

const aggregateCommand: Handler = async ({ engine, args, database }) => {
  const name = args.aggregate;
  const onDatabase = isNumeric(name) && toDouble(name) === 1;
  if (!onDatabase && (typeof name !== 'string' || name === ''))
    throw new StoreError(73, `Invalid namespace specified '${database}.'`);
  const { pipeline } = args;
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
  const context = matchContext(
    args,
    engine.clock.now(),
    args.collation ?? engine.catalog.find(namespace)?.options.collation,
  );
  const results = aggregate(engine, {
    database,
    collection,
    pipeline,
    context,
    hint: hintArgument(args),
    bypassValidation: args.bypassDocumentValidation === true,
    session: args.lsid,
  });
  const given = args.cursor.batchSize;
  const size = isNumeric(given) ? toDouble(given) : firstBatchSize;
  return firstReply(engine, namespace, results, writesOut(pipeline) ? Math.max(1, size) : size);
};

function explainAggregate(engine: Engine, namespace: string, pipeline: Doc[]): Doc {
  const [first] = pipeline;
  const filter = isDocument(first?.$match) ? first.$match : {};
  return {
    explainVersion: '1',
    stages: [
      { $cursor: explainQuery(engine, namespace, filter, {}, undefined) },
      ...pipeline.slice(isDocument(first?.$match) ? 1 : 0),
    ],
    ok: 1,
  };
}

/** The plan in MongoDB's words. */
export function explainQuery(
  engine: Engine,
  namespace: string,
  filter: Doc,
  args: Doc,
  executed: Doc | undefined,
): Doc {
  const collection = engine.catalog.find(namespace);
  const base = {
    queryPlanner: {
      namespace,
      parsedQuery: filter,
      indexFilterSet: false,
      winningPlan: { stage: 'EOF' } as Doc,
      rejectedPlans: [],
    },
    ...(executed && { executionStats: executed }),
  };
  if (!collection) return base;
  const context = matchContext(args, engine.clock.now(), args.collation ?? collection.options.collation);
  const { plan, test } = prepare(collection, {
    filter,
    sort: sortFields(documentArgument('find', args, 'sort')),
    skip: 0,
    limit: 0,
    hint: hintArgument(args),
    context,
  });
  const inputs = plan.accesses.map(({ index, point, reverse }): Doc => {
    const direction = reverse ? 'backward' : 'forward';
    if (!index) return { stage: 'COLLSCAN', ...(test && { filter }), direction };
    if (point && index.isId) return { stage: 'IDHACK' };
    const scanStage = {
      stage: 'IXSCAN',
      keyPattern: index.spec.key,
      indexName: index.spec.name,
      isMultiKey: index.spec.multikey === true,
      isUnique: index.unique,
      isSparse: index.spec.sparse === true,
      isPartial: index.spec.partialFilterExpression !== undefined,
      direction,
    };
    return { stage: 'FETCH', ...(test && { filter }), inputStage: scanStage };
  });
  const found: Doc = inputs.length === 1 ? (inputs[0] as Doc) : { stage: 'OR', inputStages: inputs };
  base.queryPlanner.winningPlan = plan.sorted
    ? found
    : { stage: 'SORT', sortPattern: args.sort, inputStage: found };
  return base;
}

async function executionStats(engine: Engine, namespace: string, filter: Doc, args: Doc): Promise<Doc> {
  const collection = engine.catalog.find(namespace);
  let [returned, examined] = [0, 0];
  if (collection) {
    const context = matchContext(args, engine.clock.now(), args.collation ?? collection.options.collation);
    const { plan } = prepare(collection, {
      filter,
      sort: sortFields(documentArgument('find', args, 'sort')),
      skip: 0,
      limit: 0,
      hint: hintArgument(args),
      context,
    });
    const test = compileFilter(filter, context);
    for (const found of scan(engine.disk, collection, plan, undefined)) {
      if (found === PAUSE) await breathe();
      else {
        examined += 1;
        if (test(found.doc)) returned += 1;
      }
    }
  }
  return {
    executionSuccess: true,
    nReturned: returned,
    executionTimeMillis: 0,
    totalKeysExamined: examined,
    totalDocsExamined: examined,
  };
}

const explain: Handler = async ({ engine, args, database }) => {
  const inner = args.explain;
  if (!isDocument(inner))
    throw new StoreError(14, "BSON field 'explain.explain' is the wrong type, expected type 'object'");
  const [name] = Object.keys(inner);
  const namespace = `${database}.${String(inner[name as string])}`;
  const verbosity = args.verbosity ?? 'allPlansExecution';
  let parsed: { filter: Doc; query: Doc };
  switch (name) {
    case 'find':
      parsed = { filter: documentArgument('find', inner, 'filter'), query: inner };
      break;
    case 'count':
    case 'distinct':
    case 'findAndModify':
    case 'findandmodify':
      parsed = { filter: documentArgument(name, inner, 'query'), query: inner };
      break;
    case 'update':
    case 'delete': {
      const list = (name === 'update' ? inner.updates : inner.deletes) as Doc[];
      parsed = { filter: (list[0]?.q as Doc | undefined) ?? {}, query: list[0] ?? {} };
      break;
    }
    case 'aggregate':
      return { ...explainAggregate(engine, namespace, inner.pipeline as Doc[]), ...serverInfo };
    default:
      throw new StoreError(59, `Explain failed due to unknown command: ${name}`);
  }
  const stats =
    verbosity === 'queryPlanner'
      ? undefined
      : await executionStats(engine, namespace, parsed.filter, parsed.query);
  return {
    explainVersion: '1',
    ...explainQuery(engine, namespace, parsed.filter, parsed.query, stats),
    command: inner,
    ...serverInfo,
    ok: 1,
  };
};

const serverInfo = { serverInfo: { host: 'built-in', port: 0, version: '8.0.0', gitVersion: 'built-in' } };

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

const stewardExport: Handler = ({ engine, database }) =>
  firstReply(engine, `${database}.$cmd.export`, resultsOf(exported(engine, database)), firstBatchSize);

export const READ_COMMANDS: Record<string, Handler> = {
  stewardExport,
  find,
  getMore,
  killCursors,
  count,
  distinct,
  aggregate: aggregateCommand,
  explain,
};
