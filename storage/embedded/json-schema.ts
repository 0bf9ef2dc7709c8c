import { isDocument, type Doc } from './bson.js';
import { equalValues } from './compare.js';
import { StoreError } from './errors.js';
import { mapKey } from './key.js';
import { compareNumbers, isNumeric, toDouble, type Numeric } from './numbers.js';
import { compileRegex } from './regex.js';
import { show, typeName, typeNames } from './types.js';

/** What is wrong with a value under one rule, as MongoDB's `errInfo` words it; undefined when nothing is. */
type Complaint = Doc | undefined;
type Rule = (value: unknown) => Complaint;

/** A `$jsonSchema`, ready: all complaints about a value; none when it conforms. */
export type Schema = (value: unknown) => Doc[];

const UNSUPPORTED = new Set(['$ref', '$schema', 'default', 'definitions', 'format', 'id']);
const SILENT = new Set(['title', 'description']);
const JSON_TYPES: Record<string, readonly string[]> = {
  object: ['object'],
  array: ['array'],
  number: ['int', 'long', 'double', 'decimal'],
  boolean: ['bool'],
  string: ['string'],
  null: ['null'],
};

const malformed = (message: string, code = 9): StoreError => new StoreError(code, message);

function documents(keyword: string, value: unknown): Doc[] {
  if (!Array.isArray(value)) throw malformed(`$jsonSchema keyword '${keyword}' must be an array`, 14);
  if (value.length === 0) throw malformed(`$jsonSchema keyword '${keyword}' must be a non-empty array`, 2);
  return value.map((item) => document(keyword, item));
}

function document(keyword: string, value: unknown): Doc {
  if (!isDocument(value)) throw malformed(`$jsonSchema keyword '${keyword}' must be an object`, 14);
  return value;
}

function strings(keyword: string, value: unknown): string[] {
  if (!Array.isArray(value)) throw malformed(`$jsonSchema keyword '${keyword}' must be an array`, 14);
  if (value.length === 0) throw malformed(`$jsonSchema keyword '${keyword}' cannot be an empty array`);
  if (value.some((item) => typeof item !== 'string'))
    throw malformed(`$jsonSchema keyword '${keyword}' must be an array of strings`, 14);
  if (new Set(value).size !== value.length)
    throw malformed(`$jsonSchema keyword '${keyword}' array cannot contain duplicate values`);
  return value as string[];
}

function numberOf(keyword: string, value: unknown): Numeric {
  if (!isNumeric(value)) throw malformed(`$jsonSchema keyword '${keyword}' must be a number`, 14);
  return value;
}

function countOf(keyword: string, value: unknown): number {
  const number = toDouble(numberOf(keyword, value));
  if (!Number.isInteger(number) || number < 0)
    throw malformed(`$jsonSchema keyword '${keyword}' must be a non-negative integer: ${show(value)}`);
  return number;
}

/** Compiles a schema (draft 4 as MongoDB reads it). Throws StoreError for what MongoDB refuses. */
export function compileSchema(schema: unknown): Schema {
  if (!isDocument(schema)) throw malformed('$jsonSchema must be an object', 14);
  const rules: Rule[] = [];
  for (const [keyword, operand] of Object.entries(schema)) {
    if (SILENT.has(keyword)) {
      if (typeof operand !== 'string')
        throw malformed(`$jsonSchema keyword '${keyword}' must be of type string`, 14);
      continue;
    }
    if (UNSUPPORTED.has(keyword))
      throw malformed(`$jsonSchema keyword '${keyword}' is not currently supported`);
    const make = KEYWORDS[keyword];
    if (!make) throw malformed(`Unknown $jsonSchema keyword: ${keyword}`);
    const rule = make(operand, schema);
    if (rule) rules.push(rule);
  }
  if ('type' in schema && 'bsonType' in schema)
    throw malformed(`Cannot specify both $jsonSchema keywords 'type' and 'bsonType'`);
  return (value) =>
    rules.flatMap((rule): Doc[] => {
      const found = rule(value);
      return found ? [found] : [];
    });
}

