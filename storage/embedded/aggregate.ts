import { doubleValue, encode, isDocument, type Doc } from './bson.js';
import { resultsOf, type Results } from './cursors.js';
import type { Engine } from './engine.js';
import { StoreError } from './errors.js';
import { compileExpression } from './expression.js';
import type { MatchContext } from './match.js';
import { checkMerge, writeMerge, writeOut } from './merge.js';
import { resolveView } from './views.js';
import { setAt } from './document-stages.js';
import { compileNear, distanceOf, geoIndexes, nearOf } from './geo-queries.js';
import { pathParts, valueAt } from './path.js';
import { inPlanOrder, prepare, searchContext, sortedResults } from './query.js';
import { breathe, PAUSE, type Found } from './scan.js';
import { sortFields } from './sort.js';
import { portions, type Flow, type StageContext } from './flow.js';
import { compilePipeline } from './stages.js';
import { isNumeric, toDouble } from './numbers.js';

export interface Aggregation {
  database: string;
  /** Empty for a pipeline on the database itself. */
  collection: string;
  pipeline: Doc[];
  context: MatchContext;
  hint: unknown;
  bypassValidation: boolean;
  /** The session that the command came in. */
  session?: unknown;
}

const portion = 200;

/** Starts a pipeline; what is invalid is refused at once. */
export function aggregate(engine: Engine, aggregation: Aggregation): Results {
  const flow = pipelineFlow(engine, aggregation);
  return resultsOf(encoded(flow));
}

/** Whether a pipeline ends by writing, so that it must run to its end before the reply. */
export const writesOut = (pipeline: readonly unknown[]): boolean => {
  const last = pipeline.at(-1);
  return isDocument(last) && ('$out' in last || '$merge' in last);
};

async function* encoded(flow: Flow): AsyncGenerator<Buffer> {
  for await (const batch of flow) for (const doc of batch) yield encode(doc);
}

function stageContext(
  engine: Engine,
  { database, collection, context, bypassValidation }: Aggregation,
): StageContext {
  return {
    ...context,
    database,
    namespace: `${database}.${collection}`,
    run: (namespace, pipeline, variables) => {
      const target = namespace === '' ? { namespace, pipeline: [] } : resolveView(engine, namespace);
      const dot = target.namespace.indexOf('.');
      const other = {
        database,
        collection: target.namespace.slice(dot + 1),
        pipeline: [...target.pipeline, ...pipeline],
        context: { ...context, variables },
        hint: undefined,
        bypassValidation,
      };
      return pipelineFlow(
        engine,
        namespace === ''
          ? { ...other, collection: '' }
          : { ...other, database: target.namespace.slice(0, dot) },
      );
    },
    checkWrite: (kind, spec) => checkMerge(kind, spec, database, context),
    write: (kind, spec, documents) => {
      const request = { engine, database, spec, documents, context, bypassValidation };
      return kind === '$out' ? writeOut(request) : writeMerge(request);
    },
  };
}

function pipelineFlow(engine: Engine, aggregation: Aggregation): Flow {
  const { pipeline, collection } = aggregation;
  const context = stageContext(engine, aggregation);
  const first = pipeline[0];
  const [name] = isDocument(first) ? Object.keys(first) : [];
  const special = name === undefined ? undefined : SOURCES[name];
  if (special)
    return compilePipeline(
      pipeline.slice(1),
      context,
    )(special(engine, aggregation, (first as Doc)[name as string]));
  if (collection === '') {
    throw new StoreError(
      73,
      `Invalid namespace specified '${aggregation.database}.$cmd.aggregate': {aggregate: 1} is not valid for '${name ?? 'an empty pipeline'}'; a collection is required.`,
    );
  }
  return fromCollection(engine, aggregation, context);
}

