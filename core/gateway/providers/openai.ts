import OpenAI, { AzureOpenAI } from 'openai';
import { z } from 'zod';
import { StewardError, Unavailable } from '../../kernel/errors.js';
import type {
  EmbeddingEndpoint,
  Model,
  ModelEvent,
  ModelMessage,
  ModelRequest,
  ModelResult,
  ModelTier,
  ModelToolCall,
  TokenUsage,
} from '../model.js';
import { InterruptedStream } from '../interrupted-stream.js';
import { textsOf } from '../count-tokens.js';
import { Dialect } from './dialect.js';
import { createReasoningFilter } from './hidden-reasoning.js';
import { errorFromBody, fetchReadably, translateOpenAiError, type ErrorPlace } from './openai-errors.js';
import { createToolCallGatherer, errorIn, readCompletion, type CompletionPart } from './read-completion.js';
import { readServerEvents } from './server-events.js';
import { writtenToolCalls } from './written-tool-calls.js';

export interface OpenAiOptions {
  /** How this endpoint is called in results and metrics: `openai`, `azure`, `vllm`. */
  name: string;
  client: OpenAI;
  /** The model of each tier; a function where the endpoint has to be asked first which it has. */
  models: Record<ModelTier, string> | ((tier: ModelTier) => Promise<string>);
  /** Tokens of texts, for endpoints that do not report usage. */
  countTokens(texts: string[]): number | Promise<number>;
  /** Micro-dollars of one call. */
  price(model: string, usage: TokenUsage): number;
  /** ms until an endpoint has to begin a streamed reply; the client's own limit without it. */
  connectTimeoutMs?: number;
}

export interface OpenAiClientOptions {
  apiKey: string;
  baseUrl?: string;
  azure?: {
    endpoint: string;
    apiVersion: string;
    deployment?: string;
    /** Fetches an Entra token for each call, in place of the key. */
    token?: () => Promise<string>;
  };
  /** ms until the whole answer has to be there. */
  timeoutMs?: number;
}

/** A client for OpenAI, Azure OpenAI or any compatible endpoint. Retries are ours to do, so the SDK's are off. */
export function createOpenAiClient({
  apiKey,
  baseUrl,
  azure,
  timeoutMs = 60_000,
}: OpenAiClientOptions): OpenAI {
  const common = { maxRetries: 0, timeout: timeoutMs, fetch: fetchReadably };
  if (!azure) return new OpenAI({ ...common, apiKey, baseURL: baseUrl });
  const { token, endpoint, apiVersion, deployment } = azure;
  const resource = { endpoint, apiVersion, deployment };
  return token
    ? new AzureOpenAI({ ...common, ...resource, apiKey: undefined, azureADTokenProvider: token })
    : new AzureOpenAI({ ...common, ...resource, apiKey });
}

/** The model port on the Chat Completions protocol, as OpenAI and the many compatible servers speak it. */
export function createOpenAiModel(options: OpenAiOptions): Model {
  const endpoint: Endpoint = { ...options, dialect: new Dialect(), inThought: new Set() };
  return {
    name: options.name,
    generate: async (request) => {
      const place = placeOf(options, request);
      try {
        const call = await parameters(request, endpoint);
        place.model = call.model;
        const response = await send(call, endpoint, callOptions(request));
        if (isNamedEventStream(response)) return await endOf(readStream(response, request, endpoint, place));
        return await readWhole(await response.text(), request, options, place);
      } catch (error) {
        throw translateOpenAiError(error, place);
      }
    },
    stream: (request) => streamCompletion(request, endpoint),
  };
}

interface Endpoint extends OpenAiOptions {
  dialect: Dialect;
  /** Models that were seen to begin in the middle of their thoughts. */
  inThought: Set<string>;
}

type Call = Awaited<ReturnType<typeof parameters>> & {
  stream?: true;
  stream_options?: OpenAI.ChatCompletionStreamOptions;
};

/** Sends a call as this endpoint takes it; what it refuses and the call can do without is left out in a further try. */
async function send(
  call: Call,
  { client, dialect }: Endpoint,
  how: OpenAI.RequestOptions,
): Promise<Response> {
  for (;;) {
    try {
      return await client.chat.completions.create(dialect.fit(call), how).asResponse();
    } catch (error) {
      if (!dialect.learn(call, error)) throw error;
    }
  }
}

const placeOf = ({ name, client }: OpenAiOptions, { signal }: ModelRequest): ErrorPlace => ({
  provider: name,
  baseUrl: client.baseURL,
  isAzure: client instanceof AzureOpenAI,
  signal,
});

