import { Decimal128 } from 'bson';
import { doubleValue, type Doc } from './bson.js';
import { StoreError } from './errors.js';
import { byName, fixed, numeric, ofNumber, overList, type Operator } from './operator.js';
import { isNumeric, numberKind, toDouble, type Numeric } from './numbers.js';
import { nothing, show, typeName } from './types.js';

function number(value: unknown, code: number, complaint: string): Numeric {
  if (!isNumeric(value)) throw new StoreError(code, `${complaint} must be numeric, not ${typeName(value)}`);
  return value;
}

/** A result that is no whole number: a double, or a decimal when one of what it was made of is one. */
function real(result: number, ...from: readonly Numeric[]): Numeric {
  return from.some((value) => numberKind(value) === 'decimal')
    ? Decimal128.fromString(String(result))
    : doubleValue(result);
}

const plain = (name: string, how: (value: number) => number): Operator =>
  ofNumber(name, (value) => real(how(toDouble(value)), value));

/** A function of an angle or the like, which is there between two bounds. */
function bounded(name: string, how: (value: number) => number, low: number, high: number): Operator {
  return ofNumber(name, (value) => {
    const given = toDouble(value);
    const open = !Number.isFinite(low);
    if (open ? Math.abs(given) === Infinity : given < low || given > high)
      throw new StoreError(
        50989,
        `cannot apply ${name} to ${show(value)}, value must be in ${open ? '(-inf,inf)' : `[${low},${high}]`}`,
      );
    return real(how(given), value);
  });
}

/** A function that is there for some numbers only. */
function within(
  name: string,
  how: (value: number) => number,
  allowed: (value: number) => boolean,
  code: number,
  bound: string,
): Operator {
  return ofNumber(name, (value) => {
    const given = toDouble(value);
    if (!allowed(given) && !Number.isNaN(given))
      throw new StoreError(code, `${name}'s argument must be ${bound}`.replace('%', show(value)));
    return real(how(given), value);
  });
}

const positive = (value: number): boolean => value > 0;

function logarithm([value, base]: unknown[]): unknown {
  if (nothing(value) || nothing(base)) return null;
  const [given, of] = [
    toDouble(number(value, 28756, "$log's argument")),
    toDouble(number(base, 28757, "$log's base")),
  ];
  if (given <= 0)
    throw new StoreError(28758, `$log's argument must be a positive number, but is ${show(value)}`);
  if (of <= 0 || of === 1)
    throw new StoreError(28759, `$log's base must be a positive number not equal to 1, but is ${show(base)}`);
  // The quotient of the natural logarithms misses whole powers by a rounding.
  const quotient = Math.log(given) / Math.log(of);
  const nearest = Math.round(quotient);
  return real(of ** nearest === given ? nearest : quotient, value as Numeric, base as Numeric);
}

/** Whole numbers stay whole while they fit into a long. */
function power([base, exponent]: unknown[]): unknown {
  if (nothing(base) || nothing(exponent)) return null;
  const [of, by] = [number(base, 28762, "$pow's base"), number(exponent, 28763, "$pow's exponent")];
  const [low, high] = [toDouble(of), toDouble(by)];
  if (low === 0 && high < 0)
    throw new StoreError(28764, '$pow cannot take a base of 0 and a negative exponent');
  const kinds = [numberKind(of), numberKind(by)];
  const double = real(low ** high, of, by);
  if (kinds.some((kind) => kind === 'double' || kind === 'decimal') || high < 0) return double;
  if (Math.abs(low ** high) >= 2 ** 63) return double;
  const exact = BigInt(of as number | bigint) ** BigInt(by as number | bigint);
  return kinds.includes('long') || BigInt.asIntN(32, exact) !== exact ? exact : Number(exact);
}

/** The value at a share of sorted numbers: the smallest that at least so many are not above. */
function quantile(sorted: readonly number[], share: number): number | null {
  if (sorted.length === 0) return null;
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}

