import type { Clock } from '../kernel/clock.js';
import type { DocumentStore, StoredDocument } from './document-store.js';
import type { KnowledgeBase } from './knowledge-base.js';

/** Keeps one process's index in step with a store that other processes and the command line write to as well. */
export interface IndexFollower {
  /** What goes through this process's own ingest; use it as the ingest's `index`. */
  readonly index: Pick<KnowledgeBase, 'add' | 'remove'>;
  /** Fills the index with all present documents. */
  load(): Promise<void>;
  /** Takes over what others changed since the last call; cheap when nothing did. @returns how many documents. */
  follow(): Promise<number>;
}

/** How far clocks of different machines, and a write under way, may be behind. */
const SLACK_MS = 5 * 60_000;

export function createIndexFollower(
  store: Pick<DocumentStore, 'all' | 'get' | 'changedSince'>,
  base: Pick<KnowledgeBase, 'add' | 'remove'>,
  clock: Clock,
): IndexFollower {
  const versions = new Map<string, number>();
  let seenUntil = new Date(0);

  const add = (stored: StoredDocument): void => {
    const { id, version } = stored.document;
    if ((versions.get(id) ?? 0) >= version) return;
    versions.set(id, version);
    base.add(stored);
  };
  const remove = (documentId: string): void => {
    if (versions.delete(documentId)) base.remove(documentId);
  };

  return {
    index: { add, remove },
    async load() {
      seenUntil = clock.now();
      for await (const stored of store.all()) add(stored);
    },
    async follow() {
      const now = clock.now();
      let changed = 0;
      for (const { documentId, version, removed } of await store.changedSince(
        new Date(seenUntil.getTime() - SLACK_MS),
      )) {
        const known = versions.get(documentId);
        if (removed ? known === undefined : known === version) continue;
        const stored = removed ? undefined : await store.get(documentId);
        if (stored) add(stored);
        else remove(documentId);
        changed += 1;
      }
      seenUntil = now;
      return changed;
    },
  };
}
