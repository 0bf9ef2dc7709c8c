import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startFakeChroma } from '../fakes/chroma.js';
import type { Fault } from '../fakes/connector.js';
import { startFakeOpenAi, type FakeOpenAi } from '../fakes/openai-server.js';
import { createMovableClock } from '../support/chat-people.js';
import { eventually } from '../support/eventually.js';
import { startSteward, type RunningSteward } from '../support/start-steward.js';

const HOUR_MS = 3_600_000;
const PATIENCE_MS = 30_000;
const QUESTION = 'How many days of parental leave do I get?';

let running: RunningSteward;
let openai: FakeOpenAi;
let chroma: Awaited<ReturnType<typeof startFakeChroma>>;
const clock = createMovableClock();
let messages = 0;

beforeAll(async () => {
  openai = await startFakeOpenAi();
  chroma = await startFakeChroma();
  running = await startSteward({
    clock,
    env: {
      STEWARD_RATE_LIMITS: 'off',
      OPENAI_BASE_URL: openai.baseUrl,
      OPENAI_API_KEY: 'k',
      CHROMA_URL: chroma.url,
    },
  });
}, 120_000);
afterAll(async () => {
  await running.close();
  await openai.close();
  await chroma.close();
}, 30_000);

/** Says something in a personal conversation. @returns the status with which it was acknowledged. */
async function say(conversation: string, text: string): Promise<number> {
  messages += 1;
  const { status } = await running.teams({
    type: 'message',
    id: `fault-${messages}`,
    timestamp: clock.now().toISOString(),
    channelId: 'msteams',
    from: { id: `29:${conversation}`, name: 'Ann Example' },
    recipient: { id: '28:steward', name: 'Steward' },
    conversation: { id: conversation, conversationType: 'personal', tenantId: 'acme' },
    channelData: { tenant: { id: 'acme' } },
    text,
  });
  return status;
}

/** What a conversation was told, oldest first. */
const answersIn = (conversation: string): string[] =>
  running.connector
    .messages()
    .filter(({ conversationId }) => conversationId === conversation)
    .map(({ activity }) => JSON.stringify(activity));

const answered = (conversation: string, count: number): Promise<void> =>
  eventually(() => expect(answersIn(conversation)).toHaveLength(count), PATIENCE_MS);

/** Makes the connector fail the next messages to a conversation. */
const failFor = (conversation: string, fault: Fault): void =>
  running.connector.fail({
    ...fault,
    when: ({ path, body }) => path.includes(encodeURIComponent(conversation)) && body?.type === 'message',
  });

