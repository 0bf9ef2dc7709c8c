import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock, type Clock } from '../../../core/kernel/clock.js';
import { silentLogger } from '../../../core/kernel/logger.js';
import {
  startEmbeddedStore,
  type EmbeddedStore,
  type EmbeddedStoreOptions,
} from '../../../storage/embedded/index.js';

/** A server to hold to the contract: the built-in store in a fresh folder. */
export interface ContractTarget {
  uri: string;
  dataDir: string;
  store: EmbeddedStore;
  close(): Promise<void>;
}

/** Starts the built-in store in a folder of its own, which is removed again on close. */
export async function contractTarget(
  options: Partial<EmbeddedStoreOptions> & { clock?: Clock } = {},
): Promise<ContractTarget> {
  const dataDir = mkdtempSync(join(tmpdir(), 'steward-contract-'));
  const store = await startEmbeddedStore({ dataDir, clock: systemClock, logger: silentLogger, ...options });
  return {
    uri: store.uri,
    dataDir,
    store,
    close: async () => {
      await store.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
