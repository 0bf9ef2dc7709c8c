import type { Concealment } from '../../gateway/middleware/redact.js';
import type { PiiScreen } from './pii-screen.js';
import { restorePlaceholders } from './pii-screen.js';
import type { Span } from '../screen.js';

/** Never of use to a model and never to come back out of one: hidden for good. */
const FOR_GOOD = new Set(['API_KEY', 'AWS_ACCESS_KEY', 'JWT', 'PRIVATE_KEY', 'PASSWORD']);

/** Placeholders of one model call: one numbering over all of its texts, so that a value is the same everywhere. */
export function createConcealment(screen: Pick<PiiScreen, 'find'>): Concealment {
  const placeholders = new Map<string, string>();
  const counters = new Map<string, number>();
  const restore: Record<string, string> = {};

  const placeholderOf = (type: string, value: string, text: string): string => {
    if (FOR_GOOD.has(type)) return `[${type}]`;
    const key = `${type}\n${value}`;
    let placeholder = placeholders.get(key);
    while (placeholder === undefined) {
      const number = (counters.get(type) ?? 0) + 1;
      counters.set(type, number);
      const free = `[${type}_${number}]`;
      if (!text.includes(free)) placeholder = free; // the text may hold one of an earlier screen
    }
    placeholders.set(key, placeholder);
    restore[placeholder] = value;
    return placeholder;
  };

  return {
    hide(text) {
      let hidden = '';
      let at = 0;
      for (const { start, end, type } of byPlace(screen.find(text))) {
        hidden += text.slice(at, start) + placeholderOf(type, text.slice(start, end), text);
        at = end;
      }
      return hidden + text.slice(at);
    },
    restore: (text) => restorePlaceholders(text, restore),
  };
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
