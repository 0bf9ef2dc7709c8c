import { isDocument, type Doc } from './bson.js';
import { compareValues, rankOf } from './compare.js';
import { compileAccumulators, type Accumulator } from './accumulators.js';
import { searchNotEnabled, StoreError } from './errors.js';
import { compileExpression } from './expression.js';
import { mapKey } from './key.js';
import { collect, each, portion, portions, type Stage, type StageContext } from './flow.js';
import { graphLookup, lookup, unionWith } from './joins.js';
import { CHANGES, project, scope, setAt } from './document-stages.js';
import { isNumeric, toDouble } from './numbers.js';
import { breathe, Turn } from './scan.js';
import { Sorter } from './sorter.js';
import { scored, sortFields, type SortField } from './sort.js';
import { pathParts, valueAt } from './path.js';
import { asWord, show, typeName } from './types.js';

function group(spec: unknown, context: StageContext): Stage {
  const { order, variables } = context;
  if (!isDocument(spec)) throw new StoreError(15947, "a group's fields must be specified in an object");
  if (!('_id' in spec)) throw new StoreError(15955, 'a group specification must include an _id');
  const { _id: idExpression, ...fields } = spec;
  const key = compileExpression(idExpression, context);
  const accumulators = compileAccumulators(fields, context);
  return async function* (input) {
    const groups = new Map<string, { id: unknown; states: Accumulator[] }>();
    for await (const batch of input) {
      for (const doc of batch) {
        const visible = scope(variables, doc);
        const id = key(visible) ?? null;
        const name = mapKey(id, order);
        let found = groups.get(name);
        if (!found) {
          found = { id, states: accumulators.map(([, make]) => make()) };
          groups.set(name, found);
        }
        for (const state of found.states) state.add(visible);
      }
      await breathe();
    }
    yield* portions(
      (function* () {
        for (const { id, states } of groups.values()) {
          const doc: Doc = { _id: id };
          for (const [at, state] of states.entries())
            doc[(accumulators[at] as [string, unknown])[0]] = state.result();
          yield doc;
        }
      })(),
    );
  };
}

function sort(spec: unknown, { order, variables }: StageContext, most = Infinity): Stage {
  if (!isDocument(spec)) throw new StoreError(15973, 'the $sort key specification must be an object');
  const fields = scored(sortFields(spec), variables);
  if (fields.length === 0) throw new StoreError(15976, '$sort stage must have at least one sort key');
  return async function* (input) {
    const sorter = new Sorter<Doc>(fields, order, most);
    for await (const batch of input) for (const doc of batch) sorter.add(doc, doc);
    yield* portions(await sorter.sortedSlowly());
  };
}

function count(name: string, spec: unknown, least: number, code: number): number {
  const value = isNumeric(spec) ? toDouble(spec) : NaN;
  if (name === '$limit' && value === 0) throw new StoreError(15958, 'the limit must be positive');
  if (!Number.isInteger(value) || value < least)
    throw new StoreError(
      code,
      `invalid argument to ${name} stage: Expected ${least > 0 ? 'a positive' : 'a non-negative'} number in: ${name}: ${String(spec)}`,
    );
  return value;
}

function limit(spec: unknown): Stage {
  const most = count('$limit', spec, 0, 5107201);
  return async function* (input) {
    let left = most;
    for await (const batch of input) {
      yield batch.slice(0, left);
      left -= batch.length;
      if (left <= 0) return;
    }
  };
}

function skip(spec: unknown): Stage {
  const passing = count('$skip', spec, 0, 5107200);
  return async function* (input) {
    let left = passing;
    for await (const batch of input) {
      if (batch.length > left) yield batch.slice(left);
      left = Math.max(0, left - batch.length);
    }
  };
}

function checkUnwind({ path, includeArrayIndex, preserveNullAndEmptyArrays, ...others }: Doc): void {
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new StoreError(28811, `unrecognized option to $unwind stage: ${unknown}`);
  if (path === undefined) throw new StoreError(28812, 'no path specified to $unwind stage');
  if (preserveNullAndEmptyArrays !== undefined && typeof preserveNullAndEmptyArrays !== 'boolean')
    throw new StoreError(
      28809,
      `expected a boolean for the preserveNullAndEmptyArrays option to $unwind stage, got ${typeName(preserveNullAndEmptyArrays)}`,
    );
  if (includeArrayIndex === undefined) return;
  if (typeof includeArrayIndex !== 'string' || includeArrayIndex === '')
    throw new StoreError(
      28810,
      `expected a non-empty string for the includeArrayIndex  option to $unwind stage, got ${typeName(includeArrayIndex)}`,
    );
  if (includeArrayIndex.startsWith('$'))
    throw new StoreError(
      28822,
      `includeArrayIndex option to $unwind stage should not be prefixed with a '$': ${includeArrayIndex}`,
    );
}

