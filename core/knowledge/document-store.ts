import type { Passage } from '../kernel/answer.js';
import type { KnowledgeDocument } from './document.js';

/** A document's present version with its passages. */
export interface StoredDocument {
  document: KnowledgeDocument;
  passages: Passage[];
}

/** That a document became another version or left the knowledge base. */
export interface DocumentChange {
  documentId: string;
  version: number;
  removed: boolean;
  at: Date;
}

/**
 * Where one tenant's documents live. Two implementations pass one contract suite: in memory (`--kb DIR`, tests) and on
 * MongoDB (`storage/mongo/document-store.ts`).
 */
export interface DocumentStore {
  /** Every present document, without passages. */
  list(collection?: string): Promise<KnowledgeDocument[]>;
  get(documentId: string): Promise<StoredDocument | undefined>;
  /**
   * Writes a new version and makes it the present one; older versions are kept as history.
   * @throws Conflict unless its version is one more than the last, removed documents included (1 for a new one).
   */
  put(stored: StoredDocument): Promise<void>;
  /** Takes a document out of the knowledge base, with its vectors; its history stays. Unknown ids are ignored. */
  remove(documentId: string, at: Date): Promise<void>;
  /** Versions of a document, newest first, the present one included; also of a removed document. */
  history(documentId: string): Promise<KnowledgeDocument[]>;
  getVersion(documentId: string, version: number): Promise<StoredDocument | undefined>;
  /**
   * Which documents were put or removed at or after an instant (`ingestedAt`, or the `at` of `remove`), oldest first: what
   * another process did to the same store.
   */
  changedSince(instant: Date): Promise<DocumentChange[]>;
  /** All present documents with their passages, in batches, for building an index at start. */
  all(): AsyncIterable<StoredDocument>;
  /** Vectors of passages made by one encoder; absent ones are made in the background. Those of passages that are gone may still come. */
  vectors(encoderId: string): AsyncIterable<{ passageId: string; vector: Float32Array }>;
  putVectors(encoderId: string, vectors: { passageId: string; vector: Float32Array }[]): Promise<void>;
}
