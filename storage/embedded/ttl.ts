import { describeError } from '../../core/kernel/errors.js';
import { isDocument, type Doc } from './bson.js';
import type { Collection } from './collection.js';
import type { Engine } from './engine.js';
import { toDouble } from './numbers.js';
import { compileModification, modify } from './modify.js';

/** What lets documents of a collection expire: its TTL indexes, and the age of a time series or of what is clustered by time. */
function expiries({ indexes, options }: Collection): { path: string; seconds: number; partial?: Doc }[] {
  const found = indexes.flatMap(({ names, spec, ready }) =>
    spec.expireAfterSeconds === undefined || !ready
      ? []
      : [
          {
            path: names[0] as string,
            seconds: toDouble(spec.expireAfterSeconds),
            ...(spec.partialFilterExpression && { partial: spec.partialFilterExpression }),
          },
        ],
  );
  const seconds = Number(options.expireAfterSeconds);
  if (options.expireAfterSeconds === undefined || !Number.isFinite(seconds)) return found;
  const path = isDocument(options.timeseries) ? String(options.timeseries.timeField) : '_id';
  return [...found, { path, seconds }];
}

/** Removes the documents that TTL indexes let expire, once a minute as MongoDB does, or as `ttlMonitorSleepSecs` says. */
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
      const woken = AbortSignal.any([this.stopping.signal, this.engine.sweepChanged]);
      await clock.sleep(this.engine.sweepSeconds * 1_000, woken);
      if (this.stopping.signal.aborted) return;
      cursors.closeIdle();
      await this.sweep();
    }
  }

  /** Removes everything that has expired by now. */
  async sweep(): Promise<void> {
    for (const collection of this.engine.catalog.all()) {
      for (const { path, seconds, partial } of expiries(collection)) {
        try {
          await this.expire(collection, path, seconds, partial);
        } catch (error) {
          this.engine.logger.warn(
            { collection: collection.namespace, reason: describeError(error) },
            'expired documents could not be removed',
          );
        }
      }
    }
  }

  private async expire(
    { namespace }: Collection,
    path: string,
    seconds: number,
    partial: Doc | undefined,
  ): Promise<void> {
    const cutoff = new Date(this.engine.clock.now().getTime() - seconds * 1000);
    const expired: Doc = { [path]: { $lte: cutoff } };
    const filter = partial ? { $and: [expired, partial] } : expired;
    const statement = { filter, many: true, upsert: false, bypassValidation: true };
    await modify(this.engine, namespace, compileModification(this.engine, statement, undefined));
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }
}
