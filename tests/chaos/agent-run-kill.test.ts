import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Advanced } from '../../core/agents/run/advance.js';
import { shippedFile } from '../../core/kernel/package-root.js';
import { startFakeOpenAi, type FakeOpenAi, type ScriptedReply } from '../fakes/openai-server.js';

/** The other side of the tools: what was read and ordered, by key. An order is placed whenever it is asked for. */
interface World {
  url: string;
  reads: string[];
  orders: string[];
  /** Called when an order was placed and before it is answered. */
  onOrder?: () => void;
  close(): Promise<void>;
}

async function startWorld(): Promise<World> {
  const reads: string[] = [];
  const orders: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://world');
    const key = url.searchParams.get('key') ?? '';
    if (url.pathname.startsWith('/stock/')) {
      reads.push(key);
      response.end('none left');
    } else if (request.method === 'POST') {
      orders.push(key);
      world.onOrder?.();
      response.end(`order ${orders.length}`);
    } else {
      response.statusCode = orders.includes(key) ? 200 : 404;
      response.end(`order ${orders.indexOf(key) + 1}`);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const world: World = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    reads,
    orders,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return world;
}

/** Ten uses of tools, a read and an order in turn, and then the result; the reply follows from what was done so far. */
const tenSteps = (done: number): ScriptedReply => {
  if (done === 10) return { text: 'Five items were ordered.' };
  const name = done % 2 === 0 ? 'stock__read' : 'order__place';
  return {
    toolCalls: [{ id: `c${done}`, name, arguments: JSON.stringify({ item: `item-${done >> 1}` }) }],
    pieceLength: 5,
  };
};
/** started; asked, thought, action, observation ten times; asked, thought, verified, finished */
const LENGTH = 1 + 10 * 4 + 4;

let endpoint: FakeOpenAi;
let world: World;
let dataDir: string;

beforeEach(async () => {
  endpoint = await startFakeOpenAi();
  world = await startWorld();
  dataDir = mkdtempSync(join(tmpdir(), 'steward-kill-'));
  endpoint.script(
    ...Array.from(
      { length: 200 },
      () => (call: FakeOpenAi['calls'][number]) =>
        tenSteps(call.body.messages.filter(({ role }) => role === 'tool').length),
    ),
  );
});
afterEach(async () => {
  await endpoint.close();
  await world.close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Works on the run in a process of its own. @returns how it ended, or undefined when the process was killed. */
async function work(runId: string, dieAfter: number): Promise<Advanced | undefined> {
  const child = spawn(
    process.execPath,
    [
      shippedFile('tests', 'chaos', 'agent-run-worker.mjs'),
      shippedFile('dist'),
      dataDir,
      endpoint.baseUrl,
      world.url,
      runId,
      String(dieAfter),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  world.onOrder = dieAfter === IN_ORDER ? () => void child.kill('SIGKILL') : undefined;
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  if (signal === 'SIGKILL') return undefined;
  expect(code).toBe(0);
  return output ? (JSON.parse(output) as Advanced) : undefined;
}

const NEVER = -1;
/** Killed by the tools' side, after it has placed an order and before it says so. */
const IN_ORDER = -2;

describe('a ten-step run with tools under kill -9', () => {
  it('ends as if nothing had happened when its process is killed after each of its steps', async () => {
    for (let step = 0; step < LENGTH; step += 1)
      expect([step, await work('run-killed', step)]).toEqual([step, undefined]);
    const done = await work('run-killed', NEVER);
    expect(done).toMatchObject({ status: 'finished' });
    expect(done?.steps).toHaveLength(LENGTH);
    expect(done?.steps.map(({ number }) => number)).toEqual([...Array(LENGTH).keys()]);
    expect(endpoint.calls).toHaveLength(11);
    expect(new Set(endpoint.calls.map(({ headers }) => headers['idempotency-key'])).size).toBe(11);
    expect([world.reads.length, new Set(world.reads).size]).toEqual([5, 5]);
    expect([world.orders.length, new Set(world.orders).size]).toEqual([5, 5]);
  });

  it('asks the other side what became of an order when it is killed while the order is placed', async () => {
    expect(await work('run-ordering', IN_ORDER)).toBeUndefined();
    expect(await work('run-ordering', IN_ORDER)).toBeUndefined();
    const done = await work('run-ordering', NEVER);
    expect(done).toMatchObject({ status: 'finished' });
    expect([world.orders.length, new Set(world.orders).size]).toEqual([5, 5]);
    expect(endpoint.calls).toHaveLength(11);
  });
});
