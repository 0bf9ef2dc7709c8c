import { jsonrepair } from 'jsonrepair';
import { z } from 'zod';
import type { JsonObject } from '../../kernel/json.js';
import type { ModelToolCall } from '../model.js';

/**
 * What is read of a chat completion or of a piece of one. Compatible servers leave out, add and bend fields; only what
 * is used is looked at, and whatever has an unknown shape is taken as absent.
 */
const lenient = <Schema extends z.ZodType>(schema: Schema) => schema.nullish().catch(undefined);

const toolCallPart = z.object({
  index: lenient(z.number().int()),
  id: lenient(z.string()),
  function: lenient(z.object({ name: lenient(z.string()), arguments: z.unknown().optional() })),
});
const message = z.object({
  content: z.unknown().optional(),
  refusal: lenient(z.string()),
  tool_calls: lenient(z.array(toolCallPart)),
  /** The protocol's first form of a tool call. */
  function_call: lenient(z.object({ name: lenient(z.string()), arguments: z.unknown().optional() })),
  reasoning: z.unknown().optional(),
  reasoning_content: z.unknown().optional(),
});
const count = lenient(
  z.union([z.number(), z.string().regex(/^\d+$/).transform(Number)]).pipe(z.int().nonnegative()),
);
const usageSchema = z.object({
  prompt_tokens: count,
  completion_tokens: count,
  total_tokens: count,
  /** Anthropic's names, which some gateways leave as they are. */
  input_tokens: count,
  output_tokens: count,
  prompt_tokens_details: lenient(z.object({ cached_tokens: count })),
  /** DeepSeek's name for what was cached. */
  prompt_cache_hit_tokens: count,
});
const completionSchema = z.object({
  model: lenient(z.string()),
  choices: lenient(
    z.array(
      z.object({
        index: lenient(z.number().int()),
        message: lenient(message),
        delta: lenient(message),
        text: lenient(z.string()),
        finish_reason: lenient(z.string()),
      }),
    ),
  ),
  usage: lenient(usageSchema),
  error: z.unknown().optional(),
  object: z.unknown().optional(),
});

export type ToolCallPart = z.output<typeof toolCallPart>;

/** One completion, or one piece of a streamed one. */
export interface CompletionPart {
  text: string;
  toolCalls: ToolCallPart[];
  /** True when it is the whole message, which some servers send after its pieces as well. */
  isWhole: boolean;
  /** True when the model thought aloud: a sign of life, never shown. */
  isReasoning: boolean;
  finishReason?: string;
  usage?: { inputTokens: number; outputTokens: number; cachedInputTokens: number };
  model?: string;
}

/** @returns undefined when it is no completion; `errorOf` tells whether it is an error. */
export function readCompletion(body: unknown): CompletionPart | undefined {
  const read = completionSchema.safeParse(body);
  if (!read.success || errorIn(body) !== undefined) return undefined;
  const { model, choices, usage } = read.data;
  if (choices === undefined && usage === undefined) return undefined;
  const choice = choices?.find(({ index }) => !index);
  const said = choice?.delta ?? choice?.message ?? undefined;
  const legacy = said?.function_call ? [{ index: 0, id: undefined, function: said.function_call }] : [];
  return {
    text: textOf(said?.content) || said?.refusal || choice?.text || '',
    toolCalls: said?.tool_calls ?? legacy,
    isWhole: !choice?.delta && Boolean(choice?.message),
    isReasoning:
      Boolean(said?.reasoning) || Boolean(said?.reasoning_content) || isThinkingPart(said?.content),
    finishReason: choice?.finish_reason || undefined,
    usage: readUsage(usage),
    model: model || undefined,
  };
}

/** The error that some servers put into an answer with HTTP 200: `{error: …}`, or `{object: "error", message: …}`. */
export function errorIn(body: unknown): JsonObject | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
  const { error, object, type } = body as { error?: unknown; object?: unknown; type?: unknown };
  if (typeof error === 'string' && error !== '') return { message: error };
  if (typeof error === 'object' && error !== null) return error as JsonObject;
  return object === 'error' || type === 'error' ? (body as JsonObject) : undefined;
}

