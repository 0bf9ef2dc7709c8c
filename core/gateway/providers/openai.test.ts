import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startFakeOpenAi, type FakeOpenAi } from '../../../tests/fakes/openai-server.js';
import { InvalidInput, StewardError, Unavailable } from '../../kernel/errors.js';
import type { Model, ModelEvent, ModelRequest } from '../model.js';
import { createOpenAiClient, createOpenAiEmbeddings, createOpenAiModel } from './openai.js';

let endpoint: FakeOpenAi;
let model: Model;

beforeEach(async () => {
  endpoint = await startFakeOpenAi();
  model = createOpenAiModel({
    name: 'fake',
    client: createOpenAiClient({ apiKey: 'k', baseUrl: endpoint.baseUrl, timeoutMs: 2_000 }),
    models: { light: 'small', standard: 'medium', heavy: 'large' },
    countTokens: (texts) => texts.join('').length,
    price: (_name, usage) => usage.inputTokens + 2 * usage.outputTokens,
  });
});
afterEach(() => endpoint.close());

const ask = (more: Partial<ModelRequest> = {}): ModelRequest => ({
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'How long is the leave?' },
  ],
  tier: 'standard',
  origin: { tenantId: 'home', correlationId: 'c', purpose: 'answer' },
  ...more,
});

async function collect(events: AsyncIterable<ModelEvent>): Promise<ModelEvent[]> {
  const all: ModelEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

const faultOf = (work: Promise<unknown>): Promise<StewardError> =>
  work.then(
    () => Promise.reject(new Error('it should have failed')),
    (error: unknown) => error as StewardError,
  );

describe('a call to an OpenAI-compatible endpoint', () => {
  it('sends the messages to the model of the tier and returns text, usage and price', async () => {
    endpoint.script({ text: '16 weeks [1]' });
    const result = await model.generate(ask());
    expect(endpoint.calls[0]?.body).toMatchObject({
      model: 'medium',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'How long is the leave?' },
      ],
    });
    expect(result).toMatchObject({
      text: '16 weeks [1]',
      finishReason: 'stop',
      usage: { inputTokens: 11, outputTokens: 7, reported: true },
      model: 'fake/medium',
      costMicroUsd: 25,
    });
  });

  it('counts tokens itself when the endpoint does not report them', async () => {
    endpoint.script({ text: 'four', reportUsage: false });
    const { usage } = await model.generate(ask({ messages: [{ role: 'user', content: 'abc' }] }));
    expect(usage).toEqual({ inputTokens: 3, outputTokens: 4, cachedInputTokens: 0, reported: false });
  });

  it('offers tools and reads the calls that the model makes', async () => {
    endpoint.script({ toolCalls: [{ id: 't1', name: 'ticket-create', arguments: '{"title":"Laptop"}' }] });
    const tools = [{ name: 'ticket-create', description: 'Makes a ticket.', parameters: { type: 'object' } }];
    const result = await model.generate(ask({ tools }));
    expect(endpoint.calls[0]?.body.tools).toHaveLength(1);
    expect(result).toMatchObject({
      finishReason: 'tool-calls',
      toolCalls: [{ id: 't1', name: 'ticket-create', arguments: { title: 'Laptop' } }],
    });
  });

  it('hands arguments that are no JSON on as malformed instead of failing', async () => {
    endpoint.script({ toolCalls: [{ id: 't1', name: 'ticket-create', arguments: '{"title":' }] });
    const { toolCalls } = await model.generate(ask());
    expect(toolCalls[0]?.arguments).toEqual({ malformed: '{"title":' });
  });

  it.each([
    [429, Unavailable, 'gateway.rate-limited'],
    [500, Unavailable, 'gateway.failing'],
    [401, StewardError, 'gateway.credentials'],
    [404, StewardError, 'gateway.no-such-model'],
    [400, InvalidInput, 'gateway.refused'],
  ] as const)('translates HTTP %i', async (status, kind, code) => {
    endpoint.script({ status, retryAfterSeconds: 3 });
    const fault = await faultOf(model.generate(ask()));
    expect(fault).toBeInstanceOf(kind);
    expect(fault.code).toBe(code);
    if (status === 429) expect(fault.cause).toMatchObject({ retryAfterMs: 3_000 });
  });

  it('says that an endpoint which is not there does not answer', async () => {
    await endpoint.close();
    expect((await faultOf(model.generate(ask()))).code).toBe('gateway.unreachable');
  });
});

