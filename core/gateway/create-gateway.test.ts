import { setImmediate as nextTick } from 'node:timers/promises';
import { z } from 'zod';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { memoryBudgets } from '../../tests/fakes/memory-budgets.js';
import { startFakeOpenAi, type FakeOpenAi } from '../../tests/fakes/openai-server.js';
import { systemClock } from '../kernel/clock.js';
import type { StewardError } from '../kernel/errors.js';
import { silentLogger } from '../kernel/logger.js';
import { noMetrics } from '../kernel/telemetry.js';
import { loadPrompts } from './prompts/registry.js';
import { createAccounts, type OpenAccount } from './account.js';
import type { BudgetLimits, BudgetNotice } from './budget.js';
import type { CostRecord } from './cost-record.js';
import { createGateway, type Gateway, type GatewayOptions } from './create-gateway.js';
import { askByPrompt } from './prompts/ask-by-prompt.js';
import { createMemoryCache } from './middleware/cache.js';
import type { PromptMarks } from './middleware/prompt-marks.js';
import type { Concealment } from './middleware/redact.js';
import type { Model, ModelEvent, ModelRequest } from './model.js';
import { createOpenAiClient, createOpenAiModel } from './providers/openai.js';
import { DEFAULT_ROUTER, type Routing } from './router.js';

let first: FakeOpenAi;
let second: FakeOpenAi;
let records: CostRecord[];
let notices: BudgetNotice[];
let routings: Routing[];
let waits: number[];

/** The true clock, but a retry's pause is only noted. */
const clock = {
  ...systemClock,
  sleep: (ms: number, signal?: AbortSignal) => {
    if (!timersOf.has(ms)) {
      waits.push(ms);
      return nextTick();
    }
    return systemClock.sleep(ms, signal);
  },
};
const limits = { firstTokenMs: 301, idleMs: 151, totalMs: 1_501 };
const timersOf = new Set(Object.values(limits));

beforeEach(async () => {
  [first, second] = [await startFakeOpenAi(), await startFakeOpenAi()];
  [records, notices, routings, waits] = [[], [], [], []];
});
afterEach(() => Promise.all([first.close(), second.close()]));

const endpoint = (name: string, server: FakeOpenAi): Model =>
  createOpenAiModel({
    name,
    client: createOpenAiClient({ apiKey: 'k', baseUrl: server.baseUrl, timeoutMs: 2_000 }),
    models: { light: 'small', standard: 'medium', heavy: 'large' },
    countTokens: (texts) => texts.join('').length,
    price: (_model, { inputTokens, outputTokens }) => inputTokens + outputTokens,
  });

const books = (limitsOf: BudgetLimits, store = memoryBudgets()): OpenAccount =>
  createAccounts({
    budget: { store, limits: () => limitsOf, onNotice: (notice) => void notices.push(notice) },
    record: (record) => Promise.resolve(void records.push(record)),
    onBooksFailed: (error) => {
      throw error;
    },
    clock,
  }).open;

const gateway = (more: Partial<GatewayOptions> = {}, budgets: BudgetLimits = {}): Gateway =>
  createGateway({
    providers: [
      { name: 'first', deployments: [{ model: endpoint('first', first) }] },
      { name: 'second', deployments: [{ model: endpoint('second', second) }] },
    ],
    conceal: () => ({ hide: (text) => text, restore: (text) => text }),
    routing: { options: DEFAULT_ROUTER, onRoute: (routing) => void routings.push(routing) },
    open: books(budgets),
    prompts: loadPrompts(),
    price: (_tier, input, output) => input + output,
    timeouts: limits,
    random: () => 0.5,
    clock,
    logger: silentLogger,
    metrics: noMetrics,
    ...more,
  });

const hidingCards = (): Concealment => ({
  hide: (text) => text.replaceAll(/\d{16}/g, '[CARD_1]'),
  restore: (text) => text.replaceAll('[CARD_1]', '4111111111111111'),
});
const canaryMarks: PromptMarks = {
  mark: (prompt, tenantId) => `${prompt} canary-${tenantId}`,
  givesAway: (text, tenantId) => text.includes(`canary-${tenantId}`),
};

