import { Binary, Decimal128, Double, EJSON, Long, ObjectId, serialize } from 'bson';
import type mongoose from 'mongoose';
import { Model, type Doc } from './model.js';

/** A small generator of pseudo-random numbers (mulberry32); the same seed gives the same cases. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

type Random = () => number;
const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;

const FIELDS = ['a', 'b', 'c'];
const PATHS = ['a', 'b', 'c', 'a.b', 'a.c', 'b.a', 'a.b.c'];

function scalar(random: Random): unknown {
  const n = Math.floor(random() * 5) - 1;
  return pick<() => unknown>(random, [
    () => n,
    () => n,
    () => Long.fromNumber(n),
    () => new Double(n + pick(random, [0, 0.5])),
    () => Decimal128.fromString(`${n}.${pick(random, ['0', '5', '00'])}`),
    () => pick(random, ['', 'x', 'xy', 'é', '\u{1F600}', '\uffee']),
    () => random() < 0.5,
    () => null,
    () => new Date(n * 1000),
    () => new ObjectId(`00000000000000000000000${n + 1}`),
    () => new Binary(Buffer.from([n + 1]), pick(random, [0, 4])),
  ])();
}

function anyValue(random: Random, depth = 0): unknown {
  const roll = random();
  if (depth < 2 && roll < 0.15)
    return Array.from({ length: Math.floor(random() * 4) }, () => anyValue(random, depth + 1));
  if (depth < 2 && roll < 0.35) return someFields(random, depth + 1);
  return scalar(random);
}

function someFields(random: Random, depth: number): Doc {
  const doc: Doc = {};
  for (const name of FIELDS) if (random() < 0.5) doc[name] = anyValue(random, depth);
  return doc;
}

function condition(random: Random): unknown {
  const value = (): unknown => scalar(random);
  return pick<() => unknown>(random, [
    () => anyValue(random, 1),
    value,
    () => ({ $eq: anyValue(random, 1) }),
    () => ({ $gt: value() }),
    () => ({ $gte: value() }),
    () => ({ $lt: value() }),
    () => ({ $lte: value() }),
    () => ({ $gte: Math.floor(random() * 3) - 1, $lte: Math.floor(random() * 3) }),
    () => ({ $ne: value() }),
    () => ({ $in: [value(), value()] }),
    () => ({ $nin: [value(), value()] }),
    () => ({ $exists: random() < 0.5 }),
  ])();
}

function filterOf(random: Random): Doc {
  const filter: Doc = {};
  for (let count = 1 + Math.floor(random() * 2); count > 0; count -= 1)
    filter[pick(random, PATHS)] = condition(random);
  if (random() < 0.15)
    filter.$or = [{ [pick(random, PATHS)]: condition(random) }, { [pick(random, PATHS)]: condition(random) }];
  return filter;
}

function sortOf(random: Random): [string, 1 | -1][] {
  const first = pick(random, PATHS);
  const second = pick(
    random,
    PATHS.filter((path) => !path.startsWith(first) && !first.startsWith(path)),
  );
  const sort: [string, 1 | -1][] = [[first, pick(random, [1, -1])]];
  if (random() < 0.4 && second) sort.push([second, pick(random, [1, -1])]);
  return sort;
}

const INDEXES: Doc[] = [
  { a: 1 },
  { b: -1 },
  { a: 1, c: -1 },
  { 'a.b': 1 },
  { 'b.a': 1, c: 1 },
  { c: 1, 'a.b': -1 },
];

/** An update and the one that takes it back; only what can be undone exactly. */
function updateOf(random: Random, before: Doc): { update: Doc; undo: Doc } {
  const field = pick(random, FIELDS);
  const had = Object.hasOwn(before, field);
  const change = pick<Doc>(random, [{ $set: { [field]: anyValue(random, 1) } }, { $unset: { [field]: 1 } }]);
  // A field that was taken away comes back at the end, so only a replacement puts everything where it was.
  return { update: had || '$set' in change ? change : { $set: { [field]: 1 } }, undo: before };
}

export interface GeneratedRun {
  seed: number;
  cases: number;
}

const roundOf = 40;
/** MongoDB's BadValue: "cannot sort with keys that are parallel arrays". */
const PARALLEL_ARRAYS = 2;