function typed(keyword: string, operand: unknown): Rule {
  const given = Array.isArray(operand) ? operand : [operand];
  const names = new Set<string>();
  for (const item of given) {
    if (typeof item !== 'string')
      throw malformed(`$jsonSchema keyword '${keyword}' must be either a string or an array of strings`, 14);
    if (keyword === 'type' && item === 'integer')
      throw malformed(`$jsonSchema type 'integer' is not currently supported.`);
    const found = keyword === 'type' ? JSON_TYPES[item] : typeNames(item);
    if (!found) throw malformed(`Unknown type name alias: ${item}`, 2);
    for (const name of found) names.add(name);
  }
  return (value) =>
    names.has(typeName(value))
      ? undefined
      : {
          operatorName: keyword,
          specifiedAs: { [keyword]: operand },
          reason: 'type did not match',
          consideredValue: value,
          consideredType: typeName(value),
        };
}

/** A rule about values of one kind only; any other value conforms. */
function about<T>(
  keyword: string,
  operand: unknown,
  applies: (value: unknown) => value is T,
  holds: (value: T) => boolean,
  reason = 'comparison failed',
  note: (value: T) => Doc = () => ({}),
): Rule {
  return (value) =>
    !applies(value) || holds(value)
      ? undefined
      : {
          operatorName: keyword,
          specifiedAs: { [keyword]: operand },
          reason,
          consideredValue: value,
          ...note(value),
        };
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isList = (value: unknown): value is unknown[] => Array.isArray(value);

function bound(keyword: 'minimum' | 'maximum', operand: unknown, schema: Doc): Rule {
  const limit = numberOf(keyword, operand);
  const exclusive = schema[keyword === 'minimum' ? 'exclusiveMinimum' : 'exclusiveMaximum'] === true;
  const sign = keyword === 'minimum' ? 1 : -1;
  return about(keyword, operand, isNumeric, (value) => {
    const order = compareNumbers(value, limit) * sign;
    return exclusive ? order > 0 : order >= 0;
  });
}

function exclusive(keyword: string, needed: string) {
  return (operand: unknown, schema: Doc): undefined => {
    if (typeof operand !== 'boolean')
      throw malformed(`$jsonSchema keyword '${keyword}' must be a boolean`, 14);
    if (!(needed in schema))
      throw malformed(`$jsonSchema keyword '${needed}' must be a present if ${keyword} is present`);
  };
}

function lengthRule(
  keyword: string,
  applies: (value: unknown) => value is string | unknown[] | Doc,
  least: boolean,
  reason: string,
) {
  const size = (value: string | unknown[] | Doc): number =>
    typeof value === 'string'
      ? Array.from(value).length
      : Array.isArray(value)
        ? value.length
        : Object.keys(value).length;
  return (operand: unknown): Rule => {
    const limit = countOf(keyword, operand);
    return about(
      keyword,
      operand,
      applies,
      (value) => (least ? size(value) >= limit : size(value) <= limit),
      reason,
    );
  };
}

function branches(keyword: 'allOf' | 'anyOf' | 'oneOf', operand: unknown): Rule {
  const schemas = documents(keyword, operand).map(compileSchema);
  return (value) => {
    const complaints = schemas.map((schema) => schema(value));
    const matching = complaints.filter((list) => list.length === 0).length;
    const holds = { allOf: matching === schemas.length, anyOf: matching > 0, oneOf: matching === 1 }[keyword];
    if (holds) return undefined;
    if (keyword === 'oneOf' && matching > 1) {
      return {
        operatorName: keyword,
        reason: 'more than one subschema matched',
        matchingSchemaIndexes: complaints.flatMap((list, at) => (list.length === 0 ? [at] : [])),
      };
    }
    return {
      operatorName: keyword,
      schemasNotSatisfied: complaints.flatMap((details, index) =>
        details.length > 0 ? [{ index, details }] : [],
      ),
    };
  };
}

function properties(operand: unknown): Rule {
  const schemas = Object.entries(document('properties', operand)).map(
    ([name, schema]) => [name, compileSchema(document(name, schema)), schema as Doc] as const,
  );
  return (value) => {
    if (!isDocument(value)) return undefined;
    const propertiesNotSatisfied = schemas.flatMap(([propertyName, schema, { title, description }]) => {
      if (!Object.hasOwn(value, propertyName)) return [];
      const details = schema(value[propertyName]);
      if (details.length === 0) return [];
      return [
        {
          propertyName,
          ...(title !== undefined && { title }),
          ...(description !== undefined && { description }),
          details,
        },
      ];
    });
    return propertiesNotSatisfied.length > 0
      ? { operatorName: 'properties', propertiesNotSatisfied }
      : undefined;
  };
}

function patternProperties(operand: unknown): Rule {
  const schemas = Object.entries(document('patternProperties', operand)).map(
    ([pattern, schema]) => [pattern, compileRegex(pattern, ''), compileSchema(schema)] as const,
  );
  return (value) => {
    if (!isDocument(value)) return undefined;
    const details = schemas.flatMap(([regexMatched, regex, schema]) =>
      Object.entries(value).flatMap(([propertyName, item]) => {
        const complaints = regex.test(propertyName) ? schema(item) : [];
        return complaints.length > 0 ? [{ propertyName, regexMatched, details: complaints }] : [];
      }),
    );
    return details.length > 0 ? { operatorName: 'patternProperties', details } : undefined;
  };
}

function additionalProperties(
  operand: unknown,
  { properties: named, patternProperties: patterns }: Doc,
): Rule {
  if (typeof operand !== 'boolean' && !isDocument(operand))
    throw malformed(`$jsonSchema keyword 'additionalProperties' must be either an object or a boolean`, 14);
  const known = new Set(isDocument(named) ? Object.keys(named) : []);
  const regexes = (isDocument(patterns) ? Object.keys(patterns) : []).map((pattern) =>
    compileRegex(pattern, ''),
  );
  const schema = isDocument(operand) ? compileSchema(operand) : undefined;
  return (value) => {
    if (!isDocument(value) || operand === true) return undefined;
    const others = Object.keys(value).filter(
      (name) => !known.has(name) && !regexes.some((regex) => regex.test(name)),
    );
    const wrong = schema ? others.filter((name) => schema(value[name]).length > 0) : others;
    if (wrong.length === 0) return undefined;
    const told = { operatorName: 'additionalProperties', specifiedAs: { additionalProperties: operand } };
    return schema
      ? {
          ...told,
          reason: 'at least one additional property did not match the subschema',
          failingProperty: wrong[0],
          details: schema(value[wrong[0] as string]),
        }
      : { ...told, additionalProperties: wrong };
  };
}

function required(operand: unknown): Rule {
  const names = strings('required', operand);
  return (value) => {
    const missing = isDocument(value) ? names.filter((name) => !Object.hasOwn(value, name)) : [];
    return missing.length > 0
      ? { operatorName: 'required', specifiedAs: { required: operand }, missingProperties: missing }
      : undefined;
  };
}

function dependencies(operand: unknown): Rule {
  const rules = Object.entries(document('dependencies', operand)).map(([name, needed]) => {
    const schema = Array.isArray(needed)
      ? compileSchema({ required: needed })
      : compileSchema(document('dependencies', needed));
    return [name, schema] as const;
  });
  return (value) => {
    if (!isDocument(value)) return undefined;
    const failingDependencies = rules.flatMap(([conditionalProperty, schema]) => {
      const details = Object.hasOwn(value, conditionalProperty) ? schema(value) : [];
      return details.length > 0 ? [{ conditionalProperty, details }] : [];
    });
    return failingDependencies.length > 0 ? { operatorName: 'dependencies', failingDependencies } : undefined;
  };
}

function items(operand: unknown): Rule {
  const each = Array.isArray(operand)
    ? operand.map(compileSchema)
    : compileSchema(document('items', operand));
  return (value) => {
    if (!Array.isArray(value)) return undefined;
    for (const [itemIndex, item] of value.entries()) {
      const schema = Array.isArray(each) ? each[itemIndex] : each;
      const details = schema?.(item) ?? [];
      if (details.length > 0)
        return {
          operatorName: 'items',
          reason: 'At least one item did not match the sub-schema',
          itemIndex,
          details,
        };
    }
    return undefined;
  };
}

function additionalItems(operand: unknown, { items: positional }: Doc): Rule {
  if (typeof operand !== 'boolean' && !isDocument(operand))
    throw malformed(`$jsonSchema keyword 'additionalItems' must be either an object or a boolean`, 14);
  const schema = isDocument(operand) ? compileSchema(operand) : undefined;
  return (value) => {
    if (!Array.isArray(value) || !Array.isArray(positional) || operand === true) return undefined;
    const extra = value.slice(positional.length);
    const wrong = schema ? extra.some((item) => schema(item).length > 0) : extra.length > 0;
    return wrong ? { operatorName: 'additionalItems', specifiedAs: { additionalItems: operand } } : undefined;
  };
}

function multipleOf(operand: unknown): Rule {
  const divisor = toDouble(numberOf('multipleOf', operand));
  if (divisor <= 0) throw malformed(`$jsonSchema keyword 'multipleOf' must have a positive value`);
  const holds = (value: Numeric): boolean => {
    const parts = toDouble(value) / divisor;
    return Math.abs(parts - Math.round(parts)) < 1e-9;
  };
  return about(
    'multipleOf',
    operand,
    isNumeric,
    holds,
    'considered value is not a multiple of the specified value',
  );
}

const KEYWORDS: Record<string, (operand: unknown, schema: Doc) => Rule | undefined> = {
  type: (operand) => typed('type', operand),
  bsonType: (operand) => typed('bsonType', operand),
  enum: (operand) => {
    if (!Array.isArray(operand) || operand.length === 0)
      throw malformed(
        `$jsonSchema keyword 'enum' must be a non-empty array`,
        Array.isArray(operand) ? 9 : 14,
      );
    return about(
      'enum',
      operand,
      (_value): _value is unknown => true,
      (value) => operand.some((item) => equalValues(item, value)),
      'value was not found in enum',
    );
  },
  minimum: (operand, schema) => bound('minimum', operand, schema),
  maximum: (operand, schema) => bound('maximum', operand, schema),
  exclusiveMinimum: exclusive('exclusiveMinimum', 'minimum'),
  exclusiveMaximum: exclusive('exclusiveMaximum', 'maximum'),
  multipleOf,
  minLength: lengthRule('minLength', isText, true, 'specified string length was not satisfied'),
  maxLength: lengthRule('maxLength', isText, false, 'specified string length was not satisfied'),
  pattern: (operand) => {
    if (typeof operand !== 'string') throw malformed(`$jsonSchema keyword 'pattern' must be a string`, 14);
    const regex = compileRegex(operand, '');
    return about(
      'pattern',
      operand,
      isText,
      (value) => regex.test(value),
      'regular expression did not match',
    );
  },
  properties,
  patternProperties,
  additionalProperties,
  required,
  dependencies,
  minProperties: lengthRule(
    'minProperties',
    isDocument,
    true,
    'specified number of properties was not satisfied',
  ),
  maxProperties: lengthRule(
    'maxProperties',
    isDocument,
    false,
    'specified number of properties was not satisfied',
  ),
  items,
  additionalItems,
  minItems: lengthRule('minItems', isList, true, 'array did not match specified length'),
  maxItems: lengthRule('maxItems', isList, false, 'array did not match specified length'),
  uniqueItems: (operand) => {
    if (typeof operand !== 'boolean')
      throw malformed(`$jsonSchema keyword 'uniqueItems' must be a boolean`, 14);
    if (!operand) return undefined;
    const distinct = (list: unknown[]): boolean =>
      new Set(list.map((item) => mapKey(item))).size === list.length;
    return about('uniqueItems', operand, isList, distinct, 'found a duplicate item');
  },
  allOf: (operand) => branches('allOf', operand),
  anyOf: (operand) => branches('anyOf', operand),
  oneOf: (operand) => branches('oneOf', operand),
  not: (operand) => {
    const schema = compileSchema(document('not', operand));
    return (value) =>
      schema(value).length > 0 ? undefined : { operatorName: 'not', reason: 'child expression matched' };
  },
  encrypt: () => {
    throw malformed(
      `$jsonSchema keyword 'encrypt' is not supported: fields are not encrypted by clients here`,
    );
  },
};

/** The predicate of `$jsonSchema` in a filter. */
export function compileJsonSchema(schema: unknown): (value: unknown) => boolean {
  const complaints = compileSchema(schema);
  return (value) => complaints(value).length === 0;
}
