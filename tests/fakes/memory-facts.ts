import type { FactStore, KeptFacts } from '../../core/knowledge/graph/fact.js';

/** A fact store in memory. */
export function createMemoryFacts(): FactStore & { kept: Map<string, KeptFacts> } {
  const kept = new Map<string, KeptFacts>();
  return {
    kept,
    put: (one) => Promise.resolve(void kept.set(one.documentId, one)),
    get: (documentId) => Promise.resolve(kept.get(documentId)),
    remove: (documentId) => Promise.resolve(void kept.delete(documentId)),
    states: () => Promise.resolve([...kept.values()]),
    async *all() {
      for (const one of kept.values()) yield await Promise.resolve(one);
    },
    async *readByModelSince(instant) {
      for (const one of kept.values())
        if (one.model && one.model.at >= instant) yield await Promise.resolve(one);
    },
  };
}
