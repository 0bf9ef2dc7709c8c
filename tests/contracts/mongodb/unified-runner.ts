import { EJSON } from 'bson';
import mongoose from 'mongoose';
import { assertEvents, observe, type ExpectedEvents } from './unified-events.js';
import { assertMatches, type Entities } from './unified-match.js';
import { operate } from './unified-operations.js';

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
  expectEvents?: ExpectedEvents[];
  outcome?: { collectionName: string; databaseName: string; documents: Json[] }[];
}

interface Operation {
  name: string;
  object: string;
  arguments?: Json;
  expectResult?: unknown;
  expectError?: Json;
  ignoreResultAndError?: boolean;
  saveResultAsEntity?: string;
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
  uri: string;
  clients: InstanceType<Mongo['MongoClient']>[];
  entities: Map<string, unknown>;
  /** The events of each client, by its name. */
  events: Map<string, Json[]>;
}

/** Runs one test; throws with the first difference. */
export async function runUnified(
  uri: string,
  observer: MongoClient,
  file: UnifiedFile,
  test: UnifiedTest,
): Promise<void> {
  const world: World = { uri, clients: [], entities: new Map(), events: new Map() };
  try {
    for (const entity of file.createEntities ?? []) await createEntity(world, entity);
    for (const data of file.initialData ?? []) await prepareCollection(observer, data);
    for (const operation of test.operations) await runOperation(world, operation);
    for (const expected of test.expectEvents ?? [])
      if ((expected.eventType ?? 'command') === 'command')
        assertEvents(world.entities, expected, world.events.get(expected.client) ?? []);
    for (const { databaseName, collectionName, documents } of test.outcome ?? []) {
      const found = await observer
        .db(databaseName)
        .collection(collectionName)
        .find({}, { sort: { _id: 1 }, promoteValues: true })
        .toArray();
      assertMatches(world.entities, documents, found, `outcome of ${collectionName}`, false);
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

async function createEntity({ uri, clients, entities, events }: World, definition: Json): Promise<void> {
  const [[kind, given]] = Object.entries(definition) as [[string, Json]];
  const id = given.id as string;
  if (kind === 'client') {
    const client = new mongo.MongoClient(uri, {
      monitorCommands: true,
      ...(given.uriOptions as Json | undefined),
      ...(given.serverApi !== undefined && { serverApi: given.serverApi as never }),
    });
    events.set(id, observe(client as never, given));
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
  {
    name,
    object,
    arguments: given = {},
    expectResult,
    expectError,
    ignoreResultAndError,
    saveResultAsEntity,
  }: Operation,
): Promise<void> {
  const args = parse(given) as Json;
  let result: unknown;
  try {
    result = await perform(world, object, name, args);
  } catch (error) {
    if (ignoreResultAndError) return;
    if (!expectError) throw error;
    return assertError(world.entities, expectError, error as Error & Json);
  }
  if (ignoreResultAndError) return;
  if (expectError) throw new Error(`${name} should have failed with ${JSON.stringify(expectError)}`);
  if (expectResult !== undefined) assertMatches(world.entities, expectResult, result, name, true);
  if (saveResultAsEntity !== undefined) world.entities.set(saveResultAsEntity, result);
}

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

async function perform(world: World, object: string, name: string, args: Json): Promise<unknown> {
  const { entities, clients } = world;
  if (/^assert(Collection|Index)(Not)?Exists$/.test(name))
    return assertExists(clients[0] as MongoClient, name, args);
  if (name === 'createEntities') {
    for (const entity of args.entities as Json[]) await createEntity(world, entity);
    return undefined;
  }
  const session = typeof args.session === 'string' ? entities.get(args.session) : undefined;
  return operate(entities.get(object), name, args, session);
}

function assertError(entities: Entities, expected: Json, error: Error & Json): void {
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
      entities,
      expected.errorResponse,
      { ...(error.errorResponse as Json), code: error.code },
      'errorResponse',
      true,
    );
  if (expected.expectResult !== undefined)
    assertMatches(entities, expected.expectResult, resultOf(error), 'partial result', true);
  if (expected.writeErrors !== undefined)
    for (const [index, wanted] of Object.entries(expected.writeErrors as Json))
      assertMatches(
        entities,
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
