/** A day or an instant found in a text, and where. */
export interface FoundTime {
  at: Date;
  /** True when a time of day was said. */
  hasTime: boolean;
  start: number;
  end: number;
}

const DAY_MS = 86_400_000;
const WEEKDAYS: Record<string, number> = {};
[
  ['sunday', 'sonntag', 'domingo', 'dimanche'],
  ['monday', 'montag', 'lunes', 'lundi'],
  ['tuesday', 'dienstag', 'martes', 'mardi'],
  ['wednesday', 'mittwoch', 'miércoles', 'mercredi'],
  ['thursday', 'donnerstag', 'jueves', 'jeudi'],
  ['friday', 'freitag', 'viernes', 'vendredi'],
  ['saturday', 'samstag', 'sábado', 'samedi'],
].forEach((names, day) => names.forEach((name) => (WEEKDAYS[name] = day)));
const DAYS_AHEAD: Record<string, number> = {
  today: 0,
  heute: 0,
  hoy: 0,
  "aujourd'hui": 0,
  tomorrow: 1,
  morgen: 1,
  mañana: 1,
  demain: 1,
  übermorgen: 2,
};
const MONTHS: Record<string, number> = {};
[
  ['january', 'jan', 'januar', 'enero', 'ene', 'janvier', 'janv'],
  ['february', 'feb', 'februar', 'febrero', 'février', 'fevrier', 'févr'],
  ['march', 'mar', 'märz', 'marzo', 'mars'],
  ['april', 'apr', 'abril', 'abr', 'avril', 'avr'],
  ['may', 'mai', 'mayo'],
  ['june', 'jun', 'juni', 'junio', 'juin'],
  ['july', 'jul', 'juli', 'julio', 'juillet', 'juil'],
  ['august', 'aug', 'agosto', 'ago', 'août', 'aout'],
  ['september', 'sep', 'sept', 'septiembre', 'setiembre', 'septembre'],
  ['october', 'oct', 'oktober', 'okt', 'octubre', 'octobre'],
  ['november', 'nov', 'noviembre', 'novembre'],
  ['december', 'dec', 'dezember', 'dez', 'diciembre', 'dic', 'décembre', 'decembre', 'déc'],
].forEach((names, month) => names.forEach((name) => (MONTHS[name] = month)));
const UNITS: Record<string, number> = {
  minute: 60_000,
  minutes: 60_000,
  min: 60_000,
  minuten: 60_000,
  hour: 3_600_000,
  hours: 3_600_000,
  stunde: 3_600_000,
  stunden: 3_600_000,
  day: DAY_MS,
  days: DAY_MS,
  tag: DAY_MS,
  tage: DAY_MS,
  tagen: DAY_MS,
  week: 7 * DAY_MS,
  weeks: 7 * DAY_MS,
  woche: 7 * DAY_MS,
  wochen: 7 * DAY_MS,
  minuto: 60_000,
  minutos: 60_000,
  heure: 3_600_000,
  heures: 3_600_000,
  hora: 3_600_000,
  horas: 3_600_000,
  jour: DAY_MS,
  jours: DAY_MS,
  día: DAY_MS,
  días: DAY_MS,
  semaine: 7 * DAY_MS,
  semaines: 7 * DAY_MS,
  semana: 7 * DAY_MS,
  semanas: 7 * DAY_MS,
};
/** Small numbers as people write them, in the languages of the house. */
export const NUMBER_WORDS: Record<string, number> = {
  a: 1,
  an: 1,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  einer: 1,
  einem: 1,
  eine: 1,
  zwei: 2,
  drei: 3,
  vier: 4,
  fünf: 5,
  un: 1,
  une: 1,
  una: 1,
  deux: 2,
  dos: 2,
  trois: 3,
  tres: 3,
};

const alternatives = (words: Record<string, unknown>): string =>
  Object.keys(words)
    .sort((a, b) => b.length - a.length)
    .join('|');
