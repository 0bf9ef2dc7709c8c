import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../core/kernel/json.js';
import { inputsFromSchema, wordsOf } from './inputs.js';

const words = { required: '{field} is needed.', invalid: '{field} is wrong.' };
const inputFor = (property: JsonObject, value?: JsonObject[string], required: string[] = []): JsonObject => {
  const values: JsonObject = value === undefined ? {} : { x: value };
  return (
    inputsFromSchema({ type: 'object', required, properties: { x: property } }, values, {}, words)[0] ?? {}
  );
};

describe('an input made from a schema', () => {
  it.each<[JsonObject, JsonObject]>([
    [{ type: 'string' }, { type: 'Input.Text', id: 'x', label: 'X' }],
    [
      { type: 'string', maxLength: 80 },
      { type: 'Input.Text', maxLength: 80 },
    ],
    [
      { type: 'string', maxLength: 500 },
      { type: 'Input.Text', isMultiline: true },
    ],
    [
      { type: 'string', pattern: '^a$' },
      { regex: '^a$', errorMessage: 'X is wrong.' },
    ],
    [{ type: 'string', minLength: 3 }, { regex: '^[\\s\\S]{3,}$' }],
    [{ type: 'string', format: 'email' }, { style: 'email' }],
    [{ type: 'string', format: 'uri' }, { style: 'url' }],
    [{ type: 'string', format: 'date' }, { type: 'Input.Date' }],
    [{ type: 'string', format: 'time' }, { type: 'Input.Time' }],
    [
      { type: 'integer', minimum: 1, maximum: 5 },
      { type: 'Input.Number', min: 1, max: 5 },
    ],
    [
      { type: 'integer', exclusiveMinimum: 0 },
      { type: 'Input.Number', min: 1 },
    ],
    [{ type: ['number', 'null'] }, { type: 'Input.Number' }],
    [
      { anyOf: [{ type: 'boolean' }, { type: 'null' }] },
      { type: 'Input.Toggle', title: 'X', value: 'false' },
    ],
    [
      { type: 'string', enum: ['a', 'b'] },
      { type: 'Input.ChoiceSet', style: 'expanded' },
    ],
    [{ enum: ['a', 'b', 'c', 'd', 'e'] }, { type: 'Input.ChoiceSet', style: 'compact' }],
    [{ oneOf: [{ const: 'a', title: 'A' }] }, { choices: [{ title: 'A', value: 'a' }] }],
    [
      { type: 'array', items: { enum: ['a', 'b'] } },
      { type: 'Input.ChoiceSet', isMultiSelect: true },
    ],
    [
      { type: 'array', items: { type: 'object' } },
      { type: 'Input.Text', isMultiline: true, placeholder: '[ … ]' },
    ],
    [{ type: 'object' }, { type: 'Input.Text', isMultiline: true, placeholder: '{ … }' }],
    [
      { type: 'string', title: 'Cost centre', examples: ['4711'] },
      { label: 'Cost centre', placeholder: '4711' },
    ],
  ])('for %j is %j', (property, expected) => {
    expect(inputFor(property)).toMatchObject(expected);
  });

  it.each<[JsonObject, JsonObject[string], JsonObject[string]]>([
    [{ type: 'string' }, 'hello', 'hello'],
    [{ type: 'integer' }, 3, 3],
    [{ type: 'boolean' }, true, 'true'],
    [{ type: 'array', items: { enum: ['a', 'b'] } }, ['a', 'b'], 'a,b'],
    [{ type: 'object' }, { a: 1 }, '{"a":1}'],
    [{ type: 'string', format: 'date' }, '2026-12-01', '2026-12-01'],
  ])('for %j starts with %j', (property, value, expected) => {
    expect(inputFor(property, value).value).toEqual(expected);
  });

  it('starts with the default of the schema where there is no value', () => {
    expect(inputFor({ type: 'integer', default: 2 }).value).toBe(2);
  });

  it('says what is needed', () => {
    expect(inputFor({ type: 'string', title: 'Model' }, undefined, ['x'])).toMatchObject({
      isRequired: true,
      errorMessage: 'Model is needed.',
    });
  });

  it('does not force a person to tick a box', () => {
    expect(inputFor({ type: 'boolean' }, undefined, ['x']).isRequired).toBeUndefined();
  });

  it('stands under the error that is about it', () => {
    const schema = { type: 'object', properties: { x: { type: 'string' }, y: { type: 'string' } } };
    const elements = inputsFromSchema(schema, {}, { y: 'Not allowed.' }, words);
    expect(elements.map(({ type }) => type)).toEqual(['Input.Text', 'TextBlock', 'Input.Text']);
    expect(elements[1]).toMatchObject({ text: 'Not allowed.', color: 'attention' });
  });
});

describe('the name of a parameter', () => {
  it.each([
    ['costCentre', 'Cost centre'],
    ['cost_centre', 'Cost centre'],
    ['user.e-mail', 'User e mail'],
    ['id', 'Id'],
  ])('%s is shown as %s', (name, shown) => {
    expect(wordsOf(name)).toBe(shown);
  });
});
