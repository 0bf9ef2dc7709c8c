import { StoreError } from './errors.js';
import { typeName } from './types.js';

const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(timezone: string): Intl.DateTimeFormat {
  let clock = clocks.get(timezone);
  if (clock) return clock;
  try {
    clock = new Intl.DateTimeFormat('en-u-ca-iso8601-nu-latn', {
      timeZone: timezone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    throw new StoreError(40485, `unrecognized time zone identifier: "${timezone}"`);
  }
  clocks.set(timezone, clock);
  return clock;
}

/** By how many ms the clocks of a time zone (`Europe/Berlin`, `+02:00`, `UTC`) are ahead of UTC at an instant. Throws 40485. */
export function offsetAt(timezone: unknown, instant: Date): number {
  if (timezone === undefined) return 0;
  if (typeof timezone !== 'string')
    throw new StoreError(40517, `timezone must evaluate to a string, found ${typeName(timezone)}`);
  const fixed = /^([+-])(\d\d):?(\d\d)?$/.exec(timezone);
  if (fixed) {
    const minutes = Number(fixed[2]) * 60 + Number(fixed[3] ?? 0);
    return (fixed[1] === '-' ? -minutes : minutes) * 60_000;
  }
  if (timezone === 'UTC' || timezone === 'GMT' || timezone === 'Z') return 0;
  const parts = Object.fromEntries(
    clockOf(timezone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day = 1, hour, minute, second } = parts;
  const shown = Date.UTC(year, month - 1, day, hour, minute, second);
  return shown - Math.floor(instant.getTime() / 1000) * 1000;
}

/** What the clocks of a time zone show at an instant, as if it were UTC. */
export const shownIn = (timezone: unknown, instant: Date): Date =>
  new Date(instant.getTime() + offsetAt(timezone, instant));

/** The instant at which clocks in a time zone show what `shown` shows as UTC. */
export function instantIn(timezone: unknown, shown: Date): Date {
  const near = new Date(shown.getTime() - offsetAt(timezone, shown));
  return new Date(shown.getTime() - offsetAt(timezone, near));
}
