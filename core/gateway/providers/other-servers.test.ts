import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { assert, array, asyncProperty, integer, nat, string } from 'fast-check';
import { startFakeOpenAi, type FakeOpenAi } from '../../../tests/fakes/openai-server.js';
import { StewardError } from '../../kernel/errors.js';
import { countTokens } from '../count-tokens.js';
import type { Model, ModelEvent, ModelRequest, ModelResult } from '../model.js';
import { createOpenAiClient, createOpenAiModel } from './openai.js';
import { readServerEvents } from './server-events.js';

let server: FakeOpenAi;
let model: Model;

beforeEach(async () => {
  server = await startFakeOpenAi();
  model = createOpenAiModel({
    name: 'other',
    client: createOpenAiClient({ apiKey: 'k', baseUrl: server.baseUrl, timeoutMs: 2_000 }),
    models: { light: 'm', standard: 'm', heavy: 'm' },
    countTokens,
    price: (_name, { inputTokens, outputTokens }) => inputTokens + outputTokens,
  });
});
afterEach(() => server.close());

const ask = (more: Partial<ModelRequest> = {}): ModelRequest => ({
  messages: [{ role: 'user', content: 'How long is the leave?' }],
  tier: 'light',
  origin: { tenantId: 'home', correlationId: 'c', purpose: 'answer' },
  ...more,
});

async function read(events: AsyncIterable<ModelEvent>): Promise<{ shown: string; result?: ModelResult }> {
  let shown = '';
  let result: ModelResult | undefined;
  for await (const event of events) {
    if (event.kind === 'text') shown += event.text;
    else ({ result } = event);
  }
  return { shown, result };
}

const faultOf = (work: Promise<unknown>): Promise<StewardError> =>
  work.then(
    () => Promise.reject(new Error('it should have failed')),
    (error: unknown) => error as StewardError,
  );

const events = (...values: unknown[]): string =>
  `${values.map((value) => `data: ${JSON.stringify(value)}\n\n`).join('')}data: [DONE]\n\n`;
const delta = (piece: object, more: object = {}): object => ({
  choices: [{ index: 0, delta: piece, ...more }],
});

