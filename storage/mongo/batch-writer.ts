import type mongoose from 'mongoose';
import type { DirectCollection } from './direct-collection.js';

type Document = Record<string, unknown>;

interface Update {
  filter: Document;
  update: Document;
  upsert?: boolean;
  /** The change of one document by its `_id`, in words that are equal for changes that are. */
  mark?: { id: string; change: string };
}

/**
 * Joins small independent writes of one collection into one command. The first write of an idle collection leaves at the
 * end of the event loop's turn; what comes while a command is under way goes with the next. A promise settles when its own
 * write is safe or has failed, so nothing is weaker than a single write.
 */
export interface BatchWriter {
  /** @returns false when a unique key was taken: nothing was stored. */
  insert(collection: string, document: Document): Promise<boolean>;
  /** Of one document, in the order in which updates of the collection are asked. @returns false when a unique key was taken. */
  update(
    collection: string,
    filter: Document,
    update: Document,
    options?: { upsert?: boolean },
  ): Promise<boolean>;
  /** Changes one document where it fits the filter; where the store runs in this process, joined with other such changes. @returns how many matched. */
  change(collection: string, filter: Document, update: Document): Promise<number>;
  /** Sets few fields of one document, in that same order; documents that get the same ones at the same time share a statement. */
  mark(collection: string, id: string, fields: Document): Promise<void>;
  /** The same for what nobody waits for: it leaves together with the next write of any collection, or after some milliseconds. */
  markSoon(collection: string, id: string, fields: Document): Promise<void>;
  /** Whether the store refused a write within the last seconds, a taken key aside: a full disk may still take small ones. */
  refusedLately(): boolean;
  /** Waits for everything that was asked. */
  drain(): Promise<void>;
}

const MOST_AT_ONCE = 200;
/** So long a write that nobody waits for waits for company. */
const SOON_MS = 25;
const DUPLICATE_KEY = 11000;
const LATELY_MS = 5_000;

/** @param direct the collections of a store in this process. */
export function createBatchWriter(
  connection: mongoose.Connection,
  direct?: (name: string) => DirectCollection,
): BatchWriter {
  const running = new Set<Promise<void>>();
  const departures = new Departures();
  let refusedAt = -Infinity;
  const note = (failed: Map<number, Failure>): Map<number, Failure> => {
    if ([...failed.values()].some(({ code }) => code !== DUPLICATE_KEY)) refusedAt = performance.now();
    return failed;
  };
  const batches = <T, R>(send: (collection: string, items: T[]) => Promise<(R | Error)[]>) => {
    const queues = new Map<string, Batch<T, R>>();
    return (collection: string, item: T, isPatient = false): Promise<R> => {
      let queue = queues.get(collection);
      if (!queue)
        queues.set(collection, (queue = new Batch((items) => send(collection, items), running, departures)));
      return queue.add(item, isPatient);
    };
  };
  const collectionOf = (name: string) => {
    const { db } = connection;
    if (!db) throw new Error('The connection is closed.');
    return db.collection(name);
  };

  const insert = batches<Document, boolean>(async (name, documents) => {
    const failed = note(
      await failures(documents.length, () =>
        (direct?.(name) ?? collectionOf(name)).insertMany(documents, {
          ordered: false,
          ignoreUndefined: true,
        }),
      ),
    );
    return documents.map((_document, index) => outcomeOf(failed.get(index)));
  });
  const update = batches<Update, boolean>(async (name, updates) => {
    const { statements, placeOf } = joined(updates);
    const failed = await failures(statements.length, () =>
      direct
        ? direct(name).update(
            statements.map(({ filter: q, update: u, upsert = false, many = false }) => ({
              q,
              u,
              upsert,
              ...(many && { multi: true }),
            })),
            true,
          )
        : collectionOf(name).bulkWrite(
            statements.map(({ filter, update: change, upsert = false, many = false }) =>
              many
                ? { updateMany: { filter, update: change } }
                : { updateOne: { filter, update: change, upsert } },
            ),
            { ordered: false, ignoreUndefined: true },
          ),
    );
    return placeOf.map((place) => outcomeOf(failed.get(place)));
  });

  const changeTogether =
    direct &&
    batches<{ q: Document; u: Document }, number>((name, changes) => direct(name).changeEach(changes));
  const changeAlone = async (name: string, filter: Document, change: Document): Promise<number> =>
    (await collectionOf(name).updateOne(filter, change, { ignoreUndefined: true })).matchedCount;
  const mark = async (
    collection: string,
    id: string,
    fields: Document,
    isPatient: boolean,
  ): Promise<void> => {
    const same = { id, change: JSON.stringify(fields) };
    await update(collection, { filter: { _id: id }, update: { $set: fields }, mark: same }, isPatient);
  };

  return {
    insert,
    update: async (collection, filter, change, { upsert = false } = {}) =>
      update(collection, { filter, update: change, upsert }),
    change: (collection, q, u) => changeTogether?.(collection, { q, u }) ?? changeAlone(collection, q, u),
    mark: (collection, id, fields) => mark(collection, id, fields, false),
    markSoon: (collection, id, fields) => mark(collection, id, fields, true),
    refusedLately: () => performance.now() - refusedAt < LATELY_MS,
    drain: async () => {
      departures.now();
      while (running.size > 0) await Promise.all(running);
    },
  };
}

