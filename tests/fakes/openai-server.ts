import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the scripted endpoint does with one request. */
export interface ScriptedReply {
  text?: string;
  toolCalls?: { id: string; name: string; arguments: string }[];
  /** Streamed texts are sent in pieces of this many characters; 8 unless told. */
  pieceLength?: number;
  /** ms before the first byte, and between pieces. */
  firstDelayMs?: number;
  pieceDelayMs?: number;
  /** An error instead of an answer. */
  status?: number;
  retryAfterSeconds?: number;
  /** The connection is cut after this many pieces. */
  cutAfterPieces?: number;
  /** Sent as the whole body instead of an answer, with `status` if there is one. */
  rawBody?: string;
  rawType?: string;
  headers?: Record<string, string>;
  /** False: the endpoint does not report usage. */
  reportUsage?: boolean;
  finishReason?: string;
}

export interface ReceivedCall {
  path: string;
  headers: IncomingMessage['headers'];
  body: {
    model: string;
    stream?: boolean;
    messages: { role: string; content: string }[];
    tools?: unknown[];
    input?: string[];
    stream_options?: unknown;
    response_format?: unknown;
    temperature?: number;
    max_tokens?: number;
    max_completion_tokens?: number;
  };
  /** True once the client went away before the answer ended. */
  aborted: boolean;
}

export interface FakeOpenAi {
  baseUrl: string;
  calls: ReceivedCall[];
  /** Names that `GET /models` lists; without any it answers 404, as some servers do. */
  models: string[];
  /** Adds replies that are used in order; a function decides by the request. Without one left the call fails with 500. */
  script(...replies: (ScriptedReply | ((call: ReceivedCall) => ScriptedReply))[]): void;
  /** True: embeddings are answered with 503. */
  failEmbeddings: boolean;
  /** Numbers of a vector beyond the usual four. */
  moreDimensions: number;
  /** Takes away what is left of the script. */
  unscript(): void;
  close(): Promise<void>;
}

/** An OpenAI-compatible endpoint on loopback that plays a script: chat completions, streaming, embeddings, faults. */
export async function startFakeOpenAi(): Promise<FakeOpenAi> {
  const calls: ReceivedCall[] = [];
  const replies: (ScriptedReply | ((call: ReceivedCall) => ScriptedReply))[] = [];
  const models: string[] = [];
  const fake: FakeOpenAi = {
    baseUrl: '',
    calls,
    models,
    failEmbeddings: false,
    moreDimensions: 0,
    script: (...more) => void replies.push(...more),
    unscript: () => void replies.splice(0),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  const server = createServer((request, response) => void serve(request, response));

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'GET') return list(models, response);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString() || '{}') as ReceivedCall['body'];
    const call: ReceivedCall = { path: request.url ?? '', headers: request.headers, body, aborted: false };
    calls.push(call);
    response.on('close', () => {
      call.aborted = !response.writableFinished;
    });
    if (call.path.endsWith('/embeddings'))
      return fake.failEmbeddings
        ? fail(response, 503, 'scripted failure')
        : embed(call, response, fake.moreDimensions);
    const next = replies.shift();
    if (!next) return fail(response, 500, 'the script is at its end');
    await play(typeof next === 'function' ? next(call) : next, call, response);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  fake.baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  return fake;
}
const wait = (ms = 0): Promise<void> =>
  ms > 0 ? new Promise((resolve) => setTimeout(resolve, ms)) : Promise.resolve();

function fail(
  response: ServerResponse,
  status: number,
  message: string,
  retryAfterSeconds?: number,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    ...headers,
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
  });
  response.end(JSON.stringify({ error: { message, type: 'scripted', code: null } }));
}

function list(models: string[], response: ServerResponse): void {
  if (models.length === 0) return fail(response, 404, 'page not found');
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ object: 'list', data: models.map((id) => ({ id, object: 'model' })) }));
}

/** Vectors of four numbers or more, made from the text's length and letters, so that equal texts have equal vectors. */
function embed(call: ReceivedCall, response: ServerResponse, more: number): void {
  const data = (call.body.input ?? []).map((text, index) => ({
    object: 'embedding',
    index,
    embedding: [
      text.length,
      text.split('e').length,
      text.split('a').length,
      text.split(' ').length,
      ...Array<number>(more).fill(0),
    ],
  }));
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(
    JSON.stringify({
      object: 'list',
      model: call.body.model,
      data: data.reverse(),
      usage: { prompt_tokens: 1, total_tokens: 1 },
    }),
  );
}

async function play(reply: ScriptedReply, call: ReceivedCall, response: ServerResponse): Promise<void> {
  await wait(reply.firstDelayMs);
  if (reply.rawBody !== undefined) {
    const type =
      reply.rawType ?? (call.body.stream && !reply.status ? 'text/event-stream' : 'application/json');
    response.writeHead(reply.status ?? 200, { 'content-type': type, ...reply.headers });
    response.end(reply.rawBody);
    return;
  }
  if (reply.status)
    return fail(response, reply.status, 'scripted failure', reply.retryAfterSeconds, reply.headers);
  const finishReason = reply.finishReason ?? (reply.toolCalls ? 'tool_calls' : 'stop');
  const usage =
    reply.reportUsage === false ? undefined : { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 };
  if (call.body.stream) return stream(reply, call, response, finishReason, usage);
  const message = {
    role: 'assistant',
    content: reply.text ?? null,
    tool_calls: reply.toolCalls?.map(({ id, name, arguments: text }) => ({
      id,
      type: 'function',
      function: { name, arguments: text },
    })),
  };
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(
    JSON.stringify({
      id: 'c1',
      object: 'chat.completion',
      created: 1,
      model: call.body.model,
      choices: [{ index: 0, message, finish_reason: finishReason }],
      usage,
    }),
  );
}

async function stream(
  reply: ScriptedReply,
  call: ReceivedCall,
  response: ServerResponse,
  finishReason: string,
  usage: object | undefined,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const send = (choices: object[], more: object = {}): boolean =>
    response.write(
      `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 1, model: call.body.model, choices, ...more })}\n\n`,
    );
  const deltas = [...textDeltas(reply), ...toolDeltas(reply)];
  for (const [position, delta] of deltas.entries()) {
    if (reply.cutAfterPieces === position) return cut(response);
    send([{ index: 0, delta, finish_reason: null }]);
    await wait(reply.pieceDelayMs);
    if (response.destroyed) return;
  }
  if (reply.cutAfterPieces === deltas.length) return cut(response);
  send([{ index: 0, delta: {}, finish_reason: finishReason }]);
  if (usage) send([], { usage });
  response.end('data: [DONE]\n\n');
}

function textDeltas({ text = '', pieceLength = 8 }: ScriptedReply): object[] {
  return (text.match(new RegExp(`[\\s\\S]{1,${pieceLength}}`, 'g')) ?? []).map((content) => ({ content }));
}

/** A call's name comes first and its arguments in pieces, as real endpoints send them. */
function toolDeltas({ toolCalls = [], pieceLength = 8 }: ScriptedReply): object[] {
  return toolCalls.flatMap(({ id, name, arguments: text }, index) => [
    { tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] },
    ...(text.match(new RegExp(`[\\s\\S]{1,${pieceLength}}`, 'g')) ?? []).map((piece) => ({
      tool_calls: [{ index, function: { arguments: piece } }],
    })),
  ]);
}

/** What was sent before reaches the client; then the connection is gone. */
async function cut(response: ServerResponse): Promise<void> {
  await wait(20);
  response.destroy();
}