describe('a stream of a compatible server', () => {
  it.each([
    ['without a finish reason', events(delta({ content: 'six' }), delta({ content: 'teen' }))],
    ['with a finish reason of null', events(delta({ content: 'sixteen' }, { finish_reason: null }))],
    ['with an empty finish reason', events(delta({ content: 'sixteen' }, { finish_reason: '' }))],
    [
      'with pieces that have no choices',
      events({ choices: [] }, delta({ content: 'sixteen' }), { choices: [] }),
    ],
    ['with choices of null', events({ choices: null, usage: null }, delta({ content: 'sixteen' }))],
    ['with content as parts', events(delta({ content: [{ type: 'text', text: 'sixteen' }] }))],
    [
      'that thinks in parts first',
      events(
        delta({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] }] }),
        delta({ content: [{ type: 'text', text: 'sixteen' }] }),
      ),
    ],
    [
      'with reasoning beside the text',
      events(delta({ reasoning_content: 'hm' }), delta({ content: 'sixteen' })),
    ],
    [
      'with thoughts in the text',
      events(delta({ content: '<thi' }), delta({ content: 'nk>hm</think>\n\nsixteen' })),
    ],
    ['with comments to keep it alive', `: OPENROUTER PROCESSING\n\n${events(delta({ content: 'sixteen' }))}`],
    ['with other line ends', events(delta({ content: 'sixteen' })).replaceAll('\n', '\r\n')],
    [
      'without empty lines',
      events(delta({ content: 'six' }), delta({ content: 'teen' })).replaceAll('\n\n', '\n'),
    ],
    ['without a space after data', events(delta({ content: 'sixteen' })).replaceAll('data: ', 'data:')],
    [
      'without the last sign',
      events(delta({ content: 'sixteen' }, { finish_reason: 'stop' })).replace('data: [DONE]\n\n', ''),
    ],
    [
      'with the whole message after its pieces',
      events(delta({ content: 'six' }), delta({ content: 'teen' }), {
        object: 'chat.completion',
        choices: [{ index: 0, message: { content: 'sixteen' }, finish_reason: 'stop' }],
      }),
    ],
    [
      'with a second choice between',
      events(
        delta({ content: 'six' }),
        { choices: [{ index: 1, delta: { content: 'seven' } }] },
        delta({ content: 'teen' }),
      ),
    ],
    [
      'with roles and nulls',
      events(
        delta({ role: 'assistant', content: null, tool_calls: null }),
        delta({ content: 'sixteen', refusal: null }),
      ),
    ],
  ])('is read %s', async (_how, rawBody) => {
    server.script({ rawBody });
    const { shown, result } = await read(model.stream(ask()));
    expect([shown, result?.text, result?.finishReason]).toEqual(['sixteen', 'sixteen', 'stop']);
    expect(result?.usage).toMatchObject({ reported: false, outputTokens: 2 });
  });

  it('is taken as a whole answer where the server does not stream', async () => {
    const rawBody = JSON.stringify({ choices: [{ message: { content: 'sixteen' }, finish_reason: 'stop' }] });
    server.script({ rawBody, rawType: 'application/json' });
    expect(await read(model.stream(ask()))).toMatchObject({ shown: 'sixteen', result: { text: 'sixteen' } });
  });

  it.each([
    [
      'is cut short by its server without a word',
      events(delta({ content: 'six' })).replace('data: [DONE]\n\n', ''),
      'gateway.broken-answer',
    ],
    [
      'holds broken JSON',
      'data: {"choices":[{"delta":{"content":"six"}}]}\n\ndata: {"choices":[{"del\n\n',
      'gateway.broken-answer',
    ],
    [
      'holds an error',
      events(delta({ content: 'six' }), { error: { message: 'Overloaded', code: 503 } }),
      'gateway.failing',
    ],
    [
      'holds an error of another form',
      events(delta({ content: 'six' }), { object: 'error', message: 'boom', code: 500 }),
      'gateway.failing',
    ],
    [
      'says so in its last piece',
      events(delta({ content: 'six' }), delta({ content: '' }, { finish_reason: 'error' })),
      'gateway.broken-answer',
    ],
    [
      'holds a slow-down',
      events({ error: { message: 'Rate limit reached', type: 'rate_limit_exceeded' } }),
      'gateway.rate-limited',
    ],
  ])('fails as unavailable when it %s', async (_how, rawBody, code) => {
    server.script({ rawBody });
    expect(await faultOf(read(model.stream(ask())))).toMatchObject({ code, retryable: true });
  });

  it('fails when the connection goes before the end was said', async () => {
    server.script({ text: 'sixteen', cutAfterPieces: 1, pieceLength: 20 });
    expect((await faultOf(read(model.stream(ask())))).code).toBe('gateway.broken-answer');
  });
});

