import { isDocument, type Doc } from './bson.js';
import { setAt, scope } from './document-stages.js';
import { StoreError } from './errors.js';
import { compileExpression, within } from './expression.js';
import { collect, type Flow, type Stage, type StageContext } from './flow.js';
import { mapKey } from './key.js';
import { isNumeric, toDouble } from './numbers.js';
import { pathParts } from './path.js';
import { breathe, Turn } from './scan.js';
import { refuseUnknown } from './arguments.js';
import { asWord, typeName } from './types.js';

const LOOKUP_PARTS = ['from', 'localField', 'foreignField', 'as', 'pipeline', 'let'];

/** `$lookup`: the documents of another collection that belong to each. */
export function lookup(spec: unknown, context: StageContext): Stage {
  if (!isDocument(spec)) throw new StoreError(9, 'the $lookup specification must be an Object');
  const { from, localField, foreignField, as, pipeline, let: letSpec } = spec;
  const unknown = Object.keys(spec).find((name) => !LOOKUP_PARTS.includes(name));
  if (unknown !== undefined) throw new StoreError(9, `unknown argument to $lookup: ${unknown}`);
  if (typeof as !== 'string') throw new StoreError(9, "must specify 'as' field for a $lookup");
  if (from !== undefined && typeof from !== 'string')
    throw new StoreError(9, "$lookup argument 'from' must be a string");
  if (from === undefined && !Array.isArray(pipeline))
    throw new StoreError(9, "must specify 'pipeline' when 'from' is empty");
  if ((localField === undefined) !== (foreignField === undefined))
    throw new StoreError(
      9,
      "$lookup requires both or neither of 'localField' and 'foreignField' to be specified",
    );
  if (localField === undefined && !Array.isArray(pipeline))
    throw new StoreError(
      9,
      "$lookup requires either 'pipeline' or both 'localField' and 'foreignField' to be specified",
    );
  const namespace = `${context.database}.${String(from)}`;
  const vars = Object.entries((letSpec as Doc | undefined) ?? {}).map(
    ([name, value]) => [name, compileExpression(value, context)] as const,
  );
  const local = localField === undefined ? undefined : compileExpression(`$${asWord(localField)}`, context);
  const target = pathParts(as);
  refuseWriting('$lookup', pipeline, 51047);
  // What is wrong with the pipeline is refused before any document comes.
  const known = within(context, ...vars.map(([name]) => name)).variables;
  context.run(from === undefined ? '' : namespace, (pipeline as Doc[] | undefined) ?? [], known);
  return withEach(async (doc) => {
    const visible = scope(context.variables, doc);
    const bound = {
      ...context.variables,
      ...Object.fromEntries(vars.map(([name, evaluate]) => [name, evaluate(visible)])),
    };
    const stages = [...((pipeline as Doc[] | undefined) ?? [])];
    if (local) {
      const value = local(visible) ?? null;
      stages.unshift({
        $match: { [String(foreignField)]: Array.isArray(value) ? { $in: value } : { $eq: value } },
      });
    }
    const found = await collect(context.run(from === undefined ? '' : namespace, stages, bound));
    return setAt(doc, target, 0, found) as Doc;
  });
}

/** The pipeline of a join reads only. */
function refuseWriting(name: string, pipeline: unknown, code: number): void {
  const stages = Array.isArray(pipeline) ? pipeline.flatMap((stage: Doc) => Object.keys(stage)) : [];
  const writing = stages.find((stage) => stage === '$out' || stage === '$merge');
  if (writing) throw new StoreError(code, `${writing} is not allowed within a ${name}'s sub-pipeline`);
}

/** A stage that joins something to each document, and lets others have their turn between them. */
const withEach = (join: (doc: Doc) => Promise<Doc>): Stage =>
  async function* (input) {
    for await (const batch of input) {
      const result: Doc[] = [];
      const turn = new Turn();
      for (const doc of batch) {
        await turn.pause();
        result.push(await join(doc));
      }
      yield result;
      await breathe();
    }
  };

