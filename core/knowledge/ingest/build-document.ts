import { createHash } from 'node:crypto';
import type { Passage } from '../../kernel/answer.js';
import { canonicalJson } from '../../kernel/json.js';
import type { DocumentAccess, KnowledgeDocument, ParsedDocument } from '../document.js';
import type { StoredDocument } from '../document-store.js';
import { type ChunkOptions, chunkDocument, shortened } from './chunk.js';
import { formatBytes, type IngestLimits } from './limits.js';
import { reason } from './reason.js';
import { Unreadable } from './unreadable.js';

/** Raised when parsing or chunking changes, so that unchanged files are read again. */
const RECIPE = 3;

/**
 * The id of the document at a path: the same for every process that takes it in, so that two at once cannot make two
 * documents of one file. Knowing an id gives no right to read.
 */
export function documentIdOf(collection: string, path: string): string {
  return createHash('sha256').update(`${collection}\n${path}`).digest('hex').slice(0, 24);
}

/**
 * Hash of a file's bytes and of all else that makes its record: how it is cut up and who may read it when it does not
 * say so itself. Same hash, same record.
 */
export function contentHashOf(
  bytes: Uint8Array,
  { maxWords }: ChunkOptions,
  defaultAccess: DocumentAccess,
): string {
  const recipe = canonicalJson([RECIPE, maxWords, defaultAccess]);
  return createHash('sha256').update(recipe).update(bytes).digest('hex');
}

/** About what a passage takes in its record, names of fields and ids included. */
const bytesOf = ({ path, title, headings, text }: Passage): number =>
  [path, title, ...headings, text].reduce((sum, part) => sum + Buffer.byteLength(part), 200);

export interface DocumentPlace {
  collection: string;
  path: string;
  contentHash: string;
  /** Of the version that is made; 1 for a new document. */
  version: number;
  /** When the file was last changed, where the document does not say it. */
  modifiedAt: Date;
  ingestedAt: Date;
  /** For documents that name no readers themselves. */
  defaultAccess: DocumentAccess;
  source?: string;
  url?: string;
}

/**
 * Makes the record of a parsed file.
 * @throws Unreadable when it has more passages, or more text, than one version may hold.
 */
export function buildDocument(
  parsed: ParsedDocument,
  place: DocumentPlace,
  chunking: ChunkOptions,
  limits: Pick<IngestLimits, 'maxPassages' | 'maxStoredBytes'>,
): StoredDocument {
  const id = documentIdOf(place.collection, place.path);
  const passages = chunkDocument(parsed, { id, path: place.path }, chunking);
  if (passages.length > limits.maxPassages) {
    throw new Unreadable(
      reason('too-many-passages', { passages: passages.length, most: limits.maxPassages }),
    );
  }
  const bytes = passages.reduce((sum, passage) => sum + bytesOf(passage), 0);
  if (bytes > limits.maxStoredBytes) {
    throw new Unreadable(
      reason('too-much-text', { size: formatBytes(bytes), most: formatBytes(limits.maxStoredBytes) }),
    );
  }
  const document: KnowledgeDocument = {
    id,
    collection: place.collection,
    path: place.path,
    title: shortened(parsed.title),
    contentHash: place.contentHash,
    version: place.version,
    language: parsed.language ?? 'en',
    access: parsed.access ?? place.defaultAccess,
    updatedAt: parsed.updatedAt ?? place.modifiedAt,
    ingestedAt: place.ingestedAt,
  };
  if (parsed.owner) document.owner = parsed.owner;
  if (parsed.reviewBy) document.reviewBy = parsed.reviewBy;
  if (place.source) document.source = place.source;
  if (place.url) document.url = place.url;
  return { document, passages };
}
