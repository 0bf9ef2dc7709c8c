import { randomBytes } from 'node:crypto';
import type { Clock } from '../../core/kernel/clock.js';
import { StoreError } from './errors.js';
import { Turn } from './scan.js';
import { sessionOf } from './sessions.js';

/** Gives a query's documents batch by batch. */
export interface Results {
  /** Up to `most` documents, at most about 16 MB together; a tailable cursor waits so long for the first. */
  next(most: number, waitMs?: number): Promise<Buffer[]>;
  /** Whether an empty batch waits for more: a tailable cursor with `awaitData`. */
  waits?: boolean;
  /** True when nothing is left. */
  done: boolean;
  close(): void;
}

interface OpenCursor {
  namespace: string;
  /** The session it was opened in. */
  session: string | undefined;
  results: Results;
  lastUse: number;
  busy: boolean;
}

const idleLimitMs = 10 * 60_000;
const mostCursors = 10_000;
export const batchBytes = 16 * 1024 * 1024;
/** Of a batch that may be of any length: small enough to be put together and sent in one turn. */
const unlimitedBatchBytes = 2 * 1024 * 1024;

/** Documents from a generator, cut into batches; of no more than `limit` (0: of any number), so that the last batch is known as such. */
export function resultsOf(source: AsyncIterator<Buffer> | Iterator<Buffer>, limit = 0): Results {
  let ahead: Buffer | undefined;
  let given = 0;
  const results: Results = {
    done: false,
    next: async (most) => {
      const batch: Buffer[] = [];
      const room = Number.isFinite(most) ? batchBytes : unlimitedBatchBytes;
      const turn = new Turn();
      let bytes = 0;
      while (batch.length < most) {
        if (batch.length % 64 === 63) await turn.pause();
        let document = ahead;
        ahead = undefined;
        if (!document) {
          const step = source.next();
          const { value, done } = step instanceof Promise ? await step : step;
          if (done) {
            results.done = true;
            break;
          }
          document = value;
        }
        if (batch.length > 0 && bytes + document.length > room) {
          ahead = document;
          break;
        }
        batch.push(document);
        bytes += document.length;
      }
      given += batch.length;
      if (limit > 0 && given >= limit) results.done = true;
      return batch;
    },
    close: () => void source.return?.(),
  };
  return results;
}

/** A session is one cursor's from its first batch to its last. */
function checkSession(id: bigint, opened: string | undefined, given: string | undefined): void {
  if (opened === given) return;
  const what = `Cannot run getMore on cursor ${id}, which was`;
  if (opened === undefined)
    throw new StoreError(50736, `${what} not created in a session, in session ${given}`);
  if (given === undefined)
    throw new StoreError(50737, `${what} created in session ${opened}, without an lsid`);
  throw new StoreError(50738, `${what} created in session ${opened}, in session ${given}`);
}

/** The open cursors; one that nobody reads for ten minutes is closed, as in MongoDB. */
export class Cursors {
  private readonly open = new Map<bigint, OpenCursor>();

  constructor(private readonly clock: Clock) {}

  get size(): number {
    return this.open.size;
  }

  keep(namespace: string, results: Results, lsid?: unknown): bigint {
    if (this.open.size >= mostCursors) this.closeIdle(60_000);
    const id = randomBytes(8).readBigInt64BE() & 0x7fffffffffffffffn;
    const lastUse = this.clock.now().getTime();
    this.open.set(id, { namespace, session: sessionOf(lsid), results, lastUse, busy: false });
    return id;
  }

  async read(
    id: bigint,
    namespace: string,
    most: number,
    waitMs?: number,
    lsid?: unknown,
  ): Promise<{ batch: Buffer[]; id: bigint }> {
    const cursor = this.open.get(id);
    if (!cursor) throw new StoreError(43, `cursor id ${id} not found`);
    if (cursor.namespace !== namespace) {
      throw new StoreError(
        13,
        `Requested getMore on namespace '${namespace}', but cursor belongs to a different namespace ${cursor.namespace}`,
      );
    }
    checkSession(id, cursor.session, sessionOf(lsid));
    if (waitMs !== undefined && !cursor.results.waits)
      throw new StoreError(2, 'cannot set maxTimeMS on getMore command for a non-awaitData cursor');
    if (cursor.busy) throw new StoreError(12051, `cursor id ${id} is already in use`);
    cursor.busy = true;
    try {
      const batch = await cursor.results.next(most, waitMs);
      // killed while it waited, as for what a tailable cursor is to give
      if (!this.open.has(id)) throw new StoreError(237, 'operation was interrupted');
      cursor.lastUse = this.clock.now().getTime();
      if (cursor.results.done) this.open.delete(id);
      return { batch, id: cursor.results.done ? 0n : id };
    } catch (error) {
      this.open.delete(id);
      throw error;
    } finally {
      cursor.busy = false;
    }
  }

  kill(id: bigint, namespace?: string): boolean {
    const cursor = this.open.get(id);
    if (!cursor || (namespace !== undefined && cursor.namespace !== namespace)) return false;
    cursor.results.close();
    return this.open.delete(id);
  }

  /** Ends the cursors on a collection that is gone; who reads on is told why. */
  endNamespace(namespace: string, why: string): void {
    for (const cursor of this.open.values()) {
      if (cursor.namespace !== namespace) continue;
      cursor.results.close();
      cursor.results = {
        done: false,
        next: () => Promise.reject(new StoreError(175, `query plan killed :: ${why}`)),
        close: () => undefined,
      };
    }
  }

  /** Ends the cursors of the sessions that `kills` names. */
  endSessions(kills: (session: string) => boolean): void {
    for (const [id, { session }] of this.open) if (session !== undefined && kills(session)) this.kill(id);
  }

  closeIdle(limit = idleLimitMs): void {
    const now = this.clock.now().getTime();
    for (const [id, { lastUse, busy }] of this.open) if (!busy && now - lastUse > limit) this.kill(id);
  }

  closeAll(): void {
    for (const id of this.open.keys()) this.kill(id);
  }
}
