import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EJSON } from 'bson';
import mongoose from 'mongoose';
import { packageRoot } from '../../../core/kernel/package-root.js';
import { CASES, type Case, type Coll } from './cases.js';
import './collection-cases.js';
import './computed-cases.js';
import './expression-cases.js';
import './query-cases.js';
import './refusal-cases.js';
import './session-cases.js';
import './special-cases.js';
import './stage-cases.js';
import './write-cases.js';
import { contractTarget, type ContractTarget } from './target.js';

const file = join(packageRoot, 'tests', 'contracts', 'mongodb', 'recorded.json');
const recorded = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
const server = process.env.MONGODB_URI;
const record = server !== undefined && process.env.MONGODB_CONTRACT === 'record';

const canonical = (value: unknown): unknown =>
  JSON.parse(EJSON.stringify({ value: value ?? null }, { relaxed: false })).value as unknown;

interface ErrorReply {
  code?: unknown;
  keyPattern?: unknown;
  keyValue?: unknown;
}

/** The answer of a case as canonical extended JSON; of an error only what programs rely on. */
async function answer(db: mongoose.mongo.Db, { seed, run }: Case): Promise<unknown> {
  const collection = db.collection('contract') as unknown as Coll;
  await db.collection('contract').drop();
  await db.createCollection('contract');
  if (seed.length > 0) await collection.insertMany(seed);
  try {
    return canonical(await run(collection));
  } catch (error) {
    if (!(error instanceof mongoose.mongo.MongoError) || !('code' in error)) throw error;
    const { code, errorResponse, ...own } = error as ErrorReply & { errorResponse?: ErrorReply };
    const { keyPattern = errorResponse?.keyPattern, keyValue = errorResponse?.keyValue } = own;
    return canonical({ error: code, ...(keyPattern !== undefined && { keyPattern, keyValue }) });
  }
}

/** An error is compared by its code, and by the keys when the expectation names them. */
function comparable(found: unknown, expected: unknown): unknown {
  const error = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && 'error' in value;
  return error(found) && error(expected) && !('keyPattern' in expected) ? { error: found.error } : found;
}

describe("MongoDB's behaviour, call by call", () => {
  let target: ContractTarget;
  const clients: mongoose.mongo.MongoClient[] = [];
  let embedded: mongoose.mongo.Db;
  let real: mongoose.mongo.Db | undefined;

  beforeAll(async () => {
    target = await contractTarget();
    const open = (uri: string): mongoose.mongo.Db => {
      const client = new mongoose.mongo.MongoClient(uri);
      clients.push(client);
      return client.db('steward-contract');
    };
    embedded = open(target.uri);
    if (server) real = open(server);
  });
  afterAll(async () => {
    if (record) writeFileSync(file, `${JSON.stringify(recorded, null, 2)}\n`);
    await real?.dropDatabase();
    await Promise.all(clients.map((client) => client.close()));
    await target.close();
  });

  it('covers at least 160 cases', () => {
    expect(CASES.length).toBeGreaterThanOrEqual(160);
  });

  for (const each of CASES) {
    it(each.name, async () => {
      const expected = recorded[each.name] ?? canonical(each.expected);
      const ours = await answer(embedded, each);
      if (real) {
        const theirs = await answer(real, each);
        if (record) recorded[each.name] = theirs;
        expect(comparable(ours, theirs)).toEqual(comparable(theirs, theirs));
      } else expect(comparable(ours, expected)).toEqual(expected);
    });
  }
});