function unwind(spec: unknown): Stage {
  if (typeof spec !== 'string' && !isDocument(spec))
    throw new StoreError(
      15981,
      `expected either a string or an object as specification for $unwind stage, got ${typeName(spec)}`,
    );
  const given = isDocument(spec) ? spec : { path: spec };
  const { path, includeArrayIndex, preserveNullAndEmptyArrays } = given;
  checkUnwind(given);
  if (typeof path !== 'string')
    throw new StoreError(28808, `expected a string as the path for $unwind stage, got ${typeName(path)}`);
  if (!path.startsWith('$'))
    throw new StoreError(28818, `path option to $unwind stage should be prefixed with a '$': ${path}`);
  const parts = pathParts(path.slice(1));
  const position = typeof includeArrayIndex === 'string' ? pathParts(includeArrayIndex) : undefined;
  const one = (doc: Doc, value: unknown, at: bigint | null): Doc => {
    const result = value === undefined ? doc : setAt(doc, parts, 0, value);
    return (position ? setAt(result, position, 0, at) : result) as Doc;
  };
  return async function* (input) {
    for await (const batch of input) {
      yield* portions(
        (function* () {
          for (const doc of batch) {
            const value = valueAt(doc, parts);
            if (!Array.isArray(value)) {
              if (value !== null && value !== undefined) yield one(doc, undefined, null);
              else if (preserveNullAndEmptyArrays === true) yield one(doc, undefined, null);
            } else if (value.length === 0) {
              if (preserveNullAndEmptyArrays === true)
                yield (
                  position ? setAt(removeAt(doc, parts), position, 0, null) : removeAt(doc, parts)
                ) as Doc;
            } else for (const [at, item] of value.entries()) yield one(doc, item, BigInt(at));
          }
        })(),
      );
    }
  };
}

const removeAt = (doc: Doc, parts: readonly string[]): Doc => setAt(doc, parts, 0, undefined) as Doc;

function checkGroupBy(name: string, groupBy: unknown, code: number): void {
  if (isDocument(groupBy) || (typeof groupBy === 'string' && groupBy.startsWith('$'))) return;
  throw new StoreError(
    code,
    `The ${name} 'groupBy' field must be defined as a $-prefixed path or an expression, but found: ${show(groupBy)}.`,
  );
}

function bucket(spec: unknown, context: StageContext): Stage {
  if (!isDocument(spec))
    throw new StoreError(
      40201,
      `Argument to $bucket stage must be an object, but found type: ${typeName(spec)}.`,
    );
  const { groupBy, boundaries, default: fallback, output, ...others } = spec;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new StoreError(40197, `Unrecognized option to $bucket: ${unknown}.`);
  if (groupBy === undefined || boundaries === undefined)
    throw new StoreError(40198, "$bucket requires 'groupBy' and 'boundaries' to be specified.");
  checkGroupBy('$bucket', groupBy, 40202);
  if (!Array.isArray(boundaries))
    throw new StoreError(40200, "The $bucket 'boundaries' field must be an array");
  if (boundaries.length < 2)
    throw new StoreError(40192, "The $bucket 'boundaries' field must have at least 2 values");
  for (let at = 1; at < boundaries.length; at += 1) {
    if (rankOf(boundaries[at - 1]) !== rankOf(boundaries[at]))
      throw new StoreError(
        40193,
        `All values in the the 'boundaries' option to $bucket must have the same type. Found conflicting types ${typeName(boundaries[at - 1])} and ${typeName(boundaries[at])}.`,
      );
    if (compareValues(boundaries[at - 1], boundaries[at], context.order) >= 0)
      throw new StoreError(40194, "The 'boundaries' option to $bucket must be sorted in ascending order");
  }
  if (
    fallback !== undefined &&
    compareValues(fallback, boundaries[0], context.order) >= 0 &&
    compareValues(fallback, boundaries.at(-1), context.order) < 0
  )
    throw new StoreError(
      40199,
      "The $bucket 'default' field must be less than the lowest boundary or greater than or equal to the highest boundary.",
    );
  const value = compileExpression(groupBy, context);
  const grouping = group(
    { _id: '$_id', ...((output as Doc | undefined) ?? { count: { $sum: 1 } }) },
    context,
  );
  const place = (doc: Doc): unknown => {
    const key = value(scope(context.variables, doc)) ?? null;
    for (let at = boundaries.length - 2; at >= 0; at -= 1) {
      if (compareValues(key, boundaries[at], context.order) >= 0)
        return compareValues(key, boundaries[at + 1], context.order) < 0 ? boundaries[at] : fallback;
    }
    return fallback;
  };
  return bucketed(
    (doc) => {
      const id = place(doc);
      if (id === undefined)
        throw new StoreError(
          40066,
          '$switch could not find a matching branch for an input, and no default was specified.',
        );
      return id;
    },
    grouping,
    context,
  );
}

