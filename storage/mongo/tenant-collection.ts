import type mongoose from 'mongoose';
import type { BatchWriter } from './batch-writer.js';
import type { JoinedReads } from './joined-reads.js';
import { Defect, Unavailable } from '../../core/kernel/errors.js';

/** What every stored record has. */
export interface TenantRecord {
  _id: string;
  tenantId: string;
}

type Filter<T> = mongoose.QueryFilter<T>;
type Document = Record<string, unknown>;
type Update<T> = mongoose.UpdateQuery<T>;

export interface FindOptions {
  sort?: Record<string, 1 | -1>;
  limit?: number;
  skip?: number;
  /** Fields to bring; all by default. */
  fields?: string[];
}

/** MongoDB's code for a unique key that is already taken. */
export const DUPLICATE_KEY = 11000;

export const isDuplicateKey = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && (error as { code?: unknown }).code === DUPLICATE_KEY;

/**
 * One tenant's view of a collection. Every filter gets the tenant added last, so that no caller can widen it, and every
 * insert is stamped with it: a query across tenants cannot be written with this class.
 */
export class TenantCollection<T extends TenantRecord> {
  constructor(
    private readonly model: mongoose.Model<T>,
    readonly tenantId: string,
    private readonly batch: BatchWriter,
    private readonly reads: JoinedReads,
  ) {
    if (!tenantId)
      throw new Defect('storage.no-tenant', `Collection ${model.modelName} was opened without a tenant.`);
  }

  private within(filter: Filter<T>): Filter<T> {
    return { $and: [filter, { tenantId: this.tenantId }] };
  }

  /** The same for what goes to the driver as it is: our own filters hold values of the stored types already. */
  private inTenant(filter: Filter<T>): Document {
    return { ...(filter as Document), tenantId: this.tenantId };
  }

  /** mongoose's casting takes several times what the write itself does; it is left to what makes a record by `upsert`. */
  private get stored(): mongoose.Collection {
    return this.model.collection as unknown as mongoose.Collection;
  }

  private complete(record: Omit<T, 'tenantId'>): Document {
    return { ...defaultsOf(this.model.schema), ...definedIn(record), tenantId: this.tenantId };
  }

  /** @throws MongoDB's 11000 when a unique key is taken; see `isDuplicateKey`. */
  async insert(record: Omit<T, 'tenantId'>): Promise<void> {
    await this.insertMany([record]);
  }

  async insertMany(records: Omit<T, 'tenantId'>[]): Promise<void> {
    if (records.length === 0) return;
    const documents = records.map((record) => this.complete(record));
    await this.stored.insertMany(documents, { ordered: true, ignoreUndefined: true });
  }

  /** Inserts records in their order, until a unique key of one is taken. @returns how many were stored. */
  async insertUntilTaken(records: Omit<T, 'tenantId'>[]): Promise<number> {
    try {
      await this.insertMany(records);
      return records.length;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      const failed = (error as { writeErrors?: { index: number } | { index: number }[] }).writeErrors;
      return [failed ?? []].flat()[0]?.index ?? 0;
    }
  }

