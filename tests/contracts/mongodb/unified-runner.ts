import { EJSON } from 'bson';
import mongoose from 'mongoose';

type Mongo = typeof mongoose.mongo;
export type MongoClient = InstanceType<Mongo['MongoClient']>;
type Json = Record<string, unknown>;

/** A file of MongoDB's unified test format (driver specifications, `unified-test-format.md`). */
export interface UnifiedFile {
  description: string;
  runOnRequirements?: Json[];
  createEntities?: Json[];
  initialData?: { collectionName: string; databaseName: string; documents: Json[]; createOptions?: Json }[];
  tests: UnifiedTest[];
}

export interface UnifiedTest {
  description: string;
  runOnRequirements?: Json[];
  skipReason?: string;
  operations: Operation[];
  outcome?: { collectionName: string; databaseName: string; documents: Json[] }[];
}

interface Operation {
  name: string;
  object: string;
  arguments?: Json;
  expectResult?: unknown;
  expectError?: Json;
  ignoreResultAndError?: boolean;
}

const { mongo } = mongoose;

/** Why a test does not apply to a single server of this version; undefined when it does. */
export function whyNot(file: UnifiedFile, test: UnifiedTest, version: string): string | undefined {
  if (test.skipReason) return test.skipReason;
  if (test.operations.some(({ name }) => name === 'failPoint' || name === 'targetedFailPoint'))
    return 'needs fault injection in the server';
  for (const requirements of [file.runOnRequirements, test.runOnRequirements]) {
    if (requirements && !requirements.some((requirement) => isMet(requirement, version)))
      return 'is for other servers';
  }
  return undefined;
}

function isMet(
  { minServerVersion, maxServerVersion, topologies, auth, serverParameters, csfle }: Json,
  version: string,
): boolean {
  if (typeof minServerVersion === 'string' && compareVersions(version, minServerVersion) < 0) return false;
  if (typeof maxServerVersion === 'string' && compareVersions(version, maxServerVersion) > 0) return false;
  if (Array.isArray(topologies) && !topologies.includes('single')) return false;
  return auth !== true && serverParameters === undefined && csfle === undefined;
}