interface Statement extends Omit<Update, 'mark'> {
  many?: boolean;
}

/** Joins marks that set the same, but none across another one of its document or across any other update. */
function joined(updates: readonly Update[]): { statements: Statement[]; placeOf: number[] } {
  const statements: Statement[] = [];
  const ids: string[][] = [];
  const places = new Map<string, number>();
  const lastOf = new Map<string, number>();
  const placeOf = updates.map(({ mark, ...single }) => {
    const place = mark && places.get(mark.change);
    const mayJoin = mark && place !== undefined && (lastOf.get(mark.id) ?? place) <= place;
    const at = mayJoin ? place : statements.push(single) - 1;
    if (!mark) {
      places.clear();
      return at;
    }
    if (mayJoin) ids[at]?.push(mark.id);
    else ids[at] = [mark.id];
    places.set(mark.change, at);
    lastOf.set(mark.id, at);
    return at;
  });
  for (const [at, joint] of ids.entries())
    if (joint && joint.length > 1)
      statements[at] = { update: statements[at]?.update ?? {}, filter: { _id: { $in: joint } }, many: true };
  return { statements, placeOf };
}

interface Failure {
  code?: unknown;
  error: Error;
}

const outcomeOf = (failure: Failure | undefined): boolean | Error =>
  failure === undefined ? true : failure.code === DUPLICATE_KEY ? false : failure.error;

/** Which writes of an unordered command failed, by their place; a command that failed as a whole failed for each. */
async function failures(count: number, command: () => Promise<unknown>): Promise<Map<number, Failure>> {
  try {
    await command();
    return new Map();
  } catch (error) {
    const whole = error instanceof Error ? error : new Error(String(error));
    const single = (error as { writeErrors?: WriteError | WriteError[] }).writeErrors;
    const list = single === undefined ? [] : [single].flat();
    if (list.length > 0) return new Map(list.map(({ index, code }) => [index, { code, error: whole }]));
    return new Map(Array.from({ length: count }, (_none, index) => [index, { error: whole }]));
  }
}

interface WriteError {
  index: number;
  code: number;
}

interface Waiting<T, R> {
  item: T;
  resolve(result: R): void;
  reject(error: Error): void;
}

/** What waits for company leaves with the first that leaves. */
class Departures {
  private readonly waiting = new Set<() => void>();

  now(): void {
    const all = [...this.waiting];
    this.waiting.clear();
    for (const leave of all) leave();
  }

  /** Calls `leave` once: with the next departure, or when it has waited long enough. */
  wait(leave: () => void): void {
    const late = setTimeout(() => {
      this.waiting.delete(once);
      leave();
    }, SOON_MS);
    const once = (): void => {
      clearTimeout(late);
      leave();
    };
    this.waiting.add(once);
  }
}

/** Writes of one kind to one collection. */
class Batch<T, R> {
  private waiting: Waiting<T, R>[] = [];
  private state: 'idle' | 'patient' | 'busy' = 'idle';

  constructor(
    private readonly send: (items: T[]) => Promise<(R | Error)[]>,
    private readonly running: Set<Promise<void>>,
    private readonly departures: Departures,
  ) {}

  /** @param isPatient whether it may wait for others to leave with. */
  add(item: T, isPatient: boolean): Promise<R> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (!isPatient) this.leave();
      else if (this.state === 'idle') {
        this.state = 'patient';
        this.departures.wait(() => this.leave());
      }
    });
  }

  private leave(): void {
    if (this.state === 'busy') return;
    this.state = 'busy';
    const flushed = this.flush().finally(() => this.running.delete(flushed));
    this.running.add(flushed);
    this.departures.now();
  }

  private async flush(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, MOST_AT_ONCE);
      try {
        const results = await this.send(batch.map(({ item }) => item));
        for (const [index, { resolve, reject }] of batch.entries()) {
          const result = results[index];
          if (result instanceof Error) reject(result);
          else resolve(result as R);
        }
      } catch (error) {
        for (const { reject } of batch) reject(error instanceof Error ? error : new Error(String(error)));
      }
    }
    this.state = 'idle';
  }
}
