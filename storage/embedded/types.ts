import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
  type Decimal128,
} from 'bson';
import { isDocument, type Doc } from './bson.js';
import { regexParts } from './compare.js';
import { numberKind } from './numbers.js';

/** Null and missing, which most operators take alike. */
export const nothing = (value: unknown): value is null | undefined => value === null || value === undefined;

/** Type numbers and aliases of `$type`. */
const TYPE_ALIASES: Record<string, number> = {
  double: 1,
  string: 2,
  object: 3,
  array: 4,
  binData: 5,
  undefined: 6,
  objectId: 7,
  bool: 8,
  date: 9,
  null: 10,
  regex: 11,
  dbPointer: 12,
  javascript: 13,
  symbol: 14,
  javascriptWithScope: 15,
  int: 16,
  timestamp: 17,
  long: 18,
  decimal: 19,
  minKey: -1,
  maxKey: 127,
};
const TYPE_NUMBERS = new Set(Object.values(TYPE_ALIASES));
const NUMBER_TYPES = ['int', 'long', 'double', 'decimal'];

/** MongoDB's name of a value's type; `missing` when there is none. */
export function typeName(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  const kind = numberKind(value);
  if (kind) return kind;
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  if (Array.isArray(value)) return 'array';
  if (isDocument(value)) return 'object';
  if (value instanceof Date) return 'date';
  if (value instanceof ObjectId) return 'objectId';
  if (value instanceof Binary) return 'binData';
  if (value instanceof BSONRegExp || value instanceof RegExp) return 'regex';
  if (value instanceof Timestamp) return 'timestamp';
  if (value instanceof MinKey) return 'minKey';
  if (value instanceof MaxKey) return 'maxKey';
  if (value instanceof BSONSymbol) return 'symbol';
  return value instanceof Code && value.scope ? 'javascriptWithScope' : 'javascript';
}

/** The type names that one `$type` operand stands for; undefined when it names no type. */
export function typeNames(operand: unknown): string[] | undefined {
  if (operand === 'number') return NUMBER_TYPES;
  if (typeof operand === 'string') return operand in TYPE_ALIASES ? [operand] : undefined;
  const number = Number(operand);
  if (!TYPE_NUMBERS.has(number)) return undefined;
  return Object.keys(TYPE_ALIASES).filter((name) => TYPE_ALIASES[name] === number);
}

/** A value as the server writes it into messages: `{ a: 1, b: "x" }`. */
export function show(value: unknown): string {
  if (value === undefined || value === null) return 'null';
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[ ${value.map(show).join(', ')} ]`;
  if (value instanceof Date) return `new Date(${value.getTime()})`;
  if (value instanceof ObjectId) return `ObjectId('${value.toHexString()}')`;
  if (value instanceof BSONRegExp || value instanceof RegExp) {
    const { pattern, options } = regexParts(value);
    return `/${pattern}/${options}`;
  }
  if (value instanceof Binary) return `BinData(${value.sub_type}, ${value.toString('hex').toUpperCase()})`;
  if (value instanceof MinKey) return 'MinKey';
  if (value instanceof MaxKey) return 'MaxKey';
  if (value instanceof Timestamp) return `Timestamp(${value.t}, ${value.i})`;
  if (numberKind(value) === 'decimal') return `Decimal128("${(value as Decimal128).toString()}")`;
  if (isDocument(value)) return showDocument(value);
  if (numberKind(value) === 'double' && Number.isInteger(Number(value))) return `${Number(value)}.0`;
  // oxlint-disable-next-line typescript/no-base-to-string -- what is left are numbers, booleans and BSON's classes with a text of their own
  return String(value);
}

/** A value where a name was wanted: a string as it is, anything else as in messages. */
export const asWord = (value: unknown): string => (typeof value === 'string' ? value : show(value));

function showDocument(doc: Doc): string {
  const fields = Object.entries(doc).map(([name, value]) => `${name}: ${show(value)}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}
