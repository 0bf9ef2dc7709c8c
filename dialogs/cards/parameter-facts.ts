import type { JsonObject, JsonValue } from '../../core/kernel/json.js';
import type { Texts } from '../texts.js';

export interface Fact {
  title: string;
  value: string;
}

/** A tool's parameters as a person reads them: the schema's titles, values in words. */
export function parameterFacts(
  texts: Texts,
  locale: string,
  parameters: JsonObject,
  schema: JsonObject,
  timeZone?: string,
): Fact[] {
  return Object.entries(parameters)
    .slice(0, 40)
    .map(([name, value]) => ({
      title: texts.tools.label(name, schema, locale),
      value: valueInWords(texts, locale, value, timeZone),
    }));
}

/** @param timeZone IANA name; days stay the days that they are. */
export function valueInWords(texts: Texts, locale: string, value: JsonValue, timeZone?: string): string {
  if (value === null || value === '') return texts.text('value.none', locale);
  if (typeof value === 'boolean') return texts.text(value ? 'value.yes' : 'value.no', locale);
  if (Array.isArray(value))
    return value.map((item) => valueInWords(texts, locale, item, timeZone)).join(', ');
  if (typeof value === 'object') return JSON.stringify(value);
  if (typeof value !== 'string') return String(value);
  if (/^\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:\d{2})$/.test(value))
    return texts.dateTime(new Date(value), locale, timeZone);
  if (/^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value)))
    return texts.date(new Date(value), locale, 'UTC');
  return texts.tools.choice(value, locale);
}