/** Groups by a computed bucket; the documents keep their fields for the accumulators. */
function bucketed(place: (doc: Doc) => unknown, grouping: Stage, context: StageContext): Stage {
  const byId = sort({ _id: 1 }, context);
  return (input) => byId(grouping(each((doc) => ({ ...doc, _id: place(doc) }))(input)));
}

function bucketAuto(spec: unknown, context: StageContext): Stage {
  if (!isDocument(spec))
    throw new StoreError(
      40240,
      `The argument to $bucketAuto must be an object, but found type: ${typeName(spec)}.`,
    );
  const { groupBy, buckets, output, granularity, ...others } = spec;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new StoreError(40245, `Unrecognized option to $bucketAuto: ${unknown}.`);
  if (groupBy === undefined || buckets === undefined)
    throw new StoreError(40246, "$bucketAuto requires 'groupBy' and 'buckets' to be specified.");
  checkGroupBy('$bucketAuto', groupBy, 40239);
  if (granularity !== undefined)
    throw new StoreError(
      40257,
      `Unknown rounding granularity '${asWord(granularity)}': the built-in store has none`,
    );
  const wanted = count('$bucketAuto', buckets, 1, 40243);
  const value = compileExpression(groupBy, context);
  const accumulators = compileAccumulators((output as Doc | undefined) ?? { count: { $sum: 1 } }, context);
  return async function* (input) {
    const byKey: SortField = { path: '', parts: [], direction: 1, value: ({ key }) => key };
    const sorter = new Sorter<{ doc: Doc; key: unknown }>([byKey], context.order);
    for await (const batch of input) {
      for (const doc of batch) {
        const row = { doc, key: value(scope(context.variables, doc)) ?? null };
        sorter.add(row, row);
      }
    }
    const rows = await sorter.sortedSlowly();
    const size = Math.max(1, Math.round(rows.length / wanted));
    const turn = new Turn();
    const result: Doc[] = [];
    for (let at = 0; at < rows.length;) {
      let end = result.length === wanted - 1 ? rows.length : Math.min(rows.length, at + size);
      while (end < rows.length && compareValues(rows[end]?.key, rows[end - 1]?.key, context.order) === 0)
        end += 1;
      const states = accumulators.map(([, make]) => make());
      for (let row = at; row < end; row += 1) {
        const visible = scope(context.variables, (rows[row] as { doc: Doc }).doc);
        for (const state of states) state.add(visible);
        if (row % portion === 0) await turn.pause();
      }
      const max = rows[end < rows.length ? end : end - 1]?.key;
      result.push({
        _id: { min: rows[at]?.key, max },
        ...Object.fromEntries(accumulators.map(([name], index) => [name, states[index]?.result()])),
      });
      at = end;
    }
    yield* portions(result);
  };
}

const notInFacet = (name: string): boolean =>
  ['$facet', '$out', '$merge', '$changeStream'].includes(name) || ONLY_FIRST.has(name);

function facet(spec: unknown, context: StageContext): Stage {
  if (!isDocument(spec) || Object.keys(spec).length === 0)
    throw new StoreError(40169, 'the $facet specification must be a non-empty object');
  const branches = Object.entries(spec).map(([name, pipeline]) => {
    if (!Array.isArray(pipeline))
      throw new StoreError(
        40170,
        `arguments to $facet must be arrays, ${name} is type ${typeName(pipeline)}`,
      );
    if (name.startsWith('$') || name.includes('.'))
      throw new StoreError(
        name.startsWith('$') ? 16410 : 16412,
        `FieldPath field names may not ${name.startsWith('$') ? "start with '$'" : "contain '.'"}. Consider using $getField or $setField.`,
      );
    const unfit = pipeline.flatMap(Object.keys).find(notInFacet);
    if (unfit !== undefined)
      throw new StoreError(40600, `${unfit} is not allowed to be used within a $facet stage`);
    return [name, compilePipeline(pipeline as Doc[], context)] as const;
  });
  return async function* (input) {
    const all = await collect(input);
    const result: Doc = {};
    for (const [name, run] of branches) result[name] = await collect(run(portions(all)));
    yield [result];
  };
}

