import type { Clock } from './clock.js';

/** What was told or read, believed for a while. */
export interface Kept<Value> {
  /** @returns the entry, whose value may itself be undefined; undefined for what is not known (any more). */
  get(key: string): { value: Value } | undefined;
  set(key: string, value: Value, forMs: number): void;
  delete(key: string): void;
}

/** @param most when there are as many, what was not asked for the longest makes room, and nothing else. */
export function createKept<Value>(clock: Clock, most: number): Kept<Value> {
  const kept = new Map<string, { value: Value; until: number }>();
  return {
    get: (key) => {
      const found = kept.get(key);
      if (!found) return undefined;
      kept.delete(key);
      if (found.until <= clock.now().getTime()) return undefined;
      kept.set(key, found);
      return found;
    },
    set: (key, value, forMs) => {
      kept.delete(key);
      const now = clock.now().getTime();
      for (const [oldest, { until }] of kept) {
        if (kept.size < most && until > now) break;
        kept.delete(oldest);
      }
      kept.set(key, { value, until: now + forMs });
    },
    delete: (key) => void kept.delete(key),
  };
}
