import { createHash, type Hash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { PassThrough } from 'node:stream';
import { createGunzip, createGzip } from 'node:zlib';
import { deserialize, serialize } from 'bson';
import { z } from 'zod';
import { describeError, InvalidInput } from '../../core/kernel/errors.js';

/**
 * The archive: gzip over BSON documents. The first says what it is, then each collection is announced and followed by its
 * documents, byte for byte; the last is the manifest. An archive without one was cut off.
 */
export const ARCHIVE_FORMAT = 1;

export interface CollectionHead {
  name: string;
  options: Record<string, unknown>;
  indexes: Record<string, unknown>[];
}

/** A collection's head, or the bytes of one of its documents. */
export type ArchiveItem = { collection: CollectionHead } | { document: Buffer };

const longestFrame = 17 * 1024 * 1024;

const manifestSchema = z.object({
  createdAt: z.string(),
  /** Whether all collections were read as of one moment. */
  consistent: z.boolean(),
  documents: z.number(),
  collections: z.array(z.object({ name: z.string(), documents: z.number(), sha256: z.string() })),
});

/** What an archive holds: how many documents of each collection, and the SHA-256 over their lines. */
export type Manifest = z.infer<typeof manifestSchema>;

const headSchema = z.object({ archive: z.literal('steward'), format: z.number() });

interface Tally {
  name: string;
  documents: number;
  hash: Hash;
}

function manifestOf(tallies: Tally[], createdAt: string, consistent: boolean): Manifest {
  const collections = tallies.map(({ name, documents, hash }) => ({
    name,
    documents,
    sha256: hash.digest('hex'),
  }));
  return {
    createdAt,
    consistent,
    documents: collections.reduce((sum, { documents }) => sum + documents, 0),
    collections,
  };
}

const frame = (value: object): Buffer => Buffer.from(serialize(value, { ignoreUndefined: false }));

/** A document goes in as `{document: …}` around its own bytes. */
function documentFrame(document: Buffer): Buffer {
  const bytes = Buffer.concat([documentStart, document, Buffer.alloc(1)]);
  bytes.writeInt32LE(bytes.length, 0);
  return bytes;
}

const documentStart = Buffer.concat([Buffer.from([0, 0, 0, 0, 3]), Buffer.from('document\0')]);

/** The document inside such a frame; undefined for a frame of another kind. */
export function documentIn(bytes: Buffer): Buffer | undefined {
  const is = bytes.subarray(4, documentStart.length).equals(documentStart.subarray(4));
  return is ? bytes.subarray(documentStart.length, -1) : undefined;
}

/** Writes an archive and returns its manifest. `path` must not exist yet. */
export async function writeArchive(
  path: string,
  items: AsyncIterable<ArchiveItem>,
  createdAt: Date,
  consistent: boolean,
): Promise<Manifest> {
  const tallies: Tally[] = [];
  let manifest: Manifest | undefined;
  const frames = async function* (): AsyncGenerator<Buffer> {
    yield frame({ archive: 'steward', format: ARCHIVE_FORMAT });
    for await (const item of items) {
      if ('collection' in item) {
        tallies.push({ name: item.collection.name, documents: 0, hash: createHash('sha256') });
        yield frame(item);
      } else {
        count(tallies, item.document);
        yield documentFrame(item.document);
      }
    }
    manifest = manifestOf(tallies, createdAt.toISOString(), consistent);
    yield frame({ manifest });
  };
  await pipeline(frames(), createGzip({ level: 6 }), createWriteStream(path, { flags: 'wx', mode: 0o600 }));
  return manifest as Manifest;
}

function count(tallies: Tally[], document: Buffer): void {
  const tally = tallies.at(-1);
  if (!tally) throw broken('a document stands before any collection');
  tally.documents += 1;
  tally.hash.update(document);
}

const broken = (reason: string, cause?: unknown): InvalidInput =>
  new InvalidInput('backup.broken', `The archive cannot be used: ${reason}.`, { cause });

/** Cuts a stream of bytes into BSON documents. */
async function* framesOf(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of source) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= 4) {
      const length = rest.readInt32LE(0);
      if (length < 5 || length > longestFrame) throw broken('it is no backup of Steward');
      if (rest.length < length) break;
      yield rest.subarray(0, length);
      rest = rest.subarray(length);
    }
  }
  if (rest.length > 0) throw broken('it was cut off');
}

/** Reads an archive item by item, checking it on the way; the manifest comes with the end. Throws InvalidInput when it is broken. */
export async function* readArchive(path: string): AsyncGenerator<ArchiveItem, Manifest> {
  const tallies: Tally[] = [];
  const plain = new PassThrough();
  const flow = pipeline(createReadStream(path), createGunzip(), plain);
  // The failure of a stream surfaces where it is read; awaiting `flow` below would come too late.
  flow.catch(() => undefined);
  let manifest: Manifest | undefined;
  let first = true;
  try {
    for await (const bytes of framesOf(plain as AsyncIterable<Buffer>)) {
      if (manifest) throw broken('it goes on behind its manifest');
      if (first) checkHead(bytes);
      else {
        const item = readFrame(bytes, tallies);
        if ('manifest' in item) manifest = item.manifest;
        else yield item;
      }
      first = false;
    }
  } catch (error) {
    throw error instanceof InvalidInput ? error : broken(describeError(error), error);
  } finally {
    plain.destroy();
  }
  if (!manifest) throw broken('it has no manifest, so it was cut off');
  checkManifest(manifest, manifestOf(tallies, manifest.createdAt, manifest.consistent));
  return manifest;
}

function checkHead(bytes: Buffer): void {
  const head = headSchema.safeParse(deserialize(bytes));
  if (!head.success) throw broken('it is no backup of Steward');
  if (head.data.format > ARCHIVE_FORMAT) {
    throw broken(`it was written by a newer version (format ${head.data.format})`);
  }
}

function readFrame(bytes: Buffer, tallies: Tally[]): ArchiveItem | { manifest: Manifest } {
  const document = documentIn(bytes);
  if (document) {
    count(tallies, document);
    return { document };
  }
  const read = deserialize(bytes) as { collection?: CollectionHead; manifest?: unknown };
  if (!read.collection) return { manifest: manifestSchema.parse(read.manifest) };
  tallies.push({ name: read.collection.name, documents: 0, hash: createHash('sha256') });
  return { collection: read.collection };
}

function checkManifest(expected: Manifest, found: Manifest): void {
  for (const [at, collection] of expected.collections.entries()) {
    const other = found.collections[at];
    if (other?.name !== collection.name) throw broken(`collection ${collection.name} is missing`);
    if (other.documents !== collection.documents) {
      throw broken(
        `${collection.name} has ${other.documents} documents where the manifest says ${collection.documents}`,
      );
    }
    if (other.sha256 !== collection.sha256)
      throw broken(`the documents of ${collection.name} do not have the manifest's checksum`);
  }
  if (found.collections.length !== expected.collections.length)
    throw broken('it has collections that the manifest does not name');
}

/** Reads an archive to its end and returns its manifest. Throws InvalidInput when anything is wrong with it. */
export async function verifyArchive(path: string): Promise<Manifest> {
  const items = readArchive(path);
  for (;;) {
    const { done, value } = await items.next();
    if (done) return value;
  }
}