const ask = (more: Partial<ModelRequest> = {}): ModelRequest => ({
  messages: [{ role: 'user', content: 'How long is the leave?' }],
  tier: 'standard',
  origin: { tenantId: 'home', personId: 'p1', sessionId: 's1', correlationId: 'c', purpose: 'answer' },
  ...more,
});

async function collect(events: AsyncIterable<ModelEvent>): Promise<{ text: string; events: ModelEvent[] }> {
  const all: ModelEvent[] = [];
  for await (const event of events) all.push(event);
  return { events: all, text: all.map((event) => (event.kind === 'text' ? event.text : '')).join('') };
}

const faultOf = (work: Promise<unknown>): Promise<StewardError> =>
  work.then(
    () => Promise.reject(new Error('it should have failed')),
    (error: unknown) => error as StewardError,
  );

describe('a gateway over several providers', () => {
  it('waits as long as the endpoint asked, and some more, before it tries again', async () => {
    first.script({ status: 429, retryAfterSeconds: 2 }, { text: 'yes' });
    expect(await gateway().generate(ask())).toMatchObject({ text: 'yes', model: 'first/medium' });
    expect(waits).toHaveLength(1);
    expect(waits[0]).toBeGreaterThan(2_000);
    expect(second.calls).toHaveLength(0);
  });

  it('asks the next provider when one wants to be left alone for long', async () => {
    first.script({ status: 429, retryAfterSeconds: 120 });
    second.script({ text: 'yes' });
    expect(await gateway().generate(ask())).toMatchObject({
      model: 'second/medium',
      fellBackFrom: ['first'],
    });
    expect(first.calls).toHaveLength(1);
    expect(records).toMatchObject([{ model: 'second/medium', fellBackFrom: ['first'], costMicroUsd: 18 }]);
  });

  it('asks nobody else about a request that the endpoint refuses', async () => {
    first.script({ status: 400 });
    expect((await faultOf(gateway().generate(ask()))).code).toBe('gateway.refused');
    expect(second.calls).toHaveLength(0);
    expect(records).toMatchObject([{ fault: 'gateway.refused', costMicroUsd: 0 }]);
  });

  it('goes on at the next provider when a stream breaks, without repeating a word, and counts both', async () => {
    const answer = 'Parental leave is sixteen weeks for every employee of the company.';
    first.script({ text: answer, cutAfterPieces: 4 });
    second.script((call) => {
      const shown = call.body.messages.find(({ role }) => role === 'assistant')?.content ?? '';
      return { text: answer.slice(shown.length - 14), pieceLength: 5 };
    });
    const { text, events } = await collect(gateway().stream(ask()));
    expect(text).toBe(answer);
    const end = events.at(-1);
    expect(end).toMatchObject({ result: { text: answer, fellBackFrom: ['first'] } });
    // 18 for the second call, 22 characters of input and 32 of output for the broken one
    expect(end).toMatchObject({ result: { costMicroUsd: 18 + 22 + 32 } });
  });

  it.each([
    ['first-token', { text: 'late', firstDelayMs: 900 }],
    ['idle', { text: 'a reply that stalls in the middle', pieceDelayMs: 700 }],
  ])('leaves an endpoint that is too slow (%s)', async (_limit, slow) => {
    first.script(slow, slow, slow);
    second.script({ text: 'a reply that stalls in the middle' });
    const { text, events } = await collect(gateway({ retry: { attempts: 1 } }).stream(ask()));
    expect(text).toBe('a reply that stalls in the middle');
    expect(events.at(-1)).toMatchObject({ result: { fellBackFrom: ['first'] } });
  });

  it('rests an endpoint that keeps failing and lets one call look again later', async () => {
    let now = 0;
    const moving = { ...clock, now: () => new Date(now) };
    const model = gateway({ clock: moving, retry: { attempts: 1 }, breaker: { failures: 2, openMs: 1_000 } });
    first.script({ status: 500 }, { status: 500 });
    second.script({ text: 'b' }, { text: 'b' }, { text: 'b' });
    for (let call = 0; call < 3; call += 1) await model.generate(ask());
    expect(first.calls).toHaveLength(2);
    expect(model.health()).toContainEqual(expect.objectContaining({ endpoint: 'first', state: 'open' }));
    now = 1_001;
    first.script({ text: 'a' });
    expect((await model.generate(ask())).model).toBe('first/medium');
    expect(model.health()).toContainEqual(expect.objectContaining({ endpoint: 'first', state: 'closed' }));
  });

  it('spreads calls over deployments by their weights', async () => {
    const model = gateway({
      providers: [
        {
          name: 'azure',
          deployments: [
            { model: endpoint('west', first), weight: 3 },
            { model: endpoint('north', second), weight: 1 },
          ],
        },
      ],
    });
    first.script(...Array.from({ length: 9 }, () => ({ text: 'a' })));
    second.script(...Array.from({ length: 3 }, () => ({ text: 'a' })));
    for (let call = 0; call < 12; call += 1) await model.generate(ask());
    expect([first.calls.length, second.calls.length]).toEqual([9, 3]);
  });

  it('sends nothing that was taken out', async () => {
    first.script({ text: 'ok' });
    const model = gateway({ conceal: hidingCards });
    await model.generate(ask({ messages: [{ role: 'user', content: 'My card is 4111111111111111' }] }));
    expect(JSON.stringify(first.calls[0]?.body)).not.toContain('4111');
  });

  it('puts what was taken out back into text and tool calls, also when a stream cuts it in two', async () => {
    first.script(
      {
        text: 'Charged [CARD_1].',
        toolCalls: [{ id: 'c1', name: 'pay', arguments: JSON.stringify({ card: ['[CARD_1]'] }) }],
      },
      { text: 'Your card [CARD_1] was charged.' },
    );
    const model = gateway({ conceal: hidingCards });
    const request = ask({ messages: [{ role: 'user', content: 'Charge 4111111111111111' }] });
    const { text, toolCalls } = await model.generate(request);
    expect(text).toBe('Charged 4111111111111111.');
    expect(toolCalls[0]?.arguments).toEqual({ card: ['4111111111111111'] });
    const streamed = await collect(model.stream(request));
    expect(streamed.text).toBe('Your card 4111111111111111 was charged.');
  });

  it('drops a reply that gives the system prompt away, in words or in a tool call', async () => {
    const model = gateway({ marks: canaryMarks });
    const request = ask({ messages: [{ role: 'system', content: 'Be kind.' }] });
    first.script({ text: 'My prompt says: canary-home' });
    expect((await faultOf(model.generate(request))).code).toBe('gateway.prompt-leak');
    first.script({
      text: '',
      toolCalls: [{ id: 'c2', name: 'mail.send', arguments: JSON.stringify({ body: 'canary-home' }) }],
    });
    expect((await faultOf(model.generate(request))).code).toBe('gateway.prompt-leak');
    first.script({ text: `${'word '.repeat(60)} canary-home` });
    expect((await faultOf(collect(model.stream(request)))).code).toBe('gateway.prompt-leak');
    expect(JSON.stringify(first.calls[0]?.body)).toContain('Be kind. canary-home');
  });

  it('answers a repeated request that allows it without a second call or cost, and only the same tenant', async () => {
    first.script({ text: 'one' }, { text: 'two' });
    const model = gateway({ cache: createMemoryCache({ clock, ttlMs: 1_000, entries: 10 }) });
    await model.generate(ask({ cacheable: true }));
    expect(await model.generate(ask({ cacheable: true }))).toMatchObject({
      text: 'one',
      cached: true,
      costMicroUsd: 0,
    });
    const other = { ...ask().origin, tenantId: 'other' };
    expect((await model.generate(ask({ cacheable: true, origin: other }))).text).toBe('two');
    expect(records.map(({ cached }) => cached)).toEqual([false, true, false]);
  });

  it('picks the tier by the task and raises it after a wrong answer', async () => {
    first.script({ text: 'a' }, { text: 'b' }, { text: 'c' });
    const model = gateway();
    await model.generate(ask({ route: { text: 'How many days of leave?' } }));
    await model.generate(ask({ route: { text: 'How many days of leave?', failedVerifications: 1 } }));
    await model.generate(
      ask({ route: { text: 'Compare both offers, explain the trade-offs and plan a rollout. '.repeat(12) } }),
    );
    expect(first.calls.map(({ body }) => body.model)).toEqual(['small', 'medium', 'large']);
  });

  it('only notes what it would have picked while it observes', async () => {
    first.script({ text: 'a' });
    await gateway({
      routing: { options: { ...DEFAULT_ROUTER, mode: 'observe' }, onRoute: (r) => void routings.push(r) },
    }).generate(ask({ tier: 'heavy', route: { text: 'Hi?' } }));
    expect(first.calls[0]?.body.model).toBe('large');
    expect(routings).toMatchObject([{ tier: 'light' }]);
  });
});

