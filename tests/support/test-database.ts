import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../core/kernel/clock.js';
import { silentLogger } from '../../core/kernel/logger.js';
import { startEmbeddedStore } from '../../storage/embedded/index.js';
import { type CollectionDefinition, type Database, openDatabase } from '../../storage/mongo/database.js';

export interface TestDatabase {
  database: Database;
  /** Drops what the test made and frees what it opened. */
  close(): Promise<void>;
}

/** An empty database: on the server of `MONGODB_URI` when it is set, else on the built-in store in a temporary folder. */
export async function openTestDatabase(definitions: CollectionDefinition<never>[]): Promise<TestDatabase> {
  const name = `test-${randomBytes(6).toString('hex')}`;
  const server = process.env.MONGODB_URI;
  if (server) {
    const uri = new URL(server);
    uri.pathname = `/${name}`;
    const database = await openDatabase(uri.href, definitions);
    return {
      database,
      close: async () => {
        await database.connection.dropDatabase();
        await database.close();
      },
    };
  }
  const dataDir = await mkdtemp(join(tmpdir(), 'steward-test-'));
  const store = await startEmbeddedStore({ dataDir, clock: systemClock, logger: silentLogger });
  const database = await openDatabase(store.uri, definitions, store.command);
  return {
    database,
    close: async () => {
      await database.close();
      await store.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