function sortedNumbers(input: unknown): number[] {
  const values = Array.isArray(input) ? input : [input];
  return values
    .filter(isNumeric)
    .map(toDouble)
    .sort((left, right) => left - right);
}

const asDouble = (value: number | null): unknown => (value === null ? null : doubleValue(value));

/** `$median` of the numbers among the values. */
export function medianOf({ input, method }: Doc): unknown {
  checkMethod('$median', method);
  return asDouble(quantile(sortedNumbers(input), 0.5));
}

/** `$percentile`: one value for each share in `p`. */
export function percentilesOf({ input, p, method }: Doc): unknown {
  checkMethod('$percentile', method);
  if (!Array.isArray(p) || p.length === 0)
    throw new StoreError(
      7750301,
      `The $percentile 'p' field must be an array of constants, but found value: ${show(p)}.`,
    );
  const sorted = sortedNumbers(input);
  return p.map((share: unknown) => {
    const value = isNumeric(share) ? toDouble(share) : NaN;
    if (!(value >= 0 && value <= 1))
      throw new StoreError(
        isNumeric(share) ? 7750303 : 7750302,
        `The $percentile 'p' field must be an array of numbers from [0.0, 1.0], but found: ${show(share)}`,
      );
    return asDouble(quantile(sorted, value));
  });
}

function checkMethod(name: string, method: unknown): void {
  if (method !== 'approximate')
    throw new StoreError(2, `Currently only 'approximate' can be used as ${name} 'method'.`);
}

/** The standard deviation of the numbers among the values, of a whole or of a sample. */
function deviationOf(values: readonly unknown[], sample: boolean): unknown {
  const numbers = values.filter(isNumeric).map(toDouble);
  const divisor = sample ? numbers.length - 1 : numbers.length;
  if (divisor <= 0) return null;
  const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  return doubleValue(Math.sqrt(numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / divisor));
}

const deviation = (sample: boolean): Operator => overList((values) => deviationOf(values, sample));

/** Powers, logarithms and statistics as MongoDB refuses and rounds them. */
export const MATH_FUNCTIONS: Record<string, Operator> = {
  $sqrt: within('$sqrt', Math.sqrt, (value) => value >= 0, 28714, 'greater than or equal to 0'),
  $ln: within('$ln', Math.log, positive, 28766, 'a positive number, but is %'),
  $log10: within('$log10', Math.log10, positive, 28761, 'a positive number, but is %'),
  $exp: plain('$exp', Math.exp),
  $sin: bounded('$sin', Math.sin, -Infinity, Infinity),
  $cos: bounded('$cos', Math.cos, -Infinity, Infinity),
  $tan: bounded('$tan', Math.tan, -Infinity, Infinity),
  $asin: bounded('$asin', Math.asin, -1, 1),
  $acos: bounded('$acos', Math.acos, -1, 1),
  $atanh: bounded('$atanh', Math.atanh, -1, 1),
  $acosh: bounded('$acosh', Math.acosh, 1, Infinity),
  $atan: plain('$atan', Math.atan),
  $sinh: plain('$sinh', Math.sinh),
  $cosh: plain('$cosh', Math.cosh),
  $tanh: plain('$tanh', Math.tanh),
  $asinh: plain('$asinh', Math.asinh),
  $atan2: fixed(2, ([y, x]) => {
    if (nothing(y) || nothing(x)) return null;
    const [from, to] = [numeric('$atan2', y, 51044), numeric('$atan2', x, 51045)];
    return real(Math.atan2(toDouble(from), toDouble(to)), from, to);
  }),
  $degreesToRadians: plain('$degreesToRadians', (value) => (value * Math.PI) / 180),
  $radiansToDegrees: plain('$radiansToDegrees', (value) => (value * 180) / Math.PI),
  $log: fixed(2, logarithm),
  $pow: fixed(2, power),
  $stdDevPop: deviation(false),
  $stdDevSamp: deviation(true),
  $median: byName(medianOf),
  $percentile: byName(percentilesOf),
};
