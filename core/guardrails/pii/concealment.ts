import type { Concealment } from '../../gateway/middleware/redact.js';
import { UNSPACED } from './detector.js';
import { PLACEHOLDER, restorePlaceholders, type PiiScreen } from './pii-screen.js';
import type { Span } from '../screen.js';
import { KEY_TYPES } from './types.js';

/** Never of use to a model and never to come back out of one: hidden for good. */
const FOR_GOOD: ReadonlySet<string> = new Set(KEY_TYPES);

/** Something personal or secret, wherever it was found. */
export interface PersonalValue {
  type: string;
  value: string;
}

/**
 * Placeholders of one model call. All of its texts are read before the first is changed: a value has one placeholder
 * wherever it stands, also where nothing around it tells what it is, and none takes a number that a text already has.
 * `known` are values found earlier, such as in the conversation that the call belongs to.
 */
export function createConcealment(
  screen: Pick<PiiScreen, 'find'>,
  texts: readonly string[] = [],
  known: readonly PersonalValue[] = [],
): Concealment {
  const placeholders = new Map<string, string>();
  const counters = new Map<string, number>();
  const taken = new Set<string>();
  const restore: Record<string, string> = {};
  const types = new Map<string, string>();
  const found = new Map<string, Span[]>();

  const learn = ({ type, value }: PersonalValue): void => {
    if (!types.has(value) || FOR_GOOD.has(type)) types.set(value, type); // what is secret once is secret throughout
  };
  const read = (text: string): Span[] => {
    const before = found.get(text);
    if (before) return before;
    for (const placeholder of text.match(PLACEHOLDER) ?? []) taken.add(placeholder);
    const spans = byPlace(screen.find(text));
    found.set(text, spans);
    for (const { start, end, type } of spans) learn({ type, value: text.slice(start, end) });
    return spans;
  };

  const placeholderOf = (value: string, type: string): string => {
    if (FOR_GOOD.has(type)) return `[${type}]`;
    let placeholder = placeholders.get(value);
    while (placeholder === undefined) {
      const number = (counters.get(type) ?? 0) + 1;
      counters.set(type, number);
      const free = `[${type}_${number}]`;
      if (!taken.has(free)) placeholder = free; // a text may hold one of an earlier screen
    }
    placeholders.set(value, placeholder);
    restore[placeholder] = value;
    return placeholder;
  };

  known.forEach(learn);
  texts.forEach(read);
  return {
    hide(text) {
      const spans = read(text);
      let hidden = '';
      let at = 0;
      for (const { start, end, type } of byPlace([...spans, ...occurrences(text, types, spans)])) {
        const value = text.slice(start, end);
        hidden += text.slice(at, start) + placeholderOf(value, types.get(value) ?? type);
        at = end;
      }
      return hidden + text.slice(at);
    },
    restore: (text) => restorePlaceholders(text, restore),
  };
}

/** A text as it may be kept, without what is hidden for good, and the personal values in it. */
export function siftPersonal(
  screen: Pick<PiiScreen, 'find'>,
  text: string,
): { text: string; personal: PersonalValue[] } {
  const personal: PersonalValue[] = [];
  let kept = '';
  let at = 0;
  for (const { start, end, type } of byPlace(screen.find(text))) {
    const value = text.slice(start, end);
    kept += text.slice(at, start) + (FOR_GOOD.has(type) ? `[${type}]` : value);
    at = end;
    if (!FOR_GOOD.has(type)) personal.push({ type, value });
  }
  return { text: kept + text.slice(at), personal };
}

/** Where known values stand in a text outside of what was found there. */
function occurrences(text: string, types: ReadonlyMap<string, string>, spans: readonly Span[]): Span[] {
  const places: Span[] = [];
  for (const [value, type] of types) {
    if (!tellsItself(value)) continue;
    for (let start = text.indexOf(value); start >= 0; start = text.indexOf(value, start + value.length)) {
      const end = start + value.length;
      const isFree = spans.every((span) => span.end <= start || span.start >= end);
      if (isFree && standsAlone(text, start, end)) places.push({ start, end, type });
    }
  }
  return places;
}

/** A short number or two letters mean something else elsewhere. */
const tellsItself = (value: string): boolean =>
  /\p{L}/u.test(value)
    ? value.length >= 3 || /[^\p{ASCII}]/u.test(value)
    : value.replace(/\D/g, '').length >= 6;

const WORD_BEFORE = /[\p{L}\p{N}_]$/u;
const WORD_AFTER = /^[\p{L}\p{M}\p{N}_]/u;
function standsAlone(text: string, start: number, end: number): boolean {
  const value = text.slice(start, end);
  if (UNSPACED.test(value)) return true;
  const isPartBefore =
    WORD_BEFORE.test(value.slice(0, 1)) && WORD_BEFORE.test(text.slice(Math.max(0, start - 2), start));
  const isPartAfter = WORD_BEFORE.test(value.slice(-1)) && WORD_AFTER.test(text.slice(end, end + 2));
  return !isPartBefore && !isPartAfter;
}

/** In their order, without those that begin inside another. */
function byPlace(spans: readonly Span[]): Span[] {
  let end = 0;
  return [...spans]
    .sort((a, b) => a.start - b.start || b.end - a.end)
    .filter((span) => {
      const free = span.start >= end;
      if (free) end = span.end;
      return free;
    });
}
