import type { Role } from '../kernel/person.js';

export type Classification = 'public' | 'internal' | 'confidential' | 'restricted';

/** Who may be answered from a document. Without any list everybody of the tenant may, up to the classification. */
export interface DocumentAccess {
  classification: Classification;
  roles?: Role[];
  /** Person ids or e-mail addresses. */
  persons?: string[];
  groups?: string[];
  /** Conversation ids of channels whose members may read it. */
  channels?: string[];
}

export type BlockKind = 'paragraph' | 'list' | 'table' | 'code' | 'quote';

/** A piece of a parsed document between two headings. */
export interface DocumentBlock {
  kind: BlockKind;
  /** Headings above it, outermost first, without the title. */
  headings: string[];
  /** Plain text; table rows one a line with ` | ` between cells; list items one a line. */
  text: string;
}

export interface ParsedDocument {
  title: string;
  blocks: DocumentBlock[];
  /** ISO 639-1, when it could be told. */
  language?: string;
  access?: DocumentAccess;
  /** When the author last changed it, if the document says so. */
  updatedAt?: Date;
}

/** One document of a collection in its present version. */
export interface KnowledgeDocument {
  id: string;
  collection: string;
  /** Path inside the collection's folder, with `/`. */
  path: string;
  title: string;
  contentHash: string;
  /** From 1; grows by one with each change of content. */
  version: number;
  language: string;
  access: DocumentAccess;
  updatedAt: Date;
  ingestedAt: Date;
}
