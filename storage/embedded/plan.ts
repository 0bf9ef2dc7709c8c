import { Double } from 'bson';
import { isDocument, type Doc } from './bson.js';
import type { Collection, Index } from './collection.js';
import { binaryOrder, equalValues, RANK, rankOf, type StringOrder } from './compare.js';
import type { KeyRange } from './disk.js';
import { StoreError } from './errors.js';
import { afterPrefix, encodeKey, isLongKey, LONGEST_KEY } from './key.js';
import { compileFilter, isOperators } from './match.js';
import { isNumeric, toDouble } from './numbers.js';
import type { SortField } from './sort.js';

/** One way into a collection: a unique key, ranges of an index, or (without an index) all of it. */
export interface Access {
  index?: Index;
  /** Whole keys of a unique index, in the order of keys; then there are no ranges. */
  points?: Buffer[];
  ranges: KeyRange[];
  reverse: boolean;
}

export interface Plan {
  /** More than one for an `$or` whose branches each have an index. */
  accesses: Access[];
  /** The documents come in the order that was asked for. */
  sorted: boolean;
  /** The keys alone decide: no need to test the documents. */
  exact: boolean;
}

export interface PlanRequest {
  filter: Doc;
  sort: readonly SortField[];
  hint?: unknown;
  order: StringOrder;
}

interface Bounds {
  equal?: unknown[];
  lower?: { value: unknown; inclusive: boolean };
  upper?: { value: unknown; inclusive: boolean };
  /** Everything that the filter says about the path is in these bounds. */
  whole: boolean;
}

const MOST_COMBINATIONS = 5_000;
/** So many keys of a unique index are looked up rather than a range read whose length nobody knows. */
const FEW_KEYS = 1_000;

/** Chooses how to find the documents of a filter: by the index whose leading fields it binds best, else by reading all. */
export function choosePlan(collection: Collection, request: PlanRequest): Plan {
  const { filter, sort, hint } = request;
  if (hint !== undefined) return hintedPlan(collection, request, hint);
  const bounds = boundsOf(filter);
  const { idIndex } = collection;
  const ids = bounds.get('_id')?.equal;
  // What names one document, or says nothing but its names, needs no comparison of indexes.
  const isById = ids && idIndex.unique && (ids.length <= FEW_KEYS || bounds.size === 1);
  const byId = isById ? consider(idIndex, bounds, request) : undefined;
  if (byId) return byId.plan;
  let best: Candidate | undefined;
  for (const index of collection.indexes) {
    if (index.spec.hidden || !index.ready || index.special) continue;
    const candidate = consider(index, bounds, request);
    if (candidate && (!best || candidate.score > best.score)) best = candidate;
  }
  if (best) return best.plan;
  return unionPlan(collection, request) ?? fullScan(collection, sort);
}

function fullScan(collection: Collection, sort: readonly SortField[], reverse = false): Plan {
  if (collection.options.clusteredIndex !== undefined) {
    const index = collection.idIndex;
    const range = { start: index.prefix, end: afterPrefix(index.prefix) };
    return { accesses: [{ index, ranges: [range], reverse }], sorted: sort.length === 0, exact: false };
  }
  return { accesses: [{ ranges: [collection.range], reverse }], sorted: sort.length === 0, exact: false };
}

function hintedPlan(collection: Collection, request: PlanRequest, hint: unknown): Plan {
  if (isDocument(hint) && '$natural' in hint) {
    return fullScan(collection, request.sort, isNumeric(hint.$natural) && toDouble(hint.$natural) < 0);
  }
  const index = collection.indexes.find(({ spec }) =>
    typeof hint === 'string' ? spec.name === hint : equalValues(spec.key, hint),
  );
  if (!index || index.spec.hidden || !index.ready) {
    throw new StoreError(
      2,
      'error processing query: planner returned error :: caused by :: hint provided does not correspond to an existing index',
    );
  }
  if (index.special) return fullScan(collection, request.sort);
  const candidate = consider(index, boundsOf(request.filter), request);
  if (candidate) return candidate.plan;
  const range = { start: index.prefix, end: afterPrefix(index.prefix) };
  return {
    accesses: [{ index, ranges: [range], reverse: false }],
    sorted: request.sort.length === 0,
    exact: false,
  };
}

/** An `$or` at the top of which every branch has bounds on some index. */
function unionPlan(collection: Collection, request: PlanRequest): Plan | undefined {
  const { $or: branches, ...rest } = request.filter;
  if (!Array.isArray(branches) || branches.length === 0 || branches.length > 50) return undefined;
  const accesses: Access[] = [];
  for (const branch of branches) {
    if (!isDocument(branch)) return undefined;
    const filter = Object.keys(rest).length > 0 ? { $and: [rest, branch] } : branch;
    const plan = choosePlan(collection, { ...request, filter, sort: [] });
    if (plan.accesses.some(({ index }) => !index)) return undefined;
    accesses.push(...plan.accesses);
  }
  return { accesses, sorted: request.sort.length === 0, exact: false };
}

