import { rename, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { deserialize } from 'bson';
import mongoose from 'mongoose';
import type { Clock } from '../../core/kernel/clock.js';
import { Conflict } from '../../core/kernel/errors.js';
import {
  type ArchiveItem,
  documentIn,
  type Manifest,
  readArchive,
  verifyArchive,
  writeArchive,
} from './archive.js';

type Client = mongoose.mongo.MongoClient;
type Db = mongoose.mongo.Db;
type Fields = Record<string, unknown>;

/** Keeps every BSON type as it is. */
const EXACT = { promoteValues: false, bsonRegExp: true } as const;
const batch = 500;

export interface BackupOptions {
  uri: string;
  path: string;
  clock: Clock;
  /** Read the archive again after writing it. */
  verify: boolean;
}

/**
 * Writes all collections of the database that `uri` names into an archive. The built-in store and replica sets are read as of one
 * moment; a single MongoDB server cannot do that, and the manifest then says so. Throws Conflict when `path` exists.
 */
export async function backUp({ uri, path, clock, verify }: BackupOptions): Promise<Manifest> {
  if (existsSync(path))
    throw new Conflict('backup.exists', `${path} exists already. Choose another name, or remove it first.`);
  const unfinished = `${path}.unfinished`;
  await rm(unfinished, { force: true });
  return withClient(uri, async (client) => {
    const db = client.db();
    const { items, consistent } = await sourceOf(client, db);
    try {
      const manifest = await writeArchive(unfinished, items, clock.now(), consistent);
      if (verify) await verifyArchive(unfinished);
      await rename(unfinished, path);
      return manifest;
    } finally {
      await rm(unfinished, { force: true });
    }
  });
}

async function withClient<T>(uri: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new mongoose.mongo.MongoClient(uri, { serverSelectionTimeoutMS: 5_000 });
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.close();
  }
}

async function sourceOf(
  client: Client,
  db: Db,
): Promise<{ items: AsyncIterable<ArchiveItem>; consistent: boolean }> {
  const { storageEngines, gitVersion } = (await db.admin().command({ buildInfo: 1 })) as {
    storageEngines?: string[];
    gitVersion?: string;
  };
  if (storageEngines?.includes('lmdb') && gitVersion?.startsWith('steward'))
    return { items: exported(db), consistent: true };
  const { setName } = (await db.command({ hello: 1 })) as { setName?: string };
  return {
    items: collectionByCollection(client, db, setName !== undefined),
    consistent: setName !== undefined,
  };
}

/** The built-in store gives everything in one cursor over one snapshot. */
async function* exported(db: Db): AsyncGenerator<ArchiveItem> {
  const cursor = db.runCursorCommand({ stewardExport: 1, cursor: {} } as never, { raw: true } as never);
  for await (const bytes of cursor as unknown as AsyncIterable<Buffer>) {
    const document = documentIn(bytes);
    if (document) {
      yield { document };
      continue;
    }
    const each = deserialize(bytes) as Fields;

    yield {
      collection: {
        name: String(each.collection),
        options: each.options as Fields,
        indexes: each.indexes as Fields[],
      },
    };
  }
}

async function* collectionByCollection(
  client: Client,
  db: Db,
  snapshot: boolean,
): AsyncGenerator<ArchiveItem> {
  const session = client.startSession(snapshot ? { snapshot: true } : {});
  try {
    const collections = await db.listCollections({ type: 'collection' }, { nameOnly: false }).toArray();
    for (const { name, options } of collections as { name: string; options?: Fields }[]) {
      if (name.startsWith('system.')) continue;
      const indexes = (await db.collection(name).listIndexes().toArray()) as Fields[];
      const own = indexes
        .filter((index) => String(index.name) !== '_id_')
        .map(({ ns: _ns, ...rest }) => rest);
      yield { collection: { name, options: options ?? {}, indexes: own } };
      for await (const document of db.collection(name).find({}, { raw: true, session })) {
        yield { document: document as unknown as Buffer };
      }
    }
  } finally {
    await session.endSession();
  }
}

export interface RestoreOptions {
  uri: string;
  path: string;
}

/**
 * Puts an archive into the database that `uri` names. The archive is checked first, from beginning to end. Throws InvalidInput when
 * it is broken, Conflict when the database holds documents already.
 */
export async function restore({ uri, path }: RestoreOptions): Promise<Manifest> {
  const manifest = await verifyArchive(path);
  await withClient(uri, async (client) => {
    const db = client.db();
    await refuseUnlessEmpty(db);
    await load(db, path);
    await compareCounts(db, manifest);
  });
  return manifest;
}

async function refuseUnlessEmpty(db: Db): Promise<void> {
  for (const { name } of await db.listCollections({}, { nameOnly: true }).toArray()) {
    if (name.startsWith('system.')) continue;
    if (await db.collection(name).findOne({})) {
      throw new Conflict(
        'backup.not-empty',
        `The database ${db.databaseName} is not empty (${name} holds documents). Restore into an empty data folder or database.`,
      );
    }
    await db.collection(name).drop();
  }
}

/** Documents go in first, indexes after them. */
async function load(db: Db, path: string): Promise<void> {
  let name = '';
  let waiting: Fields[] = [];
  const indexes: { name: string; specs: Fields[] }[] = [];
  const flush = async (): Promise<void> => {
    if (waiting.length > 0)
      await db.command({ insert: name, documents: waiting }, { ignoreUndefined: false });
    waiting = [];
  };
  for await (const item of readArchive(path)) {
    if ('document' in item) {
      waiting.push(deserialize(item.document, EXACT));
      if (waiting.length >= batch) await flush();
      continue;
    }
    await flush();
    ({ name } = item.collection);
    await db.createCollection(name, item.collection.options);
    indexes.push({ name, specs: item.collection.indexes });
  }
  await flush();
  for (const { name: collection, specs } of indexes) {
    if (specs.length > 0) await db.command({ createIndexes: collection, indexes: specs });
  }
}

async function compareCounts(db: Db, { collections }: Manifest): Promise<void> {
  for (const { name, documents } of collections) {
    const found = await db.collection(name).countDocuments({});
    if (found !== documents) {
      throw new Conflict(
        'backup.incomplete',
        `${name} holds ${found} documents after restoring ${documents}. Was something else writing? Restore again into an empty database.`,
      );
    }
  }
}
