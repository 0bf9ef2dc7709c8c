import { Conflict } from '../kernel/errors.js';
import type { KnowledgeDocument } from './document.js';
import type { DocumentStore, StoredDocument } from './document-store.js';
import { documentIdOfPassage } from './ingest/chunk.js';

interface Kept {
  /** Oldest first. */
  versions: StoredDocument[];
  removed: boolean;
  changedAt: Date;
}

const newest = (kept: Kept | undefined): StoredDocument | undefined => kept?.versions.at(-1);

/** Documents in memory, for `--kb DIR` and tests; nothing is left behind. */
export function createMemoryDocumentStore(): DocumentStore {
  const documents = new Map<string, Kept>();
  const vectorsByEncoder = new Map<string, Map<string, Float32Array>>();
  const present = (): StoredDocument[] =>
    [...documents.values()].filter((kept) => !kept.removed).flatMap((kept) => newest(kept) ?? []);
  const dropVectors = (documentId: string, keep: Set<string>): void => {
    for (const vectors of vectorsByEncoder.values()) {
      for (const id of vectors.keys()) {
        if (documentIdOfPassage(id) === documentId && !keep.has(id)) vectors.delete(id);
      }
    }
  };
  return {
    list: async (collection) =>
      present()
        .map((stored) => stored.document)
        .filter((document) => collection === undefined || document.collection === collection)
        .sort((a, b) => (a.path < b.path ? -1 : 1)),
    get: async (documentId) => {
      const kept = documents.get(documentId);
      return kept?.removed ? undefined : newest(kept);
    },
    put: async (stored) => {
      const { id, version } = stored.document;
      const kept = documents.get(id) ?? {
        versions: [],
        removed: false,
        changedAt: stored.document.ingestedAt,
      };
      const last = newest(kept)?.document.version ?? 0;
      if (version !== last + 1) throw versionConflict(id, version, last);
      kept.versions.push(structuredClone(stored));
      documents.set(id, { versions: kept.versions, removed: false, changedAt: stored.document.ingestedAt });
      if (last > 0) dropVectors(id, new Set(stored.passages.map((passage) => passage.id)));
    },
    remove: async (documentId, at) => {
      const kept = documents.get(documentId);
      if (kept && !kept.removed) documents.set(documentId, { ...kept, removed: true, changedAt: at });
      dropVectors(documentId, new Set());
    },
    history: async (documentId) =>
      (documents.get(documentId)?.versions ?? [])
        .map((stored): KnowledgeDocument => stored.document)
        .reverse(),
    getVersion: async (documentId, version) =>
      documents.get(documentId)?.versions.find((stored) => stored.document.version === version),
    changedSince: async (instant) =>
      [...documents]
        .map(([documentId, kept]) => ({
          documentId,
          version: kept.versions.length,
          removed: kept.removed,
          at: kept.changedAt,
        }))
        .filter(({ at }) => at >= instant)
        .sort((a, b) => a.at.getTime() - b.at.getTime()),
    async *all() {
      yield* present();
    },
    async *vectors(encoderId) {
      for (const [passageId, vector] of vectorsByEncoder.get(encoderId) ?? []) yield { passageId, vector };
    },
    putVectors: async (encoderId, vectors) => {
      const known = vectorsByEncoder.get(encoderId) ?? new Map<string, Float32Array>();
      for (const { passageId, vector } of vectors) known.set(passageId, vector);
      vectorsByEncoder.set(encoderId, known);
    },
  };
}

/** What both stores throw for a version that is not the next one. */
export const versionConflict = (documentId: string, version: number, last: number): Conflict =>
  new Conflict(
    'knowledge.version-conflict',
    `Version ${version} of document ${documentId} cannot follow version ${last}: somebody else changed it first.`,
  );