const IN = new RegExp(
  `(?<![\\p{L}])(?:in|dans|en) (\\d{1,3}|${alternatives(NUMBER_WORDS)}) (${alternatives(UNITS)})\\b`,
  'iu',
);
const ISO_DAY = /\b(\d{4})-(\d{2})-(\d{2})\b/u;
const DOTTED_DAY = /\b(\d{1,2})\.(\d{1,2})\.(\d{4})?/u;
const MONTH_DAY = new RegExp(
  `(?<![\\p{L}\\d])(?:(\\d{1,2})(?:st|nd|rd|th|er|º|\\.)? (?:of |de )?(${alternatives(MONTHS)})\\.?|(${alternatives(MONTHS)}) (\\d{1,2})(?:st|nd|rd|th)?)(?:,? (?:de |del )?(\\d{4}))?(?![\\p{L}\\d])`,
  'iu',
);
const NAMED_DAY = new RegExp(`(?<![\\p{L}])(${alternatives(DAYS_AHEAD)})(?![\\p{L}])`, 'iu');
const WEEKDAY = new RegExp(
  `(?<![\\p{L}])(?:(next|nächsten?|am|on) )?(${alternatives(WEEKDAYS)})(?![\\p{L}])`,
  'iu',
);
const TIME =
  /(?:(?<!\p{L})(?:at|um|gegen|a las?|à) )?\b(\d{1,2})(?::|h|\.)(\d{2})(?!\d|\.)\s?(am|pm|uhr|h)?\b|(?<!\p{L})(?:at|um|gegen|a las?|à) (\d{1,2})\s?(am|pm|uhr|h|o['’]clock)?\b(?![.,-]?\d)|(?<![\p{L}\d.,-])(\d{1,2})\s?(am|pm|uhr|o['’]clock)\b/iu;
const NOON = /(?<!\p{L})(?:at |um |à |al? )?(noon|midday|mittags?|midi|mediodía)(?!\p{L})/iu;
const LEAD =
  /(?:(?<!\p{L})(?:by|until|till|on|bis|zum|am|for|before|hasta|antes|para|del?|el|le|avant|pour|d['’]ici(?: au)?|jusqu['’](?:au|à)|vor|dem)\s+)+$/iu;
/** Japanese puts no spaces between words: a day, a weekday, a time and a span, each with what belongs to it. */
const JAPANESE = {
  day: /(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日/u,
  named: /今日|明日|明後日/u,
  weekday: /(?:来週の?)?([日月火水木金土])曜日?/u,
  time: /(午前|午後)?(\d{1,2})時(?!間)(?:(\d{1,2})分|(半))?/u,
  after: /(\d{1,3})(分|時間|日|週間)後/u,
};
const JAPANESE_UNITS: Record<string, number> = { 分: 60_000, 時間: 3_600_000, 日: DAY_MS, 週間: 7 * DAY_MS };

/**
 * Finds a day, and a time of day when one is said: ISO dates, "tomorrow at 9", "until Friday", "in two hours", in
 * English, German, Spanish, French and Japanese. A weekday is the next one after today. Times are UTC.
 */
export function readTime(text: string, now: Date, timeZone = 'UTC'): FoundTime | undefined {
  const after = JAPANESE.after.exec(text);
  if (after) {
    const [all, amount = '', unit = ''] = after;
    const at = new Date(now.getTime() + Number(amount) * (JAPANESE_UNITS[unit] ?? 0));
    return { at, hasTime: true, start: after.index, end: after.index + all.length };
  }
  const inMatch = IN.exec(text);
  if (inMatch) {
    const [all, amount = '', unit = ''] = inMatch;
    const count = NUMBER_WORDS[amount.toLowerCase()] ?? Number(amount);
    const at = new Date(now.getTime() + count * (UNITS[unit.toLowerCase()] ?? 0));
    return { at, hasTime: true, start: inMatch.index, end: inMatch.index + all.length };
  }
  // What was said is read as if the zone were UTC, and put right at the end.
  const here = new Date(now.getTime() + offsetOf(now, timeZone));
  const day = readDay(text, here);
  const time = TIME.exec(text) ?? NOON.exec(text) ?? JAPANESE.time.exec(text);
  if (!day && !time) return undefined;
  const base = day?.at ?? new Date(Date.UTC(here.getUTCFullYear(), here.getUTCMonth(), here.getUTCDate()));
  const spans = [day, time && { start: time.index, end: time.index + time[0].length }].filter(
    (span) => span !== undefined && span !== null,
  );
  const start = Math.min(...spans.map((span) => span.start));
  const end = Math.max(...spans.map((span) => span.end));
  const lead = LEAD.exec(text.slice(0, start))?.[0].length ?? 0;
  if (!time) return { at: base, hasTime: false, start: start - lead, end };
  const minutes = time[0].includes('時') ? japaneseMinutes(time) : minutesOf(time);
  let at = base.getTime() + minutes * 60_000;
  if (!day && at <= here.getTime()) at += DAY_MS;
  return { at: instantOf(at, now, timeZone), hasTime: true, start: start - lead, end };
}

/** When a calendar day begins in a zone. @param day its midnight in UTC, as `readTime` gives a day without a time. */
export const beginningOf = (day: Date, timeZone = 'UTC'): Date => instantOf(day.getTime(), day, timeZone);

/** When a zone's clock shows a time. @param wall that time as if it were UTC. @param near an instant close to it, for a first guess of the offset. */
const instantOf = (wall: number, near: Date, timeZone: string): Date =>
  new Date(wall - offsetOf(new Date(wall - offsetOf(near, timeZone)), timeZone));

/** Milliseconds that a zone is ahead of UTC at an instant. */
function offsetOf(at: Date, timeZone: string): number {
  if (timeZone === 'UTC') return 0;
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    dateStyle: 'short',
    timeStyle: 'medium',
    hourCycle: 'h23',
  }).formatToParts(at);
  const part = (type: string): number => Number(parts.find((each) => each.type === type)?.value ?? 0);
  const wall = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return wall - Math.floor(at.getTime() / 1000) * 1000;
}