function boundsOf(filter: Doc): Map<string, Bounds> {
  const found = new Map<string, Bounds>();
  const collect = (part: Doc): void => {
    for (const [name, condition] of Object.entries(part)) {
      if (name === '$and' && Array.isArray(condition))
        for (const inner of condition) if (isDocument(inner)) collect(inner);
      if (name.startsWith('$')) continue;
      const bounds = found.get(name) ?? { whole: true };
      found.set(name, bounds);
      narrow(bounds, condition);
    }
  };
  collect(filter);
  return found;
}

function narrow(bounds: Bounds, condition: unknown): void {
  if (!isOperators(condition)) return equalTo(bounds, [condition]);
  for (const [operator, operand] of Object.entries(condition)) {
    if (operator === '$eq') equalTo(bounds, [operand]);
    else if (operator === '$in' && Array.isArray(operand)) equalTo(bounds, operand);
    else if (isBound(operand) && (operator === '$gt' || operator === '$gte'))
      bounds.lower = { value: operand, inclusive: operator === '$gte' };
    else if (isBound(operand) && (operator === '$lt' || operator === '$lte'))
      bounds.upper = { value: operand, inclusive: operator === '$lte' };
    if (operator !== '$eq' && operator !== '$in') bounds.whole = false;
  }
}

function equalTo(bounds: Bounds, values: unknown[]): void {
  const usable = values.every((value) => value === null || isKeyed(value));
  if (bounds.equal || !usable) bounds.whole = false;
  if (usable) bounds.equal ??= values;
}

/** Values whose documents all stand under the value's own key. */
function isKeyed(value: unknown): boolean {
  const rank = rankOf(value);
  return (
    rank !== RANK.array &&
    rank !== RANK.regex &&
    rank !== RANK.minKey &&
    rank !== RANK.maxKey &&
    value !== undefined
  );
}

function isBound(value: unknown): boolean {
  const rank = rankOf(value);
  const number = typeof value === 'number' || value instanceof Double ? toDouble(value) : 0;
  return isKeyed(value) && rank !== RANK.null && rank !== RANK.object && !Number.isNaN(number);
}

interface Candidate {
  plan: Plan;
  score: number;
}

function consider(
  index: Index,
  bounds: ReadonlyMap<string, Bounds>,
  { filter, sort, order }: PlanRequest,
): Candidate | undefined {
  const { spec } = index;
  let combinations: unknown[][] = [[]];
  let used = 0;
  let score = 0;
  let exact = true;
  let certain = false;
  while (used < index.names.length) {
    const bound = bounds.get(index.names[used] as string);
    const values = bound?.equal;
    if (!bound || !values || values.length === 0 || combinations.length * values.length > MOST_COMBINATIONS)
      break;
    if (!values.every((value) => fits(index, value, order))) break;
    if (values.some((value) => value === null)) {
      if (spec.multikey || (spec.sparse && !certain)) break;
      exact = false;
    } else certain = true;
    exact &&= bound.whole;
    combinations = combinations.flatMap((known) => values.map((value) => [...known, value]));
    used += 1;
    score += values.length === 1 ? 10 : 8;
  }
  const path = index.names[used];
  const next = path === undefined ? undefined : bounds.get(path);
  const ranged = next && !next.equal && (next.lower ?? next.upper) && fitsRange(index, next, order);
  if (ranged) {
    score += 5;
    certain = true;
    exact = false;
  }
  const direction = sortDirection(index, used, sort, order, combinations.length, bounds);
  if (direction !== undefined && sort.length > 0) score += 3;
  if (score === 0) return undefined;
  if (spec.sparse && !certain) return undefined;
  if (spec.partialFilterExpression && !implies(filter, bounds, spec.partialFilterExpression, order))
    return undefined;
  const whole = used === index.names.length && !spec.sparse;
  const named = index.unique && whole && combinations.every((values) => !values.includes(null));
  if (named && combinations.length <= FEW_KEYS) score += 50;
  if (named) {
    const points = combinations.map((values) =>
      encodeKey(index.prefix, values, index.directions, index.order),
    );
    const covered = exact && coversAll(filter, bounds, index, used);
    if (points.length === 1)
      return {
        score: score + 100,
        plan: {
          accesses: [{ index, points, ranges: [], reverse: false }],
          sorted: true,
          exact: covered && !points.some(isLongKey),
        },
      };
    if (direction !== undefined && !points.some(isLongKey))
      return {
        score: score + 1,
        plan: {
          accesses: [{ index, points: points.sort(Buffer.compare), ranges: [], reverse: direction === -1 }],
          sorted: true,
          exact: covered,
        },
      };
  }
  const ranges = combinations.map((values) => rangeOf(index, values, ranged ? next : undefined));
  ranges.sort((left, right) => Buffer.compare(left.start, right.start));
  const distinct = ranges.filter(
    (range, at) => at === 0 || !range.start.equals((ranges[at - 1] as KeyRange).start),
  );
  return {
    score: score + (index.unique ? 1 : 0),
    plan: {
      accesses: [{ index, ranges: distinct, reverse: direction === -1 }],
      sorted: direction !== undefined,
      exact: exact && !spec.cut && coversAll(filter, bounds, index, used),
    },
  };
}

