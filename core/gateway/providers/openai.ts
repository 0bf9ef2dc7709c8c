import OpenAI, { AzureOpenAI } from 'openai';
import { z } from 'zod';
import type { JsonObject } from '../../kernel/json.js';
import type {
  EmbeddingModel,
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
import { translateOpenAiError } from './openai-errors.js';

export interface OpenAiOptions {
  /** How this endpoint is called in results and metrics: `openai`, `azure`, `vllm`. */
  name: string;
  client: OpenAI;
  models: Record<ModelTier, string>;
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
  const common = { maxRetries: 0, timeout: timeoutMs };
  if (!azure) return new OpenAI({ ...common, apiKey, baseURL: baseUrl });
  const { token, ...resource } = azure;
  return token
    ? new AzureOpenAI({ ...common, ...resource, apiKey: undefined, azureADTokenProvider: token })
    : new AzureOpenAI({ ...common, ...resource, apiKey });
}

/** The model port on the Chat Completions protocol. */
export function createOpenAiModel(options: OpenAiOptions): Model {
  const { client, name } = options;
  return {
    name,
    generate: async (request) => {
      try {
        const completion = await client.chat.completions.create(
          { ...parameters(request, options), stream: false },
          callOptions(request),
        );
        const choice = completion.choices[0];
        return await finish(request, options, {
          text: choice?.message.content ?? '',
          toolCalls: (choice?.message.tool_calls ?? []).flatMap((call) =>
            call.type === 'function'
              ? [toToolCall(call.id, call.function.name, call.function.arguments)]
              : [],
          ),
          finishReason: choice?.finish_reason ?? 'stop',
          usage: completion.usage,
          model: completion.model,
        });
      } catch (error) {
        throw translateOpenAiError(error, name, request.signal);
      }
    },
    stream: (request) => streamCompletion(request, options),
  };
}

async function* streamCompletion(request: ModelRequest, options: OpenAiOptions): AsyncIterable<ModelEvent> {
  const calls = new Map<number, { id: string; name: string; arguments: string }>();
  let text = '';
  let finishReason = '';
  let usage: OpenAI.CompletionUsage | undefined;
  let model: string | undefined;
  try {
    const chunks = await options.client.chat.completions.create(
      { ...parameters(request, options), stream: true, stream_options: { include_usage: true } },
      {
        ...callOptions(request),
        ...(options.connectTimeoutMs ? { timeout: options.connectTimeoutMs } : {}),
      },
    );
    for await (const chunk of chunks) {
      model = chunk.model || model;
      usage = chunk.usage ?? usage;
      const choice = chunk.choices[0];
      finishReason = choice?.finish_reason ?? finishReason;
      for (const part of choice?.delta.tool_calls ?? []) {
        const call = calls.get(part.index) ?? { id: '', name: '', arguments: '' };
        calls.set(part.index, {
          id: part.id ?? call.id,
          name: call.name + (part.function?.name ?? ''),
          arguments: call.arguments + (part.function?.arguments ?? ''),
        });
      }
      const more = choice?.delta.content;
      if (more) {
        text += more;
        yield { kind: 'text', text: more };
      }
    }
    if (!finishReason) throw new Error('the stream ended without a finish reason');
  } catch (error) {
    const fault = translateOpenAiError(error, options.name, request.signal);
    if (!text) throw fault;
    const partial = { text, toolCalls: [], finishReason: 'stop', usage, model };
    throw new InterruptedStream(fault, await finish(request, options, partial));
  }
  const toolCalls = [...calls.values()].map((call) => toToolCall(call.id, call.name, call.arguments));
  const result = await finish(request, options, { text, toolCalls, finishReason, usage, model });
  yield { kind: 'end', result };
}

function callOptions({ signal, callKey }: ModelRequest): OpenAI.RequestOptions {
  return { signal, ...(callKey ? { idempotencyKey: callKey } : {}) };
}

function parameters(
  { messages, tier, tools, responseSchema, maxOutputTokens, temperature }: ModelRequest,
  options: OpenAiOptions,
) {
  return {
    model: options.models[tier],
    messages: messages.map(toOpenAiMessage),
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

function toOpenAiMessage(message: ModelMessage): OpenAI.ChatCompletionMessageParam {
  switch (message.role) {
    case 'tool':
      return { role: 'tool', content: message.content, tool_call_id: message.toolCallId };
    case 'assistant':
      return {
        role: 'assistant',
        content: message.content,
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

const jsonObject = z.record(z.string(), z.unknown());

/** Arguments that are no JSON object come through under `malformed`, for the caller's schema to refuse with a reason. */
function toToolCall(id: string, name: string, text: string): ModelToolCall {
  try {
    return { id, name, arguments: jsonObject.parse(JSON.parse(text || '{}')) as JsonObject };
  } catch {
    return { id, name, arguments: { malformed: text } };
  }
}

interface RawResult {
  text: string;
  toolCalls: ModelToolCall[];
  finishReason: string;
  usage: OpenAI.CompletionUsage | null | undefined;
  model: string | undefined;
}

const FINISH_REASONS: Record<string, ModelResult['finishReason']> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool-calls',
  function_call: 'tool-calls',
  content_filter: 'content-filter',
};

async function finish(
  request: ModelRequest,
  { name, models, countTokens, price }: OpenAiOptions,
  raw: RawResult,
): Promise<ModelResult> {
  const usage: TokenUsage = raw.usage
    ? {
        inputTokens: raw.usage.prompt_tokens,
        outputTokens: raw.usage.completion_tokens,
        cachedInputTokens: raw.usage.prompt_tokens_details?.cached_tokens ?? 0,
        reported: true,
      }
    : {
        inputTokens: await countTokens(request.messages.map(({ content }) => content)),
        outputTokens: await countTokens([
          raw.text,
          ...raw.toolCalls.map((call) => JSON.stringify(call.arguments)),
        ]),
        cachedInputTokens: 0,
        reported: false,
      };
  const model = raw.model ?? models[request.tier];
  return {
    text: raw.text,
    toolCalls: raw.toolCalls,
    finishReason: raw.toolCalls.length > 0 ? 'tool-calls' : (FINISH_REASONS[raw.finishReason] ?? 'stop'),
    usage,
    model: `${name}/${model}`,
    costMicroUsd: price(model, usage),
  };
}

/** The embedding port on the Embeddings protocol. `dimensions` is asked of the endpoint once, by the caller. */
export function createOpenAiEmbeddings(
  name: string,
  client: OpenAI,
  model: string,
  dimensions: number,
): EmbeddingModel {
  return {
    id: `${name}/${model}/${dimensions}`,
    dimensions,
    embed: async (texts, signal) => {
      try {
        const { data } = await client.embeddings.create(
          { model, input: texts, encoding_format: 'float' },
          { signal },
        );
        return [...data]
          .sort((a, b) => a.index - b.index)
          .map(({ embedding }) => Float32Array.from(embedding));
      } catch (error) {
        throw translateOpenAiError(error, name, signal);
      }
    },
  };
}
