import type { JsonValue } from '../core/kernel/json.js';

/** What a JSON value says as text; lists, objects and nothing say nothing. */
export function asText(value: JsonValue | undefined): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