const GRAPH_TEXTS = ['from', 'connectFromField', 'connectToField', 'as', 'depthField'];
const GRAPH_PARTS = [...GRAPH_TEXTS, 'startWith', 'maxDepth', 'restrictSearchWithMatch'];

function checkGraph(spec: Doc): void {
  for (const [name, value] of Object.entries(spec)) {
    if (!GRAPH_PARTS.includes(name)) throw new StoreError(40104, `Unknown argument to $graphLookup: ${name}`);
    if (GRAPH_TEXTS.includes(name) && typeof value !== 'string')
      throw new StoreError(40103, `expected string as argument for ${name}, found: ${typeName(value)}`);
  }
  const { maxDepth, restrictSearchWithMatch: match } = spec;
  if (maxDepth !== undefined) {
    if (!isNumeric(maxDepth))
      throw new StoreError(40100, `maxDepth must be numeric, found type: ${typeName(maxDepth)}`);
    if (toDouble(maxDepth) < 0)
      throw new StoreError(40101, `maxDepth requires a nonnegative argument, found: ${toDouble(maxDepth)}`);
    if (!Number.isInteger(toDouble(maxDepth)))
      throw new StoreError(40102, `maxDepth could not be represented as a long long: ${toDouble(maxDepth)}`);
  }
  if (match !== undefined && !isDocument(match))
    throw new StoreError(40185, `restrictSearchWithMatch must be an object, found ${typeName(match)}`);
  if (['from', 'connectFromField', 'connectToField', 'as', 'startWith'].some((part) => !(part in spec)))
    throw new StoreError(
      40105,
      "$graphLookup requires 'from', 'as', 'startWith', 'connectFromField', and 'connectToField' to be specified.",
    );
}

/** `$graphLookup`: follows a field from document to document. */
export function graphLookup(spec: unknown, context: StageContext): Stage {
  if (!isDocument(spec))
    throw new StoreError(
      40327,
      `the $graphLookup stage specification must be an object, but found ${typeName(spec)}`,
    );
  checkGraph(spec);
  const { startWith, connectFromField, connectToField, as, maxDepth, depthField } = spec;
  const match = (spec.restrictSearchWithMatch as Doc | undefined) ?? {};
  const search = (filter: Doc): Flow =>
    context.run(`${context.database}.${String(spec.from)}`, [{ $match: filter }], context.variables);
  search(match);
  const start = compileExpression(startWith, context);
  const follow = compileExpression(`$${String(connectFromField)}`, context);
  const deepest = isNumeric(maxDepth) ? toDouble(maxDepth) : Infinity;
  return withEach(async (doc) => {
    const seen = new Map<string, Doc>();
    let frontier = [start(scope(context.variables, doc))].flat();
    for (let depth = 0; frontier.length > 0 && depth <= deepest; depth += 1) {
      const filter = {
        $and: [{ [String(connectToField)]: { $in: frontier.map((value) => value ?? null) } }, match],
      };
      const found = await collect(search(filter));
      const fresh = found.filter((item) => !seen.has(mapKey(item._id)));
      for (const item of fresh)
        seen.set(
          mapKey(item._id),
          typeof depthField === 'string' ? { ...item, [depthField]: BigInt(depth) } : item,
        );
      frontier = fresh.flatMap((item) => follow(scope(context.variables, item)) ?? []);
    }
    return setAt(doc, pathParts(String(as)), 0, [...seen.values()]) as Doc;
  });
}

/** `$unionWith`: another collection's documents after these. */
export function unionWith(spec: unknown, context: StageContext): Stage {
  if (!isDocument(spec) && typeof spec !== 'string')
    throw new StoreError(
      9,
      `the $unionWith stage specification must be an object or string, but found ${typeName(spec)}`,
    );
  const { coll, pipeline = [], ...others } = isDocument(spec) ? spec : { coll: spec };
  refuseUnknown('$unionWith', others);
  refuseWriting('$unionWith', pipeline, 31441);
  const other = (): Flow =>
    context.run(
      coll === undefined ? '' : `${context.database}.${asWord(coll)}`,
      pipeline as Doc[],
      context.variables,
    );
  other();
  return async function* (input) {
    yield* input;
    yield* other();
  };
}
