import { documentArgument, hintArgument, matchContext } from '../arguments.js';
import { isDocument, type Doc } from '../bson.js';
import type { Engine } from '../engine.js';
import { StoreError } from '../errors.js';
import { compileFilter } from '../match.js';
import { prepare } from '../query.js';
import { breathe, PAUSE, scan } from '../scan.js';
import { sortFields } from '../sort.js';
import { asWord } from '../types.js';
import { isView } from '../views.js';
import type { Handler } from './command.js';

/** A pipeline's plan: what its beginning asks of the collection, and the stages after that. */
export function explainAggregate(engine: Engine, namespace: string, pipeline: Doc[]): Doc {
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
function explainQuery(
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
  if (!collection || isView(collection)) return base;
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

export const explain: Handler = async ({ engine, args, database }) => {
  const inner = args.explain;
  if (!isDocument(inner))
    throw new StoreError(14, "BSON field 'explain.explain' is the wrong type, expected type 'object'");
  const [name] = Object.keys(inner);
  const namespace = `${database}.${String(inner[name as string])}`;
  const verbosity = args.verbosity ?? 'allPlansExecution';
  if (!['queryPlanner', 'executionStats', 'allPlansExecution'].includes(asWord(verbosity)))
    throw new StoreError(
      2,
      `Enumeration value '${asWord(verbosity)}' for field 'explain.verbosity' is not a valid value.`,
    );
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