describe('tool calls in pieces', () => {
  const call = (part: object): object => delta({ tool_calls: [part] });
  it.each([
    [
      'with whole calls that all count as the first',
      [
        call({ index: 0, id: 'a', function: { name: 'one', arguments: '{"x":1}' } }),
        call({ index: 0, id: 'b', function: { name: 'two', arguments: '{"y":2}' } }),
      ],
    ],
    [
      'without indexes',
      [
        call({ id: 'a', function: { name: 'one', arguments: '{"x"' } }),
        call({ function: { arguments: ':1}' } }),
        call({ id: 'b', function: { name: 'two', arguments: '{"y":2}' } }),
      ],
    ],
    [
      'with the name and the id in every piece',
      [
        call({ index: 0, id: 'a', function: { name: 'one', arguments: '{"x":' } }),
        call({ index: 0, id: 'a', function: { name: 'one', arguments: '1}' } }),
        call({ index: 1, id: 'b', function: { name: 'two', arguments: '{"y":2}' } }),
      ],
    ],
    [
      'with a new id in every piece',
      [
        call({ index: 0, id: 'a', function: { name: 'one', arguments: '{"x":' } }),
        call({ index: 0, id: 'z', function: { arguments: '1}' } }),
        call({ index: 1, id: 'b', function: { name: 'two', arguments: '{"y":2}' } }),
      ],
    ],
    [
      'with an empty object first',
      [
        call({ index: 0, id: 'a', function: { name: 'one', arguments: '{}' } }),
        call({ index: 0, function: { arguments: '{"x":1}' } }),
        call({ index: 1, id: 'b', function: { name: 'two', arguments: '{"y":2}' } }),
      ],
    ],
    [
      'with arguments as an object',
      [
        call({ index: 0, id: 'a', function: { name: 'one', arguments: { x: 1 } } }),
        call({ index: 1, id: 'b', function: { name: 'two', arguments: { y: 2 } } }),
      ],
    ],
    [
      'mixed with each other',
      [
        call({ index: 0, id: 'a', function: { name: 'one', arguments: '' } }),
        call({ index: 1, id: 'b', function: { name: 'tw', arguments: '' } }),
        call({ index: 0, function: { arguments: '{"x":' } }),
        call({ index: 1, function: { name: 'o', arguments: '{"y"' } }),
        call({ index: 0, function: { arguments: '1}' } }),
        call({ index: 1, function: { arguments: ':2}' } }),
      ],
    ],
    [
      'with a comma too many and single quotes',
      [
        call({ index: 0, id: 'a', function: { name: 'one', arguments: '{"x":1,}' } }),
        call({ index: 1, id: 'b', function: { name: 'two', arguments: "{'y':2}" } }),
      ],
    ],
  ])('are put together %s', async (_how, pieces) => {
    server.script({ rawBody: events(...pieces, delta({}, { finish_reason: 'stop' })) });
    const { result } = await read(model.stream(ask()));
    expect(result).toMatchObject({
      finishReason: 'tool-calls',
      toolCalls: [
        { id: 'a', name: 'one', arguments: { x: 1 } },
        { id: 'b', name: 'two', arguments: { y: 2 } },
      ],
    });
  });

  it('are told apart by their index where the server gives them one id', async () => {
    const same = (index: number, name: string) =>
      call({ index, id: 'a', function: { name, arguments: '{}' } });
    server.script({ rawBody: events(same(0, 'one'), same(1, 'two')) });
    const { result } = await read(model.stream(ask()));
    expect(result?.toolCalls.map(({ id, name }) => [id, name])).toEqual([
      ['a', 'one'],
      ['call-2', 'two'],
    ]);
  });

  it.each([
    ['<tool_call>\n{"name": "one", "arguments": {"x": 1}}\n</tool_call>'],
    ['{"name": "one", "parameters": {"x": 1}}'],
    ['```json\n{"name": "one", "arguments": "{\\"x\\": 1}"}\n```'],
  ])('are read where the server leaves them in the text: %s', async (text) => {
    const tools = [{ name: 'one', description: 'One.', parameters: {} }];
    server.script({ text }, { text }, { text });
    const called = [{ name: 'one', arguments: { x: 1 } }];
    expect(await model.generate(ask({ tools }))).toMatchObject({ text: '', toolCalls: called });
    expect((await read(model.stream(ask({ tools })))).result).toMatchObject({ text: '', toolCalls: called });
    // whoever was offered no such tool only wrote an example
    expect(await model.generate(ask())).toMatchObject({ text, toolCalls: [] });
  });

  it('have an id of ours where the server gives none', async () => {
    const calls = [
      { function: { name: 'one', arguments: '' } },
      { function: { name: 'one', arguments: '{}' } },
    ];
    server.script({
      rawBody: JSON.stringify({ choices: [{ message: { content: null, tool_calls: calls } }] }),
    });
    const { toolCalls } = await model.generate(ask());
    expect(toolCalls.map(({ id }) => id)).toEqual(['call-1', 'call-2']);
  });

  it('are the same however their arguments are cut', async () => {
    await assert(
      asyncProperty(
        array(string(), { maxLength: 4 }),
        integer({ min: 1, max: 9 }),
        nat(3),
        async (texts, pieceLength, more) => {
          const calls = Array.from({ length: more + 1 }, (_, index) => ({
            id: `id${index}`,
            name: `tool${index}`,
            arguments: JSON.stringify({ texts, index }),
          }));
          server.script({ toolCalls: calls, pieceLength });
          const { result } = await read(model.stream(ask()));
          expect(result?.toolCalls.map(({ arguments: given }) => given)).toEqual(
            calls.map((_, index) => ({ texts, index })),
          );
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe('a whole answer of a compatible server', () => {
  it.each([
    ['with content as parts', { choices: [{ message: { content: [{ type: 'text', text: 'sixteen' }] } }] }],
    [
      'with thoughts in the text',
      { choices: [{ message: { content: '<think>\nhm\n</think>\n\nsixteen' } }] },
    ],
    ['with an old kind of choice', { choices: [{ text: 'sixteen', finish_reason: 'stop' }] }],
    ['with strange usage', { choices: [{ message: { content: 'sixteen' } }], usage: { prompt_tokens: '5' } }],
    [
      'beside a second choice',
      {
        choices: [
          { index: 1, message: { content: 'fifteen' } },
          { index: 0, message: { content: 'sixteen' } },
        ],
      },
    ],
    [
      'with usage of zero',
      { choices: [{ message: { content: 'sixteen' } }], usage: { prompt_tokens: 0, completion_tokens: 0 } },
    ],
  ])('is read %s', async (_how, body) => {
    server.script({ rawBody: JSON.stringify(body) });
    expect(await model.generate(ask())).toMatchObject({ text: 'sixteen', usage: { reported: false } });
  });

  it.each([
    ['in Gemini’s total', { prompt_tokens: 10, completion_tokens: 3, total_tokens: 513 }, [10, 503, 0]],
    ['by Anthropic’s names', { input_tokens: 10, output_tokens: 3 }, [10, 3, 0]],
    ['as texts', { prompt_tokens: '10', completion_tokens: '3' }, [10, 3, 0]],
    [
      'with DeepSeek’s cache',
      { prompt_tokens: 10, completion_tokens: 3, prompt_cache_hit_tokens: 8 },
      [10, 3, 8],
    ],
  ])('is counted by what the server says %s', async (_how, usage, counted) => {
    server.script({ rawBody: JSON.stringify({ choices: [{ message: { content: 'sixteen' } }], usage }) });
    const { inputTokens, outputTokens, cachedInputTokens, reported } = (await model.generate(ask())).usage;
    expect([inputTokens, outputTokens, cachedInputTokens, reported]).toEqual([...counted, true]);
  });

  it('is read as a stream where the server streams every answer', async () => {
    server.script({
      rawBody: events(delta({ content: 'six' }), delta({ content: 'teen' })),
      rawType: 'text/event-stream; charset=utf-8',
    });
    expect(await model.generate(ask())).toMatchObject({ text: 'sixteen', finishReason: 'stop' });
  });

  it('says that a web page is none, also where a stream was asked for', async () => {
    const page = { rawBody: '<html>Sign in</html>', rawType: 'text/html' };
    server.script(page, page);
    expect((await faultOf(model.generate(ask()))).message).toMatch(/web page; check OPENAI_BASE_URL/);
    expect((await faultOf(read(model.stream(ask())))).message).toMatch(/web page; check OPENAI_BASE_URL/);
  });

  it.each([
    ['is no JSON', '{"choices": [', 'gateway.broken-answer'],
    ['is a web page', '<!doctype html><title>Hello</title>', 'gateway.broken-answer'],
    ['has no choice', '{"choices": []}', 'gateway.broken-answer'],
    ['is an error', '{"error": {"message": "model is loading", "code": 503}}', 'gateway.failing'],
  ])('fails as unavailable when it %s', async (_how, rawBody, code) => {
    server.script({ rawBody });
    expect(await faultOf(model.generate(ask()))).toMatchObject({ code, retryable: true });
  });
});

describe('a server that does not know a field', () => {
  const refusal = (message: string, status = 400) => ({
    status,
    rawBody: JSON.stringify({ error: { message } }),
  });

  it.each([
    ['stream_options', 'Extra inputs are not permitted: stream_options'],
    ['temperature', "Unsupported value: 'temperature' does not support 0.1 with this model."],
    ['response_format', 'This response_format type is unavailable now'],
  ] as const)('is asked again without %s, and never again with it', async (field, message) => {
    server.script(refusal(message), { text: 'one' }, { text: 'two' });
    const request = ask({ temperature: 0.1, responseSchema: { type: 'object' } });
    expect((await read(model.stream(request))).shown).toBe('one');
    expect((await read(model.stream(request))).shown).toBe('two');
    expect(server.calls.map(({ body }) => field in body)).toEqual([true, false, false]);
  });

  it('is told the longest answer by the newer name', async () => {
    server.script(
      refusal(
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      ),
      { text: 'one' },
    );
    await model.generate(ask({ maxOutputTokens: 99 }));
    expect(server.calls[1]?.body).toMatchObject({ max_completion_tokens: 99 });
    expect(server.calls[1]?.body.max_tokens).toBeUndefined();
  });

  it('may forbid several, as 422 as well', async () => {
    server.script(
      refusal("loc: ('body','stream_options')", 422),
      refusal('temperature is not allowed', 422),
      {
        text: 'one',
      },
    );
    expect((await read(model.stream(ask({ temperature: 0.1 })))).shown).toBe('one');
  });
});

describe('what an operator is told', () => {
  it.each([
    [401, '{"error":{"message":"Incorrect API key provided"}}', 'gateway.credentials', /OPENAI_API_KEY/],
    [
      404,
      '{"error":{"message":"model \\"m\\" not found, try pulling it first"}}',
      'gateway.no-such-model',
      /"m".*OPENAI_MODEL/,
    ],
    [
      400,
      '{"error":{"message":"The model `m` does not exist","code":"model_not_found"}}',
      'gateway.no-such-model',
      /OPENAI_MODEL/,
    ],
    [404, '404 page not found', 'gateway.no-such-model', /OPENAI_BASE_URL.*\/v1/],
    [
      400,
      '{"error":{"message":"This model\'s maximum context length is 4096 tokens"}}',
      'gateway.too-long',
      /too long/,
    ],
    [400, '{"error":{"message":"m does not support tools"}}', 'gateway.no-tools', /tool calls/],
    [
      429,
      '{"error":{"message":"You exceeded your current quota","code":"insufficient_quota"}}',
      'gateway.quota',
      /quota/,
    ],
    [400, '[{"error":{"code":400,"message":"API key not valid."}}]', 'gateway.credentials', /OPENAI_API_KEY/],
    [404, '[{"error":{"code":404,"message":"models/m is not found"}}]', 'gateway.no-such-model', /"m"/],
    [
      400,
      '{"object":"error","message":"maximum context length is 2048 tokens"}',
      'gateway.too-long',
      /too long/,
    ],
    [402, '{"error":{"message":"Insufficient Balance"}}', 'gateway.quota', /quota/],
    [400, '{"error":{"message":"Your credit balance is too low"}}', 'gateway.quota', /quota/],
  ])('of HTTP %i with %s', async (status, rawBody, code, message) => {
    server.script({ status, rawBody });
    const fault = await faultOf(model.generate(ask()));
    expect(fault.code).toBe(code);
    expect(fault.message).toMatch(message);
    expect(fault.retryable).toBe(false);
  });

  it('waits as long as Gemini says in the body, whose limit per minute sounds like a used-up quota', async () => {
    const message = 'You exceeded your current quota, please check your plan and billing details.';
    const details = [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34s' }];
    server.script({ status: 429, rawBody: JSON.stringify([{ error: { code: 429, message, details } }]) });
    expect(await faultOf(model.generate(ask()))).toMatchObject({
      code: 'gateway.rate-limited',
      retryAfterMs: 34_000,
    });
  });

  it('waits until the date that the server names, by the server’s own clock', async () => {
    const headers = {
      date: 'Sat, 21 Nov 2026 10:00:00 GMT',
      'retry-after': 'Sat, 21 Nov 2026 10:00:07 GMT',
    };
    server.script({ status: 429, headers });
    expect(await faultOf(model.generate(ask()))).toMatchObject({ retryAfterMs: 7_000 });
  });
});

it('sends what a person says in a row as one message, and no empty text beside tool calls', async () => {
  server.script({ text: 'ok' });
  await model.generate(
    ask({
      messages: [
        { role: 'user', content: 'a' },
        { role: 'user', content: 'b' },
        { role: 'assistant', content: '', toolCalls: [{ id: 't', name: 'one', arguments: {} }] },
        { role: 'tool', content: 'done', toolCallId: 't' },
      ],
    }),
  );
  expect(server.calls[0]?.body.messages).toMatchObject([
    { role: 'user', content: 'a\n\nb' },
    { role: 'assistant', content: null },
    { role: 'tool' },
  ]);
});

describe('tokens that are counted here', () => {
  it('take special tokens in a text as plain text', async () => {
    expect(await countTokens(['Say <|endoftext|> and <|im_start|>'])).toBeGreaterThan(8);
  });

  it('are found for a long run of one letter without a stall', async () => {
    expect(await countTokens(['a'.repeat(20_000)])).toBeGreaterThan(1_000);
  });
});

it('reads server-sent events the same however the bytes are cut', async () => {
  const values = [{ text: 'ä 😀 data: x' }, { text: 'two\nlines' }, { n: 3 }];
  const bytes = new TextEncoder().encode(events(...values));
  await assert(
    asyncProperty(array(nat(bytes.length), { maxLength: 12 }), async (cuts) => {
      const places = [0, ...cuts.sort((a, b) => a - b), bytes.length];
      const pieces = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
      const seen: unknown[] = [];
      const reader = readServerEvents(toAsync(pieces));
      let next = await reader.next();
      for (; !next.done; next = await reader.next()) seen.push(next.value);
      expect(seen).toEqual(values);
      expect(next.value).toBe(true);
    }),
  );
});

// oxlint-disable-next-line require-await
async function* toAsync<T>(items: T[]): AsyncIterable<T> {
  yield* items;
}
