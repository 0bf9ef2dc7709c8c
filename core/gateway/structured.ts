import { jsonrepair } from 'jsonrepair';
import { z } from 'zod';
import type { JsonObject } from '../kernel/json.js';
import type { Model, ModelMessage, ModelRequest } from './model.js';
import type { RenderedPrompt } from './prompts/registry.js';

export interface StructuredOptions {
  /** What a model is told of the schema, and of what it got wrong. */
  words: { schema(schema: string): RenderedPrompt; correct(problems: string): RenderedPrompt };
  /** How often the model is told what was wrong; 3 unless told. */
  corrections?: number;
}

export type Structured<T> = StructuredSpent &
  (
    | { ok: true; value: T }
    /** `problems`: what the last reply still got wrong. */
    | { ok: false; problems: string }
  );

interface StructuredSpent {
  calls: number;
  costMicroUsd: number;
  model: string;
  /** `name@version` of what the model was told of the schema and of its mistakes. */
  besides: string[];
}

/**
 * Asks for a value of a schema. Near misses of JSON are repaired without asking again; what does not fit the schema is
 * fed back with what to change.
 */
export async function generateStructured<Schema extends z.ZodType>(
  model: Model,
  request: Omit<ModelRequest, 'responseSchema'>,
  schema: Schema,
  { words, corrections = 3 }: StructuredOptions,
): Promise<Structured<z.output<Schema>>> {
  const { $schema: _dialect, ...responseSchema } = z.toJSONSchema(schema, { io: 'input' }) as JsonObject;
  const told = words.schema(JSON.stringify(responseSchema));
  let messages = withSchema(request.messages, told.text);
  let besides = [...(request.origin.besides ?? []), told.id];
  let costMicroUsd = 0;
  for (let calls = 1; ; calls += 1) {
    const callKey = request.callKey && `${request.callKey}:${calls}`;
    const result = await model.generate({
      ...request,
      messages,
      responseSchema,
      callKey,
      origin: { ...request.origin, besides },
    });
    costMicroUsd += result.costMicroUsd;
    const spent = { calls, costMicroUsd, model: result.model, besides };
    const read = readStructured(result.text, schema);
    if (read.ok) return { ok: true, value: read.value, ...spent };
    if (calls > corrections) return { ok: false, problems: read.problems, ...spent };
    const correction = words.correct(read.problems);
    messages = [
      ...messages,
      { role: 'assistant', content: result.text },
      { role: 'user', content: correction.text },
    ];
    besides = [...new Set([...besides, correction.id])];
  }
}

/** The schema in words as well: many compatible servers take `response_format` and do not heed it. */
function withSchema(messages: ModelMessage[], told: string): ModelMessage[] {
  const [first, ...rest] = messages;
  return first?.role === 'system'
    ? [{ role: 'system', content: `${first.content}\n\n${told}` }, ...rest]
    : [{ role: 'system', content: told }, ...messages];
}

/** Reads a reply as a value of a schema: code fences and words around the JSON are no hindrance. */
export function readStructured<Schema extends z.ZodType>(
  text: string,
  schema: Schema,
): { ok: true; value: z.output<Schema> } | { ok: false; problems: string } {
  const json = readJson(text);
  if (json === undefined) return { ok: false, problems: 'it is not JSON.' };
  const read = schema.safeParse(json);
  return read.success
    ? { ok: true, value: read.data }
    : { ok: false, problems: z.prettifyError(read.error).slice(0, 2_000) };
}

function readJson(text: string): unknown {
  const fenced = /```(?:json)?\s*([\s\S]*?)```/.exec(text)?.[1] ?? text;
  const start = fenced.search(/[{[]/);
  const candidates = [fenced, ...(start > 0 ? [fenced.slice(start)] : [])];
  for (const candidate of candidates) {
    try {
      return JSON.parse(candidate) as unknown;
    } catch {
      // the next reading is tried
    }
  }
  if (start < 0) return undefined;
  try {
    return JSON.parse(jsonrepair(fenced.slice(start))) as unknown;
  } catch {
    return undefined;
  }
}
