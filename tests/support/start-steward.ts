import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeSteward, type ComposeOptions, type Steward } from '../../bot/compose.js';
import { loadConfig } from '../../bot/config.js';
import { firstIngest } from '../../bot/first-ingest.js';
import { silentLogger } from '../../core/kernel/logger.js';
import { startConnector, type ConnectorFake } from '../fakes/connector.js';

export interface RunningSteward {
  steward: Steward;
  /** `http://127.0.0.1:PORT` */
  url: string;
  connector: ConnectorFake;
  dataDir: string;
  /** Posts a Teams activity as Microsoft's test clients do; `serviceUrl` is set to the connector's. */
  teams(activity: Record<string, unknown>): Promise<{ status: number; body: unknown }>;
  /** Stops; the data, and the connector it talked to, stay when they are to be kept, to be started on again. */
  close(options?: { keepData?: boolean; keepConnector?: boolean }): Promise<void>;
}

export interface StartOptions extends Partial<ComposeOptions> {
  env?: NodeJS.ProcessEnv;
  dataDir?: string;
  /** The connector of an earlier start, whose address is in the stored conversations. */
  connector?: ConnectorFake;
  /** False: the sample handbook is not taken in. */
  handbook?: boolean;
}

/** The whole of Steward on a temporary store, with a connector on loopback in place of Teams. */
export async function startSteward({
  env = {},
  dataDir,
  handbook = true,
  connector: earlier,
  ...options
}: StartOptions = {}): Promise<RunningSteward> {
  const folder = dataDir ?? mkdtempSync(join(tmpdir(), 'steward-test-'));
  const connector = earlier ?? (await startConnector());
  const config = loadConfig(
    { NODE_ENV: 'test', STEWARD_DATA_DIR: folder, PORT: '0', ...mongodbOf(folder), ...env },
    folder,
  );
  const steward = await composeSteward(config, { logger: silentLogger, ...options });
  if (handbook) await firstIngest(steward, () => {});
  const { port } = await steward.start();
  const url = `http://127.0.0.1:${port}`;
  return {
    steward,
    url,
    connector,
    dataDir: folder,
    teams: async (activity) => {
      const response = await fetch(`${url}/api/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...activity, serviceUrl: connector.serviceUrl }),
      });
      const text = await response.text();
      return { status: response.status, body: text ? (JSON.parse(text) as unknown) : undefined };
    },
    close: async ({ keepData = false, keepConnector = false } = {}) => {
      await steward.stop();
      if (!keepConnector) await connector.close();
      if (!keepData) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** With MONGODB_URI set the same tests run on a real server: a database for each data folder, found again after a restart. */
export function mongodbOf(folder: string): NodeJS.ProcessEnv {
  const base = process.env.MONGODB_URI;
  if (!base) return {};
  // Named after the folder: what counts up anew in each test file would meet the data of the file before.
  const name = `steward-test-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}`;
  const url = new URL(base);
  url.pathname = `/${name}`;
  return { MONGODB_URI: url.toString() };
}
