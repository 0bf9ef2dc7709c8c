import { Decimal128 } from 'bson';
import { doubleValue, encode, isDocument, type Doc } from './bson.js';
import { compareValues, equalValues, RANK, rankOf, type StringOrder } from './compare.js';
import { StoreError } from './errors.js';
import { mapKey } from './key.js';
import {
  asDecimal,
  calculate,
  exactly,
  isNumeric,
  numberKind,
  toDouble,
  type Arithmetic,
  type Numeric,
} from './numbers.js';
import { MATH_FUNCTIONS } from './math-functions.js';
import { asText, convert, convertWith } from './conversions.js';
import { between, byName, fixed, ofNumber, overList, variadic, type Operator } from './operator.js';
import { ROUNDING_FUNCTIONS } from './rounding.js';
import { compileSort } from './sort.js';
import { nothing, typeName } from './types.js';

const comparison = (wanted: (result: number) => boolean): Operator =>
  fixed(2, ([left, right], order) => wanted(compareMissing(left, right, order)));

/** In expressions a missing value is less than null. */
function compareMissing(left: unknown, right: unknown, order: StringOrder): number {
  if (left === undefined || right === undefined)
    return Number(left !== undefined) - Number(right !== undefined);
  return compareValues(left, right, order);
}

function arithmetic(name: string, operation: Arithmetic, start: Numeric): Operator {
  return variadic((args) => {
    let sum: Numeric = start;
    let date = false;
    for (const value of args) {
      if (nothing(value)) return null;
      if (value instanceof Date && name === '$add') {
        if (date) throw new StoreError(16612, 'only one date allowed in an $add expression');
        date = true;
        sum = calculate(sum, BigInt(value.getTime()), '+') as Numeric;
      } else {
        if (!isNumeric(value)) {
          const kinds = name === '$add' ? 'numeric or date types' : 'numeric types';
          throw new StoreError(14, `${name} only supports ${kinds}, not ${typeName(value)}`);
        }
        const next = calculate(sum, value, operation);
        sum =
          next === 'overflow'
            ? doubleValue(
                operation === '*' ? toDouble(sum) * toDouble(value) : toDouble(sum) + toDouble(value),
              )
            : next;
      }
    }
    return date ? new Date(Math.round(toDouble(sum))) : sum;
  });
}

function subtract(left: unknown, right: unknown): unknown {
  if (nothing(left) || nothing(right)) return null;
  if (left instanceof Date && right instanceof Date) return BigInt(left.getTime() - right.getTime());
  if (left instanceof Date && isNumeric(right)) return new Date(left.getTime() - Math.round(toDouble(right)));
  if (!isNumeric(left) || !isNumeric(right)) {
    throw new StoreError(14, `can't $subtract ${typeName(right)} from ${typeName(left)}`);
  }
  const result = calculate(left, right, '-');
  return result === 'overflow' ? doubleValue(toDouble(left) - toDouble(right)) : result;
}

function divide(left: unknown, right: unknown): unknown {
  if (nothing(left) || nothing(right)) return null;
  if (!isNumeric(left) || !isNumeric(right)) {
    throw new StoreError(
      14,
      `$divide only supports numeric types, not ${typeName(left)} and ${typeName(right)}`,
    );
  }
  if (toDouble(right) === 0) throw new StoreError(2, "can't $divide by zero");
  if (left instanceof Decimal128 || right instanceof Decimal128) return divideDecimals(left, right);
  return doubleValue(toDouble(left) / toDouble(right));
}

/** Divides to 34 significant digits. */
export function divideDecimals(left: Numeric, right: Numeric): Decimal128 {
  const [x, y] = [exactly(asDecimal(left)), exactly(asDecimal(right))];
  if (!x || !y) return Decimal128.fromString(String(toDouble(left) / toDouble(right)));
  const scaled = (x.coefficient * 10n ** 70n) / y.coefficient;
  const text = Decimal128.fromStringWithRounding(`${scaled}E${x.exponent - y.exponent - 70}`).toString();
  const plain = /^(-?\d+\.\d*?)0+$/.exec(text)?.[1] ?? text;
  return Decimal128.fromString(plain.replace(/\.$/, ''));
}

