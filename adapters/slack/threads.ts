import type { ThreadMemory } from './options.js';

const MAX_KNOWN = 50_000;

export const threadKey = (teamId: string, channel: string, thread: string): string =>
  [teamId, channel, thread].join('|');

/** Remembers joined threads in this process as well, so that most questions need no look into the store. */
export function createThreadCache(store: ThreadMemory): ThreadMemory {
  const joined = new Set<string>();
  const note = (key: string): void => {
    if (joined.size >= MAX_KNOWN) joined.clear();
    joined.add(key);
  };
  return {
    has: async (key) => {
      if (joined.has(key)) return true;
      const isThere = await store.has(key);
      if (isThere) note(key);
      return isThere;
    },
    add: async (key) => {
      if (joined.has(key)) return;
      await store.add(key);
      note(key);
    },
  };
}
