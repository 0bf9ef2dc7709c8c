import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson';
import { isDocument, type Doc } from './bson.js';
import { compareNumbers, type Numeric } from './numbers.js';

/** MongoDB's order of types (canonicalizeBSONType): values of different kinds compare by these ranks. */
export const RANK = {
  minKey: 1,
  emptyArray: 3,
  null: 6,
  number: 10,
  string: 15,
  object: 20,
  array: 25,
  binary: 30,
  objectId: 35,
  bool: 40,
  date: 45,
  timestamp: 47,
  regex: 50,
  code: 60,
  codeWithScope: 65,
  maxKey: 127,
} as const;

/** The rank of a value; a missing one ranks as null. */
export function rankOf(value: unknown): number {
  switch (typeof value) {
    case 'number':
    case 'bigint':
      return RANK.number;
    case 'string':
      return RANK.string;
    case 'boolean':
      return RANK.bool;
    case 'object':
      return value === null ? RANK.null : objectRank(value);
    default:
      return RANK.null;
  }
}

function objectRank(value: object): number {
  if (isDocument(value)) return RANK.object;
  if (Array.isArray(value)) return RANK.array;
  if (value instanceof Date) return RANK.date;
  if (value instanceof ObjectId) return RANK.objectId;
  // A Timestamp is also a Long, so it comes first.
  if (value instanceof Timestamp) return RANK.timestamp;
  if (
    value instanceof Double ||
    value instanceof Decimal128 ||
    value instanceof Long ||
    value instanceof Int32
  )
    return RANK.number;
  if (value instanceof Binary) return RANK.binary;
  if (value instanceof BSONRegExp || value instanceof RegExp) return RANK.regex;
  if (value instanceof MinKey) return RANK.minKey;
  if (value instanceof MaxKey) return RANK.maxKey;
  if (value instanceof BSONSymbol) return RANK.string;
  if (value instanceof Code) return value.scope ? RANK.codeWithScope : RANK.code;
  return RANK.object;
}

/** How strings compare: by code point, or by a collation's rules. */
export interface StringOrder {
  compare(left: string, right: string): number;
  /** Equal strings, and only they, have the same folded form; undefined when the collation has no such form. */
  fold?(text: string): string;
}

const notAscii = /[\ud800-\uffff]/;

function compareCodePoints(left: string, right: string): number {
  if (left === right) return 0;
  if (notAscii.test(left) || notAscii.test(right))
    return Buffer.compare(Buffer.from(left), Buffer.from(right));
  return left < right ? -1 : 1;
}

export const binaryOrder: StringOrder = { compare: compareCodePoints, fold: (text) => text };

/** MongoDB's order over two values of any kinds. */
export function compareValues(left: unknown, right: unknown, order: StringOrder = binaryOrder): number {
  if (typeof left === 'string' && typeof right === 'string') return order.compare(left, right);
  const rank = rankOf(left);
  const other = rankOf(right);
  if (rank !== other) return rank < other ? -1 : 1;
  switch (rank) {
    case RANK.number:
      return compareNumbers(left as Numeric, right as Numeric);
    case RANK.string:
      return order.compare(String(left), String(right));
    case RANK.object:
      return compareDocuments(left as Doc, right as Doc, order);
    case RANK.array:
      return compareArrays(left as unknown[], right as unknown[], order);
    case RANK.bool:
      return Number(left) - Number(right);
    case RANK.date:
      return Math.sign((left as Date).getTime() - (right as Date).getTime());
    case RANK.objectId:
      return Buffer.compare((left as ObjectId).id, (right as ObjectId).id);
    case RANK.binary:
      return compareBinary(left as Binary, right as Binary);
    case RANK.timestamp:
      return (left as Timestamp).compare(right as Timestamp);
    case RANK.regex:
      return compareRegex(left, right);
    case RANK.code:
    case RANK.codeWithScope:
      return compareCodePoints(codeText(left as Code), codeText(right as Code));
    default:
      return 0;
  }
}

const codeText = ({ code, scope }: Code): string => `${code}\u0000${scope ? JSON.stringify(scope) : ''}`;

export function regexParts(value: unknown): { pattern: string; options: string } {
  if (value instanceof BSONRegExp) return { pattern: value.pattern, options: value.options };
  const regex = value as RegExp;
  return { pattern: regex.source, options: regex.flags };
}

function compareRegex(left: unknown, right: unknown): number {
  const [a, b] = [regexParts(left), regexParts(right)];
  return compareCodePoints(a.pattern, b.pattern) || compareCodePoints(a.options, b.options);
}

/** The bytes of a binary value that count. */
export const binaryBytes = (value: Binary): Uint8Array => value.buffer.subarray(0, value.position);

function compareBinary(left: Binary, right: Binary): number {
  return (
    left.position - right.position ||
    left.sub_type - right.sub_type ||
    Buffer.compare(binaryBytes(left), binaryBytes(right))
  );
}

function compareArrays(left: unknown[], right: unknown[], order: StringOrder): number {
  const shared = Math.min(left.length, right.length);
  for (let at = 0; at < shared; at += 1) {
    const result = compareValues(left[at], right[at], order);
    if (result !== 0) return result;
  }
  return Math.sign(left.length - right.length);
}

/** Field by field: the value's type, then the name, then the value. */
function compareDocuments(left: Doc, right: Doc, order: StringOrder): number {
  const names = Object.keys(left);
  const others = Object.keys(right);
  const shared = Math.min(names.length, others.length);
  for (let at = 0; at < shared; at += 1) {
    const [name, other] = [names[at] as string, others[at] as string];
    const [value, otherValue] = [left[name], right[other]];
    const result =
      rankOf(value) - rankOf(otherValue) ||
      compareCodePoints(name, other) ||
      compareValues(value, otherValue, order);
    if (result !== 0) return Math.sign(result);
  }
  return Math.sign(names.length - others.length);
}

export const equalValues = (left: unknown, right: unknown, order: StringOrder = binaryOrder): boolean =>
  compareValues(left, right, order) === 0;
