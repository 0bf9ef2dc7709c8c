import { Binary, Timestamp } from 'bson';
import type { Doc } from './bson.js';
import { asText } from './conversions.js';
import { asDate, DATE_FUNCTIONS, dayLength, isoDay, isoWeek, startOfIsoYear } from './date-functions.js';
import { DATE_STEPS } from './date-steps.js';
import { StoreError } from './errors.js';
import { fixed, type Operator } from './operator.js';
import { TEXT_FUNCTIONS } from './text-functions.js';
import { isNumeric, toDouble } from './numbers.js';
import { instantIn, shownIn } from './time-zones.js';
import { nothing, typeName } from './types.js';

/** `$indexOfCP`: where a text stands in another, counted in code points; -1 for nowhere. */
function indexOfCodePoint([text, part, from, to]: unknown[]): unknown {
  if (nothing(text)) return null;
  if (typeof text !== 'string')
    throw new StoreError(
      40093,
      `$indexOfCP requires a string as the first argument, found: ${typeName(text)}`,
    );
  if (typeof part !== 'string')
    throw new StoreError(
      40094,
      `$indexOfCP requires a string as the second argument, found: ${typeName(part)}`,
    );
  const edge = (value: unknown, fallback: number): number => {
    if (nothing(value)) return fallback;
    const number = isNumeric(value) ? toDouble(value) : NaN;
    if (!Number.isInteger(number))
      throw new StoreError(
        40096,
        `$indexOfCP requires an integral index, found a value of type: ${typeName(value)}`,
      );
    if (number < 0) throw new StoreError(40097, '$indexOfCP requires a nonnegative index');
    return number;
  };
  // oxlint-disable-next-line typescript/no-misused-spread -- it counts code points
  const points = [...text];
  const start = edge(from, 0);
  const end = Math.min(edge(to, points.length), points.length);
  if (start > end) return -1;
  const found = points.slice(start, end).join('').indexOf(part);
  // oxlint-disable-next-line typescript/no-misused-spread -- it counts code points
  return found < 0 ? -1 : start + [...points.slice(start, end).join('').slice(0, found)].length;
}

const inside = (bytes: Buffer, at: number): boolean => ((bytes[at] ?? 0) & 0xc0) === 0x80;

/** `$substrBytes`: a negative length means to the end; no character is cut. */
function bytesOf([text, from, length]: unknown[]): string {
  const bytes = Buffer.from(asText('$substrBytes', text));
  if (!isNumeric(from))
    throw new StoreError(
      16034,
      `$substrBytes:  starting index must be a numeric type (is BSON type ${typeName(from)})`,
    );
  if (!isNumeric(length))
    throw new StoreError(
      16035,
      `$substrBytes:  length must be a numeric type (is BSON type ${typeName(length)})`,
    );
  const start = Math.trunc(toDouble(from));
  if (start < 0)
    throw new StoreError(50752, `$substrBytes:  starting index must be non-negative (got: ${start})`);
  const count = Math.trunc(toDouble(length));
  const end = count < 0 ? bytes.length : Math.min(bytes.length, start + count);
  if (inside(bytes, start))
    throw new StoreError(28656, '$substrBytes:  Invalid range, starting index is a UTF-8 continuation byte.');
  if (inside(bytes, end))
    throw new StoreError(
      28657,
      '$substrBytes:  Invalid range, ending index is in the middle of a UTF-8 character.',
    );
  return bytes.toString('utf8', start, end);
}

/** `$zip`: the first elements of all lists, then the second ones, and so on. */
function zip([parts]: unknown[]): unknown {
  const { inputs, useLongestLength = false, defaults } = parts as Doc;
  if (!Array.isArray(inputs))
    throw new StoreError(34461, `inputs must be an array of expressions, found ${typeName(inputs)}`);
  if (inputs.length === 0) throw new StoreError(34465, '$zip requires at least one input array');
  if (typeof useLongestLength !== 'boolean')
    throw new StoreError(34463, `useLongestLength must be a bool, found ${typeName(useLongestLength)}`);
  if (defaults !== undefined && !useLongestLength)
    throw new StoreError(34466, 'cannot specify defaults unless useLongestLength is true');
  if (Array.isArray(defaults) && defaults.length !== inputs.length)
    throw new StoreError(34467, 'defaults and inputs must have the same length');
  if (inputs.some(nothing)) return null;
  const lists = inputs.map((list: unknown) => {
    if (!Array.isArray(list))
      throw new StoreError(34468, `$zip found a non-array expression in input: ${typeName(list)}`);
    return list;
  });
  const lengths = lists.map(({ length }) => length);
  const count = useLongestLength ? Math.max(...lengths) : Math.min(...lengths);
  const missing = Array.isArray(defaults) ? defaults : [];
  return Array.from({ length: count }, (_none, at) =>
    lists.map((list, index) => (at < list.length ? list[at] : (missing[index] ?? null))),
  );
}

