import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  serialize,
} from 'bson';
import { readName } from './names.js';

/** A document as the engine holds it: int32 and fractional doubles are numbers, whole doubles are `Double`, int64 is bigint. */
export type Doc = Record<string, unknown>;

const asciiLimit = 32;
/** The type bytes of documents, arrays and timestamps. */
export const [EMBEDDED, ARRAY, TIMESTAMP] = [0x03, 0x04, 0x11];

function readString(bytes: Buffer, start: number, end: number): string {
  if (end - start > asciiLimit) return bytes.toString('utf8', start, end);
  let text = '';
  for (let at = start; at < end; at += 1) {
    const code = bytes[at] as number;
    if (code > 127) return bytes.toString('utf8', start, end);
    text += String.fromCharCode(code);
  }
  return text;
}

function nameEnd(bytes: Buffer, start: number): number {
  let end = start;
  while (bytes[end] !== 0) end += 1;
  return end;
}

/** A whole double keeps its type through `Double`, because a plain whole number is written as int32. */
export function doubleValue(value: number): number | Double {
  return Number.isInteger(value) && value >= -0x80000000 && value <= 0x7fffffff && !Object.is(value, -0)
    ? new Double(value)
    : value;
}

class Reader {
  at = 0;
  constructor(readonly bytes: Buffer) {}

  document(asArray: boolean): Doc | unknown[] {
    const { bytes } = this;
    const end = this.at + bytes.readInt32LE(this.at) - 1;
    this.at += 4;
    const list: unknown[] = [];
    const doc: Doc = {};
    while (this.at < end) {
      const type = bytes[this.at] as number;
      const start = this.at + 1;
      const stop = nameEnd(bytes, start);
      this.at = stop + 1;
      if (asArray) list.push(this.value(type));
      else {
        const name = readName(bytes, start, stop);
        if (name === '__proto__') {
          Object.defineProperty(doc, name, {
            value: this.value(type),
            enumerable: true,
            writable: true,
            configurable: true,
          });
        } else doc[name] = this.value(type);
      }
    }
    this.at = end + 1;
    return asArray ? list : doc;
  }

  private skip(length: number): number {
    const start = this.at;
    this.at += length;
    return start;
  }

  private string(): string {
    const length = this.bytes.readInt32LE(this.skip(4));
    const start = this.skip(length);
    return readString(this.bytes, start, start + length - 1);
  }

  private name(): string {
    const stop = nameEnd(this.bytes, this.at);
    const text = this.bytes.toString('utf8', this.at, stop);
    this.at = stop + 1;
    return text;
  }

  value(type: number): unknown {
    const { bytes } = this;
    switch (type) {
      case 0x01:
        return doubleValue(bytes.readDoubleLE(this.skip(8)));
      case 0x02:
      case 0x0e: {
        const text = this.string();
        return type === 0x0e ? new BSONSymbol(text) : text;
      }
      case 0x03:
        return this.document(false);
      case 0x04:
        return this.document(true);
      case 0x05: {
        const length = bytes.readInt32LE(this.skip(4));
        const subtype = bytes[this.skip(1)] as number;
        const start = this.skip(length);
        return new Binary(Buffer.from(bytes.subarray(start, start + length)), subtype);
      }
      case 0x07: {
        const start = this.skip(12);
        return new ObjectId(bytes.subarray(start, start + 12));
      }
      case 0x08:
        return bytes[this.skip(1)] === 1;
      case 0x09: {
        const start = this.skip(8);
        return new Date(bytes.readInt32LE(start + 4) * 0x100000000 + bytes.readUInt32LE(start));
      }
      case 0x06:
      case 0x0a:
        return null;
      case 0x0b: {
        const pattern = this.name();
        return new BSONRegExp(pattern, this.name());
      }
      case 0x0d:
        return new Code(this.string());
      case 0x0f: {
        this.skip(4);
        const code = this.string();
        return new Code(code, this.document(false) as Doc);
      }
      case 0x10:
        return bytes.readInt32LE(this.skip(4));
      case 0x11: {
        const start = this.skip(8);
        return new Timestamp({ i: bytes.readUInt32LE(start), t: bytes.readUInt32LE(start + 4) });
      }
      case 0x12:
        return bytes.readBigInt64LE(this.skip(8));
      case 0x13: {
        const start = this.skip(16);
        return new Decimal128(Buffer.from(bytes.subarray(start, start + 16)));
      }
      case 0xff:
        return new MinKey();
      case 0x7f:
        return new MaxKey();
      default:
        throw new RangeError(`unknown BSON type ${type}`);
    }
  }
}

