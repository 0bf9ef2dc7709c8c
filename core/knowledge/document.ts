import type { Role } from '../kernel/person.js';

/** From the most open on. */
export const DATA_CLASSES = ['public', 'internal', 'confidential', 'restricted'] as const;
export type Classification = (typeof DATA_CLASSES)[number];

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
  /**
   * Plain text; table rows one a line with ` | ` between cells, the header first; list items one a line, those of
   * ordered lists with their number.
   */
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
  /** Whom to ask about it: an e-mail address or a name. */
  owner?: string;
  /** Until when somebody has to have looked at it again. */
  reviewBy?: Date;
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
  /** What brought it: `folder:/srv/handbook`, `git:…`, `url:…`, `upload:…`; a source removes only what it brought. */
  source?: string;
  owner?: string;
  reviewBy?: Date;
  /** Where a person can open the source itself. */
  url?: string;
  /** Hash of a content that was rolled back: the source is left alone until it changes again. */
  rolledBackFrom?: string;
}