function modulo(left: unknown, right: unknown): unknown {
  if (nothing(left) || nothing(right)) return null;
  if (!isNumeric(left) || !isNumeric(right)) {
    throw new StoreError(
      16611,
      `$mod only supports numeric types, not ${typeName(left)} and ${typeName(right)}`,
    );
  }
  if (toDouble(right) === 0) throw new StoreError(16610, "can't $mod by zero");
  const kinds = [numberKind(left), numberKind(right)];
  if (kinds.includes('decimal')) return Decimal128.fromString(String(toDouble(left) % toDouble(right)));
  if (kinds.includes('double')) return doubleValue(toDouble(left) % toDouble(right));
  const result = BigInt(left as number) % BigInt(right as number);
  return kinds.includes('long') ? result : Number(result);
}

export function sumOf(values: readonly unknown[]): Numeric {
  let sum: Numeric = 0;
  for (const value of values) {
    if (!isNumeric(value)) continue;
    const next: Numeric | 'overflow' = calculate(sum, value, '+');
    sum = next === 'overflow' ? doubleValue(toDouble(sum) + toDouble(value)) : next;
  }
  return sum;
}

export function averageOf(values: readonly unknown[]): unknown {
  const numbers = values.filter(isNumeric);
  if (numbers.length === 0) return null;
  const sum = sumOf(numbers);
  return sum instanceof Decimal128
    ? divideDecimals(sum, numbers.length)
    : doubleValue(toDouble(sum) / numbers.length);
}

/** The least (-1) or greatest (1) value; null and missing do not count. */
export function extreme(values: readonly unknown[], sign: 1 | -1, order: StringOrder): unknown {
  let best: unknown = null;
  for (const value of values) {
    if (nothing(value)) continue;
    if (best === null || compareValues(value, best, order) * sign > 0) best = value;
  }
  return best;
}

function arrayOf(name: string, value: unknown, code: number): unknown[] {
  if (!Array.isArray(value))
    throw new StoreError(
      code,
      `The argument to ${name} must be an array, but was of type: ${typeName(value)}`,
    );
  return value;
}

function elementAt(list: unknown, index: unknown): unknown {
  if (nothing(list) || nothing(index)) return null;
  if (!Array.isArray(list))
    throw new StoreError(28689, `$arrayElemAt's first argument must be an array, but is ${typeName(list)}`);
  if (!isNumeric(index))
    throw new StoreError(
      28690,
      `$arrayElemAt's second argument must be a numeric value, but is ${typeName(index)}`,
    );
  const at = toDouble(index);
  if (!Number.isInteger(at))
    throw new StoreError(
      28691,
      `$arrayElemAt's second argument must be representable as a 32-bit integer: ${at}`,
    );
  return at < 0 ? list[list.length + at] : list[at];
}

function concatStrings(args: unknown[]): string | null {
  for (const value of args) {
    if (nothing(value)) return null;
    if (typeof value !== 'string')
      throw new StoreError(16702, `$concat only supports strings, not ${typeName(value)}`);
  }
  return args.join('');
}

function setOf(name: string, value: unknown, code: number): unknown[] {
  if (!Array.isArray(value))
    throw new StoreError(
      code,
      `All operands of ${name} must be arrays. One argument is of type: ${typeName(value)}`,
    );
  return value;
}

function unique(values: readonly unknown[], order: StringOrder): Map<string, unknown> {
  const seen = new Map<string, unknown>();
  for (const value of values) {
    const key = mapKey(value, order);
    if (!seen.has(key)) seen.set(key, value);
  }
  return seen;
}

const sorted = (values: Iterable<unknown>, order: StringOrder): unknown[] =>
  [...values].sort((a, b) => compareValues(a, b, order));

function mergeObjects(args: unknown[], _order: StringOrder, alone?: boolean): Doc {
  const list = alone && args.length === 1 && Array.isArray(args[0]) ? args[0] : args;
  const result: Doc = {};
  for (const value of list) {
    if (nothing(value)) continue;
    if (!isDocument(value))
      throw new StoreError(
        40400,
        `$mergeObjects requires object inputs, but input ${String(value)} is of type ${typeName(value)}`,
      );
    Object.assign(result, value);
  }
  return result;
}

