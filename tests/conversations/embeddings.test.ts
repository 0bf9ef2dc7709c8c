import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { HOME_TENANT } from '../../bot/tenants.js';
import { startFakeOpenAi, type FakeOpenAi } from '../fakes/openai-server.js';
import { cited } from '../support/cited.js';
import { startSteward, type RunningSteward } from '../support/start-steward.js';

let endpoint: FakeOpenAi;
let dataDir: string;
let asked = 0;
beforeAll(async () => {
  endpoint = await startFakeOpenAi();
});
afterAll(async () => {
  await endpoint.close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Starts on the same data with an embedding model, waits for its vectors, does something, and stops. */
async function withModel(model: string, work: (running: RunningSteward) => Promise<void>): Promise<number> {
  endpoint.calls.length = 0;
  const running = await startSteward({
    ...(dataDir ? { dataDir } : {}),
    env: { OPENAI_BASE_URL: endpoint.baseUrl, OPENAI_API_KEY: 'k', OPENAI_EMBEDDING_MODEL: model },
  });
  ({ dataDir } = running);
  try {
    const base = await running.steward.knowledge.of(HOME_TENANT);
    await base.vectorsReady();
    const { passages, vectors } = running.steward.knowledge.size();
    expect(vectors).toBe(passages);
    expect(passages).toBeGreaterThan(20);
    await work(running);
  } finally {
    await running.close({ keepData: true });
  }
  const made = endpoint.calls.filter(({ path }) => path.endsWith('/embeddings'));
  expect(made.every(({ body }) => body.model === model)).toBe(true);
  return made.reduce((sum, { body }) => sum + (body.input?.length ?? 0), 0);
}

async function answerTo(running: RunningSteward, text: string): Promise<string> {
  asked += 1;
  const id = `embedding-${asked}`;
  await running.teams({
    type: 'message',
    id,
    timestamp: '2026-11-21T09:00:00.000Z',
    channelId: 'msteams',
    from: { id: '29:ann', name: 'Ann', aadObjectId: '3f2c1a6e-0000-4000-8000-000000000001' },
    recipient: { id: '28:steward', name: 'Steward' },
    conversation: { id, conversationType: 'personal', tenantId: 'acme' },
    channelData: { tenant: { id: 'acme' } },
    text,
  });
  const [answer] = await running.connector.waitFor(
    1,
    ({ conversationId, activity }) => conversationId === id && activity.type === 'message',
    20_000,
  );
  return JSON.stringify(answer?.activity);
}

const QUESTION = 'How many days of parental leave do I get?';

it('an embedding model makes the vectors, which are kept, and made anew for another model', async () => {
  let passages = 0;
  const first = await withModel('embed-one', async (running) => {
    passages = running.steward.knowledge.size().passages;
    expect(await answerTo(running, QUESTION)).toContain('80 days');
  });
  expect(first).toBeGreaterThanOrEqual(passages + 2); // each passage, the length of a vector, the question

  expect(await withModel('embed-one', () => Promise.resolve())).toBe(1);

  expect(await withModel('embed-two', () => Promise.resolve())).toBeGreaterThanOrEqual(passages + 1);
}, 180_000);

it('questions are answered by their words while the embedding model does not answer', async () => {
  await withModel('embed-two', async (running) => {
    endpoint.failEmbeddings = true;
    endpoint.script(
      ...Array.from({ length: 9 }, () => (call: FakeOpenAi['calls'][number]) => ({
        text: cited('You get 80 days of paid parental leave', '80 days of paid parental leave', call),
      })),
    );
    expect(await answerTo(running, QUESTION)).toContain('80 days');
    endpoint.failEmbeddings = false;
  });
}, 120_000);
