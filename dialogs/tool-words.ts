import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { asText } from '../cards/as-text.js';
import { wordsOf } from '../cards/elements/inputs.js';
import type { JsonObject, JsonValue } from '../core/kernel/json.js';
import { shippedFile } from '../core/kernel/package-root.js';
import { LANGUAGES, languageOf } from '../manifest/commands.js';
import { translatedSentences } from './tool-sentences.js';

/** A tool call as it is stored, with its English words. */
export interface SpokenCall {
  tool: { name: string; title: string };
  parameters: JsonObject;
  summary: string;
}

/**
 * What tools say of themselves, in the reader's language. Tools are written in English; where there are no words for one
 * (an operator's own), its English ones are shown.
 */
export interface ToolWords {
  title(tool: SpokenCall['tool'], locale: string): string;
  /** One line: what will happen. */
  summary(call: SpokenCall, locale: string, timeZone?: string): string;
  /** One line: what has happened. */
  result(
    call: SpokenCall,
    outcome: { summary: string; data?: JsonObject },
    locale: string,
    timeZone?: string,
  ): string;
  /** Why a rule decided so. */
  reason(rule: { ruleId: string }, reason: string, locale: string): string;
  /** A sentence of a tool, or of what checks and runs it: what is wrong with a value, why it failed. */
  sentence(english: string, locale: string): string;
  /** What is wrong with each value. */
  errors(errors: Record<string, string>, locale: string): Record<string, string>;
  /** The label of a parameter. */
  label(name: string, schema: JsonObject, locale: string): string;
  /** A value that is one of several to choose from. */
  choice(value: string, locale: string): string;
  /** A schema whose titles and choices are in the reader's language; for showing only. */
  schema(schema: JsonObject, locale: string): JsonObject;
}

const words = z.record(z.string(), z.string());
const fileSchema = z.strictObject({
  titles: words,
  summaries: words,
  results: words,
  labels: words,
  choices: words,
  rules: words,
  sentences: words,
});
type Words = z.output<typeof fileSchema>;