/** Decodes one document that starts at the beginning of `bytes`. */
export function decode(bytes: Buffer): Doc {
  return new Reader(bytes).document(false) as Doc;
}

/** Encodes a document; `undefined` becomes null, as in the server's own answers. */
export function encode(doc: Doc): Buffer {
  const bytes = serialize(doc, { ignoreUndefined: false });
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Where one element of a document lies in its bytes: the type byte, and the value from `start` to `end`. */
export interface RawElement {
  type: number;
  start: number;
  end: number;
}

function valueLength(bytes: Buffer, type: number, at: number): number {
  switch (type) {
    case 0x01:
    case 0x09:
    case 0x11:
    case 0x12:
      return 8;
    case 0x02:
    case 0x0d:
    case 0x0e:
      return 4 + bytes.readInt32LE(at);
    case 0x03:
    case 0x04:
    case 0x0f:
      return bytes.readInt32LE(at);
    case 0x05:
      return 5 + bytes.readInt32LE(at);
    case 0x07:
      return 12;
    case 0x08:
      return 1;
    case 0x10:
      return 4;
    case 0x13:
      return 16;
    case 0x0b: {
      const pattern = nameEnd(bytes, at) + 1;
      return nameEnd(bytes, pattern) + 1 - at;
    }
    case 0x06:
    case 0x0a:
    case 0x7f:
    case 0xff:
      return 0;
    default:
      throw new RangeError(`unknown BSON type ${type}`);
  }
}

/** Calls `visit` for each top-level element until it returns true. `nameStart..nameStop` is the element's name. */
export function walk(
  bytes: Buffer,
  visit: (element: RawElement, nameStart: number, nameStop: number) => boolean | void,
): void {
  const end = bytes.readInt32LE(0) - 1;
  let at = 4;
  while (at < end) {
    const type = bytes[at] as number;
    const nameStart = at + 1;
    const nameStop = nameEnd(bytes, nameStart);
    const start = nameStop + 1;
    at = start + valueLength(bytes, type, start);
    if (visit({ type, start, end: at }, nameStart, nameStop)) return;
  }
}

/** Decodes one element found by `walk`. */
export function elementValue(bytes: Buffer, element: RawElement): unknown {
  const reader = new Reader(bytes);
  reader.at = element.start;
  return reader.value(element.type);
}

/** Decodes some top-level fields of a document, in the document's order; the others are passed over. */
export function decodeFields(bytes: Buffer, names: ReadonlySet<string>): Doc {
  const doc: Doc = {};
  walk(bytes, (element, start, stop) => {
    const name = readName(bytes, start, stop);
    if (names.has(name)) doc[name] = elementValue(bytes, element);
  });
  return doc;
}

/**
 * The bytes of a document after a change of its `names` fields: each stands in the document `changed` as it is now, is gone
 * when it does not, and comes last when it is new. All other fields keep their bytes.
 */
export function withFields(bytes: Buffer, names: ReadonlySet<string>, changed: Buffer): Buffer {
  const parts: Buffer[] = [Buffer.alloc(4)];
  const left = new Map<string, Buffer>();
  walk(changed, (element, start, stop) => {
    const name = readName(changed, start, stop);
    if (names.has(name)) left.set(name, changed.subarray(start - 1, element.end));
  });
  let from = 4;
  walk(bytes, (element, start, stop) => {
    const name = readName(bytes, start, stop);
    if (!names.has(name)) return;
    parts.push(bytes.subarray(from, start - 1));
    const next = left.get(name);
    if (next) parts.push(next);
    left.delete(name);
    from = element.end;
  });
  parts.push(bytes.subarray(from, bytes.length - 1), ...left.values(), Buffer.alloc(1));
  const result = Buffer.concat(parts);
  result.writeInt32LE(result.length, 0);
  return result;
}

/** The documents of a BSON array, as bytes; undefined when it holds something else. */
export function arrayDocuments(bytes: Buffer): Buffer[] | undefined {
  const documents: Buffer[] = [];
  let others = false;
  walk(bytes, ({ type, start, end }) => {
    others ||= type !== EMBEDDED;
    documents.push(bytes.subarray(start, end));
  });
  return others ? undefined : documents;
}

/** Whether a value is a plain document (not an array, date or BSON value). */
export function isDocument(value: unknown): value is Doc {
  if (typeof value !== 'object' || value === null) return false;
  const proto: unknown = Object.getPrototypeOf(value);
  return proto === Object.prototype || proto === null;
}
