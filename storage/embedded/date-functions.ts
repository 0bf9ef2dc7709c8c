import { ObjectId, Timestamp } from 'bson';
import { isDocument, type Doc } from './bson.js';
import { StoreError } from './errors.js';
import type { Operator } from './operator.js';
import { offsetAt, shownIn, instantIn } from './time-zones.js';
import { nothing, show, typeName } from './types.js';

export const dayLength = 86_400_000;
const MONTHS = words('January February March April May June July August September October November December');

function words(text: string): string[] {
  return text.split(' ');
}

/** A value where a date is wanted: dates, ObjectIds and timestamps have one. */
export function asDate(value: unknown): Date {
  if (value instanceof Date) return value;
  if (value instanceof ObjectId) return value.getTimestamp();
  if (value instanceof Timestamp) return new Date(value.getHighBitsUnsigned() * 1000);
  throw new StoreError(16006, `can't convert from BSON type ${typeName(value)} to Date`);
}

const startOfYear = (year: number): number => new Date(0).setUTCFullYear(year, 0, 1);
const dayOfYear = (date: Date): number =>
  Math.floor((date.getTime() - startOfYear(date.getUTCFullYear())) / dayLength) + 1;
/** Monday is 1, Sunday 7. */
export const isoDay = (date: Date): number => date.getUTCDay() || 7;
/** Weeks begin on Sunday; what comes before the year's first Sunday is week 0. */
const week = (date: Date): number => Math.floor((dayOfYear(date) + 6 - date.getUTCDay()) / 7);

/** ISO 8601: a week belongs to the year that its Thursday lies in. */
export function isoWeek(date: Date): { year: number; week: number } {
  const thursday = new Date(date.getTime() + (4 - isoDay(date)) * dayLength);
  return { year: thursday.getUTCFullYear(), week: Math.floor((dayOfYear(thursday) - 1) / 7) + 1 };
}

/** The Monday that an ISO year begins with: that of the week in which the 4th of January lies. */
export function startOfIsoYear(year: number): number {
  const fourth = new Date(new Date(0).setUTCFullYear(year, 0, 4));
  return fourth.getTime() + (1 - isoDay(fourth)) * dayLength;
}

/** The date that an operator such as `$year` was given, as the clocks of its time zone show it. */
function shownDate(given: unknown): Date | null {
  const { date, timezone } = given instanceof Date || !isDocument(given) ? { date: given } : partsOf(given);
  if (nothing(date) || timezone === null) return null;
  return shownIn(timezone, asDate(date));
}

function partsOf(given: Doc): { date?: unknown; timezone?: unknown } {
  if (!('value' in given)) return given;
  const { value } = given;
  if (!Array.isArray(value)) return { date: value };
  if (value.length !== 1) throw new StoreError(40536, 'a date operator accepts exactly one argument');
  return { date: value[0] as unknown };
}

const part = (read: (shown: Date) => number | bigint): Operator => ({
  least: 1,
  most: 1,
  named: true,
  apply: ([given]) => {
    const shown = shownDate(given);
    return shown && read(shown);
  },
});

const two = (value: number): string => String(value).padStart(2, '0');

