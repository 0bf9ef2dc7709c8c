import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { shippedFile } from '../../core/kernel/package-root.js';
import type { ConnectorFake } from '../fakes/connector.js';
import type { Reachable } from '../support/teams-people.js';

export interface KillableSteward extends Reachable {
  /** Ends the process as a power cut would. */
  kill(): Promise<void>;
  /** Ends it as an operator would. */
  stop(): Promise<void>;
}

/** Starts Steward from `dist/` in a process of its own, on a data folder that outlives it. */
export async function startKillable(
  settings: { dataDir: string; aheadMs: number; env: NodeJS.ProcessEnv },
  connector: ConnectorFake,
): Promise<KillableSteward> {
  const child = spawn(
    process.execPath,
    [shippedFile('tests', 'chaos', 'steward-process.mjs'), shippedFile('dist')],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...process.env,
        NODE_ENV: 'test',
        NODE_OPTIONS: '',
        PORT: '0',
        STEWARD_DATA_DIR: settings.dataDir,
        CLOCK_AHEAD_MS: String(settings.aheadMs),
        ...settings.env,
      },
    },
  );
  const url = `http://127.0.0.1:${await portOf(child)}`;
  const ended = once(child, 'exit');
  return {
    connector,
    async teams(activity) {
      const response = await fetch(`${url}/api/messages`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...activity, serviceUrl: connector.serviceUrl }),
      });
      const text = await response.text();
      return { status: response.status, body: text ? (JSON.parse(text) as unknown) : undefined };
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function portOf(child: ChildProcess): Promise<number> {
  if (!child.stdout) throw new Error('the child has no output');
  for await (const line of createInterface({ input: child.stdout }))
    return (JSON.parse(line) as { port: number }).port;
  throw new Error('Steward ended before it was ready');
}
