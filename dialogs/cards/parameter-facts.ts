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
): Fact[] {
  return Object.entries(parameters)
    .slice(0, 40)
    .map(([name, value]) => ({
      title: texts.tools.label(name, schema, locale),
      value: valueInWords(texts, locale, value),
    }));
}

export function valueInWords(texts: Texts, locale: string, value: JsonValue): string {
  if (value === null || value === '') return texts.text('value.none', locale);
  if (typeof value === 'boolean') return texts.text(value ? 'value.yes' : 'value.no', locale);
  if (Array.isArray(value)) return value.map((item) => valueInWords(texts, locale, item)).join(', ');
  if (typeof value === 'object') return JSON.stringify(value);
  return typeof value === 'string' ? texts.tools.choice(value, locale) : String(value);
}
