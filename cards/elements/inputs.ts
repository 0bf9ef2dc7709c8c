import type { JsonObject, JsonValue } from '../../core/kernel/json.js';
import type { CardElement } from '../adaptive-card.js';
import { asText } from '../as-text.js';

/** Choices that still fit on a card as a list to tick. */
const EXPANDED_CHOICES = 4;
/** Strings that may be longer than this get a field of several lines. */
const LONG_TEXT = 200;

export interface InputWords {
  /** "{field} is needed." */
  required: string;
  /** "{field} does not have the right form." */
  invalid: string;
}

interface Property {
  name: string;
  schema: JsonObject;
  value: JsonValue | undefined;
  isRequired: boolean;
  words: InputWords;
}

/**
 * Inputs for the properties of an object schema: text, several lines, number, date, time, choice, several choices,
 * toggle. A property of any other kind becomes a field for JSON. The id of an input is the property's name.
 * @param values what the inputs start with; missing ones start with the schema's default.
 * @param errors shown above the input that they are about.
 */
export function inputsFromSchema(
  schema: JsonObject,
  values: JsonObject,
  errors: Record<string, string>,
  words: InputWords,
): CardElement[] {
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(asObject(schema.properties)).flatMap(([name, member]) => {
    const property = simplified(asObject(member));
    const value = Object.hasOwn(values, name) ? values[name] : property.default;
    return [
      ...errorElement(Object.hasOwn(errors, name) ? errors[name] : undefined),
      inputFor({ name, schema: property, value, isRequired: required.includes(name), words }),
    ];
  });
}

/** `T | null` and single-branch unions are shown as T. */
function simplified(schema: JsonObject): JsonObject {
  const branches = (schema.anyOf ?? schema.oneOf ?? schema.allOf) as JsonObject[] | undefined;
  const isConstants = branches?.every((branch) => branch.const !== undefined) ?? false;
  if (Array.isArray(schema.type)) {
    return { ...schema, type: schema.type.find((type) => type !== 'null') ?? 'string' };
  }
  const real = branches?.filter((branch) => branch.type !== 'null') ?? [];
  if (schema.type !== undefined || isConstants || real.length !== 1) return schema;
  return { ...schema, ...simplified(real[0] ?? {}) };
}

function inputFor(property: Property): CardElement {
  const { schema } = property;
  const choices = choicesOf(schema);
  if (choices) return choiceInput(property, choices, false);
  if (schema.type === 'array') {
    const several = choicesOf(asObject(schema.items));
    return several ? choiceInput(property, several, true) : jsonInput(property);
  }
  if (schema.type === 'boolean') return toggleInput(property);
  if (schema.type === 'number' || schema.type === 'integer') return numberInput(property);
  if (schema.type === 'object') return jsonInput(property);
  if (schema.format === 'date') return dateInput(property);
  if (schema.format === 'time') return { ...common(property, 'Input.Time'), ...valueOf(property) };
  return textInput(property);
}

function textInput(property: Property): CardElement {
  const { schema } = property;
  const maxLength = typeof schema.maxLength === 'number' ? schema.maxLength : undefined;
  const isLong = (maxLength ?? 0) > LONG_TEXT || asText(property.value ?? '').includes('\n');
  return {
    ...common(property, 'Input.Text'),
    ...valueOf(property),
    ...(maxLength === undefined ? {} : { maxLength }),
    ...(isLong || schema['x-multiline'] === true ? { isMultiline: true } : {}),
    ...regexOf(schema),
    ...styleOf(schema.format),
  };
}

function regexOf({ pattern, minLength }: JsonObject): JsonObject {
  if (typeof pattern === 'string') return { regex: pattern };
  return typeof minLength === 'number' && minLength > 1 ? { regex: `^[\\s\\S]{${minLength},}$` } : {};
}

function styleOf(format: JsonValue | undefined): JsonObject {
  if (format === 'email') return { style: 'email' };
  return format === 'uri' || format === 'url' ? { style: 'url' } : {};
}

function numberInput(property: Property): CardElement {
  const { schema, value } = property;
  const min = typeof schema.minimum === 'number' ? schema.minimum : above(schema);
  const max = typeof schema.maximum === 'number' ? schema.maximum : below(schema);
  return {
    ...common(property, 'Input.Number'),
    ...(typeof value === 'number' ? { value } : {}),
    ...(min !== undefined && min > Number.MIN_SAFE_INTEGER ? { min } : {}),
    ...(max !== undefined && max < Number.MAX_SAFE_INTEGER ? { max } : {}),
  };
}