function dateFromParts([given]: unknown[]): unknown {
  const { timezone, ...parts } = given as Doc;
  if (timezone === null || Object.values(parts).some((part) => part === null)) return null;
  const number = (name: string, fallback: number): number => {
    const value = parts[name];
    if (value === undefined) return fallback;
    if (!isNumeric(value) || !Number.isInteger(toDouble(value)))
      throw new StoreError(40515, `'${name}' must evaluate to an integer, found ${typeName(value)}`);
    const given = toDouble(value);
    if (/year/i.test(name) && (given < 1 || given > 9999))
      throw new StoreError(
        40523,
        `'${name}' must evaluate to an integer in the range 1 to 9999, found ${given}`,
      );
    if (given < -32768 || given > 32767)
      throw new StoreError(31034, `'${name}' must evaluate to a value in the range [-32768, 32767]`);
    return given;
  };
  const iso = 'isoWeekYear' in parts;
  if (iso === 'year' in parts)
    throw iso
      ? new StoreError(40489, '$dateFromParts does not allow mixing natural dates with ISO dates')
      : new StoreError(40516, "$dateFromParts requires either 'year' or 'isoWeekYear' to be present");
  const day = iso
    ? startOfIsoYear(number('isoWeekYear', 1970)) +
      ((number('isoWeek', 1) - 1) * 7 + number('isoDayOfWeek', 1) - 1) * dayLength
    : new Date(0).setUTCFullYear(number('year', 1970), number('month', 1) - 1, number('day', 1));
  const shown = new Date(
    new Date(day).setUTCHours(
      number('hour', 0),
      number('minute', 0),
      number('second', 0),
      number('millisecond', 0),
    ),
  );
  return instantIn(timezone, shown);
}

/** `$dateToParts`, as the clocks of its time zone show it. */
function dateParts([given]: unknown[]): unknown {
  const { date, timezone, iso8601 } = given as Doc;
  if (nothing(date) || timezone === null || iso8601 === null) return null;
  const shown = shownIn(timezone, asDate(date));
  const time = {
    hour: shown.getUTCHours(),
    minute: shown.getUTCMinutes(),
    second: shown.getUTCSeconds(),
    millisecond: shown.getUTCMilliseconds(),
  };
  if (iso8601 !== true)
    return {
      year: shown.getUTCFullYear(),
      month: shown.getUTCMonth() + 1,
      day: shown.getUTCDate(),
      ...time,
    };
  const { year, week } = isoWeek(shown);
  return { isoWeekYear: year, isoWeek: week, isoDayOfWeek: isoDay(shown), ...time };
}

function timestamp(name: string, value: unknown, code: number): Timestamp {
  if (value instanceof Timestamp) return value;
  throw new StoreError(code, `${name} requires a timestamp argument, found: ${typeName(value)}`);
}

const one = (apply: (value: unknown) => unknown): Operator => ({
  least: 1,
  most: 1,
  apply: ([value]) => (nothing(value) ? null : apply(value)),
});

/** Operators on texts, dates and bytes. */
export const TEXT_AND_DATE_FUNCTIONS: Record<string, Operator> = {
  ...DATE_FUNCTIONS,
  ...DATE_STEPS,
  ...TEXT_FUNCTIONS,
  $substr: fixed(3, bytesOf),
  $indexOfCP: { least: 2, most: 4, apply: indexOfCodePoint },
  $substrBytes: fixed(3, bytesOf),
  $zip: { least: 1, most: 1, named: true, apply: zip },
  $dateFromParts: { least: 1, most: 1, named: true, apply: dateFromParts },
  $dateToParts: { least: 1, most: 1, named: true, apply: dateParts },
  $binarySize: one((value) => {
    if (typeof value === 'string') return Buffer.byteLength(value);
    if (value instanceof Binary) return value.length();
    throw new StoreError(
      51276,
      `$binarySize requires a string or BinData argument, found: ${typeName(value)}`,
    );
  }),
  $tsSecond: one((value) => BigInt(timestamp('$tsSecond', value, 5687301).getHighBitsUnsigned())),
  $tsIncrement: one((value) => BigInt(timestamp('$tsIncrement', value, 5687302).getLowBitsUnsigned())),
};
