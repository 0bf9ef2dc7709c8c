import { documentArgument, hintArgument, matchContext } from '../arguments.js';
import { isDocument, type Doc } from '../bson.js';
import type { Collection } from '../collection.js';
import type { Engine } from '../engine.js';
import { StoreError } from '../errors.js';
import { compileFilter } from '../match.js';
import { prepare, type Prepared } from '../query.js';
import { breathe, PAUSE, scan } from '../scan.js';
import { sortFields } from '../sort.js';
import { asWord } from '../types.js';
import { isView } from '../views.js';
import type { Handler } from './command.js';

/** What is explained: the query within a command, and the stage that the command puts around its plan. */
interface Explained {
  namespace: string;
  filter: Doc;
  args: Doc;
  around?: string | undefined;
}

/** A pipeline's plan: what its beginning asks of the collection, and the stages after that. */
export async function explainAggregate(
  engine: Engine,
  namespace: string,
  pipeline: Doc[],
  executed = false,
): Promise<Doc> {
  const [first] = pipeline;
  const filter = isDocument(first?.$match) ? first.$match : {};
  return {
    explainVersion: '1',
    stages: [
      { $cursor: await explainQuery(engine, { namespace, filter, args: {} }, executed) },
      ...pipeline.slice(isDocument(first?.$match) ? 1 : 0),
    ],
    ...serverInfo,
    ok: 1,
  };
}

/** The plan in MongoDB's words, and what it reads when it is carried out. */
async function explainQuery(
  engine: Engine,
  { namespace, filter, args, around }: Explained,
  executed: boolean,
): Promise<Doc> {
  const collection = engine.catalog.find(namespace);
  const prepared =
    collection && !isView(collection)
      ? prepare(collection, {
          filter,
          sort: sortFields(documentArgument('find', args, 'sort')),
          skip: 0,
          limit: 0,
          hint: hintArgument(args),
          context: matchContext(args, engine.clock.now(), args.collation ?? collection.options.collation),
        })
      : undefined;
  const plan = prepared ? winningPlan(prepared, filter, args) : { stage: 'EOF' };
  return {
    queryPlanner: {
      namespace,
      parsedQuery: filter,
      indexFilterSet: false,
      winningPlan: around === undefined ? plan : { stage: around, inputStage: plan },
      rejectedPlans: [],
    },
    ...(executed && { executionStats: await executionStats(engine, collection, prepared, filter) }),
  };
}

function winningPlan({ plan, test }: Prepared, filter: Doc, args: Doc): Doc {
  const inputs = plan.accesses.map(({ index, points, reverse }): Doc => {
    const direction = reverse ? 'backward' : 'forward';
    if (!index) return { stage: 'COLLSCAN', ...(test && { filter }), direction };
    if (points?.length === 1 && index.isId) return { stage: 'IDHACK' };
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
  return plan.sorted ? found : { stage: 'SORT', sortPattern: args.sort, inputStage: found };
}

async function executionStats(
  engine: Engine,
  collection: Collection | undefined,
  prepared: Prepared | undefined,
  filter: Doc,
): Promise<Doc> {
  let [nReturned, examined] = [0, 0];
  if (collection && prepared) {
    const test = compileFilter(filter, prepared.context);
    for (const found of scan(engine.disk, collection, prepared.plan, undefined)) {
      if (found === PAUSE) await breathe();
      else {
        examined += 1;
        if (test(found.doc)) nReturned += 1;
      }
    }
  }
  const byIndex = prepared?.plan.accesses.some(({ index }) => index) === true;
  return {
    executionSuccess: true,
    nReturned,
    executionTimeMillis: 0,
    totalKeysExamined: byIndex ? examined : 0,
    totalDocsExamined: examined,
    executionStages: { stage: byIndex ? 'FETCH' : 'COLLSCAN', nReturned, docsExamined: examined },
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
  const executed = verbosity !== 'queryPlanner';
  let explained: Explained;
  switch (name) {
    case 'find':
      explained = { namespace, filter: documentArgument('find', inner, 'filter'), args: inner };
      break;
    case 'count':
    case 'distinct':
    case 'findAndModify':
    case 'findandmodify': {
      const change = inner.remove === true ? 'DELETE' : 'UPDATE';
      explained = {
        namespace,
        filter: documentArgument(name, inner, 'query'),
        args: inner,
        around: name === 'count' ? 'COUNT' : name === 'distinct' ? undefined : change,
      };
      break;
    }
    case 'update':
    case 'delete': {
      const list = (name === 'update' ? inner.updates : inner.deletes) as Doc[];
      const [statement = {}] = list;
      explained = {
        namespace,
        filter: documentArgument(name, statement, 'q'),
        args: statement,
        around: name.toUpperCase(),
      };
      break;
    }
    case 'aggregate':
      return explainAggregate(engine, namespace, inner.pipeline as Doc[], executed);
    default:
      if (name === 'insert') throw new StoreError(20, 'Cannot explain cmd: insert');
      throw new StoreError(59, `Explain failed due to unknown command: ${name}`);
  }
  return {
    explainVersion: '1',
    ...(await explainQuery(engine, explained, executed)),
    command: inner,
    ...serverInfo,
    ok: 1,
  };
};

const serverInfo = { serverInfo: { host: 'built-in', port: 0, version: '8.0.0', gitVersion: 'built-in' } };
