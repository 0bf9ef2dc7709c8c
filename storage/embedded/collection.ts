import { decode, isDocument, type Doc } from './bson.js';
import { stringOrder } from './collation.js';
import type { StringOrder } from './compare.js';
import type { Disk, KeyRange } from './disk.js';
import { StoreError } from './errors.js';
import { indexTuples } from './index-keys.js';
import { checkSpecial } from './special-indexes.js';
import { afterPrefix, encodeKey, identPrefix, isLongKey } from './key.js';
import { compileFilter } from './match.js';
import { isNumeric, toDouble } from './numbers.js';
import { pathParts } from './path.js';
import { trimCapped } from './special-collections.js';
import { show } from './types.js';

/** An index as it is stored: MongoDB's specification, and the ident that starts its keys. */
export interface IndexSpec {
  name: string;
  key: Doc;
  ident: number;
  v: number;
  unique?: boolean;
  sparse?: boolean;
  hidden?: boolean;
  expireAfterSeconds?: number;
  partialFilterExpression?: Doc;
  collation?: Doc;
  /** True once a document had an array there; then bounds of one range must not be combined. */
  multikey?: boolean;
  /** The `_id` of a time series: it may be there twice. */
  free?: boolean;
  /** True once a key was cut; then the order of keys is not the order of values. */
  cut?: boolean;
  [option: string]: unknown;
}

/** What is asked for when an index is made. */
export type NewIndex = Pick<IndexSpec, 'name' | 'key' | 'v'> & Doc;

/** An index, ready to make keys. */
export class Index {
  readonly paths: readonly (readonly string[])[];
  readonly names: readonly string[];
  readonly directions: readonly (1 | -1)[];
  readonly prefix: Buffer;
  readonly order: StringOrder;
  /** The top-level fields that decide about this index's keys. */
  readonly roots: ReadonlySet<string>;
  private readonly covers: ((doc: Doc) => boolean) | undefined;
  readonly isId: boolean;
  /** A text, geospatial, hashed or wildcard index: it is checked and listed, but no query reads it. */
  readonly special: boolean;
  /** Whether queries may use it: all its entries are committed. */
  ready: boolean;

  constructor(readonly spec: IndexSpec) {
    this.ready = spec.building !== true;
    this.names = Object.keys(spec.key);
    this.paths = this.names.map(pathParts);
    this.directions = this.names.map((name) => {
      const direction = spec.key[name];
      return isNumeric(direction) && toDouble(direction) < 0 ? -1 : 1;
    });
    this.prefix = identPrefix(spec.ident);
    this.order = stringOrder(spec.collation);
    this.isId = spec.name === '_id_';
    this.special = this.names.some((name) => name.includes('$**') || typeof spec.key[name] === 'string');
    const partial = spec.partialFilterExpression;
    this.covers = partial && compileFilter(partial, { order: this.order, variables: {} });
    this.roots = new Set(
      [...this.names, ...(partial ? filterPaths(partial) : [])].map((path) => path.split('.')[0] as string),
    );
  }

  get unique(): boolean {
    return (this.spec.unique === true || this.isId) && !this.spec.free;
  }

  /** Whether a second document under the same key is refused. */
  get refusesTwice(): boolean {
    return this.unique || this.spec.prepareUnique === true;
  }

  /** The keys of a document, without the record that ends a non-unique one, and the tuple of values of each. */
  keysOf(doc: Doc): { key: Buffer; tuple: unknown[] }[] {
    if (this.covers && !this.covers(doc)) return [];
    if (this.isId)
      return [{ key: encodeKey(this.prefix, [doc._id], this.directions, this.order), tuple: [doc._id] }];
    if (this.special) {
      checkSpecial(doc, this.spec);
      return [];
    }
    const { tuples, multikey, empty } = indexTuples(doc, this.paths);
    if (empty && this.spec.sparse) return [];
    if (multikey) this.spec.multikey = true;
    const keys = tuples.map((tuple) => ({
      key: encodeKey(this.prefix, tuple, this.directions, this.order),
      tuple,
    }));
    if (keys.some(({ key }) => isLongKey(key))) this.spec.cut = true;
    if (keys.length === 1) return keys;
    return [...new Map(keys.map((entry) => [entry.key.toString('latin1'), entry])).values()];
  }
}

function filterPaths(filter: Doc): string[] {
  return Object.entries(filter).flatMap(([name, value]) =>
    name.startsWith('$')
      ? Array.isArray(value)
        ? value.filter(isDocument).flatMap(filterPaths)
        : []
      : [name],
  );
}

