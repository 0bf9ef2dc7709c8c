import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../core/kernel/clock.js';
import { silentLogger } from '../../core/kernel/logger.js';
import { startEmbeddedStore } from '../../storage/embedded/index.js';
import { openDatabase, type CollectionDefinition, type Database } from '../../storage/mongo/database.js';

export interface TemporaryDatabase {
  database: Database;
  uri: string;
  /** A second connection, as another process would have. */
  connectAgain(): Promise<Database>;
  close(): Promise<void>;
}

/** A database for one test file: `MONGODB_URI` when it is set, else the built-in store in a folder that is removed. */
export async function openTemporaryDatabase(
  definitions: readonly { name: string; schema: unknown }[],
): Promise<TemporaryDatabase> {
  const known = definitions as unknown as CollectionDefinition<never>[];
  const folder = await mkdtemp(join(tmpdir(), 'steward-test-'));
  const external = process.env.MONGODB_URI;
  const store = external
    ? undefined
    : await startEmbeddedStore({ dataDir: folder, clock: systemClock, logger: silentLogger });
  const name = `steward-test-${process.pid}-${Math.random().toString(36).slice(2)}`;
  const uri = store?.uri ?? withDatabase(external ?? '', name);
  const database = await openDatabase(uri, known, store?.command);
  const more: Database[] = [];
  return {
    database,
    uri,
    connectAgain: async () => {
      const again = await openDatabase(uri, known);
      more.push(again);
      return again;
    },
    close: async () => {
      if (external) await database.connection.dropDatabase();
      for (const each of [database, ...more]) await each.close();
      await store?.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function withDatabase(uri: string, name: string): string {
  const url = new URL(uri);
  url.pathname = `/${name}`;
  return url.href;
}
