import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe } from '@jest/globals';
import { createOutboundFetch } from '../../core/kernel/outbound-fetch.js';
import { createChromaVectorIndex } from '../../storage/vectors/chroma-vector-index.js';
import { vectorIndexContract } from '../contracts/vector-index-contract.js';

/** Chroma's own server as an npm package for one platform; 440 MB, so it is fetched for this test alone. */
const SERVER = 'chromadb-js-bindings-linux-x64-gnu@1.0.5';
const isSupported = process.platform === 'linux' && process.arch === 'x64';

/** The vector index held to a real Chroma, by the same suite as the one in process. */
(isSupported ? describe : describe.skip)('The vector index on a real Chroma server', () => {
  let folder: string;
  let server: ChildProcess;
  let url: string;
  let made = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'steward-chroma-'));
    await promisify(execFile)('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', SERVER]);
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const script = join(folder, 'run.cjs');
    const call = [
      'chroma',
      'run',
      '--path',
      join(folder, 'data'),
      '--host',
      '127.0.0.1',
      '--port',
      `${port}`,
    ];
    await writeFile(
      script,
      `require('${SERVER.slice(0, SERVER.lastIndexOf('@'))}').cli(${JSON.stringify(call)})`,
    );
    server = spawn(process.execPath, [script], { cwd: folder, stdio: 'ignore' });
    await answers(url);
  }, 300_000);

  afterAll(async () => {
    server?.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  vectorIndexContract(() => {
    made += 1;
    const fetch = createOutboundFetch(() => true);
    return Promise.resolve(createChromaVectorIndex({ url, collection: `contract-${made}`, fetch }));
  });
});

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise<void>((resolve) => probe.close(() => resolve()));
  return port;
}

/** Waits for the server's heartbeat; it has no other sign that it is up. */
async function answers(url: string): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    const isUp = await fetch(`${url}/api/v2/heartbeat`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error('Chroma did not start.');
}
