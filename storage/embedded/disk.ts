import { open, type RootDatabase } from 'lmdb';
import { describeError } from '../../core/kernel/errors.js';
import { StoreError } from './errors.js';

export interface Entry {
  key: Buffer;
  value: Buffer;
}

/** A stretch of keys, `start` included and `end` not. */
export interface KeyRange {
  start: Buffer;
  end: Buffer;
}

/**
 * The LMDB environment: one ordered map from bytes to bytes. Reads see what is committed, or inside `write` also that
 * transaction's own changes.
 */
export class Disk {
  private failure: ((error: unknown) => void) | undefined;

  private constructor(private readonly env: RootDatabase<Buffer, Buffer>) {}

  static open(path: string): Disk {
    const env = open<Buffer, Buffer>({
      path,
      keyEncoding: 'binary',
      encoding: 'binary',
      // The commit promise resolves only after the data is flushed; with overlapping sync it may come earlier.
      overlappingSync: false,
    });
    return new Disk(env);
  }

  /** Called when a commit failed, because then nothing that was derived from the transaction holds. */
  onFailure(handler: (error: unknown) => void): void {
    this.failure = handler;
  }

  get(key: Buffer): Buffer | undefined {
    return this.env.get(key);
  }

  *range({ start, end }: KeyRange, reverse = false): IterableIterator<Entry> {
    const found = reverse
      ? this.env.getRange({
          start: end,
          end: start,
          reverse: true,
          exclusiveStart: true,
          inclusiveEnd: true,
          snapshot: false,
        })
      : this.env.getRange({ start, end, snapshot: false });
    yield* found;
  }

  /**
   * A view of everything as it is now, whatever is written while it is read; to be closed.
   */
  snapshot(): { range(range: KeyRange): Iterable<Entry>; close(): void } {
    const transaction = this.env.useReadTransaction();
    return {
      range: ({ start, end }) => this.env.getRange({ start, end, transaction }),
      close: () => transaction.done(),
    };
  }

  /** The last entry of a range. */
  last(range: KeyRange): Entry | undefined {
    for (const entry of this.range(range, true)) return entry;
    return undefined;
  }

  countKeys({ start, end }: KeyRange): number {
    return this.env.getKeysCount({ start, end });
  }

  put(key: Buffer, value: Buffer): void {
    void this.env.put(key, value);
  }

  remove(key: Buffer): void {
    void this.env.remove(key);
  }

  /**
   * Runs `work` in a transaction and resolves with its result once that is on disk. Many callers share one commit. What
   * `work` put before it threw stays, so it checks first and writes then.
   */
  async write<T>(work: () => T): Promise<T> {
    let thrown: { error: unknown } | undefined;
    try {
      const committed = this.env.transaction(() => {
        try {
          return work();
        } catch (error) {
          thrown = { error };
          return undefined;
        } finally {
          // lmdb makes a promise of its own for what was put; a failure is heard through the transaction's.
          this.env.committed.then(ignore, ignore);
        }
      });
      this.env.committed.then(ignore, ignore);
      const result = await committed;
      if (thrown) throw thrown.error;
      return result as T;
    } catch (error) {
      if (thrown && error === thrown.error) throw error;
      const cause = await causeOf(error);
      this.failure?.(cause);
      throw new StoreError(14031, `The data could not be written to disk: ${describeError(cause)}`);
    }
  }

  async close(): Promise<void> {
    try {
      await this.env.flushed;
      await this.env.close();
    } catch {
      // A commit failed before, and its command was told so; what is committed is safe.
      await this.env.close().then(ignore, ignore);
    }
  }
}

const ignore = (): void => undefined;

/** lmdb's "commit failed" carries the reason in a promise that rejects with it. */
async function causeOf(error: unknown): Promise<unknown> {
  try {
    await (error as { commitError?: Promise<unknown> }).commitError;
    return error;
  } catch (cause) {
    return cause;
  }
}
