import type { JsonObject, JsonValue } from '../../kernel/json.js';
import { readTime } from './read-date.js';

/**
 * Turns what a card's inputs send (texts, "true", "a,b") into values of the types that the schema names. Empty inputs
 * are left out, inputs that the schema does not know are dropped, and what does not fit is kept for the schema to judge.
 * @param at when it was sent, so that "tomorrow at 9" in the field of a time is understood.
 */
export function coerceInputs(
  schema: JsonObject,
  inputs: JsonObject,
  at?: { now: Date; timeZone?: string },
): JsonObject {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, JsonObject>);
  const values = properties
    .filter(([name]) => Object.hasOwn(inputs, name))
    .map(([name, property]): [string, JsonValue | undefined] => [
      name,
      inWords(property, coerce(property, inputs[name]), at),
    ]);
  return Object.fromEntries(values.filter((entry): entry is [string, JsonValue] => entry[1] !== undefined));
}

/** Names of inputs that were sent empty: the person wants no value there. */
export function emptiedInputs(schema: JsonObject, inputs: JsonObject): string[] {
  return Object.keys((schema.properties ?? {}) as JsonObject).filter(
    (name) => Object.hasOwn(inputs, name) && typeof inputs[name] === 'string' && inputs[name].trim() === '',
  );
}

function inWords(
  { format }: JsonObject,
  value: JsonValue | undefined,
  at: { now: Date; timeZone?: string } | undefined,
): JsonValue | undefined {
  if (!at || format !== 'date-time' || typeof value !== 'string' || /^\d{4}-\d{2}-\d{2}T/.test(value))
    return value;
  const read = readTime(value, at.now, at.timeZone);
  return read?.hasTime ? read.at.toISOString() : value;
}

function coerce(property: JsonObject, value: JsonValue | undefined): JsonValue | undefined {
  if (typeof value !== 'string') return value;
  const text = value.trim();
  if (text === '') return undefined;
  const type = Array.isArray(property.type) ? property.type.find((each) => each !== 'null') : property.type;
  if (type === 'number' || type === 'integer') {
    const number = Number(text.replace(',', '.'));
    return Number.isFinite(number) ? number : text;
  }
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  if (type === 'array') return parsed(text) ?? text.split(',').map((item) => item.trim());
  if (type === 'object') return parsed(text) ?? text;
  return text;
}

function parsed(text: string): JsonValue | undefined {
  if (!/^[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