it('keeps on record which versions of which prompts a call was told, corrections and all', async () => {
  first.script({ text: 'no idea' }, { text: '{"days":3}' });
  await askByPrompt(
    { model: gateway(), prompts: loadPrompts() },
    { prompt: 'plan', variables: { today: '2026-03-02', locale: 'en' }, user: 'Move.', ...ask() },
    z.object({ days: z.number() }),
  );
  expect(records.map(({ origin, besides }) => [origin.prompt, besides])).toEqual([
    ['plan@1', ['reply-json@1']],
    ['plan@1', ['reply-json@1', 'correct-json@1']],
  ]);
});

describe('budgets', () => {
  it('warn once at 80 %, say once that the end is reached, and then refuse without a call', async () => {
    first.script(...Array.from({ length: 20 }, () => ({ text: 'ok' })));
    const model = gateway({}, { session: 90 }); // each call costs 18
    const results = [];
    for (let call = 0; call < 8; call += 1)
      results.push(await model.generate(ask({ maxOutputTokens: 1 })).catch((error: unknown) => error));
    expect(first.calls).toHaveLength(5);
    expect(notices.map(({ kind, spent }) => [kind, spent])).toEqual([
      ['warning', 72],
      ['stopped', 90],
    ]);
    expect(results.at(-1)).toMatchObject({ code: 'gateway.budget', userText: 'error.budget' });
  });

  it('are told of as used up also by who finds them so', async () => {
    const store = memoryBudgets();
    const open = books({ session: 90 }, store);
    const filling = { ...ask().origin, personId: 'another' };
    await (
      await books({ session: 90 }, store)(filling, 90)
    ).close({
      inputTokens: 1,
      outputTokens: 1,
      cachedInputTokens: 0,
      reported: true,
      cached: false,
      costMicroUsd: 90,
      fellBackFrom: [],
    });
    notices.length = 0; // that process told nobody
    await expect(gateway({ open }).generate(ask())).rejects.toMatchObject({ code: 'gateway.budget' });
    expect(notices).toMatchObject([{ kind: 'stopped', spent: 90 }]);
    await expect(gateway({ open }).generate(ask())).rejects.toMatchObject({ code: 'gateway.budget' });
    expect(notices).toHaveLength(1);
  });

  it('admit calls that run side by side only as far as they are paid for, but for one', async () => {
    first.script(...Array.from({ length: 40 }, () => ({ text: 'ok', firstDelayMs: 20 })));
    const model = gateway({}, { personDay: 100 });
    const results = await Promise.allSettled(
      Array.from({ length: 40 }, () => model.generate(ask({ maxOutputTokens: 20 }))),
    );
    const done = results.filter(({ status }) => status === 'fulfilled').length;
    // while the first ones are under way the others wait: in the end as many were made as are paid for
    expect(done).toBe(6);
    expect(notices.map(({ kind }) => kind)).toEqual(['warning', 'stopped']);
  });

  it('let a call go that waits for others and is not wanted any more', async () => {
    const open = books({ session: 100 });
    await open(ask().origin, 200);
    const stop = new AbortController();
    const waiting = faultOf(gateway({ open }).generate(ask({ signal: stop.signal })));
    stop.abort();
    expect(await waiting).toMatchObject({ code: 'gateway.cancelled' });
    expect(first.calls).toHaveLength(0);
  });

  it('charge for a stream that the reader leaves', async () => {
    first.script({ text: 'a long answer that nobody reads to its end', pieceDelayMs: 10 });
    const store = memoryBudgets();
    const model = gateway({ open: books({ session: 1_000 }, store) });
    for await (const event of model.stream(ask())) if (event.kind === 'text') break;
    const spent = await store.spent('home', `session:s1:${new Date().toISOString().slice(0, 10)}`);
    expect(spent).toBeGreaterThan(0);
    expect(records).toMatchObject([{ fault: 'gateway.left', costMicroUsd: spent, reported: false }]);
  });
});
