import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { shippedFile } from '../../core/kernel/package-root.js';

/** `steward store` in a process of its own, as MongoDB would be. */
export interface ServedStore {
  uri: string;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
}

/** @param port 0: a free one. */
export async function serveStore(dataDir: string, port = 0): Promise<ServedStore> {
  const child: ChildProcess = spawn(
    process.execPath,
    [shippedFile('dist', 'run', 'cli.js'), 'store', '--listen', `127.0.0.1:${port}`],
    {
      env: { ...process.env, NODE_OPTIONS: '', STEWARD_DATA_DIR: dataDir },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  if (!child.stdout) throw new Error('the store has no output');
  const uri = await uriFrom(child.stdout);
  return {
    uri,
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** The address in what `steward store` prints first. */
async function uriFrom(output: NodeJS.ReadableStream): Promise<string> {
  const lines = createInterface({ input: output });
  for await (const line of lines) {
    const uri = /mongodb:\/\/[^\s"]+/.exec(line)?.[0];
    if (uri) return uri;
  }
  throw new Error('the store ended before it was ready');
}