/** Whether the index's string order says anything about this value. */
function fits(index: Index, value: unknown, order: StringOrder): boolean {
  if (index.order === order && (order === binaryOrder || order.fold)) return true;
  const rank = rankOf(value);
  return rank !== RANK.string && rank !== RANK.object;
}

function fitsRange(index: Index, { lower, upper }: Bounds, order: StringOrder): boolean {
  const plain = index.order === binaryOrder && order === binaryOrder;
  return [lower, upper].every((bound) => bound === undefined || plain || rankOf(bound.value) !== RANK.string);
}

/** 1 or -1 when reading the index forwards or backwards gives the order that is asked for. */
function sortDirection(
  index: Index,
  used: number,
  sort: readonly SortField[],
  order: StringOrder,
  combinations: number,
  bounds: ReadonlyMap<string, Bounds>,
): 1 | -1 | undefined {
  if (sort.length === 0) return 1;
  const { spec } = index;
  if (combinations > 1 || spec.multikey || spec.cut || order !== binaryOrder || index.order !== binaryOrder)
    return undefined;
  const pinned = new Set(index.names.slice(0, used));
  const wanted = sort.filter(({ path }) => !(pinned.has(path) && bounds.get(path)?.equal?.length === 1));
  let direction: 1 | -1 | undefined;
  for (const [at, field] of wanted.entries()) {
    if (index.names[used + at] !== field.path) return undefined;
    const here = (index.directions[used + at] as number) * field.direction === 1 ? 1 : -1;
    if (direction !== undefined && direction !== here) return undefined;
    direction = here;
  }
  return direction ?? 1;
}

/** Whether the filter says nothing but equalities on the index's leading fields. */
function coversAll(filter: Doc, bounds: ReadonlyMap<string, Bounds>, index: Index, used: number): boolean {
  const names = new Set(index.names.slice(0, used));
  return (
    Object.keys(filter).every((name) => names.has(name)) &&
    [...bounds.keys()].every((name) => names.has(name))
  );
}

/** Whether every document of the filter is in a partial index. */
function implies(
  filter: Doc,
  bounds: ReadonlyMap<string, Bounds>,
  partial: Doc,
  order: StringOrder,
): boolean {
  return Object.entries(partial).every(([path, condition]) => {
    if (path === '$and' && Array.isArray(condition))
      return condition.every((part) => implies(filter, bounds, part as Doc, order));
    if (path.startsWith('$')) return false;
    if (path in filter && equalValues(filter[path], condition)) return true;
    const bound = bounds.get(path);
    if (bound?.equal) {
      const test = compileFilter({ [path]: condition }, { order, variables: {} });
      return bound.equal.every((value) => test(nested(path, value)));
    }
    const exists =
      isOperators(condition) && Object.keys(condition).length === 1 && condition.$exists === true;
    return exists && (bound?.lower !== undefined || bound?.upper !== undefined);
  });
}

function nested(path: string, value: unknown): Doc {
  return path.split('.').reduceRight((inner: unknown, part) => ({ [part]: inner }), value) as Doc;
}

function rangeOf(index: Index, values: unknown[], bounds: Bounds | undefined): KeyRange {
  const key = encodeKey(index.prefix, values, index.directions, index.order);
  const prefix = isLongKey(key) ? key.subarray(0, LONGEST_KEY) : key;
  if (!bounds || isLongKey(key)) return { start: prefix, end: afterPrefix(prefix) };
  const { lower, upper } = bounds;
  const rank = rankOf((lower ?? upper)?.value);
  const apart = lower && upper && (index.spec.multikey || rankOf(lower.value) !== rankOf(upper.value));
  const one: Pick<Bounds, 'lower' | 'upper'> = apart ? { lower } : { lower, upper };
  const descending = index.directions[values.length] === -1;
  const [first, last] = descending ? [one.upper, one.lower] : [one.lower, one.upper];
  const tag = descending ? ~rank & 0xff : rank;
  const bracket = Buffer.concat([prefix, Buffer.from([tag])]);
  const edge = (bound: NonNullable<Bounds['lower']>, after: boolean): Buffer | undefined => {
    const bytes = encodeKey(prefix, [bound.value], [descending ? -1 : 1], index.order);
    if (isLongKey(bytes)) return undefined;
    return after ? afterPrefix(bytes) : bytes;
  };
  return {
    start: (first && edge(first, !first.inclusive)) ?? bracket,
    end: (last && edge(last, last.inclusive)) ?? afterPrefix(bracket),
  };
}