describe('a streamed call', () => {
  it('yields the text as it comes and then the whole result', async () => {
    endpoint.script({ text: 'Parental leave is 16 weeks.' });
    const events = await collect(model.stream(ask()));
    const texts = events.flatMap((event) => (event.kind === 'text' ? [event.text] : []));
    expect(texts.length).toBeGreaterThan(2);
    expect(texts.join('')).toBe('Parental leave is 16 weeks.');
    expect(events.at(-1)).toMatchObject({
      kind: 'end',
      result: {
        text: 'Parental leave is 16 weeks.',
        usage: { inputTokens: 11, reported: true },
        model: 'fake/medium',
      },
    });
  });

  it('puts tool calls together that come in pieces', async () => {
    endpoint.script({
      toolCalls: [
        { id: 'a', name: 'one', arguments: '{"text":"a long enough value"}' },
        { id: 'b', name: 'two', arguments: '{}' },
      ],
      pieceLength: 3,
    });
    expect((await collect(model.stream(ask()))).at(-1)).toMatchObject({
      result: {
        toolCalls: [
          { id: 'a', name: 'one', arguments: { text: 'a long enough value' } },
          { id: 'b', name: 'two', arguments: {} },
        ],
      },
    });
  });

  it('fails as unavailable when the connection is cut half-way, after what came', async () => {
    endpoint.script({ text: 'one two three four five', cutAfterPieces: 2 });
    const seen: string[] = [];
    const fault = await faultOf(
      (async () => {
        for await (const event of model.stream(ask())) if (event.kind === 'text') seen.push(event.text);
      })(),
    );
    expect(seen.join('')).toBe('one two three fo'.slice(0, 16));
    expect(fault).toBeInstanceOf(Unavailable);
  });

  it('fails when the stream ends without saying that it is finished', async () => {
    endpoint.script({ rawBody: 'data: [DONE]\n\n' });
    expect((await faultOf(collect(model.stream(ask())))).retryable).toBe(true);
  });

  it('stops the call at the endpoint when the caller aborts', async () => {
    endpoint.script({ text: 'a very long answer that goes on and on', pieceDelayMs: 20 });
    const stop = new AbortController();
    const fault = await faultOf(
      (async () => {
        for await (const event of model.stream(ask({ signal: stop.signal })))
          if (event.kind === 'text') stop.abort();
      })(),
    );
    expect(fault.code).toBe('gateway.cancelled');
  });
});

it('returns vectors of length 1 in the order of the texts, also when the endpoint does not', async () => {
  const client = createOpenAiClient({ apiKey: 'k', baseUrl: endpoint.baseUrl });
  const embeddings = createOpenAiEmbeddings({
    name: 'fake',
    client,
    model: 'embed',
    dimensions: 4,
    countTokens: () => 99,
    price: (model, { inputTokens }) => (model === 'embed' ? inputTokens * 5 : 0),
  });
  const { vectors, usage, costMicroUsd } = await embeddings.embed(['a', 'three']);
  expect({ usage, costMicroUsd }).toMatchObject({
    usage: { inputTokens: 1, reported: true },
    costMicroUsd: 5,
  });
  const [one, five] = vectors.map(([length = 0, , , words = 1]) => length / words);
  expect([one, five]).toEqual([expect.closeTo(1, 5), expect.closeTo(5, 5)]);
  for (const vector of vectors) expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
});
