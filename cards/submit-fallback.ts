import type { JsonObject, JsonValue } from '../core/kernel/json.js';
import type { AdaptiveCard } from './adaptive-card.js';

/**
 * Gives every Action.Execute an Action.Submit for clients that know no Universal Actions. A submit has no verb of its
 * own, so it travels as `verb` inside the data.
 */
export function addSubmitFallbacks(card: AdaptiveCard): AdaptiveCard {
  visit(card.body);
  visit(card.actions);
  return card;
}

function visit(value: JsonValue | undefined): void {
  if (value === null || typeof value !== 'object') return;
  if (Array.isArray(value)) return value.forEach(visit);
  if (value.type === 'Action.Execute') {
    value.fallback ??= submitFor(value);
    return;
  }
  for (const [key, member] of Object.entries(value)) if (key !== 'data') visit(member);
}

function submitFor(action: JsonObject): JsonObject {
  const { type: _type, verb, data, fallback: _fallback, ...rest } = action;
  return { type: 'Action.Submit', ...rest, data: { ...(data as JsonObject | undefined), verb: verb ?? '' } };
}
