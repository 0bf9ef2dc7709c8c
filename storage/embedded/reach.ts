import { startEmbeddedStore, StoreInUse, type EmbeddedStoreOptions } from './index.js';

/** A store to talk to; `close` ends what was started for it. */
export interface ReachedStore {
  uri: string;
  close(): Promise<void>;
}

/**
 * Where Steward's data can be reached: at MongoDB when it is configured, through the process that holds the data folder, or by
 * starting the built-in store. Throws StoreInUse when that process does not say where it serves the store.
 */
export async function reachStore(
  mongodbUri: string | undefined,
  options: EmbeddedStoreOptions,
): Promise<ReachedStore> {
  const nothing = (): Promise<void> => Promise.resolve();
  if (mongodbUri) return { uri: mongodbUri, close: nothing };
  try {
    return await startEmbeddedStore(options);
  } catch (error) {
    if (error instanceof StoreInUse && error.uri !== undefined) return { uri: error.uri, close: nothing };
    throw error;
  }
}
