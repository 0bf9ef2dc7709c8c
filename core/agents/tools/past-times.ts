import type { Asked } from '../../approvals/tool-desk.js';
import { canonicalJson, type JsonObject } from '../../kernel/json.js';
import { dayIn } from '../../kernel/time-zone.js';

export const DAY_IS_OVER = 'That day is over. Choose today or a later one.';
export const TIME_IS_OVER = 'That time is over. Choose a later one.';

/**
 * Days and times that are over where the schema says `x-future`; what stood there before may stay.
 * @returns what is wrong, by parameter.
 */
export function pastTimes(
  schema: JsonObject,
  values: JsonObject,
  { timeZone, before = {} }: Asked,
  now: Date,
): Record<string, string> {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, JsonObject>);
  const wrong = properties.flatMap(([name, property]): [string, string][] => {
    const value = values[name];
    const isNew = canonicalJson(value ?? null) !== canonicalJson(before[name] ?? null);
    if (property['x-future'] !== true || typeof value !== 'string' || !isNew) return [];
    if (property.format === 'date') return value < dayIn(now, timeZone) ? [[name, DAY_IS_OVER]] : [];
    return new Date(value) <= now ? [[name, TIME_IS_OVER]] : [];
  });
  return Object.fromEntries(wrong);
}
