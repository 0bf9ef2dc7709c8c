import { readFileSync } from 'node:fs';
import { Template } from 'adaptivecards-templating';
import type { JsonObject, JsonValue } from '../core/kernel/json.js';
import { shippedFile } from '../core/kernel/package-root.js';

/** What a channel brings along natively, so that the card leaves it out; templates read it as `$host`. */
export interface CardHost {
  /** The channel shows its own thumbs under the message. */
  nativeFeedback: boolean;
}

/** Binds one template to data; empty parts (`null`) are gone from the result. */
export type Binder = (data: JsonObject, host: CardHost) => JsonObject;

/** Prepares the template of a name; its expressions are parsed once, here. */
export function createBinder(name: string): Binder {
  const source = JSON.parse(
    readFileSync(shippedFile('cards', 'templates', `${name}.json`), 'utf8'),
  ) as object;
  const template = new Template(source);
  return (data, host) =>
    withoutNulls(template.expand({ $root: data, $host: host }) as JsonValue) as JsonObject;
}

/** Drops what a false `$when` leaves behind: null outside of a list, and lists of actions without an action. */
function withoutNulls(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.filter((item) => item !== null).map(withoutNulls);
  if (value === null || typeof value !== 'object') return value;
  const kept: JsonObject = {};
  for (const [key, member] of Object.entries(value)) {
    const isEmptyActions = key === 'actions' && Array.isArray(member) && member.length === 0;
    if (member !== null && !isEmptyActions) kept[key] = withoutNulls(member);
  }
  return kept;
}