async function readWhole(
  body: string,
  request: ModelRequest,
  options: OpenAiOptions,
  place: ErrorPlace,
): Promise<ModelResult> {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    const hint = /^\s*</.test(body)
      ? ` It is a web page; check OPENAI_BASE_URL (${place.baseUrl ?? ''}).`
      : '';
    throw new Unavailable('gateway.broken-answer', `${options.name} sent an answer that is not JSON.${hint}`);
  }
  const error = errorIn(json);
  if (error) throw errorFromBody(error, place);
  const part = readCompletion(json);
  if (!part || (part.text === '' && part.toolCalls.length === 0 && !part.finishReason))
    throw new Unavailable('gateway.broken-answer', `${options.name} sent an answer without a choice.`);
  const tools = createToolCallGatherer();
  for (const [index, call] of part.toolCalls.entries()) tools.add({ ...call, index });
  const reasoning = createReasoningFilter();
  const text = reasoning.add(part.text) + reasoning.end(false);
  if (part.finishReason === 'error') throw brokenOff(options.name);
  return finish(request, options, {
    ...part,
    text,
    toolCalls: tools.calls(),
    model: part.model ?? place.model,
  });
}

async function* streamCompletion(request: ModelRequest, endpoint: Endpoint): AsyncIterable<ModelEvent> {
  const place = placeOf(endpoint, request);
  let response: Response;
  try {
    const call = await parameters(request, endpoint);
    place.model = call.model;
    response = await send({ ...call, stream: true, stream_options: { include_usage: true } }, endpoint, {
      ...callOptions(request),
      ...(endpoint.connectTimeoutMs ? { timeout: endpoint.connectTimeoutMs } : {}),
    });
    if (!isEventStream(response)) {
      const whole = await readWhole(await response.text(), request, endpoint, place);
      if (whole.text) yield { kind: 'text', text: whole.text };
      yield { kind: 'end', result: whole };
      return;
    }
  } catch (error) {
    throw translateOpenAiError(error, place);
  }
  yield* readStream(response, request, endpoint, place);
}

/** Some servers answer every call with a stream. */
async function endOf(events: AsyncIterable<ModelEvent>): Promise<ModelResult> {
  for await (const event of events) if (event.kind === 'end') return event.result;
  throw new Unavailable('gateway.broken-answer', 'A streamed answer had no end.');
}

async function* readStream(
  response: Response,
  request: ModelRequest,
  endpoint: Endpoint,
  place: ErrorPlace,
): AsyncIterable<ModelEvent> {
  const tools = createToolCallGatherer();
  const reasoning = createReasoningFilter(endpoint.inThought.has(place.model ?? ''));
  let text = '';
  let finishReason: string | undefined;
  let usage: CompletionPart['usage'];
  let model = place.model;
  const gathered = (): RawResult => ({
    text,
    toolCalls: tools.calls(),
    finishReason,
    usage,
    model: model ?? place.model,
  });
  try {
    const events = readServerEvents(response.body as AsyncIterable<Uint8Array>);
    let next = await events.next();
    try {
      for (; !next.done; next = await events.next()) {
        const error = errorIn(next.value);
        if (error) throw errorFromBody(error, place);
        const part = readCompletion(next.value);
        if (!part) continue;
        model = part.model ?? model;
        usage = part.usage ?? usage;
        finishReason = part.finishReason ?? finishReason;
        if (finishReason === 'error') throw brokenOff(endpoint.name);
        if (part.isWhole && hasAnswer(gathered())) continue;
        for (const piece of part.toolCalls) tools.add(piece);
        const more = reasoning.add(part.text);
        if (reasoning.wasThought()) {
          text = '';
          endpoint.inThought.add(place.model ?? '');
        }
        text += more;
        // an empty piece is a sign of life of a model that thinks first
        if (more || part.isReasoning || part.text) yield { kind: 'text', text: more };
      }
    } finally {
      await events.return(false);
    }
    const rest = reasoning.end(finishReasonOf(finishReason) === 'length');
    text += rest;
    if (rest) yield { kind: 'text', text: rest };
    const isComplete = finishReason !== undefined || (next.value && hasAnswer(gathered()));
    if (!isComplete) throw new Error('the stream ended without saying that it is finished');
  } catch (error) {
    const isWhole = finishReason !== undefined && request.signal?.aborted !== true;
    if (!isWhole || error instanceof StewardError) {
      const fault = translateOpenAiError(error, place);
      if (!text) throw fault;
      throw new InterruptedStream(fault, await finish(request, endpoint, { ...gathered(), toolCalls: [] }));
    }
  }
  yield { kind: 'end', result: await finish(request, endpoint, gathered()) };
}

