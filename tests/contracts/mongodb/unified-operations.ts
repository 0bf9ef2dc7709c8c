/** How the operations of MongoDB's unified test format call the driver. */
type Json = Record<string, unknown>;
type Call = (target: never, args: Json, rest: Json) => unknown;
type Methods = Record<string, (...args: unknown[]) => unknown>;
interface Cursor {
  toArray(): Promise<unknown[]>;
  hasNext(): Promise<boolean>;
  tryNext(): Promise<unknown>;
  next(): Promise<unknown>;
  setBatchSize(size: unknown): void;
  setMaxTimeMS(ms: unknown): void;
  setComment(comment: unknown): void;
}

const collected = async (cursor: { toArray(): Promise<unknown[]> }): Promise<unknown[]> => cursor.toArray();

/** Runs a cursor's command, whose first batch is then there. */
async function opened(cursor: Cursor): Promise<Cursor> {
  await cursor.hasNext();
  return cursor;
}

function commandCursor(
  target: { runCursorCommand(...a: unknown[]): Cursor },
  { command }: Json,
  { batchSize, maxTimeMS, comment, ...rest }: Json,
): Cursor {
  const cursor = target.runCursorCommand(command, rest);
  if (batchSize !== undefined) cursor.setBatchSize(batchSize);
  if (maxTimeMS !== undefined) cursor.setMaxTimeMS(maxTimeMS);
  if (comment !== undefined) cursor.setComment(comment);
  return cursor;
}

/** How an operation's arguments are spread over the driver's parameters. */
const OPERATIONS: Record<string, Call> = {
  aggregate: (
    target: { aggregate(...a: unknown[]): { toArray(): Promise<unknown[]> } },
    { pipeline },
    rest,
  ) => collected(target.aggregate(pipeline, rest)),
  find: (target: { find(...a: unknown[]): { toArray(): Promise<unknown[]> } }, { filter }, rest) =>
    collected(target.find(filter, rest)),
  bulkWrite: (target: { bulkWrite(...a: unknown[]): unknown }, { requests }, rest) =>
    target.bulkWrite((requests as Json[]).map(bulkModel), rest),
  clientBulkWrite: (target: { bulkWrite(...a: unknown[]): unknown }, { models }, rest) =>
    target.bulkWrite((models as Json[]).map(clientModel), rest),
  insertOne: (target: { insertOne(...a: unknown[]): unknown }, { document }, rest) =>
    target.insertOne(document, rest),
  insertMany: (target: { insertMany(...a: unknown[]): unknown }, { documents }, rest) =>
    target.insertMany(documents, rest),
  createIndex: (target: { createIndex(...a: unknown[]): unknown }, { keys }, rest) =>
    target.createIndex(keys, rest),
  dropIndex: (target: { dropIndex(...a: unknown[]): unknown }, { name }, rest) =>
    target.dropIndex(name, rest),
  listIndexes: (target: { listIndexes(...a: unknown[]): { toArray(): Promise<unknown[]> } }, _args, rest) =>
    collected(target.listIndexes(rest)),
  listCollections: (
    target: { listCollections(...a: unknown[]): { toArray(): Promise<unknown[]> } },
    { filter },
    rest,
  ) => collected(target.listCollections(filter, rest)),
  createCollection: (
    target: { createCollection(...a: unknown[]): unknown },
    { collection, pipeline },
    rest,
  ) => target.createCollection(collection, { ...rest, ...(pipeline !== undefined && { pipeline }) }),
  dropCollection: (target: { dropCollection(...a: unknown[]): unknown }, { collection }, rest) =>
    target.dropCollection(collection, rest),
  rename: (target: { rename(...a: unknown[]): unknown }, { to }, rest) => target.rename(to, rest),
  modifyCollection: (target: { command(...a: unknown[]): unknown }, { collection }, rest) =>
    target.command({ collMod: collection, ...rest }),
  listIndexNames: (
    target: { listIndexes(...a: unknown[]): { toArray(): Promise<{ name: string }[]> } },
    _args,
    rest,
  ) =>
    target
      .listIndexes(rest)
      .toArray()
      .then((all) => all.map(({ name }) => name)),
  runCursorCommand: (target: never, args, rest) => collected(commandCursor(target, args, rest)),
  createCommandCursor: (target: never, args, rest) => opened(commandCursor(target, args, rest)),
  createFindCursor: (target: { find(...a: unknown[]): Cursor }, { filter }, rest) =>
    opened(target.find(filter, rest)),
  createChangeStream: (target: { watch(...a: unknown[]): Cursor }, { pipeline }, rest) =>
    target.watch(pipeline, rest).tryNext(),
  iterateOnce: (target: Cursor) => target.tryNext(),
  iterateUntilDocumentOrError: (target: Cursor) => target.next(),
  close: (target: Methods) => target.close?.(),
  endSession: (target: Methods) => target.endSession?.(),
  startTransaction: (target: Methods, _args, rest) => target.startTransaction?.(rest),
  commitTransaction: (target: Methods) => target.commitTransaction?.(),
  abortTransaction: (target: Methods) => target.abortTransaction?.(),
  dropIndexes: (target: Methods, _args, rest) => target.dropIndexes?.(rest),
  listDatabaseObjects: (target: Methods, _args, rest) => admin(target as never).listDatabases?.(rest),
  listDatabases: (target: Methods, _args, rest) => admin(target as never).listDatabases?.(rest),
  listDatabaseNames: (target: Methods, _args, rest) =>
    admin(target as never).listDatabases?.({ ...rest, nameOnly: true }),
  listCollectionNames: (
    target: { listCollections(...a: unknown[]): { toArray(): Promise<unknown[]> } },
    { filter },
    rest,
  ) => collected(target.listCollections(filter, { ...rest, nameOnly: true })),
  runCommand: (target: { command(...a: unknown[]): unknown }, { command }, rest) =>
    target.command(command, rest),
  countDocuments: filtered('countDocuments'),
  count: filtered('count'),
  findOne: filtered('findOne'),
  deleteOne: filtered('deleteOne'),
  deleteMany: filtered('deleteMany'),
  findOneAndDelete: filtered('findOneAndDelete'),
  estimatedDocumentCount: (target: { estimatedDocumentCount(...a: unknown[]): unknown }, _args, rest) =>
    target.estimatedDocumentCount(rest),
  distinct: (target: { distinct(...a: unknown[]): unknown }, { fieldName, filter }, rest) =>
    target.distinct(fieldName, filter, rest),
  updateOne: changing('updateOne', 'update'),
  updateMany: changing('updateMany', 'update'),
  findOneAndUpdate: changing('findOneAndUpdate', 'update'),
  replaceOne: changing('replaceOne', 'replacement'),
  findOneAndReplace: changing('findOneAndReplace', 'replacement'),
};