/** Reads a collection; what the beginning of the pipeline says about filter, order and number is left to the plan. */
function fromCollection(engine: Engine, aggregation: Aggregation, context: StageContext): Flow {
  const filters: Doc[] = [];
  const rest = [...aggregation.pipeline];
  while (isDocument(rest[0]) && isDocument(rest[0].$match) && Object.keys(rest[0]).length === 1)
    filters.push((rest.shift() as Doc).$match as Doc);
  let sort: Doc | undefined;
  if (
    isDocument(rest[0]) &&
    isDocument(rest[0].$sort) &&
    Object.keys(rest[0]).length === 1 &&
    Object.keys(rest[0].$sort).length > 0
  )
    sort = (rest.shift() as Doc).$sort as Doc;
  let skip = 0;
  let limit = 0;
  if (isWhole(rest[0], '$skip', 0)) skip = toDouble((rest.shift() as Doc).$skip as number);
  if (isWhole(rest[0], '$limit', 1)) limit = toDouble((rest.shift() as Doc).$limit as number);
  const collection = engine.catalog.find(context.namespace);
  const filter = filters.length === 1 ? (filters[0] as Doc) : filters.length === 0 ? {} : { $and: filters };
  if (nearOf(filter))
    throw new StoreError(
      5626500,
      '$geoNear, $near, and $nearSphere are not allowed in this context, use the $geoNear stage',
    );
  const known = collection ? { ...context, ...searchContext(collection, filter, context) } : context;
  const run = compilePipeline(rest, known);
  const query = { filter, sort: sort ? sortFields(sort) : [], skip, limit, hint: aggregation.hint, context };
  if (!collection) {
    compilePipeline(
      filters.map(($match) => ({ $match })),
      context,
    );
    return run(portions([]));
  }
  const prepared = prepare(collection, query);
  const source = async function* (): Flow {
    if (!prepared.plan.sorted) {
      const rows = await sortedResults(engine.disk, collection, prepared);
      for (let at = 0; at < rows.length; at += portion) {
        yield rows.slice(at, at + portion).map(({ doc }) => doc);
        await breathe();
      }
      return;
    }
    yield* inPortions(inPlanOrder(engine.disk, collection, prepared));
  };
  return run(source());
}

async function* inPortions(found: Iterable<Found | typeof PAUSE>): Flow {
  let batch: Doc[] = [];
  for (const item of found) {
    if (item !== PAUSE) batch.push(item.doc);
    if (item === PAUSE || batch.length >= portion) {
      if (batch.length > 0) yield batch;
      batch = [];
      await breathe();
    }
  }
  if (batch.length > 0) yield batch;
}

function isWhole(stage: unknown, name: string, least: number): boolean {
  if (!isDocument(stage) || !(name in stage) || Object.keys(stage).length !== 1) return false;
  const value = stage[name];
  return isNumeric(value) && Number.isInteger(toDouble(value)) && toDouble(value) >= least;
}

type Source = (engine: Engine, aggregation: Aggregation, spec: unknown) => Flow;

function documentsSource(_engine: Engine, { context, collection }: Aggregation, spec: unknown): Flow {
  if (collection !== '') throw new StoreError(73, "'$documents' can only be run with {aggregate: 1}");
  const documents = compileExpression(spec, context)({ ...context.variables });
  if (!Array.isArray(documents) || !documents.every(isDocument))
    throw new StoreError(5858203, 'an array of documents is expected in $documents');
  return portions(documents);
}

