import { wordsOf } from '../../cards/elements/inputs.js';
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
      title: parameterTitle(name, schema),
      value: valueInWords(texts, locale, value),
    }));
}

/** The title that the schema gives a parameter, else its name in words. */
export function parameterTitle(name: string, schema: JsonObject): string {
  const properties = schema.properties as JsonObject | undefined;
  const property =
    properties && Object.hasOwn(properties, name) ? (properties[name] as JsonObject | null) : undefined;
  return typeof property?.title === 'string' ? property.title : wordsOf(name);
}

export function valueInWords(texts: Texts, locale: string, value: JsonValue): string {
  if (value === null || value === '') return texts.text('value.none', locale);
  if (typeof value === 'boolean') return texts.text(value ? 'value.yes' : 'value.no', locale);
  if (Array.isArray(value)) return value.map((item) => valueInWords(texts, locale, item)).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