const admin = (client: { db(name: string): { admin(): Methods } }): Methods => client.db('admin').admin();

function filtered(method: string): Call {
  return (target: Methods, { filter }, rest) => target[method]?.call(target, filter ?? {}, rest);
}

function changing(method: string, change: string): Call {
  return (target: Methods, args, rest) => {
    const { returnDocument, ...others } = rest;
    const options =
      returnDocument === undefined
        ? others
        : { ...others, returnDocument: (returnDocument as string).toLowerCase() };
    return target[method]?.call(target, args.filter, args[change], options);
  };
}

const SPREAD = new Set([
  'pipeline',
  'filter',
  'requests',
  'models',
  'document',
  'documents',
  'keys',
  'fieldName',
  'update',
  'replacement',
  'collection',
  'command',
  'commandName',
  'to',
  'session',
]);

function bulkModel(model: Json): Json {
  const [[kind, given]] = Object.entries(model) as [[string, Json]];
  return { [kind]: given };
}

function clientModel(model: Json): Json {
  const [[name, given]] = Object.entries(model) as [[string, Json]];
  return { ...given, name };
}

/** Carries out one operation on the driver's object that it is about. */
export function operate(target: unknown, name: string, args: Json, session: unknown): unknown {
  const call = OPERATIONS[name];
  if (!call) throw new Error(`the runner knows no operation ${name}`);
  const rest = Object.fromEntries(Object.entries(args).filter(([key]) => !SPREAD.has(key)));
  if (session !== undefined) rest.session = session;
  if (name === 'dropIndex') delete rest.name;
  return call(target as never, args, rest);
}
