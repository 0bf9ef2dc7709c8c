import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { packageRoot, shippedFile } from '../../core/kernel/package-root.js';

export interface StartedServer {
  url: string;
  /** Everything it wrote on stderr so far. */
  output(): string;
  /** Stops it as an operator would, and deletes its data. @returns its exit code. */
  stop(): Promise<number | null>;
}

/** Starts the built server as `npm start` does, on a free port and a data folder of its own, and waits until it is ready. */
export async function startServer(settings: Record<string, string> = {}): Promise<StartedServer> {
  const port = await freePort();
  const dataDir = await mkdtemp(join(tmpdir(), 'steward-browser-'));
  const child = spawn(process.execPath, [shippedFile('dist', 'run', 'server.js')], {
    cwd: packageRoot,
    env: {
      ...process.env,
      NODE_ENV: 'development',
      PORT: String(port),
      STEWARD_DATA_DIR: dataDir,
      ...settings,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const url = `http://127.0.0.1:${port}`;
  for (;;) {
    const response = await fetch(`${url}/readyz`).catch(() => undefined);
    if (response?.ok) break;
    if (child.exitCode !== null) throw new Error(`The server ended before it was ready:\n${output}`);
    await pause(100);
  }
  return {
    url,
    output: () => output,
    stop: async () => {
      child.kill('SIGTERM');
      const [code] = await ended;
      await rm(dataDir, { recursive: true, force: true });
      return code;
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  return port;
}
