import type { Clock } from '../core/kernel/clock.js';
import { createKept } from '../core/kernel/kept.js';

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
  const kept = createKept<T>(clock, MOST_KEPT);
  return {
    get: (key) => kept.get(key)?.value,
    set: (key, value) => kept.set(key, value, KEPT_MS),
    forget: (key) => kept.delete(key),
  };
}
