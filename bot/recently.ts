import type { Clock } from '../core/kernel/clock.js';

/** Shorter than a conversation stays with its process when nobody writes, so that no other process changed it meanwhile. */
const KEPT_MS = 10_000;
const MOST_KEPT = 2_000;

/** What was read or written a moment ago, by key. */
export interface Recently<T> {
  get(key: string): T | undefined;
  set(key: string, value: T): void;
  forget(key: string): void;
}

/** Keeps what belongs to a conversation from one message to the next, for ten seconds. */
export function createRecently<T>(clock: Clock): Recently<T> {
  const kept = new Map<string, { value: T; until: number }>();
  return {
    get: (key) => {
      const found = kept.get(key);
      return found && found.until > clock.now().getTime() ? found.value : undefined;
    },
    set: (key, value) => {
      kept.delete(key);
      const [oldest] = kept.keys();
      if (kept.size >= MOST_KEPT && oldest !== undefined) kept.delete(oldest);
      kept.set(key, { value, until: clock.now().getTime() + KEPT_MS });
    },
    forget: (key) => void kept.delete(key),
  };
}
