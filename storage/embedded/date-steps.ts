import { ObjectId, Timestamp } from 'bson';
import { asDate, dayLength, isoDay } from './date-functions.js';
import { StoreError } from './errors.js';
import { isNumeric, toDouble } from './numbers.js';
import { byParts, type Operator } from './operator.js';
import { instantIn, shownIn } from './time-zones.js';
import { nothing, typeName } from './types.js';

const MONTHS: Record<string, number> = { month: 1, quarter: 3, year: 12 };
/** Units of fixed length. Days and weeks are as long as a time zone's clocks make them. */
const LENGTHS: Record<string, number> = { hour: 3_600_000, minute: 60_000, second: 1000, millisecond: 1 };
const DAYS: Record<string, number> = { day: 1, week: 7 };
const WEEKDAYS = 'monday tuesday wednesday thursday friday saturday sunday'.split(' ');
/** Steps of several units are counted from the beginning of 2000, a Saturday. */
const REFERENCE = Date.UTC(2000, 0, 1);

function checkUnit(unit: unknown): string {
  if (typeof unit !== 'string')
    throw new StoreError(5439013, `unit must be a string, found: ${typeName(unit)}`);
  if (![MONTHS, LENGTHS, DAYS].some((units) => Object.hasOwn(units, unit)))
    throw new StoreError(9, `unknown time unit value: ${unit}`);
  return unit;
}

/** The day that weeks begin with: Monday is 1, Sunday 7. Its name counts, or the first three letters of it. */
function firstOfWeek(given: unknown): number {
  if (given === undefined) return 7;
  if (typeof given !== 'string')
    throw new StoreError(5439015, `parameter 'startOfWeek' must be a string, found: ${typeName(given)}`);
  const name = given.toLowerCase();
  const at = WEEKDAYS.findIndex((day) => day === name || day.slice(0, 3) === name);
  if (at < 0) throw new StoreError(9, `unknown day of week value: ${given}`);
  return at + 1;
}

function isDate(value: unknown): boolean {
  return value instanceof Date || value instanceof ObjectId || value instanceof Timestamp;
}

const monthsOf = (shown: Date): number => shown.getUTCFullYear() * 12 + shown.getUTCMonth();
const daysOf = (shown: Date): number => Math.floor(shown.getTime() / dayLength);
/** The greatest multiple of a step, from some beginning, that is not above a value. */
const below = (value: number, step: number, from = 0): number =>
  from + Math.floor((value - from) / step) * step;

/** The beginning of the step that a date lies in. Dates are as clocks show them. */
function cut(shown: Date, unit: string, size: number, weekday: number): Date {
  const months = MONTHS[unit];
  if (months !== undefined) {
    const month = below(monthsOf(shown), months * size, 2000 * 12);
    return new Date(new Date(0).setUTCFullYear(Math.floor(month / 12), month - below(month, 12), 1));
  }
  const days = DAYS[unit];
  if (days === undefined) return new Date(below(shown.getTime(), (LENGTHS[unit] ?? 1) * size, REFERENCE));
  const lead = unit === 'week' ? (weekday - isoDay(new Date(REFERENCE)) + 7) % 7 : 0;
  return new Date(below(shown.getTime(), days * size * dayLength, REFERENCE + lead * dayLength));
}

/** `$dateTrunc`, cut where the time zone's own clocks begin a day or an hour. */
const dateTrunc = byParts(
  '$dateTrunc',
  { object: 5439007, unknown: 5439008 },
  { date: 5439009, unit: 5439010 },
  ['binSize', 'timezone', 'startOfWeek'],
  (given) => {
    const { date, unit, binSize = 1, timezone, startOfWeek } = given;
    if ([date, unit].some(nothing) || [binSize, timezone].includes(null)) return null;
    const known = checkUnit(unit);
    if (known === 'week' && startOfWeek === null) return null;
    if (!isDate(date))
      throw new StoreError(5439012, `$dateTrunc requires 'date' to be a date, but got ${typeName(date)}`);
    if (!isNumeric(binSize) || !Number.isInteger(toDouble(binSize)))
      throw new StoreError(5439017, `$dateTrunc requires 'binSize' to be a 64-bit integer`);
    if (toDouble(binSize) <= 0)
      throw new StoreError(5439018, `$dateTrunc requires 'binSize' to be greater than 0`);
    const weekday = known === 'week' ? firstOfWeek(startOfWeek) : 7;
    return instantIn(timezone, cut(shownIn(timezone, asDate(date)), known, toDouble(binSize), weekday));
  },
);