const typeOf = (response: Response): string => response.headers.get('content-type') ?? '';

/** Some gateways answer a call for a stream with the whole completion at once, others with a page to sign in on. */
const isEventStream = (response: Response): boolean =>
  !/application\/json|text\/html/.test(typeOf(response)) && response.body !== null;

const isNamedEventStream = (response: Response): boolean => typeOf(response).includes('text/event-stream');

const brokenOff = (name: string): Unavailable =>
  new Unavailable('gateway.broken-answer', `${name} says that its answer broke off.`);

const hasAnswer = ({ text, toolCalls }: RawResult): boolean => text !== '' || toolCalls.length > 0;

/** The SDK never takes its listeners off, so it gets a signal of its own that goes with the call. */
const ownSignal = (signal: AbortSignal | undefined): AbortSignal | undefined =>
  signal && AbortSignal.any([signal]);

/** The SDK sends its own `idempotencyKey` only where it knows of a header for it, which it does for no endpoint. */
function callOptions({ signal, callKey }: ModelRequest): OpenAI.RequestOptions {
  return { signal: ownSignal(signal), ...(callKey ? { headers: { 'Idempotency-Key': callKey } } : {}) };
}

async function parameters(
  { messages, tier, tools, responseSchema, maxOutputTokens, temperature }: ModelRequest,
  { models }: OpenAiOptions,
) {
  return {
    model: typeof models === 'function' ? await models(tier) : models[tier],
    messages: toOpenAiMessages(messages),
    ...(tools?.length
      ? {
          tools: tools.map(({ name, description, parameters: schema }) => ({
            type: 'function' as const,
            function: { name, description, parameters: schema },
          })),
        }
      : {}),
    ...(responseSchema
      ? {
          response_format: {
            type: 'json_schema' as const,
            json_schema: { name: 'reply', schema: responseSchema, strict: false },
          },
        }
      : {}),
    ...(maxOutputTokens ? { max_tokens: maxOutputTokens } : {}),
    ...(temperature === undefined ? {} : { temperature }),
  };
}

/** What a person says in a row is one message: many chat templates refuse two of one role after each other. */
function toOpenAiMessages(messages: ModelMessage[]): OpenAI.ChatCompletionMessageParam[] {
  const merged: ModelMessage[] = [];
  for (const message of messages) {
    const last = merged.at(-1);
    if (message.role === 'user' && last?.role === 'user')
      merged[merged.length - 1] = { role: 'user', content: `${last.content}\n\n${message.content}` };
    else merged.push(message);
  }
  return merged.map(toOpenAiMessage);
}

function toOpenAiMessage(message: ModelMessage): OpenAI.ChatCompletionMessageParam {
  switch (message.role) {
    case 'tool':
      return { role: 'tool', content: message.content, tool_call_id: message.toolCallId };
    case 'assistant':
      return {
        role: 'assistant',
        // some servers refuse an empty text beside tool calls
        content: message.content === '' && message.toolCalls?.length ? null : message.content,
        ...(message.toolCalls?.length
          ? {
              tool_calls: message.toolCalls.map((call) => ({
                id: call.id,
                type: 'function' as const,
                function: { name: call.name, arguments: JSON.stringify(call.arguments) },
              })),
            }
          : {}),
      };
    default:
      return { role: message.role, content: message.content };
  }
}

interface RawResult {
  text: string;
  toolCalls: ModelToolCall[];
  finishReason?: string;
  usage?: CompletionPart['usage'];
  model?: string;
}

/** Compatible servers pass on their own models' words for it. */
function finishReasonOf(told = 'stop'): ModelResult['finishReason'] {
  if (/^(?:length|max_tokens|max_output_tokens|model_length)$/i.test(told)) return 'length';
  if (/filter|safety|refusal|blocklist|prohibited|recitation|^spii$/i.test(told)) return 'content-filter';
  return /tool|function/i.test(told) ? 'tool-calls' : 'stop';
}