function arrayToObject(value: unknown): unknown {
  if (nothing(value)) return null;
  if (!Array.isArray(value))
    throw new StoreError(40386, `$arrayToObject requires an array input, found: ${typeName(value)}`);
  const result: Doc = {};
  for (const item of value) {
    const [name, field] = Array.isArray(item) ? item : isDocument(item) ? [item.k, item.v] : [];
    if (typeof name !== 'string')
      throw new StoreError(
        40394,
        "$arrayToObject requires an object keys of 'k' and 'v', where the value of 'k' must be of type string.",
      );
    result[name] = field;
  }
  return result;
}

const conversion = (to: string): Operator => fixed(1, ([value]) => convert(value, to));

function sliceOf([list, first, second]: unknown[], count: number): unknown {
  if (nothing(list) || nothing(first) || (count > 2 && nothing(second))) return null;
  const items = arrayOf('$slice', list, 28724);
  const position = slicePart('Second', first, 28725, 28726);
  if (count === 2) return position < 0 ? items.slice(position) : items.slice(0, position);
  const length = slicePart('Third', second, 28727, 28728);
  if (length <= 0) throw new StoreError(28729, `Third argument to $slice must be positive: ${length}`);
  const start = position < 0 ? Math.max(0, items.length + position) : position;
  return items.slice(start, start + length);
}

function slicePart(which: string, value: unknown, notNumeric: number, notWhole: number): number {
  if (!isNumeric(value))
    throw new StoreError(
      notNumeric,
      `${which} argument to $slice must be numeric, but is of type: ${typeName(value)}`,
    );
  const number = toDouble(value);
  if (!Number.isInteger(number))
    throw new StoreError(
      notWhole,
      `${which} argument to $slice can't be represented as a 32-bit integer: ${number}`,
    );
  return number;
}

/** A place to look from or up to. */
function edge(name: string, value: unknown, fallback: number): number {
  if (nothing(value)) return fallback;
  const number = isNumeric(value) ? toDouble(value) : NaN;
  if (!Number.isInteger(number))
    throw new StoreError(
      40096,
      `${name} requires an integral index, found a value of type: ${typeName(value)}`,
    );
  if (number < 0) throw new StoreError(40097, `${name} requires a nonnegative index, found: ${number}`);
  return number;
}

const MOST_IN_RANGE = 5_000_000;

function range(args: unknown[]): number[] {
  const [start, end, step] = ['start', 'end', 'step'].map((what, at) => {
    const value = at === 2 && args.length < 3 ? 1 : args[at];
    if (!isNumeric(value))
      throw new StoreError(
        34443 + at * 2,
        `$range requires a numeric ${what} value, found value of type: ${typeName(value)}`,
      );
    const number = toDouble(value);
    if (!Number.isInteger(number) || number !== Math.trunc(number) || Math.abs(number) > 2 ** 31)
      throw new StoreError(
        34444 + at * 2,
        `$range requires a ${what} value that can be represented as a 32-bit integer, found value: ${number}`,
      );
    return number;
  }) as [number, number, number];
  if (step === 0) throw new StoreError(34449, '$range requires a non-zero step value');
  const length = Math.max(0, Math.ceil((end - start) / step));
  if (length > MOST_IN_RANGE)
    throw new StoreError(146, '$range would use too much memory: ask for fewer numbers at a time');
  return Array.from({ length }, (_none, at) => start + at * step);
}

function elements(name: string, list: unknown, code: number): unknown[] {
  if (!Array.isArray(list))
    throw new StoreError(code, `${name}'s argument must be an array, but is ${typeName(list)}`);
  return list;
}

const isTrue = (value: unknown): boolean =>
  !nothing(value) && value !== false && !(isNumeric(value) && toDouble(value) === 0);

/** An operator on the bits of whole numbers: a long when one of them is. */
function bitwise(name: string, start: bigint, combine: (left: bigint, right: bigint) => bigint): Operator {
  return overList((values) => {
    if (values.some(nothing)) return null;
    const numbers = values.map((value) => wholeBits(name, value));
    const result = numbers.reduce(combine, start);
    return values.some((value) => numberKind(value) === 'long') ? result : Number(result);
  });
}

function wholeBits(name: string, value: unknown): bigint {
  const kind = numberKind(value);
  if (kind !== 'int' && kind !== 'long')
    throw new StoreError(14, `${name} only supports int and long operands.`);
  return BigInt(value as number | bigint);
}