/** What a collection needs of the catalog that keeps it. */
export interface Keeper {
  readonly disk: Disk;
  save(collection: Collection): void;
}

/** A collection's documents and index entries. Changes run inside a disk transaction. */
export class Collection {
  readonly prefix: Buffer;
  readonly range: KeyRange;
  dropped = false;
  private counted: number | undefined;
  private weighed: number | undefined;
  private lastRecord: number | undefined;

  private constructor(
    private readonly catalog: Keeper,
    public namespace: string,
    readonly ident: number,
    readonly uuid: unknown,
    public options: Doc,
    public indexes: Index[],
  ) {
    this.prefix = identPrefix(ident);
    this.range = { start: this.prefix, end: afterPrefix(this.prefix) };
  }

  static fromStored(catalog: Keeper, namespace: string, stored: Doc): Collection {
    const indexes = (stored.indexes as IndexSpec[]).map((spec) => new Index(spec));
    return new Collection(
      catalog,
      namespace,
      Number(stored.ident),
      stored.uuid,
      stored.options as Doc,
      indexes,
    );
  }

  toStored(): Doc {
    return {
      ident: this.ident,
      uuid: this.uuid,
      options: this.options,
      indexes: this.indexes.map(({ spec }) => spec),
    };
  }

  get database(): string {
    return this.namespace.slice(0, this.namespace.indexOf('.'));
  }

  get name(): string {
    return this.namespace.slice(this.namespace.indexOf('.') + 1);
  }

  moveTo(namespace: string): void {
    this.namespace = namespace;
  }

  get count(): number {
    this.counted ??= this.catalog.disk.countKeys(this.range);
    return this.counted;
  }

  /** The size of all documents; kept only of capped collections, which must know it. */
  get bytes(): number {
    if (this.weighed === undefined) {
      this.weighed = 0;
      for (const { value } of this.catalog.disk.range(this.range)) this.weighed += value.length;
    }
    return this.weighed;
  }

  get idIndex(): Index {
    return this.indexes[0] as Index;
  }

  /** Keys end in the record: six bytes would do, eight keep them aligned. */
  recordKey(record: Buffer): Buffer {
    return Buffer.concat([this.prefix, record]);
  }

  private newRecord(): Buffer {
    if (this.lastRecord === undefined) {
      const last = this.catalog.disk.last(this.range);
      this.lastRecord = last ? last.key.readUInt32BE(4) * 0x100000000 + last.key.readUInt32BE(8) : 0;
    }
    this.lastRecord += 1;
    const record = Buffer.allocUnsafe(8);
    record.writeUInt32BE(Math.floor(this.lastRecord / 0x100000000), 0);
    record.writeUInt32BE(this.lastRecord % 0x100000000, 4);
    return record;
  }

  /** Stores a new document. Throws 11000 before anything is written. */
  insert(raw: Buffer, doc: Doc): void {
    const entries = this.indexes.map((index) => ({ index, keys: this.keysNoting(index, doc) }));
    for (const { index, keys } of entries) if (index.refusesTwice) this.refuseTaken(index, keys, undefined);
    const before = this.count;
    const record = this.newRecord();
    const { disk } = this.catalog;
    disk.put(this.recordKey(record), raw);
    for (const { index, keys } of entries) {
      for (const { key } of keys) disk.put(index.unique ? key : Buffer.concat([key, record]), record);
    }
    this.counted = before + 1;
    if (this.weighed !== undefined) this.weighed += raw.length;
    if (this.options.capped === true) this.trim();
  }

  /** Removes the oldest documents until those that are left fit into a capped collection. */
  trim(): void {
    trimCapped(this, (most) => {
      let removed = 0;
      for (const { key, value } of this.catalog.disk.range(this.range)) {
        this.remove(Buffer.from(key.subarray(4)), decode(value));
        removed += 1;
        // One at a time when it is about their size.
        if (removed >= most || this.options.max === undefined) break;
      }
      return removed;
    });
  }

