import { constants } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { isTextKind, kindOfName, notRead } from './file-kind.js';
import type { IngestLimits } from './limits.js';
import { tooLarge } from './parse-document.js';
import { faultName, reason, type Reason } from './reason.js';
import { Unreadable } from './unreadable.js';

/** Something that a folder holds: a file to read, or a line for the report why there is nothing to read. */
export type FolderEntry =
  | { path: string; file: string }
  /** `refused` is a problem to look at, `incomplete` when files below it were not seen; `ignored` is only said. */
  | { path: string; refused: Reason; incomplete?: true }
  | { path: string; ignored: Reason };

/**
 * Walks a folder in the order of names. Hidden files and `node_modules` are passed over; links are never followed, so
 * that nothing outside of the folder can be read and no loop can be walked.
 * @param root an existing folder, or one file.
 */
export async function* walkFolder(
  root: string,
  limits: Pick<IngestLimits, 'maxFiles' | 'maxDepth'>,
): AsyncGenerator<FolderEntry> {
  const home = await realpath(root);
  if ((await stat(home)).isFile()) {
    yield { path: home.slice(home.lastIndexOf(sep) + 1), file: home };
    return;
  }
  let files = 0;
  const folders: { folder: string; depth: number }[] = [{ folder: home, depth: 0 }];
  for (let next = folders.pop(); next; next = folders.pop()) {
    const { folder, depth } = next;
    const here = relative(home, folder).split(sep).join('/');
    let names;
    try {
      names = await readdir(folder, { withFileTypes: true });
    } catch (error) {
      yield {
        path: here || '.',
        refused: reason('folder-not-listed', { fault: faultName(error) }),
        incomplete: true,
      };
      continue;
    }
    names.sort((a, b) => (a.name < b.name ? -1 : 1));
    const below: typeof folders = [];
    for (const name of names) {
      if (name.name.startsWith('.') || name.name === 'node_modules') continue;
      const full = join(folder, name.name);
      const path = here ? `${here}/${name.name}` : name.name;
      if (name.isSymbolicLink()) {
        yield await aboutLink(home, full, path);
      } else if (name.isDirectory()) {
        if (depth + 1 > limits.maxDepth) {
          yield {
            path,
            refused: reason('folder-deep', { most: limits.maxDepth }),
            incomplete: true,
          };
        } else below.push({ folder: full, depth: depth + 1 });
      } else if (!name.isFile()) {
        yield { path, ignored: reason('no-file') };
      } else if (!kindOfName(name.name)) {
        yield { path, ignored: notRead(name.name) };
      } else if (files >= limits.maxFiles) {
        yield {
          path,
          refused: reason('files-most', { most: limits.maxFiles }),
          incomplete: true,
        };
        return;
      } else {
        files += 1;
        yield { path, file: full };
      }
    }
    folders.push(...below.reverse());
  }
}

async function aboutLink(home: string, full: string, path: string): Promise<FolderEntry> {
  try {
    const target = await realpath(full);
    const inside = relative(home, target);
    const outside = inside.startsWith('..') || isAbsolute(inside);
    return outside ? { path, refused: reason('link-outside') } : { path, ignored: reason('link') };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return { path, refused: reason(code === 'ELOOP' ? 'link-loop' : 'link-nowhere') };
  }
}

/**
 * Reads a file of the walk: only a regular file, not through a link, only up to its kind's limit.
 * @throws Unreadable with the line for the report.
 */
export async function readWalkedFile(
  file: string,
  limits: Pick<IngestLimits, 'maxFileBytes' | 'maxTextBytes'>,
): Promise<{ bytes: Uint8Array; modifiedAt: Date }> {
  const kind = kindOfName(file);
  const maxBytes = kind && isTextKind(kind) ? limits.maxTextBytes : limits.maxFileBytes;
  // Between listing and opening somebody may have put a link or a pipe in the file's place.
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    (error: NodeJS.ErrnoException) => {
      throw new Unreadable(openFault(error.code), error);
    },
  );
  try {
    return await readQuietly(handle, maxBytes);
  } finally {
    await handle.close();
  }
}

/** What reading needs of an open file. */
export interface OpenFile {
  stat(): Promise<{ size: number; mtimeMs: number; mtime: Date; isFile(): boolean }>;
  read(buffer: Buffer, offset: number, length: number, position: number): Promise<{ bytesRead: number }>;
}

/**
 * Reads a file whole, again when it changed meanwhile, so that no half-written text is taken in.
 * @throws Unreadable for what is no file, is too large or does not keep still.
 */
export async function readQuietly(
  file: OpenFile,
  maxBytes: number,
): Promise<{ bytes: Uint8Array; modifiedAt: Date }> {
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    const before = await file.stat();
    if (!before.isFile()) throw new Unreadable(reason('file-no-file'));
    if (before.size > maxBytes) throw tooLarge(before.size, maxBytes);
    const bytes = Buffer.alloc(before.size);
    const { bytesRead } = await file.read(bytes, 0, before.size, 0);
    const after = await file.stat();
    if (after.size === before.size && after.mtimeMs === before.mtimeMs && bytesRead === before.size) {
      return { bytes, modifiedAt: before.mtime };
    }
  }
  throw new Unreadable(reason('file-changing'));
}

function openFault(code: string | undefined): Reason {
  if (code === 'EACCES' || code === 'EPERM') return reason('file-forbidden');
  if (code === 'ENOENT') return reason('file-vanished');
  if (code === 'ELOOP') return reason('file-now-link');
  return reason('file-not-opened', { fault: code ?? '?' });
}
