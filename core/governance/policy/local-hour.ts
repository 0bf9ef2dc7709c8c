const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** @returns the weekday (1 is Monday) and the hour (0 to 23) of an instant in a time zone. */
export function localHour(at: Date, timeZone: string): { weekday: number; hour: number } {
  const parts = formatOf(timeZone).formatToParts(at);
  const part = (type: string): string => parts.find((each) => each.type === type)?.value ?? '';
  return { weekday: WEEKDAYS.indexOf(part('weekday')) + 1, hour: Number(part('hour')) };
}

/** Making a format takes many times what using it does; zones come from the configuration, so there are few. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = FORMATS.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      weekday: 'short',
      hour: '2-digit',
      hourCycle: 'h23',
    });
    FORMATS.set(timeZone, format);
  }
  return format;
}

const FORMATS = new Map<string, Intl.DateTimeFormat>();