  /**
   * Puts `raw` in the place of a stored document. `before` gives the keys that stood for it, from `keysBefore`. Throws
   * 11000 before anything is written.
   */
  replace(record: Buffer, raw: Buffer, doc: Doc, before: ReadonlyMap<Index, Buffer[]>): void {
    const { disk } = this.catalog;
    const changes: { index: Index; gone: Buffer[]; added: Buffer[] }[] = [];
    for (const [index, old] of before) {
      const keys = this.keysNoting(index, doc);
      const added = keys.filter(({ key }) => !old.some((known) => known.equals(key)));
      const gone = old.filter((known) => !keys.some(({ key }) => key.equals(known)));
      if (index.refusesTwice) this.refuseTaken(index, added, record);
      if (added.length > 0 || gone.length > 0)
        changes.push({ index, gone, added: added.map(({ key }) => key) });
    }
    if (this.weighed !== undefined) this.weighed += raw.length - (this.read(record)?.length ?? 0);
    disk.put(this.recordKey(record), raw);
    for (const { index, gone, added } of changes) {
      for (const key of gone) disk.remove(index.unique ? key : Buffer.concat([key, record]));
      for (const key of added) disk.put(index.unique ? key : Buffer.concat([key, record]), record);
    }
  }

  /** The keys of the indexes that a change of the `touched` top-level fields (all when undefined) can concern. */
  keysBefore(doc: Doc, touched: ReadonlySet<string> | undefined): Map<Index, Buffer[]> {
    const before = new Map<Index, Buffer[]>();
    for (const index of this.indexes) {
      if (touched && ![...index.roots].some((root) => touched.has(root))) continue;
      before.set(
        index,
        index.keysOf(doc).map(({ key }) => key),
      );
    }
    return before;
  }

  /** Whether the keys of its documents can be made, and its rules held, from the fields of its indexes alone. */
  get readsFieldsOnly(): boolean {
    const { validator, timeseries } = this.options;
    return (
      validator === undefined && timeseries === undefined && !this.indexes.some(({ special }) => special)
    );
  }

  /** The top-level fields that the indexes read that concern the `touched` ones; of all indexes when undefined. */
  fieldsOf(touched: ReadonlySet<string> | undefined): Set<string> {
    const fields = new Set<string>();
    for (const { roots } of this.indexes) {
      if (touched && ![...roots].some((root) => touched.has(root))) continue;
      for (const root of roots) fields.add(root);
    }
    return fields;
  }

  remove(record: Buffer, doc: Doc): void {
    const before = this.count;
    const { disk } = this.catalog;
    for (const index of this.indexes) {
      for (const { key } of index.keysOf(doc)) disk.remove(index.unique ? key : Buffer.concat([key, record]));
    }
    if (this.weighed !== undefined) this.weighed -= this.read(record)?.length ?? 0;
    disk.remove(this.recordKey(record));
    this.counted = before - 1;
  }

  /** Adds one document's entries to an index that is being built. */
  addToIndex(index: Index, record: Buffer, doc: Doc): void {
    const keys = this.keysNoting(index, doc);
    if (index.unique) this.refuseTaken(index, keys, record);
    for (const { key } of keys)
      this.catalog.disk.put(index.unique ? key : Buffer.concat([key, record]), record);
  }

  /** Makes keys and stores in the catalog that the index has become multikey or holds cut keys. */
  private keysNoting(index: Index, doc: Doc): { key: Buffer; tuple: unknown[] }[] {
    const { multikey, cut } = index.spec;
    const keys = index.keysOf(doc);
    if (index.spec.multikey !== multikey || index.spec.cut !== cut) this.catalog.save(this);
    return keys;
  }

  private refuseTaken(
    index: Index,
    keys: { key: Buffer; tuple: unknown[] }[],
    own: Buffer | undefined,
  ): void {
    for (const { key, tuple } of keys) {
      const holder = index.unique ? this.catalog.disk.get(key) : this.otherHolder(key, own);
      if (!holder || (own && holder.equals(own))) continue;
      const values = tuple.map((value) => (typeof value === 'symbol' ? [] : value));
      const keyValue = Object.fromEntries(index.names.map((name, at) => [name, values[at]]));
      throw new StoreError(
        11000,
        `E11000 duplicate key error collection: ${this.namespace} index: ${index.spec.name} dup key: ${show(keyValue)}`,
        {
          keyPattern: index.spec.key,
          keyValue,
        },
      );
    }
  }

  /** Another record under a key of an index that is not unique yet but is to become it. */
  private otherHolder(key: Buffer, own: Buffer | undefined): Buffer | undefined {
    for (const { value } of this.catalog.disk.range({ start: key, end: afterPrefix(key) }))
      if (!own || !value.equals(own)) return Buffer.from(value);
    return undefined;
  }

  /** The record that holds an `_id`, or undefined. */
  recordOf(id: unknown): Buffer | undefined {
    return this.catalog.disk.get(encodeKey(this.idIndex.prefix, [id]));
  }

  read(record: Buffer): Buffer | undefined {
    return this.catalog.disk.get(this.recordKey(record));
  }
}