const metric = async (name: string): Promise<number> => {
  const text = await (await fetch(`${running.url}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith(name));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
};

/** What `/readyz` says of a part; `undefined` when it is well. */
async function problemOf(part: string): Promise<string | undefined> {
  const response = await fetch(`${running.url}/readyz`);
  expect(response.status).toBe(200);
  const { parts } = (await response.json()) as { parts: { name: string; problem?: string }[] };
  expect(parts.map(({ name }) => name)).toContain(part);
  return parts.find(({ name }) => name === part)?.problem;
}

describe('a connector in trouble', () => {
  it.each<[string, Fault]>([
    ['says 429 with Retry-After', { status: 429, headers: { 'retry-after': '2' }, times: 2 }],
    ['says 500', { status: 500, times: 2 }],
    ['cuts the connection', { reset: true, times: 2 }],
    ['answers slowly', { delayMs: 6_000 }],
    ['does not answer in time, and then with an error', { delayMs: 16_000, status: 504 }],
  ])(
    'that %s gets the answer later, once, and holds up no other conversation',
    async (name, fault) => {
      const troubled = `a:troubled ${name}`;
      const other = `a:other ${name}`;
      failFor(troubled, fault);
      expect(await say(troubled, 'help')).toBe(200);
      expect(await say(other, 'help')).toBe(200);
      await answered(other, 1);
      expect(answersIn(troubled)).toHaveLength(0);
      await answered(troubled, 1);
      await say(troubled, 'help');
      await answered(troubled, 2);
    },
    90_000,
  );

  it('is told of on /readyz and in the metrics until the answer was taken', async () => {
    failFor('a:told', { status: 500, times: 3 });
    await say('a:told', 'help');
    await eventually(async () => expect(await problemOf('channels')).toContain('1 messages'), PATIENCE_MS);
    expect(await metric('steward_part_ok{part="channels"}')).toBe(0);
    await answered('a:told', 1);
    await eventually(async () => expect(await problemOf('channels')).toBeUndefined(), PATIENCE_MS);
    expect(await metric('steward_part_ok{part="channels"}')).toBe(1);
    expect(await metric('steward_deliveries_total{channel="teams",result="retry"}')).toBeGreaterThan(0);
    expect(await metric('steward_deliveries_total{channel="teams",result="given-up"}')).toBe(0);
    expect(await metric('steward_outbox_undelivered')).toBe(0);
  }, 60_000);
});

describe('a model that is down', () => {
  it('leaves answers that quote the documents and say so, and is used again when it is back', async () => {
    await say('a:model', QUESTION);
    await answered('a:model', 1);
    const [quoted] = answersIn('a:model');
    expect(quoted).toContain('80 days');
    expect(quoted).toContain('The language model does not answer at the moment');
    expect(await problemOf('model')).toContain('failed');
    expect(await metric('steward_part_ok{part="model"}')).toBe(0);

    openai.script(
      ...Array.from({ length: 30 }, () => ({
        text: 'Written by the model: you get 80 days of paid parental leave. [1]',
      })),
    );
    clock.move(60_000); // longer than an endpoint that failed is left alone
    await eventually(async () => {
      const before = answersIn('a:model').length;
      await say('a:model', `${QUESTION} Again.`);
      await answered('a:model', before + 1);
      expect(answersIn('a:model').at(-1)).toContain('Written by the model');
    }, PATIENCE_MS);
    await eventually(async () => expect(await problemOf('model')).toBeUndefined(), PATIENCE_MS);
    openai.unscript();
  }, 120_000);
});

describe('Chroma that is down', () => {
  it('leaves answers that are found by words, and is used again when it is back', async () => {
    const vectors = (): Promise<number> => metric('steward_knowledge_vectors');
    await eventually(async () => expect(await vectors()).toBeGreaterThan(0), 60_000);
    chroma.failWith(500);
    await eventually(async () => expect(await problemOf('chroma')).toContain('by words only'), PATIENCE_MS);
    expect(await metric('steward_part_ok{part="chroma"}')).toBe(0);
    await say('a:chroma', 'How many days of paid parental leave are there?');
    await answered('a:chroma', 1);
    expect(answersIn('a:chroma')[0]).toContain('80 days');
    chroma.failWith(undefined);
    await eventually(async () => expect(await problemOf('chroma')).toBeUndefined(), PATIENCE_MS);
    await eventually(
      async () => expect(await metric('steward_knowledge_vectors')).toBeGreaterThan(0),
      60_000,
    );
  }, 120_000);
});

describe('a clock that is set', () => {
  it.each([
    ['back', -HOUR_MS],
    ['ahead', HOUR_MS],
  ])(
    'an hour %s delays nothing that waits for another try, and repeats nothing',
    async (direction, ms) => {
      const conversation = `a:clock ${direction}`;
      failFor(conversation, { status: 500, times: 2 });
      expect(await say(conversation, 'help')).toBe(200);
      await eventually(async () => expect(await problemOf('channels')).toContain('1 messages'), PATIENCE_MS);
      clock.move(ms);
      await answered(conversation, 1);
      expect(await say(conversation, 'help')).toBe(200);
      await answered(conversation, 2);
      clock.move(-ms);
      expect(await say(conversation, 'help')).toBe(200);
      await answered(conversation, 3);
      const outcomes = running.steward.store.database.connection.collection('outcomes');
      await eventually(
        async () => expect(await outcomes.countDocuments({ audited: false })).toBe(0),
        PATIENCE_MS,
      );
    },
    90_000,
  );
});
