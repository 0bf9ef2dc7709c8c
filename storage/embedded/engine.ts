import { randomUUID } from 'node:crypto';
import { Binary } from 'bson';
import { describeError } from '../../core/kernel/errors.js';
import type { Clock } from '../../core/kernel/clock.js';
import type { Logger } from '../../core/kernel/logger.js';
import type { Doc } from './bson.js';
import { Catalog } from './catalog.js';
import { Index, type Collection, type NewIndex } from './collection.js';
import { Cursors } from './cursors.js';
import type { Disk } from './disk.js';
import { StoreError } from './errors.js';
import { breathe } from './scan.js';
import { beyondTime } from './time-limit.js';
import { refuseView } from './views.js';

/** What commands work with: the data, the open cursors, the time. */
export class Engine {
  readonly catalog: Catalog;
  readonly cursors: Cursors;
  private tidying: Promise<void> | undefined;
  /** How often expired documents are removed; a change wakes who waits for the next time. */
  sweepSeconds = 60;
  private sweepChange = new AbortController();
  private closing = false;

  constructor(
    readonly disk: Disk,
    readonly clock: Clock,
    readonly logger: Logger,
  ) {
    this.catalog = new Catalog(disk);
    this.cursors = new Cursors(clock);
    disk.onFailure((error) => {
      logger.error({ reason: describeError(error) }, 'a commit of the built-in store failed');
      this.catalog.load();
    });
  }

  /** Finishes what a crash may have left half done. */
  async recover(): Promise<void> {
    await this.disk.write(() => this.catalog.dropUnfinished());
    if (this.catalog.hasGarbage()) this.tidy();
  }

  newUuid(): Binary {
    return new Binary(Buffer.from(randomUUID().replaceAll('-', ''), 'hex'), 4);
  }

  /** The collection, made when it is missing; inside a transaction. */
  ensure(namespace: string): Collection {
    const found = this.catalog.find(namespace);
    refuseView(found, namespace);
    return found ?? this.catalog.create(namespace, {});
  }

  /** Adds an empty index to a collection; inside a transaction. */
  addIndex(collection: Collection, spec: NewIndex): Index {
    const index = new Index({ ...spec, ident: this.catalog.newIdent() });
    collection.indexes.push(index);
    this.catalog.save(collection);
    return index;
  }

  /** Removes what dropped collections and indexes left behind, in small steps beside the other work. */
  tidy(): void {
    this.tidying ??= beyondTime(() => this.removeGarbage())
      .catch((error: unknown) =>
        this.logger.warn({ reason: describeError(error) }, 'dropped data could not be removed yet'),
      )
      .finally(() => {
        this.tidying = undefined;
      });
  }

  private async removeGarbage(): Promise<void> {
    let more = true;
    while (more && !this.closing) {
      more = await this.disk.write(() => this.catalog.sweep(500));
      await breathe();
    }
  }

  /** Figures of a collection, as `collStats` gives them. */
  stats(namespace: string): Doc {
    const collection = this.catalog.find(namespace);
    const count = collection?.count ?? 0;
    let size = 0;
    let looked = 0;
    if (collection) {
      for (const { value } of this.disk.range(collection.range)) {
        size += value.length;
        looked += 1;
        if (looked >= 1000) break;
      }
    }
    const average = looked === 0 ? 0 : Math.round(size / looked);
    const total = average * count;
    return {
      size: total,
      count,
      ...(count > 0 && { avgObjSize: average }),
      numOrphanDocs: 0,
      storageSize: total,
      nindexes: collection?.indexes.length ?? 0,
      totalIndexSize: 0,
      totalSize: total,
      indexSizes: Object.fromEntries((collection?.indexes ?? []).map(({ spec }) => [spec.name, 0])),
      capped: collection?.options.capped === true,
      ...(collection?.options.capped === true && {
        max: collection.options.max ?? 0,
        maxSize: collection.options.size,
      }),
      scaleFactor: 1,
    };
  }

  sweepEvery(seconds: number): void {
    this.sweepSeconds = seconds;
    this.sweepChange.abort();
    this.sweepChange = new AbortController();
  }

  get sweepChanged(): AbortSignal {
    return this.sweepChange.signal;
  }

  refuseWhenClosing(): void {
    if (this.closing) throw new StoreError(11600, 'the built-in store is shutting down');
  }

  async close(): Promise<void> {
    this.closing = true;
    this.cursors.closeAll();
    await this.tidying;
  }
}