function compareVersions(left: string, right: string): number {
  const [a, b] = [left, right].map((version) => version.split('.').map(Number)) as [number[], number[]];
  for (let at = 0; at < 3; at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

interface World {
  clients: InstanceType<Mongo['MongoClient']>[];
  entities: Map<string, unknown>;
}

/** Runs one test; throws with the first difference. */
export async function runUnified(
  uri: string,
  observer: MongoClient,
  file: UnifiedFile,
  test: UnifiedTest,
): Promise<void> {
  const world: World = { clients: [], entities: new Map() };
  try {
    for (const entity of file.createEntities ?? []) await createEntity(uri, world, entity);
    for (const data of file.initialData ?? []) await prepareCollection(observer, data);
    for (const operation of test.operations) await runOperation(world, operation);
    for (const { databaseName, collectionName, documents } of test.outcome ?? []) {
      const found = await observer
        .db(databaseName)
        .collection(collectionName)
        .find({}, { sort: { _id: 1 }, promoteValues: true })
        .toArray();
      assertMatches(documents, found, `outcome of ${collectionName}`, false);
    }
  } finally {
    await Promise.all(world.clients.map((client) => client.close()));
  }
}

async function prepareCollection(
  client: InstanceType<Mongo['MongoClient']>,
  { databaseName, collectionName, documents, createOptions }: NonNullable<UnifiedFile['initialData']>[number],
): Promise<void> {
  const db = client.db(databaseName);
  await db.collection(collectionName).drop();
  await db.createCollection(collectionName, createOptions ?? {});
  if (documents.length > 0) await db.collection(collectionName).insertMany(documents.map(parse) as Json[]);
}

const parse = (value: unknown): unknown => EJSON.deserialize(value as Json, { relaxed: true });

async function createEntity(uri: string, { clients, entities }: World, definition: Json): Promise<void> {
  const [[kind, given]] = Object.entries(definition) as [[string, Json]];
  const id = given.id as string;
  if (kind === 'client') {
    const client = new mongo.MongoClient(uri, {
      ...(given.uriOptions as Json | undefined),
      ...(given.serverApi !== undefined && { serverApi: given.serverApi as never }),
    });
    await client.connect();
    clients.push(client);
    entities.set(id, client);
  } else if (kind === 'database') {
    const client = entities.get(given.client as string) as InstanceType<Mongo['MongoClient']>;
    entities.set(
      id,
      client.db(given.databaseName as string, (given.databaseOptions as Json | undefined) ?? {}),
    );
  } else if (kind === 'collection') {
    const db = entities.get(given.database as string) as InstanceType<Mongo['Db']>;
    entities.set(
      id,
      db.collection(given.collectionName as string, (given.collectionOptions as Json | undefined) ?? {}),
    );
  } else if (kind === 'session') {
    entities.set(
      id,
      (entities.get(given.client as string) as InstanceType<Mongo['MongoClient']>).startSession(
        (given.sessionOptions as Json | undefined) ?? {},
      ),
    );
  } else throw new Error(`the runner knows no entity of kind ${kind}`);
}

async function runOperation(
  world: World,
  { name, object, arguments: given = {}, expectResult, expectError, ignoreResultAndError }: Operation,
): Promise<void> {
  const args = parse(given) as Json;
  let result: unknown;
  try {
    result = await perform(world, object, name, args);
  } catch (error) {
    if (ignoreResultAndError) return;
    if (!expectError) throw error;
    return assertError(expectError, error as Error & Json);
  }
  if (ignoreResultAndError) return;
  if (expectError) throw new Error(`${name} should have failed with ${JSON.stringify(expectError)}`);
  if (expectResult !== undefined) assertMatches(expectResult, result, name, true);
}

type Call = (target: never, args: Json, rest: Json) => unknown;

const collected = async (cursor: { toArray(): Promise<unknown[]> }): Promise<unknown[]> => cursor.toArray();

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
  runCursorCommand: (
    target: { runCursorCommand(...a: unknown[]): { toArray(): Promise<unknown[]> } },
    { command },
    rest,
  ) => collected(target.runCursorCommand(command, rest)),
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

type Methods = Record<string, (...args: unknown[]) => unknown>;

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

/** The format's own assertions about what is in the database. */
async function assertExists(client: MongoClient, name: string, args: Json): Promise<void> {
  const db = client.db(String(args.databaseName));
  const there = await db.listCollections({ name: String(args.collectionName) }).toArray();
  const indexes =
    there.length > 0 && 'indexName' in args ? await db.collection(String(args.collectionName)).indexes() : [];
  const found = name.startsWith('assertCollection')
    ? there.length > 0
    : indexes.some((index) => index.name === args.indexName);
  if (found === name.endsWith('NotExists')) throw new Error(`${name} ${JSON.stringify(args)} does not hold`);
}

async function perform(
  { entities, clients }: World,
  object: string,
  name: string,
  args: Json,
): Promise<unknown> {
  if (/^assert(Collection|Index)(Not)?Exists$/.test(name))
    return assertExists(clients[0] as MongoClient, name, args);
  const call = OPERATIONS[name];
  if (!call) throw new Error(`the runner knows no operation ${name}`);
  const rest = Object.fromEntries(Object.entries(args).filter(([key]) => !SPREAD.has(key)));
  if (typeof args.session === 'string') rest.session = entities.get(args.session);
  if (name === 'dropIndex') delete rest.name;
  return call(entities.get(object) as never, args, rest);
}

function bulkModel(model: Json): Json {
  const [[kind, given]] = Object.entries(model) as [[string, Json]];
  return { [kind]: given };
}

function clientModel(model: Json): Json {
  const [[name, given]] = Object.entries(model) as [[string, Json]];
  return { ...given, name };
}

function assertError(expected: Json, error: Error & Json): void {
  const isServer = error instanceof mongo.MongoServerError;
  const fail = (what: string): never => {
    throw new Error(`expected ${what}, got ${error.name} ${String(error.code)}: ${error.message}`, {
      cause: error,
    });
  };
  if (expected.isClientError === true && isServer) fail('a client error');
  if (expected.isClientError === false && !isServer) fail('a server error');
  if (expected.errorCode !== undefined && error.code !== expected.errorCode)
    fail(`code ${JSON.stringify(expected.errorCode)}`);
  if (expected.errorCodeName !== undefined && error.codeName !== expected.errorCodeName)
    fail(JSON.stringify(expected.errorCodeName));
  if (
    typeof expected.errorContains === 'string' &&
    !error.message.toLowerCase().includes(expected.errorContains.toLowerCase())
  ) {
    fail(`a message with '${expected.errorContains}'`);
  }
  if (expected.errorResponse !== undefined)
    assertMatches(
      expected.errorResponse,
      { ...(error.errorResponse as Json), code: error.code },
      'errorResponse',
      true,
    );
  if (expected.expectResult !== undefined)
    assertMatches(expected.expectResult, resultOf(error), 'partial result', true);
  if (expected.writeErrors !== undefined)
    for (const [index, wanted] of Object.entries(expected.writeErrors as Json))
      assertMatches(
        wanted,
        (error.writeErrors as Map<number, Json>).get(Number(index)),
        `writeErrors.${index}`,
        true,
      );
}

/** What was done before an error. The driver tells a client's bulkWrite that did nothing by counts of zero, the format by no result. */
function resultOf(error: Json): unknown {
  const { partialResult, result, errorResponse } = error as Record<string, Json | undefined>;
  if (
    partialResult &&
    !Object.entries(partialResult).some(([name, count]) => name.endsWith('Count') && count !== 0)
  )
    return undefined;
  return partialResult ?? result ?? errorResponse?.result;
}

/** The driver tells a client's bulkWrite by maps, with a flag that the format does not have. */
function asDocument(actual: object): Json {
  const { didUpsert: _flag, ...document } = (
    actual instanceof Map ? Object.fromEntries(actual) : actual
  ) as Json;
  return document;
}

/** Compares as the format says: numbers by value, extra keys allowed at the root of a result only. */
export function assertMatches(expected: unknown, actual: unknown, where: string, root: boolean): void {
  const differ = (): never => {
    throw new Error(
      `${where}: expected ${EJSON.stringify(expected as Json)}, got ${EJSON.stringify(actual as Json)}`,
    );
  };
  if (isSpecial(expected)) return assertSpecial(expected, actual, where);
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) return differ();
    expected.forEach((item, at) => assertMatches(item, actual[at], `${where}[${at}]`, root));
    return;
  }
  const wanted = isPlain(expected) ? parse(expected) : expected;
  if (isPlain(wanted) && isPlain(expected)) {
    if (actual === null || typeof actual !== 'object') return differ();
    const document = asDocument(actual);
    for (const [key, value] of Object.entries(expected)) {
      if (isSpecial(value) && ('$$exists' in value || '$$unsetOrMatches' in value))
        assertSpecial(value, document[key], `${where}.${key}`);
      else if (!(key in document))
        throw new Error(`${where}.${key} is missing in ${EJSON.stringify(document)}`);
      else assertMatches(value, document[key], `${where}.${key}`, false);
    }
    if (root) return;
    for (const key of Object.keys(document))
      if (!(key in expected)) throw new Error(`${where}.${key} is not expected`);
    return;
  }
  if (numberOf(wanted) !== undefined && numberOf(actual) !== undefined)
    return numberOf(wanted) === numberOf(actual) ? undefined : differ();
  if (EJSON.stringify(wanted as Json) !== EJSON.stringify(actual as Json)) differ();
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'object' &&
    value !== null &&
    ['Int32', 'Long', 'Double'].includes(String((value as Json)._bsontype))
    ? Number(value)
    : undefined;
}

const isPlain = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

const isSpecial = (value: unknown): value is Json =>
  isPlain(value) && Object.keys(value).length === 1 && Object.keys(value)[0]?.startsWith('$$') === true;

function assertSpecial(expected: Json, actual: unknown, where: string): void {
  if ('$$unsetOrMatches' in expected) {
    if (actual !== undefined && actual !== null)
      assertMatches(expected.$$unsetOrMatches, actual, where, true);
  } else if ('$$exists' in expected) {
    if ((actual !== undefined) !== expected.$$exists)
      throw new Error(`${where} ${expected.$$exists ? 'is missing' : 'should not be there'}`);
  } else if ('$$type' in expected) {
    const types = [expected.$$type].flat();
    const is =
      typeof actual === 'object'
        ? actual === null
          ? 'null'
          : Array.isArray(actual)
            ? 'array'
            : 'object'
        : typeof actual;
    if (
      !types.some(
        (type) => type === is || (is === 'number' && ['int', 'long', 'double'].includes(String(type))),
      )
    )
      throw new Error(`${where}: expected type ${types.join(' or ')}, got ${is}`);
  } else throw new Error(`the runner knows no operator ${Object.keys(expected)[0]}`);
}
