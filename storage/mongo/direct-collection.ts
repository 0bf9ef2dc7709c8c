import mongoose from 'mongoose';

const { BSON, MongoServerError } = mongoose.mongo;

type Document = Record<string, unknown>;
type Options = Record<string, unknown>;

/** Carries out one command, given and answered as BSON: the built-in store in this process, without its socket. */
export type DirectCommand = (command: Uint8Array) => Promise<Uint8Array>;

interface WriteError {
  index: number;
  code: number;
  errmsg: string;
}

/** What the commands of a collection answer, as far as it is used here. */
interface Reply extends Document {
  ok: number;
  n?: number;
  nModified?: number;
  upserted?: { index: number; _id: unknown }[];
  writeErrors?: WriteError[];
  value?: Document | null;
  cursor?: { id: unknown; firstBatch?: Document[]; nextBatch?: Document[] };
}

/** An update of one document or of many, as it stands in the `update` command. */
export interface UpdateStatement {
  q: Document;
  u: unknown;
  multi?: boolean;
  upsert?: boolean;
}

export interface UpdateResult {
  acknowledged: true;
  matchedCount: number;
  modifiedCount: number;
  upsertedCount: number;
  upsertedId: unknown;
}

/**
 * The calls of MongoDB's driver that Steward makes on every message, on the store in this process: the same commands with
 * the same answers and errors, without the driver's sessions, its pool and a socket, which cost several times what the store
 * itself does.
 */
export class DirectCollection {
  constructor(
    private readonly command: DirectCommand,
    private readonly database: string,
    readonly name: string,
  ) {}

  async find(filter: Document, { projection, sort, limit, skip }: Options = {}): Promise<Document[]> {
    const reply = await this.run({
      find: this.name,
      filter,
      ...(projection !== undefined && { projection }),
      ...(sort !== undefined && { sort }),
      ...(skip !== undefined && { skip }),
      ...(limit !== undefined && { limit }),
    });
    return this.all(reply);
  }

  async findOne(filter: Document, { projection, sort, skip }: Options = {}): Promise<Document | null> {
    const { cursor } = await this.run({
      find: this.name,
      filter,
      ...(projection !== undefined && { projection }),
      ...(sort !== undefined && { sort }),
      ...(skip !== undefined && { skip }),
      limit: 1,
      singleBatch: true,
    });
    return cursor?.firstBatch?.[0] ?? null;
  }

  async countDocuments(filter: Document): Promise<number> {
    const pipeline = [{ $match: filter }, { $group: { _id: 1, n: { $sum: 1 } } }];
    const [counted] = await this.all(await this.run({ aggregate: this.name, pipeline, cursor: {} }));
    return typeof counted?.n === 'number' ? counted.n : 0;
  }

  async insertMany(
    documents: readonly Document[],
    { ordered = true, ignoreUndefined = false }: { ordered?: boolean; ignoreUndefined?: boolean } = {},
  ): Promise<{ acknowledged: true; insertedCount: number; insertedIds: Record<number, unknown> }> {
    const reply = await this.run({ insert: this.name, ordered, documents }, ignoreUndefined);
    // Of an insert the driver tells the code and the words alone.
    refuseFailed(reply, ({ code, errmsg }) => ({ code, errmsg }));
    const insertedIds = Object.fromEntries(documents.map(({ _id }, index) => [index, _id]));
    return { acknowledged: true, insertedCount: reply.n ?? 0, insertedIds };
  }

  /** Several statements in one command; those that fail leave the others alone. @throws with `writeErrors` by their place. */
  async update(updates: readonly UpdateStatement[], ignoreUndefined = false): Promise<UpdateResult> {
    const reply = await this.run({ update: this.name, ordered: false, updates }, ignoreUndefined);
    refuseFailed(reply);
    const upserted = reply.upserted ?? [];
    return {
      acknowledged: true,
      matchedCount: (reply.n ?? 0) - upserted.length,
      modifiedCount: reply.nModified ?? 0,
      upsertedCount: upserted.length,
      upsertedId: upserted[0]?._id ?? null,
    };
  }

  /** Several changes of one document each, in their order; each tells how many it matched, or how it failed. */
  async changeEach(changes: readonly { q: Document; u: Document }[]): Promise<(number | Error)[]> {
    if (changes.length === 1) return [(await this.update(changes, true)).matchedCount];
    const ops = changes.map(({ q: filter, u: updateMods }) => ({ update: 0, filter, updateMods }));
    const nsInfo = [{ ns: `${this.database}.${this.name}` }];
    const { cursor } = await this.run({ bulkWrite: 1, ops, nsInfo, ordered: false }, true, 'admin');
    const replies = (cursor?.firstBatch ?? []) as unknown as (WriteError & { ok: number; n: number })[];
    return replies.map(({ ok, n, ...error }) => (ok === 1 ? n : new MongoServerError(error)));
  }

  async deleteMany(filter: Document): Promise<{ acknowledged: true; deletedCount: number }> {
    const reply = await this.run({ delete: this.name, deletes: [{ q: filter, limit: 0 }] });
    refuseFailed(reply);
    return { acknowledged: true, deletedCount: reply.n ?? 0 };
  }

