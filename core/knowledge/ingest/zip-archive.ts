import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';
import { type IngestLimits, formatBytes } from './limits.js';
import { reason } from './reason.js';
import { Unreadable } from './unreadable.js';

const inflate = promisify(inflateRaw);

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_HEADER = 0x04034b50;

interface Entry {
  method: number;
  flags: number;
  compressedSize: number;
  offset: number;
}

/** A ZIP file whose entries are unpacked one by one, within limits on what they really are, not on what they say. */
export interface ZipArchive {
  readonly names: string[];
  /** @throws Unreadable past the limits or for broken data; undefined when there is no such entry. */
  read(name: string): Promise<Buffer | undefined>;
}

/**
 * Opens a ZIP from memory (PKWARE APPNOTE 6.3, without ZIP64: Office files never need it below our size limits).
 * @throws Unreadable for what is no ZIP, is encrypted or has too many entries.
 */
export function openZip(
  bytes: Uint8Array,
  limits: Pick<IngestLimits, 'maxArchiveEntries' | 'maxArchiveBytes'>,
): ZipArchive {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries = readDirectory(data, limits.maxArchiveEntries);
  let unpacked = 0;
  return {
    names: [...entries.keys()],
    async read(name) {
      const entry = entries.get(name);
      if (!entry) return undefined;
      const content = await unpack(data, entry, limits.maxArchiveBytes - unpacked).catch((error: unknown) => {
        if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') {
          throw new Unreadable(reason('office-unpacked', { most: formatBytes(limits.maxArchiveBytes) }));
        }
        throw error instanceof Unreadable ? error : new Unreadable(reason('office-damaged'), error);
      });
      unpacked += content.byteLength;
      return content;
    },
  };
}

function readDirectory(data: Buffer, maxEntries: number): Map<string, Entry> {
  const damaged = (): Unreadable => new Unreadable(reason('office-damaged'));
  const end = data.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0 || end + 22 > data.length || data.readUInt32LE(end) !== END_OF_DIRECTORY) throw damaged();
  const count = data.readUInt16LE(end + 10);
  if (count > maxEntries) throw new Unreadable(reason('office-parts', { most: maxEntries }));
  const entries = new Map<string, Entry>();
  let at = data.readUInt32LE(end + 16);
  for (let index = 0; index < count; index += 1) {
    if (at + 46 > data.length || data.readUInt32LE(at) !== DIRECTORY_ENTRY) throw damaged();
    const nameLength = data.readUInt16LE(at + 28);
    const name = data.toString('utf8', at + 46, at + 46 + nameLength);
    entries.set(name, {
      flags: data.readUInt16LE(at + 8),
      method: data.readUInt16LE(at + 10),
      compressedSize: data.readUInt32LE(at + 20),
      offset: data.readUInt32LE(at + 42),
    });
    at += 46 + nameLength + data.readUInt16LE(at + 30) + data.readUInt16LE(at + 32);
  }
  return entries;
}

async function unpack(data: Buffer, entry: Entry, maxBytes: number): Promise<Buffer> {
  if (entry.flags & 1) throw new Unreadable(reason('office-encrypted'));
  const { offset } = entry;
  if (offset + 30 > data.length || data.readUInt32LE(offset) !== LOCAL_HEADER) {
    throw new Unreadable(reason('office-damaged'));
  }
  const start = offset + 30 + data.readUInt16LE(offset + 26) + data.readUInt16LE(offset + 28);
  const packed = data.subarray(start, start + entry.compressedSize);
  if (packed.length < entry.compressedSize) throw new Unreadable(reason('office-damaged'));
  const room = Math.max(1, maxBytes);
  if (entry.method === 8) return inflate(packed, { maxOutputLength: room });
  if (entry.method !== 0) throw new Unreadable(reason('office-packing'));
  if (packed.length > room) throw Object.assign(new Error('too large'), { code: 'ERR_BUFFER_TOO_LARGE' });
  return packed;
}
