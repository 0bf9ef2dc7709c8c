import mongoose from 'mongoose';
import { Unavailable } from '../../core/kernel/errors.js';
import { createBatchWriter, type BatchWriter } from './batch-writer.js';
import { DirectCollection, goDirect, type DirectCommand } from './direct-collection.js';
import { JoinedReads } from './joined-reads.js';
import { TenantCollection, type TenantRecord } from './tenant-collection.js';

/** A collection of records that each belong to one tenant; `schema` declares fields, encryption and indexes. */
export interface CollectionDefinition<T extends TenantRecord> {
  name: string;
  schema: mongoose.Schema<T>;
}

/** One connection to MongoDB or to the built-in store; opened and closed by `bot/compose.ts`. */
export interface Database {
  readonly connection: mongoose.Connection;
  /** Joins small writes that come at the same time. */
  readonly batch: BatchWriter;
  /** The collection as one tenant sees it. */
  collection<T extends TenantRecord>(
    definition: CollectionDefinition<T>,
    tenantId: string,
  ): TenantCollection<T>;
  /** Work that is not any tenant's own: sweeps over due records. Used by `storage` alone. */
  acrossTenants<T extends TenantRecord>(definition: CollectionDefinition<T>): mongoose.Model<T>;
  close(): Promise<void>;
}

/**
 * Opens a connection and creates the indexes of `definitions`.
 * @param direct the commands of the built-in store that runs in this process at `uri`, for what is asked often.
 * @throws Unavailable when the server does not answer within 5 s.
 */
export async function openDatabase(
  uri: string,
  definitions: CollectionDefinition<never>[],
  direct?: DirectCommand,
): Promise<Database> {
  const connection = mongoose.createConnection(uri, {
    serverSelectionTimeoutMS: 5_000,
    autoIndex: false,
    autoCreate: false,
    maxPoolSize: 32,
  });
  const models = new Map<string, mongoose.Model<never>>();
  const modelOf = <T extends TenantRecord>(definition: CollectionDefinition<T>): mongoose.Model<T> => {
    const known = models.get(definition.name);
    if (known) return known as unknown as mongoose.Model<T>;
    const made = connection.model<T>(definition.name, definition.schema, definition.name);
    models.set(definition.name, made as unknown as mongoose.Model<never>);
    if (direct) goDirect(made as unknown as mongoose.Model<never>, direct, connection.name);
    return made;
  };
  try {
    await connection.asPromise();
    await Promise.all(definitions.map((definition) => modelOf(definition).createIndexes()));
  } catch (error) {
    await connection.close().catch(() => undefined); // the first fault is the one to report
    throw new Unavailable(
      'storage.unreachable',
      'The database does not answer. Check MONGODB_URI and that the server runs.',
      {
        cause: error,
      },
    );
  }
  const batch = createBatchWriter(
    connection,
    direct && ((name) => new DirectCollection(direct, connection.name, name)),
  );
  const reads = new JoinedReads();
  return {
    connection,
    batch,
    collection: (definition, tenantId) => new TenantCollection(modelOf(definition), tenantId, batch, reads),
    acrossTenants: modelOf,
    close: async () => {
      await batch.drain();
      await connection.close();
    },
  };
}