/** Content is a text or a list of parts, of which thoughts are none. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return (content as unknown[])
    .map((part) => {
      if (typeof part === 'string') return part;
      const { type, text } = (part ?? {}) as { type?: unknown; text?: unknown };
      const isText = type === undefined || type === 'text' || type === 'output_text';
      return isText && typeof text === 'string' ? text : '';
    })
    .join('');
}

const isThinkingPart = (content: unknown): boolean =>
  Array.isArray(content) &&
  (content as unknown[]).some((part) =>
    ['thinking', 'reasoning'].includes(String((part as { type?: unknown })?.type)),
  );

/**
 * Servers that count nothing send zeros or a part of the numbers; Gemini's counts thoughts, which are paid for, in the
 * total alone.
 */
function readUsage(usage: z.output<typeof usageSchema> | null | undefined): CompletionPart['usage'] {
  const input = usage?.prompt_tokens ?? usage?.input_tokens;
  const output = usage?.completion_tokens ?? usage?.output_tokens;
  if (!usage || !input || typeof output !== 'number') return undefined;
  return {
    inputTokens: input,
    outputTokens: Math.max(output, (usage.total_tokens ?? 0) - input),
    cachedInputTokens: usage.prompt_tokens_details?.cached_tokens ?? usage.prompt_cache_hit_tokens ?? 0,
  };
}

interface GatheredCall {
  index?: number;
  id: string;
  name: string;
  arguments: string;
}

/**
 * Puts tool calls together that come in pieces. A piece belongs to the call of its index; where a server leaves the index
 * out or counts every call as the first, a new id, or a name after whole arguments, begins a new call.
 */
export function createToolCallGatherer(): { add(part: ToolCallPart): void; calls(): ModelToolCall[] } {
  const gathered: GatheredCall[] = [];

  const callOf = ({ index, id, function: called }: ToolCallPart): GatheredCall => {
    // some servers give all calls one index, others all calls one id
    const isOfIndex = (call: GatheredCall): boolean => typeof index !== 'number' || call.index === index;
    const known = id ? gathered.find((call) => call.id === id && isOfIndex(call)) : undefined;
    if (known) return known;
    const indexed = gathered.findLast((call) => typeof index === 'number' && call.index === index);
    const open = indexed ?? (typeof index === 'number' ? undefined : gathered.at(-1));
    const isOther =
      open === undefined ||
      // a new id for each piece is no new call where the index says that it goes on
      (Boolean(id) && open.id !== '' && open.id !== id && (!indexed || Boolean(called?.name))) ||
      (Boolean(called?.name) && open.name !== '' && isWhole(open.arguments));
    if (!isOther) return open;
    const fresh = { index: index ?? undefined, id: '', name: '', arguments: '' };
    gathered.push(fresh);
    return fresh;
  };

  return {
    add(part) {
      const call = callOf(part);
      const { name } = part.function ?? {};
      call.id ||= part.id ?? '';
      // some servers repeat the name in every piece, others send it in pieces
      if (name && name !== call.name) call.name += name;
      call.arguments += asJsonText(part.function?.arguments);
    },
    calls: () =>
      gathered
        .filter(({ name }) => name !== '')
        .map((call, position, calls) => ({
          id:
            calls.findIndex(({ id }) => id === call.id) === position && call.id
              ? call.id
              : `call-${position + 1}`,
          name: call.name,
          arguments: readArguments(call.arguments),
        })),
  };
}

const asJsonText = (value: unknown): string =>
  value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);

function isWhole(text: string): boolean {
  return parsed(text) !== undefined;
}

/**
 * Arguments as the model wrote them. Near misses (a comma too many, quotes of another kind, a text that holds the JSON)
 * are repaired; a text that breaks off is not, since nobody can know how it would have gone on. What is no object comes
 * through under `malformed`, for the caller's schema to refuse with a reason.
 */
export function readArguments(written: string): JsonObject {
  // the empty object that some servers begin with, before the pieces of the true one
  const text = written.replace(/^\s*\{\s*\}\s*(?=\{)/, '');
  if (text.trim() === '') return {};
  const direct = parsed(text);
  const value = typeof direct === 'string' ? parsed(direct) : (direct ?? repaired(text));
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as JsonObject) : value === null ? {} : { malformed: text };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function repaired(text: string): unknown {
  const bare = text
    .replace(/^\s*```(?:json)?/i, '')
    .replace(/```\s*$/, '')
    .trim();
  if (!bare.startsWith('{') || !bare.endsWith('}')) return undefined;
  try {
    return parsed(jsonrepair(bare));
  } catch {
    return undefined;
  }
}
