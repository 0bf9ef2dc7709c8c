import type { ContextEntry, SharedContext } from '../../core/agents/team/shared-context.js';

/** What agents hand to each other, in memory. */
export function memorySharedContext(): (tenantId: string) => SharedContext {
  const contexts = new Map<string, ContextEntry[]>();
  return () => ({
    write(contextId, entry) {
      const entries = contexts.get(contextId) ?? [];
      const known = entries.filter(({ key }) => key === entry.key);
      const own = known.find(({ runId }) => runId === entry.runId);
      if (own) return Promise.resolve(own);
      const written = { ...entry, version: known.length + 1 };
      contexts.set(contextId, [...entries, written]);
      return Promise.resolve(written);
    },
    read(contextId, now) {
      const alive = (contexts.get(contextId) ?? []).filter(({ expiresAt }) => expiresAt > now);
      const newest = new Map(alive.map((entry) => [entry.key, entry]));
      return Promise.resolve([...newest.values()]);
    },
  });
}
