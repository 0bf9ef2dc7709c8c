import { Binary, Decimal128, Double, ObjectId, Timestamp } from 'bson';
import { doubleValue, isDocument, type Doc } from './bson.js';
import { asDate, parseDate } from './date-functions.js';
import { StoreError } from './errors.js';
import { asDecimal, isNumeric, numberKind, toDouble, type Numeric } from './numbers.js';
import { asWord, nothing, typeName, typeNames } from './types.js';

/** Text of a value where strings are wanted, as $toLower and $substr take it. */
export function asText(name: string, value: unknown): string {
  if (nothing(value)) return '';
  if (typeof value === 'string') return value;
  if (isNumeric(value)) return String(value instanceof Double ? value.value : value);
  if (value instanceof Date) return value.toISOString();
  throw new StoreError(16007, `can't convert from BSON type ${typeName(value)} to String`);
}

function dateOf(text: string): Date {
  const date = parseDate(text);
  if (!date)
    throw new StoreError(241, `Error parsing date string '${text}' in $convert with no onError value`);
  return date;
}

/** `$convert` without its options: null stays null, what cannot be converted is refused with 241. */
export function convert(value: unknown, to: string): unknown {
  if (nothing(value)) return null;
  const cannot = (): StoreError =>
    new StoreError(
      241,
      `Unsupported conversion from ${typeName(value)} to ${to} in $convert with no onError value`,
    );
  const failed = (): StoreError =>
    new StoreError(
      241,
      `Failed to parse ${to === 'objectId' ? to : 'number'} '${asWord(value)}' in $convert with no onError value`,
    );
  switch (to) {
    case 'string':
      if (value instanceof ObjectId) return value.toHexString();
      if (typeof value === 'boolean') return String(value);
      if (value instanceof Binary)
        return value.sub_type === Binary.SUBTYPE_UUID ? value.toUUID().toString() : value.toString('base64');
      if (typeof value === 'string' || isNumeric(value) || value instanceof Date)
        return asText('$toString', value);
      throw cannot();
    case 'bool':
      return isNumeric(value) ? toDouble(value) !== 0 : value !== false;
    case 'objectId':
      if (value instanceof ObjectId) return value;
      if (typeof value !== 'string') throw cannot();
      if (!/^[0-9a-fA-F]{24}$/.test(value)) throw failed();
      return new ObjectId(value);
    case 'date':
      if (value instanceof Date || value instanceof ObjectId || value instanceof Timestamp)
        return asDate(value);
      if (isNumeric(value) && numberKind(value) !== 'int') return new Date(Math.trunc(toDouble(value)));
      if (typeof value !== 'string') throw cannot();
      return dateOf(value);
    default:
      return convertNumber(value, to, cannot, failed);
  }
}

function convertNumber(
  value: unknown,
  to: string,
  cannot: () => StoreError,
  failed: () => StoreError,
): unknown {
  let number: Numeric;
  if (typeof value === 'boolean') number = value ? 1 : 0;
  else if (value instanceof Date && to !== 'int') number = BigInt(value.getTime());
  else if (isNumeric(value)) number = value;
  else if (typeof value === 'string') {
    if (
      !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value) ||
      (/[.e]/i.test(value) && (to === 'int' || to === 'long'))
    )
      throw failed();
    number =
      to === 'decimal'
        ? Decimal128.fromString(value)
        : to === 'long'
          ? BigInt(value)
          : doubleValue(Number(value));
  } else throw cannot();
  if (to === 'double') return doubleValue(toDouble(number));
  if (to === 'decimal') return withFifteenDigits(number);
  const truncated =
    typeof number === 'bigint'
      ? number
      : Number.isFinite(toDouble(number))
        ? BigInt(Math.trunc(toDouble(number)))
        : undefined;
  const limit = to === 'int' ? 2n ** 31n : 2n ** 63n;
  if (truncated === undefined || truncated >= limit || truncated < -limit) {
    throw new StoreError(241, 'Conversion would overflow target type in $convert with no onError value');
  }
  return to === 'int' ? Number(truncated) : truncated;
}

/** A double becomes a decimal of 15 digits, written with all of them. */
function withFifteenDigits(number: Numeric): Decimal128 {
  const double = numberKind(number) === 'double' ? toDouble(number) : NaN;
  return Number.isFinite(double) && double !== 0
    ? Decimal128.fromString(double.toPrecision(15))
    : asDecimal(number);
}

/** `$convert` with `onError` and `onNull`. */
export function convertWith(parts: Doc): unknown {
  if (!('to' in parts)) throw new StoreError(9, "Missing 'to' parameter to $convert");
  if (nothing(parts.input)) return parts.onNull ?? null;
  if (nothing(parts.to)) return null;
  const target = isDocument(parts.to) ? parts.to.type : parts.to;
  const name = typeNames(target)?.[0];
  if (!name) throw new StoreError(2, `Unknown type name: ${String(target)}`);
  try {
    return convert(parts.input, name);
  } catch (error) {
    if ('onError' in parts) return parts.onError;
    throw error;
  }
}
