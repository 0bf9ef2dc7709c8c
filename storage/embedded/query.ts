import type { Doc } from './bson.js';
import type { Collection } from './collection.js';
import type { Disk } from './disk.js';
import { compileFilter, fieldsOf, type MatchContext } from './match.js';
import { choosePlan, type Plan } from './plan.js';
import { breathe, type Found, PAUSE, scan } from './scan.js';
import { Sorter } from './sorter.js';
import { distanceOf, nearOf, requireGeoIndex } from './geo-queries.js';
import { scored, type SortField } from './sort.js';
import { TEXT_SCORE, textScore } from './text-search.js';

export interface Query {
  filter: Doc;
  sort: readonly SortField[];
  skip: number;
  /** 0 for no limit. */
  limit: number;
  hint: unknown;
  context: MatchContext;
}

/** A query made ready: the plan and the test of the documents. */
export interface Prepared extends Query {
  plan: Plan;
  test: ((doc: Doc) => boolean) | undefined;
  /** The top-level fields that the test looks at; undefined for all. */
  fields?: ReadonlySet<string> | undefined;
}

/** Chooses the plan; the filter is compiled even when the keys alone decide, so that what is invalid is refused. */
export function prepare(collection: Collection, query: Query): Prepared {
  const { filter, hint } = query;
  const context = { ...searchContext(collection, filter, query.context), near: true };
  const sort = orderOf(collection, query, context);
  const plan = choosePlan(collection, { filter, sort, hint, order: context.order });
  const test = compileFilter(filter, context);
  return { ...query, context, sort, plan, test: plan.exact ? undefined : test, fields: fieldsOf(filter) };
}

/** The context of a filter with `$text` knows how well a document answers it. */
export function searchContext(collection: Collection, filter: Doc, context: MatchContext): MatchContext {
  const score = textScore(collection, filter);
  return score ? { ...context, variables: { ...context.variables, [TEXT_SCORE]: score } } : context;
}

/** The order of the answer: the one asked for, else by distance when the filter asks for what is near. */
function orderOf(
  collection: Collection,
  { filter, sort }: Query,
  { variables }: MatchContext,
): readonly SortField[] {
  const near = nearOf(filter);
  if (near) requireGeoIndex(collection, near);
  if (sort.length > 0 || !near) return scored(sort, variables);
  return [{ path: '', parts: [], direction: 1, value: (doc) => distanceOf(doc, near) }];
}

/** The documents in the order asked for; `PAUSE` where others should have their turn. */
export function* inPlanOrder(
  disk: Disk,
  collection: Collection,
  { plan, test, fields, skip, limit }: Prepared,
): Generator<Found | typeof PAUSE> {
  let left = limit === 0 ? Infinity : limit;
  let passing = skip;
  for (const found of scan(disk, collection, plan, test, fields)) {
    if (found === PAUSE) yield PAUSE;
    else if (passing > 0) passing -= 1;
    else {
      yield found;
      left -= 1;
      if (left === 0) return;
    }
  }
}

/** Reads and sorts everything that matches, then gives it in order. */
export async function sortedResults(
  disk: Disk,
  collection: Collection,
  prepared: Prepared,
): Promise<Found[]> {
  const { sort, context, skip, limit, plan, test, fields } = prepared;
  const sorter = new Sorter<Found>(sort, context.order, limit === 0 ? Infinity : skip + limit);
  for (const found of scan(disk, collection, plan, test, fields)) {
    if (found === PAUSE) await breathe();
    else sorter.add(found.doc, found.lean());
  }
  const rows = await sorter.sortedSlowly();
  return skip > 0 ? rows.slice(skip) : rows;
}

/** Raised inside a transaction when reading takes too long for one; the reading is then done before it. */
export class TooMuchToRead extends Error {}

const mostInTransaction = 400;

/** The documents in order, for use inside a transaction; throws TooMuchToRead rather than block for long. */
export function* withinTransaction(disk: Disk, collection: Collection, prepared: Prepared): Generator<Found> {
  const { plan, sort, context, skip, limit } = prepared;
  let read = 0;
  const quick = function* (each: Generator<Found | typeof PAUSE>): Generator<Found> {
    for (const found of each) {
      read += 1;
      if (found === PAUSE || read > mostInTransaction)
        throw new TooMuchToRead('too much to read in one transaction');
      yield found;
    }
  };
  if (plan.sorted) {
    yield* quick(inPlanOrder(disk, collection, prepared));
    return;
  }
  const sorter = new Sorter<Found>(sort, context.order);
  for (const found of quick(scan(disk, collection, plan, prepared.test, prepared.fields)))
    sorter.add(found.doc, found);
  yield* sorter.sorted().slice(skip, limit === 0 ? undefined : skip + limit);
}

/** The records that match now, in order, read with pauses outside of any transaction. */
export async function matchingRecords(
  disk: Disk,
  collection: Collection,
  prepared: Prepared,
): Promise<Buffer[]> {
  if (!prepared.plan.sorted)
    return (await sortedResults(disk, collection, prepared)).map(({ record }) => record);
  const records: Buffer[] = [];
  for (const found of inPlanOrder(disk, collection, prepared)) {
    if (found === PAUSE) await breathe();
    else records.push(found.record);
  }
  return records;
}
