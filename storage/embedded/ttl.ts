import { describeError } from '../../core/kernel/errors.js';
import type { Doc } from './bson.js';
import type { Collection, Index } from './collection.js';
import type { Engine } from './engine.js';
import { compileModification, modify } from './modify.js';

const intervalMs = 60_000;

/** Removes the documents that TTL indexes let expire, once a minute as MongoDB does. */
export class Expiry {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(private readonly engine: Engine) {}

  start(): void {
    this.running = this.run();
  }

  private async run(): Promise<void> {
    const { clock, cursors } = this.engine;
    while (!this.stopping.signal.aborted) {
      await clock.sleep(intervalMs, this.stopping.signal);
      if (this.stopping.signal.aborted) return;
      cursors.closeIdle();
      await this.sweep();
    }
  }

  /** Removes everything that has expired by now. */
  async sweep(): Promise<void> {
    for (const collection of this.engine.catalog.all()) {
      for (const index of collection.indexes) {
        if (index.spec.expireAfterSeconds === undefined || !index.ready) continue;
        try {
          await this.expire(collection, index);
        } catch (error) {
          this.engine.logger.warn(
            { collection: collection.namespace, reason: describeError(error) },
            'expired documents could not be removed',
          );
        }
      }
    }
  }

  private async expire({ namespace }: Collection, { names, spec }: Index): Promise<void> {
    const cutoff = new Date(this.engine.clock.now().getTime() - Number(spec.expireAfterSeconds) * 1000);
    const expired: Doc = { [names[0] as string]: { $lte: cutoff } };
    const filter = spec.partialFilterExpression ? { $and: [expired, spec.partialFilterExpression] } : expired;
    const statement = { filter, many: true, upsert: false, bypassValidation: true };
    await modify(this.engine, namespace, compileModification(this.engine, statement, undefined));
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }
}
