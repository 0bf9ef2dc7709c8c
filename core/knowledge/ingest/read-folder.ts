import type { Clock } from '../../kernel/clock.js';
import { InvalidInput } from '../../kernel/errors.js';
import type { StoredDocument } from '../document-store.js';
import { buildDocument, contentHashOf } from './build-document.js';
import { type ChunkOptions, DEFAULT_CHUNKING } from './chunk.js';
import { type ReadFile, type SourceEntry, folderSource } from './document-source.js';
import { DEFAULT_LIMITS, type IngestLimits } from './limits.js';
import { createDocumentParser } from './parse-document.js';
import { inEnglish } from './reason.js';

export interface ReadFolderOptions {
  clock: Clock;
  chunking?: ChunkOptions;
  limits?: IngestLimits;
  collection?: string;
  /** Learns which files could not be read, and why. */
  onRefused?: (path: string, reason: string) => void;
}

/**
 * Reads a folder into documents without any store (`--kb DIR`). Paths are relative to the folder; a bad file is told to
 * `onRefused` and passed over. Documents come one by one: the event loop is free between two files.
 */
export async function* readFolder(
  folder: string,
  {
    clock,
    chunking = DEFAULT_CHUNKING,
    limits = DEFAULT_LIMITS,
    collection = 'folder',
    onRefused = () => {},
  }: ReadFolderOptions,
): AsyncGenerator<StoredDocument, void> {
  const source = await folderSource(folder, limits);
  const parser = await createDocumentParser(limits);
  const defaultAccess = { classification: 'internal' } as const;
  try {
    for await (const entry of readAhead(source.entries())) {
      const { path } = entry;
      if ('ignored' in entry) continue;
      if ('refused' in entry) {
        onRefused(path, inEnglish(entry.refused));
        continue;
      }
      try {
        const { bytes, modifiedAt } = await entry.reading;
        const outcome = await parser.parse({ path, bytes });
        if ('ignored' in outcome) continue;
        if ('refused' in outcome) {
          onRefused(path, inEnglish(outcome.refused));
          continue;
        }
        const contentHash = contentHashOf(bytes, chunking, defaultAccess);
        const place = {
          collection,
          path,
          contentHash,
          version: 1,
          modifiedAt,
          ingestedAt: clock.now(),
          defaultAccess,
        };
        yield buildDocument(outcome.parsed, place, chunking, limits);
      } catch (error) {
        if (!(error instanceof InvalidInput)) throw error;
        onRefused(path, error.message);
      }
    }
  } finally {
    await parser.close();
  }
}

const AHEAD = 8;

type Reading = { path: string; reading: Promise<ReadFile> } | Exclude<SourceEntry, { read: unknown }>;

/** Starts to read the next files while one is parsed, so that the disk and the processor work at the same time. */
async function* readAhead(entries: AsyncIterable<SourceEntry>): AsyncGenerator<Reading> {
  const waiting: Reading[] = [];
  for await (const entry of entries) {
    waiting.push('read' in entry ? { path: entry.path, reading: begun(entry.read) } : entry);
    const next = waiting.length >= AHEAD ? waiting.shift() : undefined;
    if (next) yield next;
  }
  yield* waiting;
}

/** A fault is told when its turn comes, not before. */
function begun(read: () => Promise<ReadFile>): Promise<ReadFile> {
  const reading = read();
  reading.catch(() => undefined);
  return reading;
}
