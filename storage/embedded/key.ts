import { createHash } from 'node:crypto';
import type { Binary, ObjectId, Timestamp } from 'bson';
import type { Doc } from './bson.js';
import { binaryBytes, binaryOrder, RANK, rankOf, regexParts, type StringOrder } from './compare.js';
import { difference, exactly, toDouble, type Numeric } from './numbers.js';

/** Stands in keys and sorts for the value of an empty array, which MongoDB orders before null. */
export const EMPTY_ARRAY: unique symbol = Symbol('empty array');

export const LONGEST_KEY = 1900;
const exponentBias = 0x4000;
const maxDouble = Number.MAX_VALUE;

/** Collects the bytes of one key; grows as needed and is used again for the next key. */
class KeyWriter {
  bytes = Buffer.allocUnsafe(4096);
  at = 0;

  room(length: number): void {
    if (this.at + length <= this.bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.at + length));
    this.bytes.copy(grown, 0, 0, this.at);
    this.bytes = grown;
  }

  byte(value: number): void {
    this.room(1);
    this.bytes[this.at] = value;
    this.at += 1;
  }

  /** Text that ends in a zero byte; a zero inside is escaped so that order is kept. */
  text(text: string): void {
    this.room(text.length * 6 + 1);
    const start = this.at;
    this.at += this.bytes.write(text, start, 'utf8');
    if (this.bytes.subarray(start, this.at).includes(0)) {
      const raw = Buffer.from(this.bytes.subarray(start, this.at));
      this.at = start;
      for (const byte of raw) {
        this.byte(byte);
        if (byte === 0) this.byte(0xff);
      }
    }
    this.byte(0);
  }

  raw(bytes: Uint8Array): void {
    this.room(bytes.length);
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }

  double(value: number): void {
    this.room(8);
    this.bytes.writeDoubleBE(Object.is(value, -0) ? 0 : value, this.at);
    if ((this.bytes[this.at] as number) & 0x80) {
      for (let i = this.at; i < this.at + 8; i += 1) this.bytes[i] = ~(this.bytes[i] as number);
    } else (this.bytes[this.at] as number) |= 0x80;
    this.at += 8;
  }

  invert(from: number): void {
    for (let i = from; i < this.at; i += 1) this.bytes[i] = ~(this.bytes[i] as number);
  }
}

function writeNumber(writer: KeyWriter, value: Numeric): void {
  const nearest = toDouble(value);
  if (Number.isNaN(nearest)) {
    writer.raw(new Uint8Array(9));
    return;
  }
  if (typeof value === 'number') {
    writer.double(value);
    writer.byte(0x80);
    return;
  }
  const exact = exactly(value);
  if (!exact) {
    writer.double(nearest);
    writer.byte(0x80);
    return;
  }
  const base = Math.max(-maxDouble, Math.min(maxDouble, nearest));
  writer.double(base);
  const rest = difference(exact, exactly(base) as NonNullable<typeof exact>);
  if (rest.coefficient === 0n) return writer.byte(0x80);
  const start = writer.at;
  const digits = (rest.coefficient < 0n ? -rest.coefficient : rest.coefficient).toString().replace(/0+$/, '');
  const width = (rest.coefficient < 0n ? -rest.coefficient : rest.coefficient).toString().length;
  const magnitude = rest.exponent + width + exponentBias;
  writer.raw([0x81, magnitude >> 8, magnitude & 0xff] as unknown as Uint8Array);
  writer.raw(Buffer.from(digits.slice(0, 60), 'latin1'));
  writer.byte(0);
  if (rest.coefficient < 0n) writer.invert(start);
}

function writeDate(writer: KeyWriter, milliseconds: number): void {
  writer.room(8);
  const at = writer.at;
  writer.bytes.writeInt32BE(Math.floor(milliseconds / 0x100000000), at);
  (writer.bytes[at] as number) ^= 0x80;
  writer.bytes.writeUInt32BE(((milliseconds % 0x100000000) + 0x100000000) % 0x100000000, at + 4);
  writer.at += 8;
}

