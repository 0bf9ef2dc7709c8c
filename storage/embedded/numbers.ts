import { Decimal128, Double, Int32, Long } from 'bson';
import { doubleValue } from './bson.js';

export type NumberKind = 'int' | 'long' | 'double' | 'decimal';
export type Numeric = number | bigint | Double | Decimal128;

const kindRank = { int: 0, long: 1, double: 2, decimal: 3 };
const int64Min = -(2n ** 63n);
const int64Max = 2n ** 63n - 1n;

/** The BSON kind of a number, or undefined for anything else. */
export function numberKind(value: unknown): NumberKind | undefined {
  if (typeof value === 'number') return isInt32(value) ? 'int' : 'double';
  if (typeof value === 'bigint') return 'long';
  if (value instanceof Double) return 'double';
  if (value instanceof Decimal128) return 'decimal';
  return undefined;
}

export const isNumeric = (value: unknown): value is Numeric => numberKind(value) !== undefined;

function isInt32(value: number): boolean {
  return Number.isInteger(value) && value >= -0x80000000 && value <= 0x7fffffff && !Object.is(value, -0);
}

/** The nearest double; exact for int32 and double. */
export function toDouble(value: Numeric): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  return value instanceof Double ? value.value : decimalToDouble(value);
}

function decimalToDouble(value: Decimal128): number {
  const text = value.toString();
  return text === 'NaN' ? NaN : Number(text);
}

/** A finite number written exactly as coefficient times ten to the exponent. */
export interface Exact {
  coefficient: bigint;
  exponent: number;
}

/** The exact decimal value of a finite number; undefined for NaN and the infinities. */
export function exactly(value: Numeric): Exact | undefined {
  if (typeof value === 'bigint') return { coefficient: value, exponent: 0 };
  if (value instanceof Decimal128) return parseDecimal(value.toString());
  const double = value instanceof Double ? value.value : value;
  if (!Number.isFinite(double)) return undefined;
  if (Number.isInteger(double)) return { coefficient: BigInt(double), exponent: 0 };
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, double);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const mantissa = biased === 0 ? fraction : fraction | 0x10000000000000n;
  const power = (biased === 0 ? 1 : biased) - 1075;
  const signed = double < 0 ? -mantissa : mantissa;
  return { coefficient: signed * 5n ** BigInt(-power), exponent: power };
}

function parseDecimal(text: string): Exact | undefined {
  const parts = /^(-?)(\d+)(?:\.(\d+))?(?:E([+-]?\d+))?$/.exec(text);
  if (!parts) return undefined;
  const fraction = parts[3] ?? '';
  const coefficient = BigInt((parts[2] ?? '') + fraction);
  return {
    coefficient: parts[1] ? -coefficient : coefficient,
    exponent: Number(parts[4] ?? 0) - fraction.length,
  };
}

/** `left - right`, exactly. */
export function difference(left: Exact, right: Exact): Exact {
  const exponent = Math.min(left.exponent, right.exponent);
  return { coefficient: shift(left, exponent) - shift(right, exponent), exponent };
}

function shift({ coefficient, exponent }: Exact, to: number): bigint {
  return exponent === to || coefficient === 0n ? coefficient : coefficient * 10n ** BigInt(exponent - to);
}

/** Orders numbers of all kinds by value; NaN is equal to itself and below everything else, as in MongoDB. */
export function compareNumbers(left: Numeric, right: Numeric): number {
  if (typeof left === 'number' && typeof right === 'number') {
    if (left < right) return -1;
    if (left > right) return 1;
    if (left === right) return 0;
  }
  const a = toDouble(left);
  const b = toDouble(right);
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) ? (Number.isNaN(b) ? 0 : -1) : 1;
  const plain = (value: Numeric): boolean => typeof value === 'number' || value instanceof Double;
  if (a !== b && Number.isFinite(a) && Number.isFinite(b)) return a < b ? -1 : 1;
  if (plain(left) && plain(right)) return a < b ? -1 : a > b ? 1 : 0;
  const x = exactly(left);
  const y = exactly(right);
  if (!x || !y) return a < b ? -1 : a > b ? 1 : compareInfinite(x, y, a);
  const { coefficient } = difference(x, y);
  return coefficient < 0n ? -1 : coefficient > 0n ? 1 : 0;
}

function compareInfinite(x: Exact | undefined, y: Exact | undefined, infinity: number): number {
  if (!x === !y) return 0;
  const sign = infinity > 0 ? 1 : -1;
  return x ? -sign : sign;
}

export type Arithmetic = '+' | '*' | '-';

/** Adds, subtracts or multiplies with MongoDB's promotion: int to long on overflow, then double, decimal above all. */
export function calculate(left: Numeric, right: Numeric, operation: Arithmetic): Numeric | 'overflow' {
  const kinds = [numberKind(left) as NumberKind, numberKind(right) as NumberKind];
  const rank = Math.max(...kinds.map((kind) => kindRank[kind]));
  if (rank === kindRank.decimal) return decimalResult(left, right, operation);
  if (rank === kindRank.double) {
    const [a, b] = [toDouble(left), toDouble(right)];
    return doubleValue(operation === '+' ? a + b : operation === '-' ? a - b : a * b);
  }
  const [a, b] = [BigInt(left as number), BigInt(right as number)];
  const result = operation === '+' ? a + b : operation === '-' ? a - b : a * b;
  if (result < int64Min || result > int64Max) return 'overflow';
  return rank === kindRank.long || !isInt32(Number(result)) ? result : Number(result);
}

function decimalResult(left: Numeric, right: Numeric, operation: Arithmetic): Decimal128 {
  const [x, y] = [exactly(asDecimal(left)), exactly(asDecimal(right))];
  if (!x || !y) {
    const [a, b] = [toDouble(left), toDouble(right)];
    const result = operation === '+' ? a + b : operation === '-' ? a - b : a * b;
    return Decimal128.fromString(String(result));
  }
  if (operation === '*')
    return decimalOf({ coefficient: x.coefficient * y.coefficient, exponent: x.exponent + y.exponent });
  const negated = operation === '-' ? y : { coefficient: -y.coefficient, exponent: y.exponent };
  return decimalOf(difference(x, negated));
}

/** Rounds to the 34 digits that a Decimal128 holds. */
export function decimalOf({ coefficient, exponent }: Exact): Decimal128 {
  return Decimal128.fromStringWithRounding(`${coefficient}E${exponent}`);
}

/** A double enters decimal arithmetic with 15 significant digits, as in the server. */
export function asDecimal(value: Numeric): Decimal128 {
  if (value instanceof Decimal128) return value;
  if (typeof value === 'bigint' || Number.isInteger(toDouble(value)))
    return Decimal128.fromString(String(value));
  const double = toDouble(value);
  return Decimal128.fromString(
    Number.isFinite(double) ? String(Number(double.toPrecision(15))) : String(double),
  );
}

/** Turns what libraries produce (Long, Int32, huge whole numbers) into the engine's own kinds. */
export function normalizeNumber(value: Long | Int32): Numeric {
  return value instanceof Int32 ? value.value : value.toBigInt();
}