function japaneseMinutes([, half, hour, minute, isHalfPast]: RegExpExecArray): number {
  const said = Math.min(Number(hour ?? 0), 23);
  const hours = half === '午後' && said < 12 ? said + 12 : said;
  return hours * 60 + (isHalfPast ? 30 : Math.min(Number(minute ?? 0), 59));
}

function minutesOf([, hour, minute, half, bareHour, bareHalf, lastHour, lastHalf]: RegExpExecArray): number {
  if (hour !== undefined && minute === undefined) return 12 * 60; // noon
  const said = Math.min(Number(hour ?? bareHour ?? lastHour), 23);
  const isAfternoon = (half ?? bareHalf ?? lastHalf)?.toLowerCase() === 'pm' && said < 12;
  const isMidnight = (half ?? bareHalf ?? lastHalf)?.toLowerCase() === 'am' && said === 12;
  return (isMidnight ? 0 : isAfternoon ? said + 12 : said) * 60 + Math.min(Number(minute ?? 0), 59);
}

function readDay(text: string, now: Date): { at: Date; start: number; end: number } | undefined {
  const today = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate());
  const found = (match: RegExpExecArray, at: number): { at: Date; start: number; end: number } => ({
    at: new Date(at),
    start: match.index,
    end: match.index + match[0].length,
  });
  const iso = ISO_DAY.exec(text);
  if (iso) return found(iso, Date.UTC(Number(iso[1]), Number(iso[2]) - 1, Number(iso[3])));
  const dotted = DOTTED_DAY.exec(text);
  if (dotted) return found(dotted, dayOf(Number(dotted[1]), Number(dotted[2]) - 1, dotted[3], now, today));
  const named = MONTH_DAY.exec(text);
  if (named) {
    const day = Number(named[1] ?? named[4]);
    return found(
      named,
      dayOf(day, MONTHS[(named[2] ?? named[3] ?? '').toLowerCase()] ?? 0, named[5], now, today),
    );
  }
  const written = JAPANESE.day.exec(text);
  if (written)
    return found(written, dayOf(Number(written[3]), Number(written[2]) - 1, written[1], now, today));
  const ahead = NAMED_DAY.exec(text);
  if (ahead) return found(ahead, today + (DAYS_AHEAD[(ahead[1] ?? '').toLowerCase()] ?? 0) * DAY_MS);
  const weekday = WEEKDAY.exec(text);
  if (!weekday) return japaneseDay(text, now, today, found);
  const wanted = WEEKDAYS[(weekday[2] ?? '').toLowerCase()] ?? 0;
  const days = (wanted - now.getUTCDay() + 7) % 7 || 7;
  return found(weekday, today + days * DAY_MS);
}

function japaneseDay(
  text: string,
  now: Date,
  today: number,
  found: (match: RegExpExecArray, at: number) => { at: Date; start: number; end: number },
): { at: Date; start: number; end: number } | undefined {
  const named = JAPANESE.named.exec(text);
  if (named) return found(named, today + ['今日', '明日', '明後日'].indexOf(named[0]) * DAY_MS);
  const weekday = JAPANESE.weekday.exec(text);
  if (!weekday) return undefined;
  const days = ('日月火水木金土'.indexOf(weekday[1] ?? '') - now.getUTCDay() + 7) % 7 || 7;
  return found(weekday, today + days * DAY_MS);
}

/** A day without a year is the next one of that name. */
function dayOf(day: number, month: number, year: string | undefined, now: Date, today: number): number {
  const thisYear = Date.UTC(Number(year ?? now.getUTCFullYear()), month, day);
  return !year && thisYear < today ? Date.UTC(now.getUTCFullYear() + 1, month, day) : thisYear;
}