  async findOneAndUpdate(
    filter: Document,
    update: unknown,
    { projection, sort, upsert, returnDocument, ignoreUndefined }: Options = {},
  ): Promise<Document | null> {
    const command = {
      findAndModify: this.name,
      query: filter,
      update,
      new: returnDocument === 'after',
      upsert: upsert === true,
      ...(projection !== undefined && { fields: projection }),
      ...(sort !== undefined && { sort }),
    };
    const { value } = await this.run(command, ignoreUndefined === true);
    return value ?? null;
  }

  private async all({ cursor }: Reply): Promise<Document[]> {
    const found = cursor?.firstBatch ?? [];
    for (let id = cursor?.id; isOpen(id);) {
      const next: Reply = await this.run({ getMore: asLong(id), collection: this.name });
      found.push(...(next.cursor?.nextBatch ?? []));
      id = next.cursor?.id;
    }
    return found;
  }

  private async run(command: Document, ignoreUndefined = false, $db: string = this.database): Promise<Reply> {
    const bytes = BSON.serialize({ ...command, $db }, { ignoreUndefined });
    const reply = BSON.deserialize(await this.command(bytes)) as Reply;
    if (reply.ok !== 1) throw new MongoServerError(reply);
    return reply;
  }
}

const isOpen = (id: unknown): boolean => id !== undefined && Number(id) !== 0;

const asLong = (id: unknown): unknown => (typeof id === 'number' ? BSON.Long.fromNumber(id) : id);

/** @throws the driver's error, with the code of the first write that failed and `writeErrors` of all. */
function refuseFailed({ writeErrors }: Reply, told = (error: WriteError): Document => ({ ...error })): void {
  const first = writeErrors?.[0];
  if (first) throw Object.assign(new MongoServerError(told(first)), { writeErrors });
}

/** The options that the direct calls know; whatever else is asked for is left to the driver. */
const KNOWN: Record<string, ReadonlySet<string>> = {
  find: new Set(['projection', 'sort', 'limit', 'skip']),
  findOne: new Set(['projection', 'sort', 'skip']),
  countDocuments: new Set(),
  insertMany: new Set(['ordered', 'ignoreUndefined']),
  updateOne: new Set(['upsert', 'ignoreUndefined']),
  updateMany: new Set(['upsert', 'ignoreUndefined']),
  deleteMany: new Set(),
  findOneAndUpdate: new Set(['projection', 'sort', 'upsert', 'returnDocument', 'ignoreUndefined']),
};

const knows = (method: string, options: Options = {}): boolean =>
  Object.entries(options).every(
    ([name, value]) =>
      value === undefined ||
      (KNOWN[method]?.has(name) === true &&
        (name !== 'sort' || !(value instanceof Map || Array.isArray(value)))),
  );

interface DriverCursor {
  next(): Promise<Document | null>;
  close(): Promise<void>;
}

/** What `find` returns: a whole result is read directly, a walk through it goes by the driver's cursor. */
class WholeOrWalk {
  private cursor: DriverCursor | undefined;

  constructor(
    readonly toArray: () => Promise<Document[]>,
    private readonly open: () => DriverCursor,
  ) {}

  next(): Promise<Document | null> {
    this.cursor ??= this.open();
    return this.cursor.next();
  }

  async close(): Promise<void> {
    await this.cursor?.close();
  }
}

/** The methods of mongoose's collection object that are replaced. */
type Native = Record<string, (...args: never[]) => unknown>;

/** Lets a mongoose model speak directly to the store in this process; mongoose still casts, and the driver does what is rare. */
export function goDirect(model: mongoose.Model<never>, command: DirectCommand, database: string): void {
  const native = model.collection as unknown as Native;
  const direct = new DirectCollection(command, database, model.collection.collectionName);
  const replace = (method: string, optionsAt: number, call: (...args: never[]) => unknown): void => {
    const byDriver = native[method]?.bind(native) as (...args: unknown[]) => unknown;
    native[method] = (...args: unknown[]) =>
      knows(method, args[optionsAt] as Options | undefined) ? call(...(args as never[])) : byDriver(...args);
  };
  const find = native.find?.bind(native) as (filter: Document, options?: Options) => DriverCursor;
  native.find = (filter: Document = {}, options?: Options) =>
    knows('find', options)
      ? new WholeOrWalk(
          () => direct.find(filter, options),
          () => find(filter, options),
        )
      : find(filter, options);
  replace('findOne', 1, (filter: Document = {}, options?: Options) => direct.findOne(filter, options));
  replace('countDocuments', 1, (filter: Document = {}) => direct.countDocuments(filter));
  replace('insertMany', 1, (documents: Document[], options?: Options) =>
    direct.insertMany(documents, options),
  );
  replace('updateOne', 2, (q: Document, u: unknown, options?: Options) =>
    direct.update([{ q, u, upsert: options?.upsert === true }], options?.ignoreUndefined === true),
  );
  replace('updateMany', 2, (q: Document, u: unknown, options?: Options) =>
    direct.update(
      [{ q, u, multi: true, upsert: options?.upsert === true }],
      options?.ignoreUndefined === true,
    ),
  );
  replace('deleteMany', 1, (filter: Document) => direct.deleteMany(filter));
  replace('findOneAndUpdate', 2, (filter: Document, update: unknown, options?: Options) =>
    direct.findOneAndUpdate(filter, update, options),
  );
}