function writeBody(writer: KeyWriter, rank: number, value: unknown, order: StringOrder): void {
  switch (rank) {
    case RANK.number:
      return writeNumber(writer, value as Numeric);
    case RANK.string:
      return writer.text(order.fold ? order.fold(String(value)) : String(value));
    case RANK.objectId:
      return writer.raw((value as ObjectId).id);
    case RANK.bool:
      return writer.byte(value ? 1 : 0);
    case RANK.date:
      return writeDate(writer, (value as Date).getTime());
    case RANK.object:
      for (const name of Object.keys(value as Doc)) {
        const field = (value as Doc)[name];
        const fieldRank = rankOf(field);
        writer.byte(fieldRank);
        writer.text(name);
        writeBody(writer, fieldRank, field, order);
      }
      return writer.byte(0);
    case RANK.array:
      for (const item of value as unknown[]) writeValue(writer, item, order);
      return writer.byte(0);
    case RANK.binary: {
      const binary = value as Binary;
      const head = Buffer.allocUnsafe(5);
      head.writeUInt32BE(binary.position, 0);
      head[4] = binary.sub_type;
      writer.raw(head);
      return writer.raw(binaryBytes(binary));
    }
    case RANK.timestamp: {
      const stamp = Buffer.allocUnsafe(8);
      stamp.writeUInt32BE((value as Timestamp).t, 0);
      stamp.writeUInt32BE((value as Timestamp).i, 4);
      return writer.raw(stamp);
    }
    case RANK.regex: {
      const { pattern, options } = regexParts(value);
      writer.text(pattern);
      return writer.text(options);
    }
    case RANK.code:
    case RANK.codeWithScope:
      return writer.text(JSON.stringify(value));
    default:
  }
}

function writeValue(writer: KeyWriter, value: unknown, order: StringOrder): void {
  const rank = value === EMPTY_ARRAY ? RANK.emptyArray : rankOf(value);
  writer.byte(rank);
  if (value !== EMPTY_ARRAY) writeBody(writer, rank, value, order);
}

const shared = new KeyWriter();

/**
 * Bytes whose order is MongoDB's order of the tuples: `compare(encodeKey(a), encodeKey(b))` has the sign of comparing
 * `a` and `b` value by value. `directions` inverts single components (an index's -1). Tuples too long for the engine
 * end in a hash, so that equality stays exact; `isLongKey` tells.
 */
export function encodeKey(
  prefix: Buffer,
  values: readonly unknown[],
  directions?: readonly (1 | -1)[],
  order: StringOrder = binaryOrder,
): Buffer {
  shared.at = 0;
  shared.raw(prefix);
  for (let at = 0; at < values.length; at += 1) {
    const start = shared.at;
    writeValue(shared, values[at], order);
    if (directions?.[at] === -1) shared.invert(start);
  }
  const key = shared.bytes.subarray(0, shared.at);
  if (key.length <= LONGEST_KEY) return Buffer.from(key);
  return Buffer.concat([key.subarray(0, LONGEST_KEY), createHash('sha256').update(key).digest()]);
}

export const isLongKey = (key: Buffer): boolean => key.length > LONGEST_KEY;

/** A key of a value for maps in memory ($group, distinct, $in): equal values, and only they, have the same key. */
export function mapKey(value: unknown, order?: StringOrder): string {
  shared.at = 0;
  writeValue(shared, value, order ?? binaryOrder);
  return shared.bytes.toString('latin1', 0, shared.at);
}

/** The first key after every key that starts with `prefix`. */
export function afterPrefix(prefix: Buffer): Buffer {
  const end = Buffer.from(prefix);
  for (let at = end.length - 1; at >= 0; at -= 1) {
    const byte = end[at] as number;
    if (byte < 0xff) {
      end[at] = byte + 1;
      return end.subarray(0, at + 1);
    }
  }
  return Buffer.from([...prefix, 0xff]);
}

/** Bytes to sort by, never cut; `EMPTY_ARRAY` may stand among the values. */
export function sortKey(values: readonly unknown[], directions: readonly (1 | -1)[]): Buffer {
  shared.at = 0;
  for (let at = 0; at < values.length; at += 1) {
    const start = shared.at;
    writeValue(shared, values[at], binaryOrder);
    if (directions[at] === -1) shared.invert(start);
  }
  return Buffer.from(shared.bytes.subarray(0, shared.at));
}

/** Four bytes that start all keys of one collection or index. */
export function identPrefix(ident: number): Buffer {
  const prefix = Buffer.allocUnsafe(4);
  prefix.writeUInt32BE(ident, 0);
  return prefix;
}
