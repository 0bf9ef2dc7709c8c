import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Template } from 'adaptivecards-templating';
import type { JsonObject, JsonValue } from '../core/kernel/json.js';
import { shippedFile } from '../core/kernel/package-root.js';
import { compileTemplate, isNothing } from './compile-template.js';

/** What a channel brings along natively, so that the card leaves it out; templates read it as `$host`. */
export interface CardHost {
  /** The channel shows its own thumbs under the message. */
  nativeFeedback: boolean;
  /** The message itself shows the content's text, so that the card of an answer begins with its parts and sources. */
  textShownAbove: boolean;
}

/** Binds one template to data; empty parts (`null`) are gone from the result. */
export type Binder = (data: JsonObject, host: CardHost) => JsonObject;

/** Prepares the template of a name; its expressions are parsed once, here. */
export function createBinder(name: string): Binder {
  const template = readTemplate(name);
  return compiledBinder(template) ?? libraryBinder(template);
}

export function readTemplate(name: string): JsonObject {
  return JSON.parse(readFileSync(shippedFile('cards', 'templates', `${name}.json`), 'utf8')) as JsonObject;
}

/** The fast way; undefined for a template that uses more of the expression language than we compile ourselves. */
export function compiledBinder(template: JsonObject): Binder | undefined {
  const bind = compileTemplate(template);
  if (!bind) return undefined;
  return (data, host) =>
    (bind({ root: data, data, index: undefined, host: { ...host } }) ?? {}) as JsonObject;
}

/** The whole expression language by adaptivecards-templating, which is loaded only when a template needs it. */
export function libraryBinder(source: JsonObject): Binder {
  const load = createRequire(import.meta.url);
  const { Template: LibraryTemplate } = load('adaptivecards-templating') as { Template: typeof Template };
  const template = new LibraryTemplate(source);
  return (data, host) =>
    withoutNulls(template.expand({ $root: data, $host: host }) as JsonValue) as JsonObject;
}

/** Drops the members that come to nothing. The data of an action is its owner's and stays as it is. */
function withoutNulls(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.filter((item) => item !== null).map(withoutNulls);
  if (value === null || typeof value !== 'object') return value;
  const kept: JsonObject = {};
  for (const [key, member] of Object.entries(value)) {
    if (!isNothing(key, member)) kept[key] = key === 'data' ? member : withoutNulls(member);
  }
  return kept;
}