/** Reads dialogs/tool-words/*.json. */
export function createToolWords(formats: {
  dateTime(at: Date, locale: string, timeZone?: string): string;
  date(at: Date, locale: string, timeZone?: string): string;
}): ToolWords {
  const files = new Map(
    LANGUAGES.map((language) => {
      const path = shippedFile('dialogs', 'tool-words', `${language}.json`);
      return [language as string, fileSchema.parse(JSON.parse(readFileSync(path, 'utf8')))];
    }),
  );
  const say = (part: keyof Words, key: string, locale: string): string | undefined => {
    const known = files.get(languageOf(locale))?.[part];
    return known && Object.hasOwn(known, key) ? known[key] : undefined;
  };
  const choice: ToolWords['choice'] = (value, locale) => say('choices', value, locale) ?? value;
  const sentences = new Map(
    [...files].map(([language, file]) => [
      language,
      translatedSentences(file.sentences, (value) => choice(value, language)),
    ]),
  );
  const ruleByReason = new Map(Object.entries(files.get('en')?.rules ?? {}).map(([id, text]) => [text, id]));
  const sentence: ToolWords['sentence'] = (english, locale) =>
    sentences.get(languageOf(locale))?.(english) ??
    say('rules', ruleByReason.get(english) ?? '', locale) ??
    english;
  const labelOf = (title: string, locale: string): string => say('labels', title, locale) ?? title;

  const spoken = (name: string, value: JsonValue, locale: string, timeZone?: string): string => {
    if (typeof value !== 'string') return asText(value);
    if (/^\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:\d{2})$/.test(value))
      return formats.dateTime(new Date(value), locale, timeZone);
    if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return formats.date(new Date(value), locale, 'UTC');
    return name === 'item' ? capital(choice(value, locale)) : choice(value, locale);
  };

  return {
    title: ({ name, title }, locale) => say('titles', name, locale) ?? title,
    summary: ({ tool, parameters, summary }, locale, timeZone) => {
      const template = say('summaries', tool.name, locale);
      if (!template) return summary;
      const values = Object.entries(shownOf(parameters)).map(([name, value]): [string, string] => [
        name,
        spoken(name, value, locale, timeZone),
      ]);
      const others = Object.entries(parameters)
        .filter(([name]) => name !== 'ticket')
        .map(([name, value]) => `${labelOf(capital(wordsOf(name)), locale)} ${spoken(name, value, locale)}`);
      return fill(template, { ...Object.fromEntries(values), others: others.join(', ') }) ?? summary;
    },
    result: ({ tool, parameters }, { summary, data }, locale, timeZone) => {
      const template = say('results', tool.name, locale);
      // What was undone has no data any more, and says so itself.
      if (!template || !data) return sentence(summary, locale);
      const all = Object.entries({ ...parameters, ...data });
      const values = Object.fromEntries(
        all.map(([name, value]) => [name, spoken(name, value, locale, timeZone)]),
      );
      return fill(template, values) ?? sentence(summary, locale);
    },
    sentence,
    errors: (errors, locale) =>
      Object.fromEntries(Object.entries(errors).map(([name, error]) => [name, sentence(error, locale)])),
    // An operator may have given a shipped rule another reason.
    reason: ({ ruleId }, reason, locale) => {
      const shipped = ruleId.split('+').find((id) => reason === say('rules', id, 'en'));
      return (shipped === undefined ? undefined : say('rules', shipped, locale)) ?? reason;
    },
    label: (name, schema, locale) => {
      const property = (schema.properties as Record<string, JsonObject | undefined> | undefined)?.[name];
      return labelOf(typeof property?.title === 'string' ? property.title : wordsOf(name), locale);
    },
    choice,
    schema: (schema, locale) => {
      const properties = (schema.properties ?? {}) as Record<string, JsonObject>;
      const shown = Object.entries(properties).map(([name, property]): [string, JsonObject] => {
        const { enum: values, ...rest } = property;
        const shown: JsonObject = { ...rest };
        if (typeof property.title === 'string') shown.title = labelOf(property.title, locale);
        if (Array.isArray(values) && values.some((value) => choice(asText(value), locale) !== value))
          shown.oneOf = values.map((value) => ({ const: value, title: choice(asText(value), locale) }));
        else if (values !== undefined) shown.enum = values;
        return [name, shown];
      });
      return { ...schema, properties: Object.fromEntries(shown) };
    },
  };
}

/** What a sentence leaves out: one of a thing, the place where one is, empty texts. */
function shownOf({ quantity, channel, url, ...rest }: JsonObject): JsonObject {
  const host = typeof url === 'string' && URL.canParse(url) ? { host: new URL(url).host } : {};
  return Object.fromEntries(
    Object.entries({
      ...rest,
      ...host,
      ...(typeof quantity === 'number' && quantity > 1 ? { quantity } : {}),
      ...(channel !== undefined && channel !== 'here' ? { channel } : {}),
    }).filter(([, value]) => value !== null && value !== ''),
  );
}

/**
 * `{name}` stands for a value; what is in square brackets falls away where its value is missing.
 * @returns undefined when a value outside of brackets is missing.
 */
function fill(template: string, values: Record<string, string>): string | undefined {
  let isWhole = true;
  const put = (text: string): string | undefined => {
    let isThere = true;
    const filled = text.replace(/\{(\w+)\}/g, (_, name: string) => {
      if (!Object.hasOwn(values, name)) isThere = false;
      return values[name] ?? '';
    });
    return isThere ? filled : undefined;
  };
  const parts = template.split(/(\[[^\]]*\])/).map((part) => {
    if (part.startsWith('[')) return put(part.slice(1, -1)) ?? '';
    const filled = put(part);
    if (filled === undefined) isWhole = false;
    return filled ?? '';
  });
  return isWhole ? parts.join('') : undefined;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
