import { jsonrepair } from 'jsonrepair';
import { z } from 'zod';
import type { JsonObject } from '../kernel/json.js';
import type { Model, ModelMessage, ModelRequest } from './model.js';

export interface StructuredOptions {
  /** What a model is told of the schema, and of what it got wrong. */
  words: { schema(schema: string): string; correct(problems: string): string };
  /** How often the model is told what was wrong; 3 unless told. */
  corrections?: number;
}

export type Structured<T> =
  | { ok: true; value: T; calls: number; costMicroUsd: number; model: string }
  /** `problems`: what the last reply still got wrong. */
  | { ok: false; problems: string; calls: number; costMicroUsd: number; model: string };

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
  let messages = withSchema(request.messages, words.schema(JSON.stringify(responseSchema)));
  let costMicroUsd = 0;
  for (let calls = 1; ; calls += 1) {
    const callKey = request.callKey && `${request.callKey}:${calls}`;
    const result = await model.generate({ ...request, messages, responseSchema, callKey });
    costMicroUsd += result.costMicroUsd;
    const spent = { calls, costMicroUsd, model: result.model };
    const read = readStructured(result.text, schema);
    if (read.ok) return { ok: true, value: read.value, ...spent };
    if (calls > corrections) return { ok: false, problems: read.problems, ...spent };
    messages = [
      ...messages,
      { role: 'assistant', content: result.text },
      { role: 'user', content: words.correct(read.problems) },
    ];
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
