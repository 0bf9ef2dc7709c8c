import { realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { IngestLimits } from './limits.js';
import type { Reason } from './reason.js';
import { readWalkedFile, walkFolder } from './walk-folder.js';

export interface ReadFile {
  bytes: Uint8Array;
  modifiedAt: Date;
  /** Where a person can open it. */
  url?: string;
}

/** One thing that a source lists. `read` throws Unreadable with what the report says. */
export type SourceEntry =
  | { path: string; read: () => Promise<ReadFile> }
  | { path: string; refused: Reason; incomplete?: true }
  | { path: string; ignored: Reason };

/** Something that brings documents: a folder, a Git checkout, pages of a site, an upload. */
export interface DocumentSource {
  /** Names the source for good; a source removes only documents that came under its id. */
  id: string;
  /** True when a document that is no longer listed is gone; false for single files and uploads. */
  whole: boolean;
  entries(): AsyncIterable<SourceEntry>;
  /** Cleans up after the last entry was read. */
  close?(): Promise<void>;
}

/**
 * A folder or a single file on this machine.
 * @throws the file system's own error when the path does not exist.
 */
export async function folderSource(path: string, limits: IngestLimits): Promise<DocumentSource> {
  const full = await realpath(path);
  const isFolder = (await stat(full)).isDirectory();
  return {
    id: `folder:${isFolder ? full : dirname(full)}`,
    whole: isFolder,
    async *entries() {
      for await (const entry of walkFolder(full, limits)) {
        yield 'file' in entry ? { path: entry.path, read: () => readWalkedFile(entry.file, limits) } : entry;
      }
    },
  };
}