function nOf(parts: Doc, pick: (values: unknown[], count: number) => unknown[]): unknown {
  if (nothing(parts.input)) return null;
  const count = isNumeric(parts.n) ? toDouble(parts.n) : NaN;
  if (!(count > 0)) throw new StoreError(5787902, "'n' must be greater than 0");
  return pick(arrayOf('input', parts.input, 5788200), count);
}

/** Operators on numbers, lists, objects and sets. */
export const FUNCTIONS: Record<string, Operator> = {
  $eq: comparison((result) => result === 0),
  $ne: comparison((result) => result !== 0),
  $gt: comparison((result) => result > 0),
  $gte: comparison((result) => result >= 0),
  $lt: comparison((result) => result < 0),
  $lte: comparison((result) => result <= 0),
  $cmp: fixed(2, ([left, right], order) => Math.sign(compareMissing(left, right, order))),
  $not: fixed(1, ([value]) => !isTrue(value)),
  $add: arithmetic('$add', '+', 0),
  $multiply: arithmetic('$multiply', '*', 1),
  $subtract: fixed(2, ([left, right]) => subtract(left, right)),
  $divide: fixed(2, ([left, right]) => divide(left, right)),
  $mod: fixed(2, ([left, right]) => modulo(left, right)),
  $abs: ofNumber('$abs', (value) => {
    const result = toDouble(value) < 0 ? calculate(value, -1, '*') : value;
    if (result === 'overflow') throw new StoreError(28680, "can't take $abs of long long min");
    return result;
  }),
  ...MATH_FUNCTIONS,
  ...ROUNDING_FUNCTIONS,
  $sum: overList((values) => sumOf(values)),
  $avg: overList((values) => averageOf(values)),
  $min: overList((values, order) => extreme(values, -1, order)),
  $max: overList((values, order) => extreme(values, 1, order)),
  $type: fixed(1, ([value]) => typeName(value)),
  $isNumber: fixed(1, ([value]) => isNumeric(value)),
  $isArray: fixed(1, ([value]) => Array.isArray(value)),
  $size: fixed(1, ([value]) => arrayOf('$size', value, 17124).length),
  $arrayElemAt: fixed(2, ([list, index]) => elementAt(list, index)),
  $first: fixed(1, ([list]) => (nothing(list) ? null : arrayOf('$first', list, 28689)[0])),
  $last: fixed(1, ([list]) => (nothing(list) ? null : arrayOf('$last', list, 28689).at(-1))),
  $slice: between(2, 3, (args) => sliceOf(args, args.length)),
  $in: fixed(2, ([value, list], order) => {
    if (!Array.isArray(list))
      throw new StoreError(40081, `$in requires an array as a second argument, found: ${typeName(list)}`);
    return list.some((item) => equalValues(item, value, order));
  }),
  $indexOfArray: between(2, 4, ([list, value, start, end], order) => {
    if (nothing(list)) return null;
    const items = arrayOf('$indexOfArray', list, 40090);
    const from = edge('$indexOfArray', start, 0);
    const to = edge('$indexOfArray', end, items.length);
    return items.findIndex((item, at) => at >= from && at < to && equalValues(item, value, order));
  }),
  $range: between(2, 3, range),
  $anyElementTrue: fixed(1, ([list]) => elements('$anyElementTrue', list, 17041).some(isTrue)),
  $allElementsTrue: fixed(1, ([list]) => elements('$allElementsTrue', list, 17040).every(isTrue)),
  $bitAnd: bitwise('$bitAnd', -1n, (left, right) => left & right),
  $bitOr: bitwise('$bitOr', 0n, (left, right) => left | right),
  $bitXor: bitwise('$bitXor', 0n, (left, right) => left ^ right),
  $bitNot: fixed(1, ([value]) => {
    if (nothing(value)) return null;
    const result = ~wholeBits('$bitNot', value);
    return numberKind(value) === 'long' ? result : Number(result);
  }),
  $concatArrays: variadic((lists) => {
    if (lists.some(nothing)) return null;
    return lists.flatMap((list) => {
      if (!Array.isArray(list))
        throw new StoreError(28664, `$concatArrays only supports arrays, not ${typeName(list)}`);
      return list as unknown[];
    });
  }),
  $reverseArray: fixed(1, ([list]) =>
    nothing(list) ? null : [...arrayOf('$reverseArray', list, 34435)].reverse(),
  ),
  $firstN: byName((parts) => nOf(parts, (values, count) => values.slice(0, count))),
  $lastN: byName((parts) => nOf(parts, (values, count) => values.slice(-count))),
  $minN: byName((parts, order) =>
    nOf(parts, (values, count) =>
      sorted(
        values.filter((item) => !nothing(item)),
        order,
      ).slice(0, count),
    ),
  ),
  $maxN: byName((parts, order) =>
    nOf(parts, (values, count) =>
      sorted(
        values.filter((item) => !nothing(item)),
        order,
      )
        .reverse()
        .slice(0, count),
    ),
  ),
  $sortArray: byName((parts, order) => {
    if (nothing(parts.input)) return null;
    const items = [...arrayOf('$sortArray', parts.input, 2942504)];
    if (isNumeric(parts.sortBy))
      return items.sort((a, b) => compareValues(a, b, order) * toDouble(parts.sortBy as Numeric));
    const compare = compileSort(parts.sortBy as Doc, order);
    return items.sort((a, b) => compare(isDocument(a) ? a : {}, isDocument(b) ? b : {}));
  }),
  $setUnion: variadic((lists, order) => {
    if (lists.some(nothing)) return null;
    return sorted(
      unique(
        lists.flatMap((list) => setOf('$setUnion', list, 17043)),
        order,
      ).values(),
      order,
    );
  }),
  $setIntersection: variadic((lists, order) => {
    if (lists.some(nothing)) return null;
    const sets = lists.map((list) => unique(setOf('$setIntersection', list, 17047), order));
    const [first, ...others] = sets;
    return sorted(
      [...(first ?? [])].filter(([key]) => others.every((other) => other.has(key))).map(([, value]) => value),
      order,
    );
  }),
  $setDifference: fixed(2, ([left, right], order) => {
    if (nothing(left) || nothing(right)) return null;
    const taken = unique(setOf('$setDifference', right, 17049), order);
    return [...unique(setOf('$setDifference', left, 17048), order)]
      .filter(([key]) => !taken.has(key))
      .map(([, value]) => value);
  }),
  $setEquals: between(2, Infinity, (lists, order) => {
    const [first, ...others] = lists.map((list) => unique(setOf('$setEquals', list, 17044), order));
    return others.every(
      (other) => other.size === first?.size && [...other.keys()].every((key) => first.has(key)),
    );
  }),
  $setIsSubset: fixed(2, ([left, right], order) => {
    const all = unique(setOf('$setIsSubset', right, 17042), order);
    return [...unique(setOf('$setIsSubset', left, 17046), order).keys()].every((key) => all.has(key));
  }),
  $concat: variadic((args) => concatStrings(args)),
  $toLower: fixed(1, ([value]) => asText('$toLower', value).toLowerCase()),
  $toUpper: fixed(1, ([value]) => asText('$toUpper', value).toUpperCase()),
  $strLenCP: fixed(1, ([value]) => {
    if (typeof value !== 'string')
      throw new StoreError(34471, `$strLenCP requires a string argument, found: ${typeName(value)}`);
    // oxlint-disable-next-line typescript/no-misused-spread -- it counts code points
    return [...value].length;
  }),
  $mergeObjects: variadic(mergeObjects),
  $objectToArray: fixed(1, ([value]) => {
    if (nothing(value)) return null;
    if (!isDocument(value))
      throw new StoreError(40390, `$objectToArray requires a document input, found: ${typeName(value)}`);
    return Object.entries(value).map(([k, v]) => ({ k, v }));
  }),
  $arrayToObject: fixed(1, ([value]) => arrayToObject(value)),
  $toString: conversion('string'),
  $toBool: conversion('bool'),
  $toObjectId: conversion('objectId'),
  $toDate: conversion('date'),
  $toInt: conversion('int'),
  $toLong: conversion('long'),
  $toDouble: conversion('double'),
  $toDecimal: conversion('decimal'),
  $convert: byName((parts) => convertWith(parts)),
  $bsonSize: fixed(1, ([value]) => (nothing(value) ? null : bsonSize(value))),
  $rand: { least: 0, most: Infinity, apply: () => Math.random() },
};

function bsonSize(value: unknown): number {
  if (rankOf(value) !== RANK.object)
    throw new StoreError(31393, `$bsonSize requires a document input, found: ${typeName(value)}`);
  return encode(value as Doc).length;
}