async function finish(
  request: ModelRequest,
  { name, countTokens, price }: OpenAiOptions,
  raw: RawResult,
): Promise<ModelResult> {
  const usage: TokenUsage = raw.usage
    ? { ...raw.usage, reported: true }
    : {
        inputTokens: await countTokens(textsOf(request)),
        outputTokens: await countTokens([
          raw.text,
          ...raw.toolCalls.map((call) => JSON.stringify(call.arguments)),
        ]),
        cachedInputTokens: 0,
        reported: false,
      };
  const model = raw.model ?? 'unknown';
  const written = raw.toolCalls.length > 0 ? [] : writtenToolCalls(raw.text, request.tools);
  const toolCalls = [...raw.toolCalls, ...written];
  return {
    text: written.length > 0 ? '' : raw.text,
    toolCalls,
    finishReason: toolCalls.length > 0 ? 'tool-calls' : finishReasonOf(raw.finishReason),
    usage,
    model: `${name}/${model}`,
    costMicroUsd: price(model, usage),
  };
}

export interface EmbeddingOptions {
  name: string;
  client: OpenAI;
  model: string;
  /** Asked of the endpoint once, by the caller. */
  dimensions: number;
  /** Tokens of texts, for endpoints that do not report usage. */
  countTokens: OpenAiOptions['countTokens'];
  price: OpenAiOptions['price'];
}

/**
 * The embedding port on the Embeddings protocol. Vectors have the length 1, whatever the endpoint gives.
 * @throws Unavailable when the endpoint gives another number of vectors, or vectors of another length, than it is asked for.
 */
export function createOpenAiEmbeddings(options: EmbeddingOptions): EmbeddingEndpoint {
  const { name, client, model, dimensions } = options;
  return {
    id: `${name}/${model}/${dimensions}`,
    model: `${name}/${model}`,
    dimensions,
    embed: async (texts, { signal } = {}) => {
      const { vectors, inputTokens } = await embedded(name, client, model, texts, signal);
      if (vectors.some(({ length }) => length !== dimensions))
        throw new Unavailable(
          'gateway.embedding-dimensions',
          `${name}/${model} gave vectors of another length than before (${dimensions}).`,
          { retryable: false },
        );
      const usage = {
        inputTokens: inputTokens ?? (await options.countTokens(texts)),
        outputTokens: 0,
        cachedInputTokens: 0,
        reported: inputTokens !== undefined,
      };
      return { vectors, usage, costMicroUsd: options.price(model, usage) };
    },
  };
}

/** Asks an endpoint how long its model's vectors are. */
export async function embeddingDimensions(
  name: string,
  client: OpenAI,
  model: string,
  signal?: AbortSignal,
): Promise<number> {
  const { vectors } = await embedded(name, client, model, ['dimensions'], signal);
  return vectors[0]?.length ?? 0;
}

const embeddingsSchema = z.object({
  data: z.array(
    z.object({ index: z.number().int().nullish(), embedding: z.union([z.array(z.number()), z.string()]) }),
  ),
  usage: z
    .object({ prompt_tokens: z.number().nullish(), total_tokens: z.number().nullish() })
    .nullish()
    .catch(undefined),
});

async function embedded(
  name: string,
  client: OpenAI,
  model: string,
  texts: string[],
  signal: AbortSignal | undefined,
): Promise<{ vectors: Float32Array[]; inputTokens?: number }> {
  let given: unknown;
  try {
    given = await client.embeddings.create(
      { model, input: texts, encoding_format: 'float' },
      { signal: ownSignal(signal) },
    );
  } catch (error) {
    throw translateOpenAiError(error, { provider: name, model, baseUrl: client.baseURL, signal });
  }
  const read = embeddingsSchema.safeParse(given);
  const data = read.success ? read.data.data : [];
  if (data.length !== texts.length)
    throw new Unavailable(
      'gateway.embeddings',
      `${name}/${model} gave ${data.length} vectors for ${texts.length} texts.`,
    );
  const vectors = data
    .map(({ index, embedding }, place) => ({ place: index ?? place, vector: unitVector(embedding) }))
    .sort((a, b) => a.place - b.place)
    .map(({ vector }) => vector);
  const { prompt_tokens: prompt, total_tokens: total } = read.data?.usage ?? {};
  return { vectors, inputTokens: prompt || total || undefined };
}

/** Some servers send base64 of little-endian floats whatever they are asked for. */
function unitVector(embedding: number[] | string): Float32Array {
  const vector =
    typeof embedding === 'string'
      ? new Float32Array(Uint8Array.from(Buffer.from(embedding, 'base64')).buffer)
      : Float32Array.from(embedding);
  const length = Math.hypot(...vector);
  return length > 0 ? vector.map((value) => value / length) : vector;
}
