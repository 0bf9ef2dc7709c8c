import { readFileSync } from 'node:fs';
import { createInstance, type i18n } from 'i18next';
import type english from './texts/en.json';
import { LANGUAGES, languageOf } from '../manifest/commands.js';
import { createToolWords, type ToolWords } from './tool-words.js';
import { shippedFile } from '../core/kernel/package-root.js';

type Leaves<Node> = {
  [Key in keyof Node & string]: Node[Key] extends string ? Key : `${Key}.${Leaves<Node[Key]>}`;
}[keyof Node & string];
type WithoutPlural<Key extends string> = Key extends `${infer Stem}_${'one' | 'other'}` ? Stem : Key;

/** Every fixed sentence has a key; plural forms share one. */
export type TextKey = WithoutPlural<Leaves<typeof english>>;
export type TextParameters = Record<string, string | number>;

/** Steward's fixed sentences and the way a language writes times and amounts. `locale` is any BCP 47 tag. */
export interface Texts {
  /** The sentence with its `{{placeholders}}` filled in; `count` picks the plural form. */
  text(key: TextKey, locale: string, parameters?: TextParameters): string;
  /** "21 Nov 2026, 14:05" in the reader's language; UTC unless a zone is told. */
  dateTime(at: Date, locale: string, timeZone?: string): string;
  /** Time of day when `at` is today by `now`, else with the date. */
  moment(at: Date, now: Date, locale: string, timeZone?: string): string;
  date(at: Date, locale: string, timeZone?: string): string;
  /** Micro-dollars as dollars; small amounts keep the digits that matter. */
  money(microDollars: number, locale: string): string;
  /** 0 to 1 as "42 %". */
  percent(share: number, locale: string): string;
  /** Milliseconds as "0.8s", "12s", "3m". */
  duration(ms: number, locale: string): string;
  /** "Ana, Ben and Cem". */
  list(names: string[], locale: string): string;
  /** The same for a sentence about people, which sounds another way about one. */
  people(names: string[], locale: string): { names: string; count: number };
  /** What tools say of themselves. */
  readonly tools: ToolWords;
}

/**
 * Loads the sentences of all languages (dialogs/texts/*.json). A language that is missing is served in English.
 * @param companyZone IANA name; times for whoever's own zone is not known are in it. Without one they are UTC and say so.
 */
export function createTexts(companyZone?: string): Texts {
  const i18n = loadTranslations();
  /** Sentences without placeholders, by language and key: a card asks for dozens of them. */
  const fixed = new Map<string, string>();
  const text: Texts['text'] = (key, locale, parameters) => {
    const lng = languageOf(locale);
    if (parameters) return i18n.t(key, { ...parameters, lng });
    const name = `${lng}|${key}`;
    const said = fixed.get(name) ?? i18n.t(key, { lng });
    fixed.set(name, said);
    return said;
  };
  const formats = createFormats();
  const inZone = (
    at: Date,
    locale: string,
    options: Intl.DateTimeFormatOptions,
    own: string | undefined,
  ): string => {
    const timeZone = own ?? companyZone;
    const shown = formats.date(locale, options, timeZone).format(at);
    return timeZone === undefined && options.timeStyle ? `${shown} UTC` : shown;
  };
  const dateTime: Texts['dateTime'] = (at, locale, timeZone) =>
    inZone(at, locale, { dateStyle: 'medium', timeStyle: 'short' }, timeZone);
  const date: Texts['date'] = (at, locale, timeZone) => inZone(at, locale, { dateStyle: 'medium' }, timeZone);
  return {
    text,
    tools: createToolWords({ dateTime, date }),
    dateTime,
    moment: (at, now, locale, timeZone) => {
      const day = formats.date(locale, { dateStyle: 'short' }, timeZone ?? companyZone);
      const date = day.format(at) === day.format(now) ? {} : ({ dateStyle: 'medium' } as const);
      return inZone(at, locale, { ...date, timeStyle: 'short' }, timeZone);
    },
    date,
    money: (microDollars, locale) =>
      formats.number(locale, moneyDigits(microDollars)).format(microDollars / 1_000_000),
    percent: (share, locale) =>
      formats.number(locale, { style: 'percent', maximumFractionDigits: 0 }).format(share),
    duration: (ms, locale) =>
      ms < 90_000
        ? formats.number(locale, unit('second', ms < 10_000 ? 1 : 0)).format(ms / 1_000)
        : formats.number(locale, unit('minute', 0)).format(ms / 60_000),
    list: (names, locale) => formats.list(locale).format(names),
    people: (names, locale) => ({ names: formats.list(locale).format(names), count: names.length }),
  };
}

