import { randomUUID } from 'node:crypto';
import { Binary } from 'bson';
import { decode, encode, isDocument, type Doc } from './bson.js';
import { Collection, type IndexSpec } from './collection.js';
import type { Disk, KeyRange } from './disk.js';
import { StoreError } from './errors.js';
import { afterPrefix, identPrefix } from './key.js';

/** The data format that this version writes; older ones are migrated, newer ones refused. */
export const DATA_FORMAT = 1;

const FIRST_IDENT = 16;
const ROOM = Buffer.from([0, 0, 0, 0]);
const headKey = Buffer.concat([ROOM, Buffer.from('head')]);
const collectionPrefix = Buffer.concat([ROOM, Buffer.from('ns:')]);
const garbagePrefix = Buffer.concat([ROOM, Buffer.from('gone:')]);

export const wholePrefix = (prefix: Buffer): KeyRange => ({ start: prefix, end: afterPrefix(prefix) });

/** The collections and their indexes, in memory and on disk. Changes are made inside a disk transaction. */
export class Catalog {
  private readonly collections = new Map<string, Collection>();
  private nextIdent = FIRST_IDENT;

  constructor(readonly disk: Disk) {
    this.load();
  }

  /** Reads everything again from the disk; also after a failed commit. */
  load(): void {
    this.collections.clear();
    const head = this.disk.get(headKey);
    if (head) this.nextIdent = Number(decode(head).nextIdent);
    for (const { key, value } of this.disk.range(wholePrefix(collectionPrefix))) {
      const namespace = key.toString('utf8', collectionPrefix.length);
      this.collections.set(namespace, Collection.fromStored(this, namespace, decode(value)));
    }
  }

  /** Forgets what a crash interrupted: indexes that were being built, results of `$out`; inside a transaction. */
  dropUnfinished(): void {
    for (const collection of this.all()) {
      if (collection.name.startsWith(draftName)) this.drop(collection);
    }
    for (const collection of this.collections.values()) {
      const unfinished = collection.indexes.filter(({ spec }) => spec.building);
      if (unfinished.length === 0) continue;
      for (const { spec } of unfinished) this.discard(spec.ident);
      collection.indexes = collection.indexes.filter(({ spec }) => !spec.building);
      this.save(collection);
    }
  }

  find(namespace: string): Collection | undefined {
    return this.collections.get(namespace);
  }

  all(database?: string): Collection[] {
    return [...this.collections.values()].filter(
      (collection) => database === undefined || collection.database === database,
    );
  }

  create(namespace: string, options: Doc): Collection {
    checkNamespace(namespace);
    const uuid = new Binary(Buffer.from(randomUUID().replaceAll('-', ''), 'hex'), 4);
    const ident = this.newIdent();
    const id: IndexSpec = {
      name: '_id_',
      key: { _id: 1 },
      ident: this.newIdent(),
      v: 2,
      ...(options.timeseries !== undefined && { free: true }),
      ...(isDocument(options.collation) && { collation: options.collation }),
    };
    const collection = Collection.fromStored(this, namespace, { ident, uuid, options, indexes: [{ ...id }] });
    this.collections.set(namespace, collection);
    this.save(collection);
    return collection;
  }

  newIdent(): number {
    const ident = this.nextIdent;
    this.nextIdent += 1;
    this.disk.put(headKey, encode({ format: DATA_FORMAT, nextIdent: this.nextIdent }));
    return ident;
  }

  save(collection: Collection): void {
    this.disk.put(namespaceKey(collection.namespace), encode(collection.toStored()));
  }

  drop(collection: Collection): void {
    this.collections.delete(collection.namespace);
    this.disk.remove(namespaceKey(collection.namespace));
    collection.dropped = true;
    this.discard(collection.ident);
    for (const index of collection.indexes) this.discard(index.spec.ident);
  }

  rename(collection: Collection, namespace: string): void {
    checkNamespace(namespace);
    this.collections.delete(collection.namespace);
    this.disk.remove(namespaceKey(collection.namespace));
    collection.moveTo(namespace);
    this.collections.set(namespace, collection);
    this.save(collection);
  }

  /** Notes that everything under an ident is to be removed; `sweep` does it in small steps, also after a crash. */
  discard(ident: number): void {
    this.disk.put(Buffer.concat([garbagePrefix, identPrefix(ident)]), Buffer.alloc(1));
  }

  /** Removes up to `most` discarded entries; true while there is more to remove. Runs inside a transaction. */
  sweep(most: number): boolean {
    let left = most;
    for (const { key } of [...this.disk.range(wholePrefix(garbagePrefix))]) {
      const prefix = key.subarray(garbagePrefix.length);
      const gone: Buffer[] = [];
      for (const entry of this.disk.range(wholePrefix(Buffer.from(prefix)))) {
        gone.push(entry.key);
        if (gone.length >= left) break;
      }
      for (const entry of gone) this.disk.remove(entry);
      left -= gone.length;
      if (left <= 0) return true;
      this.disk.remove(key);
    }
    return false;
  }

  hasGarbage(): boolean {
    return this.disk.last(wholePrefix(garbagePrefix)) !== undefined;
  }
}

const namespaceKey = (namespace: string): Buffer => Buffer.concat([collectionPrefix, Buffer.from(namespace)]);

const draftName = 'tmp.agg_out.';

/** A name in the same database for a collection that is to take this one's place. */
export function draftBeside(namespace: string): string {
  return `${namespace.slice(0, namespace.indexOf('.'))}.${draftName}${randomUUID()}`;
}

/** Refuses names that MongoDB refuses. */
export function checkNamespace(namespace: string): void {
  const dot = namespace.indexOf('.');
  const [database, name] = [namespace.slice(0, dot), namespace.slice(dot + 1)];
  if (dot < 0 || database === '' || database.length > 63 || /[/\\. "$\0]/.test(database)) {
    throw new StoreError(73, `Invalid namespace specified '${namespace}'`);
  }
  if (
    name === '' ||
    name.startsWith('.') ||
    name.endsWith('.') ||
    name.includes('$') ||
    name.includes('\0')
  ) {
    throw new StoreError(73, `Invalid namespace specified '${namespace}'`);
  }
  if (name.startsWith('system.') && name !== 'system.js') {
    throw new StoreError(73, `Invalid system namespace: ${namespace}`);
  }
  if (Buffer.byteLength(namespace) > 255) {
    throw new StoreError(73, `Fully qualified namespace is too long. Namespace: ${namespace} Max: 255`);
  }
}

/** The format of the data in a fresh or existing environment; 0 for an empty one. */
export function storedFormat(disk: Disk): number {
  const head = disk.get(headKey);
  return head ? Number(decode(head).format) : 0;
}

/** Notes the format of the data. */
export function writeFormat(disk: Disk, format: number): void {
  const head = disk.get(headKey);
  disk.put(headKey, encode({ nextIdent: FIRST_IDENT, ...(head && decode(head)), format }));
}
