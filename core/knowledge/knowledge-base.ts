import type { CallOrigin } from '../gateway/model.js';
import type { Answer, Passage } from '../kernel/answer.js';
import type { KnowledgeDocument } from './document.js';
import type { StoredDocument } from './document-store.js';

export interface PassageHit {
  passage: Passage;
  document: KnowledgeDocument;
  /** Fused relevance; higher is better, comparable within one result only. */
  score: number;
}

export interface DocumentHit {
  document: KnowledgeDocument;
  score: number;
  /** Its best passage. */
  best: Passage;
}

export interface SearchOptions {
  /** How many hits at most. */
  k: number;
  /** Only documents for which this holds are looked at: the readers' permissions. */
  mayRead: (document: KnowledgeDocument) => boolean;
  /** Names who may read: two searches with the same name have the same permissions. Lets answers be remembered. */
  readers?: string;
  /** Earlier questions of the conversation, oldest first, to resolve "and in Germany?". */
  history?: string[];
  /** Whom it is charged to, where searching costs something. */
  origin?: CallOrigin;
  /** Called when the answer has to be looked for, which takes longer than remembering it. */
  onSearch?(): void;
}

/** One tenant's searchable knowledge: an index in memory over what the DocumentStore holds. */
export interface KnowledgeBase {
  /** Puts a document's present version into the index: found by words at once, by meaning when its vectors are made. */
  add(stored: StoredDocument): void;
  remove(documentId: string): void;
  searchPassages(query: string, options: SearchOptions): Promise<PassageHit[]>;
  /** Documents, best first, each once. */
  searchDocuments(query: string, options: SearchOptions): Promise<DocumentHit[]>;
  /** Extracts a cited answer, or abstains; quotes exactly and invents nothing. */
  answer(question: string, options: SearchOptions): Promise<Answer>;
  /** Whether there is a document of a kind. */
  holdsAny(wanted: (document: KnowledgeDocument) => boolean): boolean;
  readonly size: { documents: number; passages: number; vectors: number };
  /** Resolves when every passage has its vector. */
  vectorsReady(): Promise<void>;
  close(): Promise<void>;
}