function loadTranslations(): i18n {
  const i18n = createInstance();
  void i18n.init({
    lng: 'en',
    fallbackLng: 'en',
    supportedLngs: [...LANGUAGES],
    initAsync: false,
    returnNull: false,
    // Chat is no HTML: escaping is done where a text enters a card or a channel's markup.
    interpolation: { escapeValue: false, skipOnVariables: true },
    resources: Object.fromEntries(
      LANGUAGES.map((language) => [language, { translation: readTexts(language) }]),
    ),
  });
  return i18n;
}

function readTexts(language: string): Record<string, unknown> {
  return JSON.parse(readFileSync(shippedFile('dialogs', 'texts', `${language}.json`), 'utf8')) as Record<
    string,
    unknown
  >;
}

function unit(name: 'second' | 'minute', digits: number): Intl.NumberFormatOptions {
  return { style: 'unit', unit: name, unitDisplay: 'narrow', maximumFractionDigits: digits };
}

function moneyDigits(microDollars: number): Intl.NumberFormatOptions {
  const isSmall = microDollars !== 0 && Math.abs(microDollars) < 10_000;
  return {
    style: 'currency',
    currency: 'USD',
    ...(isSmall ? { maximumSignificantDigits: 2 } : { minimumFractionDigits: 2, maximumFractionDigits: 2 }),
  };
}

/** Intl's formatters are slow to make and are kept, one per language and form. */
function createFormats(): {
  date(
    locale: string,
    options: Intl.DateTimeFormatOptions,
    timeZone?: string,
  ): Pick<Intl.DateTimeFormat, 'format'>;
  number(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat;
  list(locale: string): Intl.ListFormat;
} {
  const kept = new Map<string, unknown>();
  const keep = <Format>(key: string, make: () => Format): Format => {
    const known = kept.get(key) as Format | undefined;
    if (known) return known;
    const made = make();
    kept.set(key, made);
    return made;
  };
  const tags = new Map<string, string>();
  /** Each date of a card asks for it, and a new tag costs the engine as much as the date; clients may send any tag. */
  const usableTag = (locale: string): string => {
    const known = tags.get(locale);
    if (known !== undefined) return known;
    if (tags.size >= MOST_TAGS) tags.clear();
    const tag = readUsableTag(locale);
    tags.set(locale, tag);
    return tag;
  };
  return {
    date: (locale, options, timeZone = 'UTC') => {
      const tag = usableTag(locale);
      return keep(`date ${tag} ${timeZone} ${JSON.stringify(options)}`, () =>
        rememberMinutes(new Intl.DateTimeFormat(tag, { ...options, timeZone })),
      );
    },
    number: (locale, options) => {
      const tag = usableTag(locale);
      return keep(`number ${tag} ${JSON.stringify(options)}`, () => new Intl.NumberFormat(tag, options));
    },
    list: (locale) => {
      const tag = usableTag(locale);
      return keep(`list ${tag}`, () => new Intl.ListFormat(tag, { style: 'long', type: 'conjunction' }));
    },
  };
}

const MOST_MINUTES = 500;

/** Cards show the same few instants again and again, and none to the second. */
function rememberMinutes(format: Intl.DateTimeFormat): Pick<Intl.DateTimeFormat, 'format'> {
  const shown = new Map<number, string>();
  return {
    format: (at) => {
      const minute = Math.floor(Number(at) / 60_000);
      const known = shown.get(minute);
      if (known !== undefined) return known;
      if (shown.size >= MOST_MINUTES) shown.clear();
      const text = format.format(at);
      shown.set(minute, text);
      return text;
    },
  };
}

/** The reader's own region when we speak the language, so that dates and words go together; else English. */
function readUsableTag(locale: string): string {
  const language = languageOf(locale);
  const tag = locale.toLowerCase().startsWith(language) && isTag(locale) ? locale : language;
  return tag === 'en' ? 'en-GB' : tag;
}

const MOST_TAGS = 1_000;

function isTag(locale: string): boolean {
  try {
    return Intl.getCanonicalLocales(locale).length > 0;
  } catch {
    return false;
  }
}