/**
 * Runs generated cases: the store with its indexes, the store reading everything, and the model must agree on what is found and in
 * which order; an update that is undone must leave the same bytes. Throws with the seed and the case at the first difference.
 */
export async function runGenerated(
  collection: mongoose.mongo.Collection,
  { seed, cases }: GeneratedRun,
): Promise<void> {
  const random = randomOf(seed);
  for (let done = 0; done < cases;) {
    const documents: Doc[] = Array.from({ length: 12 }, (_, _id) => ({ _id, ...someFields(random, 0) }));
    await collection.deleteMany({});
    await collection.dropIndexes();
    const index = pick(random, INDEXES);
    const built = await collection.createIndex(index as never).then(
      () => true,
      () => false,
    );
    // Two arrays cannot stand in one compound index: such documents go in without it.
    const stored = built
      ? await collection
          .insertMany(documents as never, { ordered: false })
          .catch((error: { code?: number }) =>
            error.code === 171 ? undefined : Promise.reject(error as Error),
          )
      : undefined;
    const kept = stored ? documents : await survivors(collection, documents);
    const model = new Model(kept);
    for (let each = 0; each < roundOf && done < cases; each += 1, done += 1) {
      const filter = filterOf(random);
      const sort = sortOf(random);
      const where = (what: string, wanted: unknown, got: unknown): Error =>
        new Error(
          `seed ${seed}, case ${done}: ${what}\nindex ${JSON.stringify(index)}\nfilter ${EJSON.stringify(filter, { relaxed: false })}\nsort ${JSON.stringify(sort)}\nwanted ${JSON.stringify(wanted)}\ngot ${JSON.stringify(got)}\ndocuments ${EJSON.stringify(kept, { relaxed: false })}`,
        );
      const [scanned, planned, sorted] = await Promise.all([
        ids(collection, filter, { hint: { $natural: 1 } }),
        ids(collection, filter),
        ids(collection, filter, { sort: [...sort, ['_id', 1]] }).catch((error: { code?: number }) =>
          error.code === PARALLEL_ARRAYS ? 'parallel' : Promise.reject(error as Error),
        ),
      ]);
      const wanted = model.find(filter);
      if (!same(wanted, scanned)) throw where('the scan differs from the model', wanted, scanned);
      const indexed = planned.sort((left, right) => left - right);
      if (!same(wanted, indexed)) throw where('the plan differs from the model', wanted, indexed);
      const arrays = model.arraysIn(wanted, sort);
      if ((arrays === 'parallel') !== (sorted === 'parallel'))
        throw where('a sort by parallel arrays is not refused, or another is', [arrays], sorted);
      const order = model.sorted(wanted, sort);
      if (arrays === 'apart' && sorted !== 'parallel' && !same(order, sorted))
        throw where('the order differs from the model', order, sorted);
      if (each % 8 === 0 && kept.length > 0)
        await updateAndUndo(collection, random, pick(random, kept), where);
    }
  }
}

async function survivors(collection: mongoose.mongo.Collection, documents: Doc[]): Promise<Doc[]> {
  const there = new Set((await ids(collection, {})).map(Number));
  return documents.filter(({ _id }) => there.has(_id as number));
}

async function ids(collection: mongoose.mongo.Collection, filter: Doc, options: Doc = {}): Promise<number[]> {
  const found = await collection.find(filter as never, { ...options, projection: { _id: 1 } }).toArray();
  return found.map(({ _id }) => _id as unknown as number);
}

const same = (left: number[], right: number[]): boolean =>
  left.length === right.length && left.every((item, at) => item === right[at]);

async function updateAndUndo(
  collection: mongoose.mongo.Collection,
  random: Random,
  before: Doc,
  where: (what: string, wanted: unknown, got: unknown) => Error,
): Promise<void> {
  const { update, undo } = updateOf(random, before);
  const filter = { _id: before._id } as never;
  await collection
    .updateOne(filter, update)
    .catch((error: { code?: number }) => (error.code === 171 ? undefined : Promise.reject(error as Error)));
  await collection.replaceOne(filter, undo);
  const [raw] = (await collection.find(filter, { raw: true }).toArray()) as unknown as Buffer[];
  const wanted = Buffer.from(serialize(before));
  if (!raw || !Buffer.from(raw).equals(wanted))
    throw where('an update that was undone left other bytes', wanted.toString('hex'), raw?.toString('hex'));
}