function sample(spec: unknown): Stage {
  if (!isDocument(spec)) throw new StoreError(28745, 'the $sample stage specification must be an object');
  const unknown = Object.keys(spec).find((name) => name !== 'size');
  if (unknown !== undefined) throw new StoreError(28748, `unrecognized option to $sample: ${unknown}`);
  if (spec.size === undefined) throw new StoreError(28749, '$sample stage must specify a size');
  if (!isNumeric(spec.size)) throw new StoreError(28746, 'size argument to $sample must be a number');
  const size = count('$sample', spec.size, 1, 28747);
  return async function* (input) {
    // One pass that keeps no more than is asked for: each document that comes is kept with the same chance.
    const kept: Doc[] = [];
    let seen = 0;
    for await (const batch of input) {
      for (const doc of batch) {
        seen += 1;
        if (kept.length < size) kept.push(doc);
        const place = Math.floor(Math.random() * seen);
        if (place >= size) continue;
        if (seen > size) kept[place] = doc;
        else [kept[place], kept[seen - 1]] = [doc, kept[place] as Doc];
      }
      await breathe();
    }
    yield* portions(kept);
  };
}

function checkCounted(spec: unknown): void {
  if (isDocument(spec)) {
    if (Object.keys(spec)[0]?.startsWith('$')) return;
    throw new StoreError(
      40147,
      `the sortByCount field must be defined as a $-prefixed path or an expression inside an object`,
    );
  }
  if (typeof spec !== 'string')
    throw new StoreError(40149, 'the sortByCount field must be specified as a string or as an object');
  if (!spec.startsWith('$'))
    throw new StoreError(
      40148,
      'the sortByCount field must be defined as a $-prefixed path or an expression inside an object',
    );
}

type MakeStage = (spec: unknown, context: StageContext, name: string) => Stage;

/** Stages that end a pipeline by writing. */
const writing: MakeStage = (spec, context, name) => {
  const kind = name as '$out' | '$merge';
  context.checkWrite(kind, spec);
  return async function* (input) {
    await context.write(kind, spec, await collect(input));
    yield* [];
  };
};

const STAGES: Record<string, MakeStage> = {
  $group: group,
  $sort: (spec, context) => sort(spec, context),
  $limit: limit,
  $skip: skip,
  $unwind: unwind,
  $lookup: lookup,
  $graphLookup: graphLookup,
  $facet: facet,
  $bucket: bucket,
  $bucketAuto: bucketAuto,
  $count: (spec, context) => {
    if (typeof spec !== 'string' || spec === '')
      throw new StoreError(spec === '' ? 40157 : 40156, 'the count field must be a non-empty string');
    if (spec.startsWith('$')) throw new StoreError(40158, 'the count field cannot be a $-prefixed path');
    if (spec.includes('.')) throw new StoreError(40160, "the count field cannot contain '.'");
    const counting = group({ _id: null, [spec]: { $sum: 1 } }, context);
    const bare = each(project({ _id: 0 }, context));
    return (input) => bare(counting(input));
  },
  $sortByCount: (spec, context) => {
    checkCounted(spec);
    const counting = group({ _id: spec, count: { $sum: 1 } }, context);
    const sorting = sort({ count: -1 }, context);
    return (input) => sorting(counting(input));
  },
  $sample: sample,
  $unionWith: unionWith,
  $out: writing,
  $merge: writing,
};

const ONLY_FIRST = new Set([
  '$documents',
  '$collStats',
  '$geoNear',
  '$indexStats',
  '$listLocalSessions',
  '$currentOp',
]);

/** The stages that the engine knows, for the list of its scope. */
export const KNOWN_STAGES: readonly string[] = [
  ...Object.keys(CHANGES),
  ...Object.keys(STAGES),
  ...ONLY_FIRST,
];

/** Compiles a pipeline. Stages that only stand at the beginning are taken off by the caller. */
export function compilePipeline(pipeline: readonly Doc[], context: StageContext): Stage {
  const stages = pipeline.map((stage, at) => {
    if (!isDocument(stage))
      throw new StoreError(14, "Each element of the 'pipeline' array must be an object");
    const names = Object.keys(stage);
    if (names.length !== 1)
      throw new StoreError(40323, 'A pipeline stage specification object must contain exactly one field.');
    const name = names[0] as string;
    if ((name === '$out' || name === '$merge') && at < pipeline.length - 1)
      throw new StoreError(40601, `${name} can only be the final stage in the pipeline`);
    const next = pipeline[at + 1];
    if (name === '$sort' && next && '$limit' in next)
      return sort(stage.$sort, context, count('$limit', next.$limit, 0, 5107201));
    const change = CHANGES[name];
    if (change) return each(change(stage[name], context));
    const make = STAGES[name];
    if (make) return make(stage[name], context, name);
    if (name === '$changeStream')
      throw new StoreError(40573, 'The $changeStream stage is only supported on replica sets');
    if (ONLY_FIRST.has(name))
      throw new StoreError(40602, `${name} is only valid as the first stage in a pipeline.`);
    if (['$search', '$searchMeta', '$vectorSearch', '$listSearchIndexes'].includes(name))
      throw searchNotEnabled();
    throw new StoreError(40324, `Unrecognized pipeline stage name: '${name}'`);
  });
  return (input) => stages.reduce((flow, stage) => stage(flow), input);
}