  /** Inserts unless a unique key is taken. @returns false when it was. */
  async insertIfAbsent(record: Omit<T, 'tenantId'>): Promise<boolean> {
    try {
      await this.insert(record);
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  /**
   * Inserts a record that needs no casting, joined with others that come at the same time; for what every message writes.
   * @returns false when a unique key was taken.
   */
  insertInBatch(record: Omit<T, 'tenantId'>): Promise<boolean> {
    return this.batch.insert(this.model.collection.collectionName, { ...record, tenantId: this.tenantId });
  }

  /**
   * Changes one record, made if it is missing, joined with others that come at the same time; their order is kept. It needs
   * no casting. @returns false when a record of that id is there and the filter's other conditions do not hold.
   */
  upsertInBatch(filter: { _id: string } & Document, update: Document): Promise<boolean> {
    const { tenantId } = this;
    return this.batch.update(
      this.model.collection.collectionName,
      { ...filter, tenantId },
      guarded(update as Update<T>) as Document,
      { upsert: true },
    );
  }

  /** Sets fields of one record, made if it is missing, joined with others that come at the same time. */
  async putInBatch(id: string, fields: Partial<Omit<T, '_id' | 'tenantId'>>): Promise<void> {
    if (!(await this.upsertInBatch({ _id: id }, { $set: fields })))
      throw new Unavailable('storage.raced', `Another process made record ${id} at the same time.`);
  }

  async findOne(
    filter: Filter<T>,
    { sort, fields }: Pick<FindOptions, 'sort' | 'fields'> = {},
  ): Promise<T | undefined> {
    const found = await this.stored.findOne(this.inTenant(filter), given({ sort, projection: only(fields) }));
    return (found ?? undefined) as T | undefined;
  }

  /** One record by a field that names it, and conditions that are the same each time; asked together with others at the same time. */
  async findOneInBatch(
    field: keyof T & string,
    value: string,
    conditions: Filter<T> = {} as Filter<T>,
  ): Promise<T | undefined> {
    const kind = [
      this.model.collection.collectionName,
      this.tenantId,
      field,
      JSON.stringify(conditions),
    ].join('|');
    const found = await this.reads.one(kind, field, value, (values) => {
      const named = { ...conditions, [field]: values.length === 1 ? values[0] : { $in: values } };
      return this.find(named as Filter<T>) as unknown as Promise<Document[]>;
    });
    return found as T | undefined;
  }

  async find(filter: Filter<T>, { sort, limit, skip, fields }: FindOptions = {}): Promise<T[]> {
    const options = given({ sort, limit, skip, projection: only(fields) });
    return (await this.stored.find(this.inTenant(filter), options).toArray()) as unknown as T[];
  }

  /** Walks a large result in batches. */
  cursor(filter: Filter<T>, { sort, fields }: FindOptions = {}): AsyncIterable<T> {
    return this.model.find(this.within(filter), fields, { sort }).lean<T>().cursor() as AsyncIterable<T>;
  }

  /** One conditional write. @returns the record after it, or undefined when the condition did not hold. */
  async findOneAndUpdate(
    filter: Filter<T>,
    update: Update<T>,
    options: { sort?: Record<string, 1 | -1>; upsert?: boolean } = {},
  ): Promise<T | undefined> {
    if (options.upsert) {
      const made = await this.model
        .findOneAndUpdate(this.within(filter), guarded(update), { ...options, returnDocument: 'after' })
        .lean<T>()
        .exec();
      return made ?? undefined;
    }
    const found: unknown = await this.stored.findOneAndUpdate(this.inTenant(filter), asStored(update), {
      ...given({ sort: options.sort }),
      returnDocument: 'after',
      ignoreUndefined: true,
    });
    return (found ?? undefined) as T | undefined;
  }

  /** @returns how many records matched. */
  async updateOne(filter: Filter<T>, update: Update<T>, options: { upsert?: boolean } = {}): Promise<number> {
    if (!options.upsert)
      return this.batch.change(this.model.collection.collectionName, this.inTenant(filter), asStored(update));
    const { matchedCount, upsertedCount } = await this.model
      .updateOne(this.within(filter), guarded(update), options)
      .exec();
    return matchedCount + upsertedCount;
  }

  async updateMany(filter: Filter<T>, update: Update<T>): Promise<number> {
    const options = { ignoreUndefined: true };
    return (await this.stored.updateMany(this.inTenant(filter), asStored(update), options)).matchedCount;
  }

  async deleteMany(filter: Filter<T>): Promise<number> {
    return (await this.stored.deleteMany(this.inTenant(filter))).deletedCount;
  }

  async count(filter: Filter<T>): Promise<number> {
    return this.stored.countDocuments(this.inTenant(filter));
  }
}

/** What a schema gives a new record for fields that it does not bring: its defaults, and empty lists. */
function defaultsOf(schema: mongoose.Schema): Document {
  const known = DEFAULTS.get(schema) ?? readDefaults(schema);
  DEFAULTS.set(schema, known);
  return Object.fromEntries(
    known.map(([name, value]) => [name, Array.isArray(value) ? [...(value as unknown[])] : value]),
  );
}

const DEFAULTS = new WeakMap<mongoose.Schema, [string, unknown][]>();

function readDefaults(schema: mongoose.Schema): [string, unknown][] {
  const found: [string, unknown][] = [];
  schema.eachPath((name, { instance, options }) => {
    const { default: given } = options as { default?: unknown };
    if (given !== undefined) found.push([name, given]);
    else if (instance === 'Array' && !Object.hasOwn(options, 'default')) found.push([name, []]);
  });
  return found;
}

const definedIn = (record: object): Document =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));

/** An update as the driver takes it: an operator without fields is none. */
function asStored<T>(update: Update<T>): Document {
  const parts = Object.entries(guarded(update) as Record<string, object>).map(
    ([operator, fields]) => [operator, definedIn(fields)] as const,
  );
  return Object.fromEntries(parts.filter(([, fields]) => Object.keys(fields).length > 0));
}

/** Options without those that were not asked for. */
const given = (options: Document): Document =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));

const only = (fields: string[] | undefined): Document | undefined =>
  fields && Object.fromEntries(fields.map((field) => [field, 1]));

/** Refuses an update that would move a record to another tenant. */
function guarded<T>(update: Update<T>): Update<T> {
  const parts = Object.values(update);
  const names = (part: unknown): boolean => typeof part === 'object' && part !== null && 'tenantId' in part;
  if ('tenantId' in update || parts.some(names)) {
    throw new Defect('storage.tenant-move', 'An update may not change tenantId.');
  }
  return update;
}