/** `$geoNear`: the documents by their distance, which is written into each. */
function geoNearSource(
  engine: Engine,
  { database, collection: name, context }: Aggregation,
  spec: unknown,
): Flow {
  if (!isDocument(spec)) throw new StoreError(10065, '$geoNear requires a single argument that is an object');
  const { distanceField, near, query, spherical, key, includeLocs, distanceMultiplier = 1 } = spec;
  if (distanceField !== undefined && typeof distanceField !== 'string')
    throw new StoreError(16606, "$geoNear requires a 'distanceField' option as a String");
  if (near === undefined) throw new StoreError(5860400, "$geoNear requires a 'near' argument");
  const collection = engine.catalog.find(`${database}.${name}`);
  if (!collection) return portions([]);
  const usable = geoIndexes(collection, 'either', typeof key === 'string' ? key : undefined);
  const [index] = usable;
  if (!index) throw new StoreError(27, `unable to find index for $geoNear query`);
  if (usable.length > 1 && key === undefined)
    throw new StoreError(2, 'more than one geo index, specify the key option of $geoNear');
  const [path] = Object.entries(index.spec.key).find(([, kind]) => kind === '2d' || kind === '2dsphere') as [
    string,
    unknown,
  ];
  const limits = { $minDistance: spec.minDistance, $maxDistance: spec.maxDistance };
  const operator = spherical === true ? '$nearSphere' : '$near';
  const operand = isDocument(near) && 'coordinates' in near ? { $geometry: near } : near;
  const condition = { [operator]: operand, ...limits };
  const found = compileNear(path, condition);
  const prepared = prepare(collection, {
    filter: { $and: [(query as Doc | undefined) ?? {}, { [path]: condition }] },
    sort: [],
    skip: 0,
    limit: 0,
    hint: undefined,
    context,
  });
  const factor = isNumeric(distanceMultiplier) ? toDouble(distanceMultiplier) : 1;
  return (async function* () {
    const rows = await sortedResults(engine.disk, collection, prepared);
    yield* portions(
      rows.map(({ doc }) => {
        const away = doubleValue((distanceOf(doc, found) ?? 0) * factor);
        const placed = distanceField === undefined ? doc : setAt(doc, pathParts(distanceField), 0, away);
        if (typeof includeLocs !== 'string') return placed as Doc;
        return setAt(placed, pathParts(includeLocs), 0, valueAt(doc, pathParts(path))) as Doc;
      }),
    );
  })();
}

const COLLECTION_FIGURES = ['latencyStats', 'storageStats', 'count', 'queryExecStats'];
const CURRENT_OP = [
  'allUsers',
  'idleConnections',
  'idleCursors',
  'idleSessions',
  'localOps',
  'backtrace',
  'targetAllNodes',
];

/** Stages that only stand first and bring documents of their own. */
const SOURCES: Record<string, Source> = {
  $documents: documentsSource,
  $geoNear: geoNearSource,
  $listLocalSessions: (engine, { session, collection }) => {
    if (collection !== '')
      throw new StoreError(
        73,
        '$listLocalSessions must be run against a database with {aggregate: 1}, not a collection',
      );
    return portions(session === undefined ? [] : [{ _id: session, lastUse: engine.clock.now() }]);
  },
  $currentOp: (_engine, { database, collection }, spec) => {
    if (database !== 'admin' || collection !== '')
      throw new StoreError(73, "$currentOp must be run against the 'admin' database with {aggregate: 1}");
    if (!isDocument(spec)) throw new StoreError(9, '$currentOp options must be specified in an object');
    const unknown = Object.keys(spec).find((name) => !CURRENT_OP.includes(name));
    if (unknown !== undefined)
      throw new StoreError(9, `Unrecognized option '${unknown}' in $currentOp stage.`);
    return portions([]);
  },
  $collStats: (engine, { database, collection }, spec) => {
    if (!isDocument(spec))
      throw new StoreError(40166, '$collStats must take a nested object but found a value');
    const unknown = Object.keys(spec).find((name) => !COLLECTION_FIGURES.includes(name));
    if (unknown !== undefined) throw new StoreError(40167, `unrecognized option to $collStats: ${unknown}`);
    const found = engine.catalog.find(`${database}.${collection}`);
    return portions([
      {
        ns: `${database}.${collection}`,
        host: 'built-in',
        localTime: engine.clock.now(),
        ...('count' in spec && { count: found?.count ?? 0 }),
        ...('storageStats' in spec && { storageStats: engine.stats(`${database}.${collection}`) }),
      },
    ]);
  },
  $indexStats: (engine, { database, collection }) =>
    portions(
      (engine.catalog.find(`${database}.${collection}`)?.indexes ?? []).map(({ spec }) => ({
        name: spec.name,
        key: spec.key,
        host: 'built-in',
        accesses: { ops: 0n, since: engine.clock.now() },
        spec: { v: spec.v, key: spec.key, name: spec.name },
      })),
    ),
};
