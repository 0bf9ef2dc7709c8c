import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { shippedFile } from '../core/kernel/package-root.js';
import { LANGUAGES } from '../manifest/commands.js';
import { createTexts } from './texts.js';

const texts = createTexts();

/** Every sentence by its full key; plural forms are folded into one key. */
function sentences(language: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const collect = (node: object, prefix: string): void => {
    for (const [name, value] of Object.entries(node) as [string, string | object][]) {
      const key = `${prefix}${name}`;
      if (typeof value !== 'string') collect(value, `${key}.`);
      else {
        const stem = key.replace(/_(one|other)$/, '');
        found.set(stem, [...(found.get(stem) ?? []), value]);
      }
    }
  };
  collect(
    JSON.parse(readFileSync(shippedFile('dialogs', 'texts', `${language}.json`), 'utf8')) as object,
    '',
  );
  return found;
}

const placeholders = (forms: string[]): string[] =>
  [...new Set(forms.flatMap((form) => form.match(/\{\{?\w+\}?\}/g) ?? []))].sort();

describe('the fixed texts', () => {
  const english = sentences('en');

  it.each(LANGUAGES.slice(1))('in %s say everything that the English ones say', (language) => {
    expect([...sentences(language).keys()].sort()).toEqual([...english.keys()].sort());
  });

  it.each(LANGUAGES.slice(1))('in %s have the same placeholders as in English', (language) => {
    for (const [key, forms] of sentences(language)) {
      const expected = placeholders(english.get(key) ?? []);
      // A language with one plural form names no single file.
      if (key !== 'file.received')
        expect({ key, names: placeholders(forms) }).toEqual({ key, names: expected });
    }
  });

  it.each(LANGUAGES.slice(1))('in %s are translated, not copied', (language) => {
    const copied = [...sentences(language)].filter(
      ([key, [form = '']]) => form.split(' ').length > 3 && form === english.get(key)?.[0],
    );
    expect(copied.map(([key]) => key)).toEqual([]);
  });

  it('say for every error what to do about it', () => {
    const errors = [...english.keys()].filter((key) => /^error\.(?!title$|reference$)/.test(key));
    expect(errors.filter((key) => !english.has(key.replace('error.', 'error-help.')))).toEqual([]);
    expect(errors.length).toBeGreaterThan(7);
  });

  it('fall back to English for a language that we do not speak', () => {
    expect(texts.text('no-answer.title', 'pl-PL')).toBe('I don’t know');
  });

  it('use the plural of the language', () => {
    expect(texts.text('file.received', 'de', { count: 1, name: 'a.md' })).toContain('„a.md“');
    expect(texts.text('file.received', 'de', { count: 3, name: 'a.md' })).toContain('3 Dateien');
    expect(texts.text('file.received', 'ja', { count: 1, name: 'a.md' })).toContain('1 件');
  });

  it.each([
    ['en', 'Zoe: sees it', 'Zoe and Tom: they see it'],
    ['de', 'Zoe: sieht es', 'Zoe und Tom: sehen es'],
    ['es', 'Zoe: lo verá', 'Zoe y Tom: lo verán'],
    ['fr', 'Zoe : le verra', 'Zoe et Tom : le verront'],
    ['ja', 'Zoe：私に', 'Zoe、Tom：私に'],
  ])('speak in %s of one person as of one', (locale, one, two) => {
    const said = (names: string[]): string =>
      texts.text('approval.unreached-not', locale, texts.people(names, locale));
    expect(said(['Zoe'])).toContain(one);
    expect(said(['Zoe', 'Tom'])).toContain(two);
  });

  it('do not evaluate what a person wrote', () => {
    const name = '{{count}} $t(error.title) <b>';
    expect(texts.text('approval.not-yours', 'en', { name })).toBe('This decision is not yours.');
    expect(texts.text('escalation.state-acknowledged', 'en', { name })).toBe(`${name} takes care of it`);
  });
});

describe('times and amounts', () => {
  const at = new Date('2026-11-21T14:05:00Z');

  it('are written as the reader writes them', () => {
    expect(texts.dateTime(at, 'de')).toBe('21.11.2026, 14:05 UTC');
    expect(texts.date(at, 'en')).toBe('21 Nov 2026');
    expect(texts.date(at, 'en-US')).toBe('Nov 21, 2026');
    expect(texts.dateTime(at, 'de', 'Europe/Berlin')).toBe('21.11.2026, 15:05');
  });

  it('are in the company’s zone where the reader’s is not known', () => {
    const berlin = createTexts('Europe/Berlin');
    expect(berlin.dateTime(at, 'de')).toBe('21.11.2026, 15:05');
    expect(berlin.moment(at, at, 'en', 'America/New_York')).toBe('09:05');
    expect(berlin.moment(new Date('2026-11-21T23:30:00Z'), at, 'en')).toBe('22 Nov 2026, 00:30');
  });

  it('tell minutes of a day apart, however often they were written before', () => {
    const times = ['14:04:59', '14:05:00', '14:05:59', '14:06:00'].map((time) =>
      texts.dateTime(new Date(`2026-11-21T${time}Z`), 'en'),
    );
    expect(times.map((time) => /\d\d:\d\d/.exec(time)?.[0])).toEqual(['14:04', '14:05', '14:05', '14:06']);
  });

  it('leave the date out of a moment of today', () => {
    expect(texts.moment(at, new Date('2026-11-21T20:00:00Z'), 'de', 'UTC')).toBe('14:05');
    expect(texts.moment(at, new Date('2026-11-22T20:00:00Z'), 'de')).toBe('21.11.2026, 14:05 UTC');
  });

  it('keep the digits of small amounts', () => {
    expect(texts.money(1_234, 'en-US')).toBe('$0.0012');
    expect(texts.money(12_340_000, 'en-US')).toBe('$12.34');
    expect(texts.money(0, 'en-US')).toBe('$0.00');
  });

  it('name lists and durations', () => {
    expect(texts.list(['Ana', 'Ben', 'Cem'], 'en')).toBe('Ana, Ben and Cem');
    expect(texts.duration(840, 'en')).toBe('0.8s');
    expect(texts.duration(180_000, 'en')).toBe('3m');
    expect(texts.percent(0.42, 'en')).toBe('42%');
  });

  it('survive a locale that is none', () => {
    expect(texts.date(at, 'en_!!')).toBe('21 Nov 2026');
  });
});
