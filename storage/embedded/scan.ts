import { checkTime } from './time-limit.js';
import { decode, decodeFields, type Doc } from './bson.js';
import type { Collection } from './collection.js';
import type { Disk, KeyRange } from './disk.js';
import { StoreError } from './errors.js';
import type { Access, Plan } from './plan.js';

/** A stored document; decoded only when somebody asks. */
export class Found {
  private decoded: Doc | undefined;

  constructor(
    readonly record: Buffer,
    readonly raw: Buffer,
  ) {}

  get doc(): Doc {
    this.decoded ??= decode(this.raw);
    return this.decoded;
  }

  /** What a test needs of it: the fields that it looks at, or everything. */
  seenBy(fields: ReadonlySet<string> | undefined): Doc {
    return this.decoded ?? (fields ? decodeFields(this.raw, fields) : this.doc);
  }

  /** The same without the decoded form, to be kept while many are sorted. */
  lean(): Found {
    return new Found(this.record, this.raw);
  }

  /** A decoded copy of its own, to be changed in place. */
  fresh(): Doc {
    return decode(this.raw);
  }
}

/** Says that the scan has worked for some milliseconds and others should have their turn. */
export const PAUSE: unique symbol = Symbol('pause');

/** How long one turn of the event loop may be worked on in one go. */
const turnMs = 6;

/** Tells when a turn has lasted long enough: to end a portion of work, or to `breathe` and begin anew. */
export class Turn {
  private until = performance.now() + turnMs;

  get over(): boolean {
    return performance.now() > this.until;
  }

  /** Lets others have their turn when this one is over. */
  async pause(): Promise<void> {
    if (!this.over) return;
    await breathe();
    this.until = performance.now() + turnMs;
  }
}

const firstSlice = 8;
/** Ranges that are read without a pause. */
const rangesAtOnce = 256;
const largestSlice = 200;
const sliceBytes = 512 * 1024;

/** Lets everything else that waits for the event loop run. @throws StoreError 50 when the command has had its time. */
export async function breathe(): Promise<void> {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  checkTime();
}

/**
 * The documents of a plan that pass the test, which looks at the top-level `fields` alone when they are given. Nothing is held open between two steps: a slice is read at once, and the next
 * one starts behind its last key, so that writers may come in between.
 */
export function* scan(
  disk: Disk,
  collection: Collection,
  plan: Plan,
  test: ((doc: Doc) => boolean) | undefined,
  fields?: ReadonlySet<string>,
): Generator<Found | typeof PAUSE> {
  const several =
    plan.accesses.length > 1 ||
    plan.accesses.some(
      ({ index, ranges, points = [] }) =>
        index?.spec.multikey === true || ranges.length > 1 || points.length > 1,
    );
  const seen = several ? new Set<string>() : undefined;
  for (const access of plan.accesses) {
    if (access.points) {
      for (const [at, point] of access.points.entries()) {
        if (at % rangesAtOnce === rangesAtOnce - 1) yield PAUSE;
        const record = disk.get(point);
        const raw = record && disk.get(collection.recordKey(record));
        const found = raw && record && new Found(record, raw);
        if (found && isNew(seen, found.record) && (!test || test(found.seenBy(fields)))) yield found;
      }
      continue;
    }
    const ranges = access.reverse ? [...access.ranges].reverse() : access.ranges;
    for (const [at, range] of ranges.entries()) {
      // Many short ranges, as of an `$in`, never fill a slice.
      if (at % rangesAtOnce === rangesAtOnce - 1) yield PAUSE;
      for (const found of slices(disk, collection, access, range)) {
        if (found === PAUSE) yield PAUSE;
        else if (isNew(seen, found.record) && (!test || test(found.seenBy(fields)))) yield found;
      }
    }
  }
}

function isNew(seen: Set<string> | undefined, record: Buffer): boolean {
  if (!seen) return true;
  const key = record.toString('latin1');
  if (seen.has(key)) return false;
  seen.add(key);
  return true;
}

/** What was dropped since the last slice is being cleared away: better an error than half an answer. */
function refuseDropped(collection: Collection, { index }: Access): void {
  const what = collection.dropped
    ? 'collection dropped'
    : index && !collection.indexes.includes(index) && `index '${index.spec.name}' dropped`;
  if (what) throw new StoreError(175, `query plan killed :: ${what}`);
}

function* slices(
  disk: Disk,
  collection: Collection,
  access: Access,
  range: KeyRange,
): Generator<Found | typeof PAUSE> {
  let { start, end } = range;
  let size = firstSlice;
  for (;;) {
    const slice: Found[] = [];
    let last: Buffer | undefined;
    let bytes = 0;
    let read = 0;
    for (const { key, value } of disk.range({ start, end }, access.reverse)) {
      read += 1;
      last = key;
      const record = access.index ? value : key.subarray(4);
      const raw = access.index ? disk.get(collection.recordKey(value)) : value;
      if (raw) {
        slice.push(new Found(record, raw));
        bytes += raw.length;
      }
      if (read >= size || bytes > sliceBytes) break;
    }
    yield* slice;
    if (!last || (read < size && bytes <= sliceBytes)) return;
    if (access.reverse) end = last;
    else start = Buffer.concat([last, Buffer.alloc(1)]);
    if (size >= largestSlice || bytes > sliceBytes) yield PAUSE;
    refuseDropped(collection, access);
    size = Math.min(largestSlice, size * 4);
  }
}