function above({ exclusiveMinimum, type }: JsonObject): number | undefined {
  if (typeof exclusiveMinimum !== 'number') return undefined;
  return type === 'integer' ? Math.floor(exclusiveMinimum) + 1 : exclusiveMinimum;
}

function below({ exclusiveMaximum, type }: JsonObject): number | undefined {
  if (typeof exclusiveMaximum !== 'number') return undefined;
  return type === 'integer' ? Math.ceil(exclusiveMaximum) - 1 : exclusiveMaximum;
}

function dateInput(property: Property): CardElement {
  const { formatMinimum, formatMaximum } = property.schema;
  return {
    ...common(property, 'Input.Date'),
    ...valueOf(property),
    ...(typeof formatMinimum === 'string' ? { min: formatMinimum } : {}),
    ...(typeof formatMaximum === 'string' ? { max: formatMaximum } : {}),
  };
}

function toggleInput(property: Property): CardElement {
  const { label: _label, ...rest } = common(property, 'Input.Toggle');
  return {
    ...rest,
    type: 'Input.Toggle',
    title: labelOf(property),
    value: asText(property.value === true || property.value === 'true'),
    valueOn: 'true',
    valueOff: 'false',
  };
}

function choiceInput(
  property: Property,
  choices: { title: string; value: string }[],
  isMulti: boolean,
): CardElement {
  const { value } = property;
  const chosen = Array.isArray(value)
    ? value.map(String).join(',')
    : value === undefined || value === null
      ? ''
      : asText(value);
  return {
    ...common(property, 'Input.ChoiceSet'),
    choices,
    style: choices.length <= EXPANDED_CHOICES ? 'expanded' : 'compact',
    ...(isMulti ? { isMultiSelect: true } : {}),
    ...(chosen === '' ? {} : { value: chosen }),
  };
}

function jsonInput(property: Property): CardElement {
  const { value } = property;
  return {
    ...common(property, 'Input.Text'),
    isMultiline: true,
    placeholder: property.schema.type === 'array' ? '[ … ]' : '{ … }',
    ...(value === undefined || value === null ? {} : { value: JSON.stringify(value) }),
  };
}

function common(property: Property, type: string): CardElement {
  const { name, schema, isRequired, words } = property;
  const hasForm = [schema.pattern, schema.minimum, schema.maximum].some((limit) => limit !== undefined);
  const isConstrained = hasForm || schema.minLength !== undefined;
  // Clients show one message for both: whoever left a plain text empty is told that it is needed.
  const isMissingOnly = isRequired && !hasForm;
  const message = (isMissingOnly ? words.required : words.invalid).replace('{field}', labelOf(property));
  const example = Array.isArray(schema.examples) ? schema.examples[0] : undefined;
  return {
    type,
    id: name,
    label: labelOf(property),
    ...(isRequired && schema.type !== 'boolean' ? { isRequired: true } : {}),
    ...(isRequired || isConstrained ? { errorMessage: message } : {}),
    ...(typeof example === 'string' ? { placeholder: example } : {}),
  };
}

/** The schema's title, its description when that is short, else the name in words. */
function labelOf({ name, schema }: Property): string {
  if (typeof schema.title === 'string') return schema.title;
  if (typeof schema.description === 'string' && schema.description.length <= 80) return schema.description;
  return wordsOf(name);
}

/** `costCentre` and `cost_centre` as "Cost centre". */
export function wordsOf(name: string): string {
  const words = name
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .replace(/[_.-]+/g, ' ')
    .trim()
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function valueOf({ value }: Property): JsonObject {
  return value === undefined || value === null || value === '' ? {} : { value: asText(value) };
}

function choicesOf(schema: JsonObject): { title: string; value: string }[] | undefined {
  if (Array.isArray(schema.enum)) {
    return schema.enum
      .filter((value) => value !== null)
      .map((value) => ({ title: asText(value), value: asText(value) }));
  }
  const branches = (schema.oneOf ?? schema.anyOf) as JsonObject[] | undefined;
  if (!branches?.length || !branches.every((branch) => branch.const !== undefined)) return undefined;
  return branches.map(({ const: value, title }) => ({ title: asText(title ?? value), value: asText(value) }));
}

function errorElement(error: string | undefined): CardElement[] {
  return error === undefined
    ? []
    : [{ type: 'TextBlock', text: error, color: 'attention', wrap: true, size: 'small', spacing: 'medium' }];
}

function asObject(value: JsonValue | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}
