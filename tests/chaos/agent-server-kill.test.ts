import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startConnector, type ConnectorFake } from '../fakes/connector.js';
import { startFakeOpenAi, type FakeOpenAi, type ReceivedCall } from '../fakes/openai-server.js';
import { freePort } from '../load/subject.js';
import { StewardServer } from './steward-server.js';

let endpoint: FakeOpenAi;
let connector: ConnectorFake;
let dataDir: string;
let server: StewardServer;

beforeEach(async () => {
  endpoint = await startFakeOpenAi();
  connector = await startConnector();
  dataDir = mkdtempSync(join(tmpdir(), 'steward-server-kill-'));
  server = new StewardServer(await freePort(), {
    STEWARD_DATA_DIR: dataDir,
    OPENAI_BASE_URL: endpoint.baseUrl,
    OPENAI_API_KEY: 'k',
  });
});
afterEach(async () => {
  await server.kill();
  await endpoint.close();
  await connector.close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Kills the server as `kill -9` does, and starts it again on its data. */
async function killAndStart(): Promise<void> {
  await server.kill();
  await server.start();
}

const ask = (text: string) =>
  fetch(`http://127.0.0.1:${server.port}/api/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      type: 'message',
      id: 'm-1',
      timestamp: '2026-11-21T09:00:00.000Z',
      channelId: 'msteams',
      serviceUrl: connector.serviceUrl,
      from: { id: '29:ann', name: 'Ann Example' },
      recipient: { id: '28:steward', name: 'Steward' },
      conversation: { id: 'a:killed', conversationType: 'personal', tenantId: 'acme' },
      channelData: { tenant: { id: 'acme' } },
      text,
    }),
  });

/** Messages that a person was left with. */
const answers = (): string[] => connector.messages().map(({ activity }) => JSON.stringify(activity));

const usesTools = ({ body }: ReceivedCall): boolean => (body.tools ?? []).length > 0;
const findings = ({ body }: ReceivedCall): number =>
  body.messages.filter(({ role }) => role === 'tool').length;

describe('a server that is killed while an agent works', () => {
  it('goes on after each start, repeats no finished step and answers once', async () => {
    const QUERIES = ['parental leave', 'sick leave', 'hotel'];
    let kills = 0;
    endpoint.script(
      ...Array.from({ length: 60 }, () => (call: ReceivedCall) => {
        if (!usesTools(call)) return { text: '{"score":0}' };
        const done = findings(call);
        // killed while the second and the third thought are under way
        if (done === kills + 1 && kills < 2) {
          kills += 1;
          restarted = restarted.then(killAndStart);
          return { text: 'never seen', firstDelayMs: 60_000 };
        }
        const query = QUERIES[done];
        return query
          ? {
              toolCalls: [
                { id: `c${done}`, name: 'knowledge__search', arguments: JSON.stringify({ query }) },
              ],
            }
          : { text: 'You get 80 days of paid parental leave.' };
      }),
    );
    let restarted = Promise.resolve();
    await server.start();
    expect((await ask('agent concierge: How long is parental leave?')).status).toBe(200);
    const deadline = Date.now() + 240_000;
    while (!answers().some((text) => text.includes('80 days of paid')) && Date.now() < deadline)
      await pause(200);
    await restarted;
    await pause(12_000); // long enough for the job that looks after runs to have told it a second time
    expect(kills).toBe(2);
    expect(answers().filter((text) => text.includes('80 days of paid'))).toHaveLength(1);
    const thoughts = endpoint.calls.filter(usesTools);
    const keys = new Set(thoughts.map(({ headers }) => headers['idempotency-key']));
    expect(keys.size).toBeGreaterThanOrEqual(4);
    // only the two that were under way when the server was killed were asked for again, under their keys
    expect(thoughts.filter(({ aborted }) => aborted)).toHaveLength(2);
    expect(thoughts).toHaveLength(keys.size + 2);
  });
});