/** How each letter of a format is written. */
const WRITE: Record<string, (shown: Date, offset: number) => string> = {
  b: (shown) => (MONTHS[shown.getUTCMonth()] ?? '').slice(0, 3),
  B: (shown) => MONTHS[shown.getUTCMonth()] ?? '',
  d: (shown) => two(shown.getUTCDate()),
  G: (shown) => String(isoWeek(shown).year).padStart(4, '0'),
  H: (shown) => two(shown.getUTCHours()),
  j: (shown) => String(dayOfYear(shown)).padStart(3, '0'),
  L: (shown) => String(shown.getUTCMilliseconds()).padStart(3, '0'),
  m: (shown) => two(shown.getUTCMonth() + 1),
  M: (shown) => two(shown.getUTCMinutes()),
  S: (shown) => two(shown.getUTCSeconds()),
  u: (shown) => String(isoDay(shown)),
  U: (shown) => two(week(shown)),
  V: (shown) => two(isoWeek(shown).week),
  w: (shown) => String(shown.getUTCDay() + 1),
  Y: (shown) => String(shown.getUTCFullYear()).padStart(4, '0'),
  z: (_shown, offset) => {
    const minutes = Math.abs(offset) / 60_000;
    return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}${two(Math.floor(minutes % 60))}`;
  },
  Z: (_shown, offset) => `${offset < 0 ? '-' : '+'}${Math.floor(Math.abs(offset) / 60_000)}`,
  '%': () => '%',
};

function dateToString([given]: unknown[]): unknown {
  const { date, format, timezone, onNull = null } = given as Doc;
  if (format !== undefined && !nothing(format) && typeof format !== 'string')
    throw new StoreError(
      18533,
      `$dateToString requires that 'format' be a string, found: ${typeName(format)} with value ${show(format)}`,
    );
  if (nothing(date)) return onNull;
  if (format === null || timezone === null) return null;
  const instant = asDate(date);
  const offset = offsetAt(timezone, instant);
  const shown = new Date(instant.getTime() + offset);
  const isUtc = timezone === undefined || timezone === 'UTC' || timezone === 'GMT';
  const pattern = format ?? `%Y-%m-%dT%H:%M:%S.%L${isUtc ? 'Z' : ''}`;
  return pattern.replace(/%([\s\S]?)/g, (_all, letter: string) => {
    if (letter === '') throw new StoreError(18535, "Unmatched '%' at end of format string");
    const write = WRITE[letter];
    if (!write) throw new StoreError(18536, `Invalid format character '%${letter}' in format string`);
    return write(shown, offset);
  });
}

/** What each letter of a format matches. */
const READ: Record<string, string> = {
  b: '(?<b>[A-Za-z]{3})',
  B: '(?<B>[A-Za-z]{3,9})',
  d: '(?<d>\\d{1,2})',
  G: '(?<G>\\d{4})',
  H: '(?<H>\\d{1,2})',
  j: '(?<j>\\d{1,3})',
  L: '(?<L>\\d{1,3})',
  m: '(?<m>\\d{1,2})',
  M: '(?<M>\\d{1,2})',
  S: '(?<S>\\d{1,2})',
  u: '(?<u>[1-7])',
  V: '(?<V>\\d{1,2})',
  Y: '(?<Y>\\d{4})',
  z: '(?<z>Z|[+-]\\d\\d:?\\d\\d)',
  Z: '(?<Z>[+-]?\\d{1,4})',
  '%': '%',
};

interface Parsed {
  shown: Date;
  /** How far the text's own zone is ahead of UTC, in ms; undefined when it names none. */
  offset?: number;
}

function parseFormatted(text: string, format: string): Parsed | undefined {
  const pattern = format.replace(/%([\s\S]?)|[\\^$.*+?()[\]{}|]/g, (all, letter: string | undefined) => {
    if (letter === undefined) return `\\${all}`;
    const read = READ[letter];
    if (read === undefined)
      throw new StoreError(18536, `Invalid format character '%${letter}' in format string`);
    return read;
  });
  const found = new RegExp(`^${pattern}$`).exec(text)?.groups;
  if (!found) return undefined;
  const number = (letter: string, fallback: number): number => Number(found[letter] ?? fallback);
  const named = found.B ?? found.b;
  const month = named
    ? MONTHS.findIndex((name) => name.toLowerCase().startsWith(named.toLowerCase())) + 1
    : number('m', 1);
  let shown = new Date(0);
  if (found.G !== undefined) {
    const days = (number('V', 1) - 1) * 7 + number('u', 1) - 1;
    shown = new Date(startOfIsoYear(number('G', 1970)) + days * dayLength);
  } else if (found.j === undefined) {
    shown.setUTCFullYear(number('Y', 1970), month - 1, number('d', 1));
    if (shown.getUTCMonth() !== month - 1) return undefined;
  } else shown = new Date(startOfYear(number('Y', 1970)) + (number('j', 1) - 1) * dayLength);
  const [hour, minute, second] = [number('H', 0), number('M', 0), number('S', 0)];
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  shown.setUTCHours(hour, minute, second, Number((found.L ?? '0').padEnd(3, '0')));
  const offset = found.Z === undefined ? zoneOffset(found.z) : Number(found.Z) * 60_000;
  return { shown, ...(offset !== undefined && { offset }) };
}

function zoneOffset(zone: string | undefined): number | undefined {
  if (zone === undefined) return undefined;
  return offsetAt(zone === 'Z' ? 'UTC' : zone, new Date(0));
}

/** A date as people and programs write it; years alone and words are no dates. */
function parseFree(text: string): Parsed | undefined {
  const iso =
    /^(\d{4})-?(\d{2})-?(\d{2})(?:[T ]+(\d{1,2}):?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|GMT|UTC|[+-]\d{2}:?\d{2}|[+-]\d{2})?$/i.exec(
      text.trim(),
    );
  if (iso) {
    const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone] = iso;
    const shown = new Date(0);
    shown.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
    if (shown.getUTCMonth() !== Number(month) - 1) return undefined;
    if (Number(hour) > 24 || Number(minute) > 59 || Number(second) > 59) return undefined;
    shown.setUTCHours(
      Number(hour),
      Number(minute),
      Number(second),
      Number(fraction.padEnd(3, '0').slice(0, 3)),
    );
    const offset = /^(?:Z|GMT|UTC)$/i.test(zone ?? '') ? 0 : zoneOffset(zone);
    return { shown, ...(offset !== undefined && { offset }) };
  }
  if (!/\d/.test(text) || !/[a-z/]/i.test(text)) return undefined;
  const time = Date.parse(/(?:GMT|UTC|Z|[+-]\d{2}:?\d{2})\)?$/.test(text) ? text : `${text} UTC`);
  return Number.isNaN(time) ? undefined : { shown: new Date(time) };
}

/** The date that a text means, taken as UTC where it names no zone; undefined for what is none. */
export function parseDate(text: string): Date | undefined {
  const parsed = parseFree(text);
  return parsed && new Date(parsed.shown.getTime() - (parsed.offset ?? 0));
}

function dateFromString([given]: unknown[]): unknown {
  const parts = given as Doc;
  const { dateString, format, timezone, onNull = null } = parts;
  if (nothing(dateString)) return onNull;
  if (format === null || timezone === null) return null;
  try {
    if (typeof dateString !== 'string')
      throw new StoreError(
        241,
        `$dateFromString requires that 'dateString' be a string, found: ${typeName(dateString)} with value ${show(dateString)}`,
      );
    if (format !== undefined && typeof format !== 'string')
      throw new StoreError(
        40684,
        `$dateFromString requires that 'format' be a string, found: ${typeName(format)} with value ${show(format)}`,
      );
    const parsed = format === undefined ? parseFree(dateString) : parseFormatted(dateString, format);
    if (!parsed)
      throw new StoreError(
        241,
        `Error parsing date string '${dateString}'${format === undefined ? '' : ` with format '${format}'`}`,
      );
    if (parsed.offset === undefined) return instantIn(timezone, parsed.shown);
    if (timezone !== undefined)
      throw new StoreError(
        241,
        `you cannot pass in a date/time string with time zone information ('${dateString}') together with a timezone argument`,
      );
    return new Date(parsed.shown.getTime() - parsed.offset);
  } catch (error) {
    if ('onError' in parts && error instanceof StoreError && error.code === 241) return parts.onError;
    throw error;
  }
}

/** Parts of dates, and dates as texts. */
export const DATE_FUNCTIONS: Record<string, Operator> = {
  $year: part((shown) => shown.getUTCFullYear()),
  $month: part((shown) => shown.getUTCMonth() + 1),
  $dayOfMonth: part((shown) => shown.getUTCDate()),
  $hour: part((shown) => shown.getUTCHours()),
  $minute: part((shown) => shown.getUTCMinutes()),
  $second: part((shown) => shown.getUTCSeconds()),
  $millisecond: part((shown) => shown.getUTCMilliseconds()),
  $dayOfYear: part(dayOfYear),
  $dayOfWeek: part((shown) => shown.getUTCDay() + 1),
  $week: part(week),
  $isoWeek: part((shown) => isoWeek(shown).week),
  $isoWeekYear: part((shown) => BigInt(isoWeek(shown).year)),
  $isoDayOfWeek: part(isoDay),
  $dateToString: { least: 1, most: 1, named: true, apply: dateToString },
  $dateFromString: { least: 1, most: 1, named: true, apply: dateFromString },
};