/** How many beginnings of a unit lie between two dates. */
function between(start: Date, end: Date, unit: string, weekday: number, timezone: unknown): number {
  const count = (place: (shown: Date) => number): number =>
    place(shownIn(timezone, end)) - place(shownIn(timezone, start));
  const months = MONTHS[unit];
  if (months !== undefined) return count((shown) => Math.floor(monthsOf(shown) / months));
  // The first of 1970 was a Thursday.
  if (unit === 'week') return count((shown) => Math.floor((daysOf(shown) + 4 - weekday) / 7));
  if (unit === 'day') return count(daysOf);
  const length = LENGTHS[unit] ?? 1;
  const place = (date: Date): number => {
    const ahead = (shownIn(timezone, date).getTime() - date.getTime()) % length;
    return Math.floor((date.getTime() + ahead) / length);
  };
  return place(end) - place(start);
}

/** `$dateDiff`: a long, of dates, ObjectIds and timestamps. */
const dateDiff = byParts(
  '$dateDiff',
  { object: 5166301, unknown: 5166302 },
  { startDate: 5166303, endDate: 5166304, unit: 5166305 },
  ['timezone', 'startOfWeek'],
  (given) => {
    const { startDate, endDate, unit, timezone, startOfWeek } = given;
    if ([startDate, endDate, unit].some(nothing) || timezone === null) return null;
    const known = checkUnit(unit);
    if (known === 'week' && startOfWeek === null) return null;
    for (const [name, value] of Object.entries({ startDate, endDate }))
      if (!isDate(value))
        throw new StoreError(
          5166307,
          `$dateDiff requires '${name}' to be a date, but got ${typeName(value)}`,
        );
    const weekday = known === 'week' ? firstOfWeek(startOfWeek) : 7;
    return BigInt(between(asDate(startDate), asDate(endDate), known, weekday, timezone));
  },
);

/** `$dateAdd` and `$dateSubtract`: by months the day stays, or becomes the last of a shorter month; by days the time of day stays. */
function shifted(name: '$dateAdd' | '$dateSubtract'): Operator {
  const sign = name === '$dateAdd' ? 1 : -1;
  const needed = { startDate: 5166402, unit: 5166402, amount: 5166402 };
  return byParts(name, { object: 5166400, unknown: 5166401 }, needed, ['timezone'], (given) => {
    const { startDate, unit, amount, timezone } = given;
    if (nothing(startDate) || nothing(unit) || nothing(amount) || timezone === null) return null;
    const known = checkUnit(unit);
    if (!isDate(startDate))
      throw new StoreError(5166403, `${name} requires startDate to be convertible to a date`);
    if (!isNumeric(amount) || !Number.isInteger(toDouble(amount)))
      throw new StoreError(5166405, `${name} expects integer amount of time units`);
    const [from, by] = [asDate(startDate), sign * toDouble(amount)];
    const length = LENGTHS[known];
    if (length !== undefined) return new Date(from.getTime() + by * length);
    const shown = shownIn(timezone, from);
    if (DAYS[known] !== undefined) shown.setUTCDate(shown.getUTCDate() + by * DAYS[known]);
    else {
      const day = shown.getUTCDate();
      shown.setUTCDate(1);
      shown.setUTCMonth(shown.getUTCMonth() + by * (MONTHS[known] ?? 1));
      const last = new Date(Date.UTC(shown.getUTCFullYear(), shown.getUTCMonth() + 1, 0)).getUTCDate();
      shown.setUTCDate(Math.min(day, last));
    }
    return instantIn(timezone, shown);
  });
}

/** Operators that go from one date to another. */
export const DATE_STEPS: Record<string, Operator> = {
  $dateDiff: dateDiff,
  $dateAdd: shifted('$dateAdd'),
  $dateSubtract: shifted('$dateSubtract'),
  $dateTrunc: dateTrunc,
};
