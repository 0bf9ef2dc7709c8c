import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { HOME_TENANT } from '../../bot/tenants.js';
import { startFakeOpenAi, type FakeOpenAi } from '../fakes/openai-server.js';
import { costCollection } from '../../storage/mongo/cost-repository.js';
import { cited } from '../support/cited.js';
import { eventually } from '../support/eventually.js';
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

it('what is embedded is on the bill: passages of the organisation, questions of whoever asked', async () => {
  const name = 'text-embedding-3-small'; // in the price table, so it costs something on this machine as well
  await withModel(name, async (running) => {
    const calls = running.steward.store.database.collection(costCollection, HOME_TENANT);
    const paid = async () =>
      (await calls.find({ purpose: 'embed' })).filter(({ costMicroUsd }) => costMicroUsd);
    await eventually(async () => expect(await paid()).not.toEqual([]), 20_000);
    for (const call of await paid())
      expect(call).toMatchObject({ model: `127.0.0.1/${name}`, outputTokens: 0, reported: true });
    expect((await paid()).filter(({ personId }) => personId)).toEqual([]);

    endpoint.script(...Array.from({ length: 9 }, () => ({ text: '{}' })));
    await answerTo(running, QUESTION);
    endpoint.unscript();
    await eventually(async () => {
      const questions = (await paid()).filter(({ personId }) => personId);
      expect(questions).toMatchObject([{ sessionId: expect.stringContaining('embedding-') as unknown }]);
    }, 20_000);
  });
}, 120_000);

it('an endpoint that is down at the start makes the vectors once it answers', async () => {
  endpoint.failEmbeddings = true;
  endpoint.calls.length = 0;
  const fresh = await startSteward({
    env: { OPENAI_BASE_URL: endpoint.baseUrl, OPENAI_API_KEY: 'k', OPENAI_EMBEDDING_MODEL: 'embed-late' },
  });
  try {
    const base = await fresh.steward.knowledge.of(HOME_TENANT);
    await base.vectorsReady();
    const { passages, vectors } = fresh.steward.knowledge.size();
    expect(vectors).toBe(passages); // of the built-in encoders
    endpoint.failEmbeddings = false;
    const search = () => base.searchPassages(`parental leave`, { k: 1, mayRead: () => true });
    const embeddedTexts = (): string[] => endpoint.calls.flatMap(({ body }) => body.input ?? []);
    await eventually(async () => {
      expect((await search())[0]?.passage.text).toContain('80 days');
      expect(embeddedTexts().length).toBeGreaterThan(passages);
      expect(embeddedTexts()).toContain('parental leave');
      expect(fresh.steward.knowledge.size().vectors).toBe(passages);
    }, 90_000);
  } finally {
    endpoint.failEmbeddings = false;
    await fresh.close();
  }
}, 180_000);

it('an endpoint that gives vectors of another length all of a sudden makes all of them anew', async () => {
  endpoint.calls.length = 0;
  const running = await startSteward({
    env: { OPENAI_BASE_URL: endpoint.baseUrl, OPENAI_API_KEY: 'k', OPENAI_EMBEDDING_MODEL: 'embed-changed' },
  });
  try {
    const base = await running.steward.knowledge.of(HOME_TENANT);
    await base.vectorsReady();
    const { passages } = running.steward.knowledge.size();
    const search = () => base.searchPassages('parental leave', { k: 1, mayRead: () => true });
    const made = (): number => endpoint.calls.flatMap(({ body }) => body.input ?? []).length;
    const before = made();
    endpoint.moreDimensions = 2;
    expect((await search())[0]?.passage.text).toContain('80 days'); // by its words
    await eventually(async () => {
      expect(made() - before).toBeGreaterThan(passages);
      expect(running.steward.knowledge.size().vectors).toBe(passages);
    }, 90_000);
  } finally {
    endpoint.moreDimensions = 0;
    await running.close();
  }
}, 180_000);
