import { Binary, BSONRegExp, MaxKey, MinKey, type BSONSymbol } from 'bson';
import { isDocument, type Doc } from './bson.js';
import {
  binaryBytes,
  binaryOrder,
  compareValues,
  equalValues,
  RANK,
  rankOf,
  regexParts,
  type StringOrder,
} from './compare.js';
import { StoreError } from './errors.js';
import { compileExpression, truthy, type Variables } from './expression.js';
import { compileJsonSchema } from './json-schema.js';
import { mapKey } from './key.js';
import { exactly, isNumeric, toDouble, type Numeric } from './numbers.js';
import { pathParts, reach } from './path.js';
import { compileRegex } from './regex.js';
import { compileGeoIntersects, compileGeoWithin, compileNear } from './geo-queries.js';
import { TEXT_SCORE, type TextScore } from './text-search.js';
import { show, typeName, typeNames } from './types.js';

export type Predicate = (value: unknown) => boolean;

/** What a filter is read with: the order of strings, and the variables that `$expr` sees. */
export interface MatchContext {
  order: StringOrder;
  variables: Variables;
  /** `$near` is allowed here: the caller gives the documents in the order of their distance. */
  near?: boolean;
  /** The filter is about an array's element, where `$expr` has no document to look at. */
  element?: boolean;
}

const bad = (message: string): StoreError => new StoreError(2, message);
const isRegex = (value: unknown): boolean => value instanceof BSONRegExp || value instanceof RegExp;

/** Turns a filter into a predicate over documents. Throws StoreError for what MongoDB refuses. */
export function compileFilter(filter: Doc, context: MatchContext): (doc: Doc) => boolean {
  const tests = Object.entries(filter).flatMap(([name, value]) => {
    const test = name.startsWith('$') ? topLevel(name, value, context) : field(name, value, context);
    return test ? [test] : [];
  });
  if (tests.length === 1) return tests[0] as Predicate as (doc: Doc) => boolean;
  return (doc) => {
    for (const test of tests) if (!test(doc)) return false;
    return true;
  };
}

/** The top-level fields that a filter looks at; undefined when it may look at any. */
export function fieldsOf(filter: Doc): Set<string> | undefined {
  const fields = new Set<string>();
  const gather = (part: Doc): boolean =>
    Object.entries(part).every(([name, value]) => {
      if (!name.startsWith('$')) {
        const [root = ''] = name.split('.');
        fields.add(root);
        return root !== '';
      }
      if (name === '$comment') return true;
      if (name !== '$and' && name !== '$or' && name !== '$nor') return false;
      return Array.isArray(value) && value.every((branch) => isDocument(branch) && gather(branch));
    });
  return gather(filter) ? fields : undefined;
}

function topLevel(name: string, value: unknown, context: MatchContext): Predicate | undefined {
  switch (name) {
    case '$and': {
      const tests = branches(name, value, context);
      return (doc) => tests.every((test) => test(doc));
    }
    case '$or': {
      const tests = branches(name, value, context);
      return (doc) => tests.some((test) => test(doc));
    }
    case '$nor': {
      const tests = branches(name, value, context);
      return (doc) => !tests.some((test) => test(doc));
    }
    case '$expr': {
      if (context.element) throw bad('$expr can only be applied to the top-level document');
      const evaluate = compileExpression(value, context);
      return (doc) => truthy(evaluate({ ...context.variables, ROOT: doc, CURRENT: doc }));
    }
    case '$jsonSchema':
      return compileJsonSchema(value);
    case '$comment':
      return undefined;
    case '$alwaysTrue':
      return () => true;
    case '$alwaysFalse':
      return () => false;
    case '$sampleRate': {
      const rate = isNumeric(value) ? toDouble(value) : NaN;
      if (!(rate >= 0 && rate <= 1)) throw bad('numeric argument to $sampleRate must be in [0, 1]');
      return () => Math.random() < rate;
    }
    case '$text': {
      const score = context.variables[TEXT_SCORE];
      if (typeof score !== 'function') throw new StoreError(27, 'text index required for $text query');
      return (doc) => (score as TextScore)(doc as Doc) !== undefined;
    }
    case '$where':
      throw bad('no globalScriptEngine in $where parsing');
    default:
      throw bad(
        `unknown top level operator: ${name}. If you have a field name that starts with a '$' symbol, consider using $getField or $setField.`,
      );
  }
}

function branches(name: string, value: unknown, context: MatchContext): Predicate[] {
  if (!Array.isArray(value)) throw bad(`${name} must be an array`);
  if (value.length === 0) throw bad(`${name} argument must be a non-empty array`);
  return value.map((branch) => {
    if (!isDocument(branch)) throw bad(`${name} argument's entries must be objects`);
    return compileFilter(branch, context) as Predicate;
  });
}

/** A condition document is one whose first name starts with `$` (a DBRef is a value). */
export function isOperators(value: unknown): value is Doc {
  if (!isDocument(value)) return false;
  const [first] = Object.keys(value);
  return first !== undefined && first.startsWith('$') && !['$ref', '$id', '$db'].includes(first);
}

function field(path: string, condition: unknown, context: MatchContext): Predicate {
  const parts = pathParts(path);
  if (!isOperators(condition)) return onLeaves(parts, equality(condition, context.order));
  return all(operatorTests(condition, context).map((test) => test.at(parts)));
}

function all(tests: Predicate[]): Predicate {
  if (tests.length === 1) return tests[0] as Predicate;
  return (value) => tests.every((test) => test(value));
}

/** True when a value at the path, or an element of an array there, or the array itself satisfies. */
function onLeaves(parts: readonly string[], test: Predicate): Predicate {
  const leaf = (value: unknown): boolean => {
    if (!Array.isArray(value)) return test(value);
    for (const item of value) if (test(item)) return true;
    return test(value);
  };
  if (parts.length === 1) {
    const name = parts[0] as string;
    return (doc) => leaf(Object.hasOwn(doc as Doc, name) ? (doc as Doc)[name] : undefined);
  }
  return (doc) => reach(doc, parts, 0, leaf);
}

/** One operator's test: applied at a path of a document, or to a bare array element inside `$elemMatch`. */
interface OperatorTest {
  at(parts: readonly string[]): Predicate;
  /** The same on an array's element itself, which is not opened when it is an array. */
  bare: Predicate;
}

const leaves = (test: Predicate): OperatorTest => ({ at: (parts) => onLeaves(parts, test), bare: test });
const whole = (test: Predicate): OperatorTest => ({
  at: (parts) => (doc) => reach(doc, parts, 0, test),
  bare: test,
});
const negated = ({ at, bare }: OperatorTest): OperatorTest => ({
  bare: (value) => !bare(value),
  at: (parts) => {
    const test = at(parts);
    return (doc) => !test(doc);
  },
});

function operatorTests(condition: Doc, context: MatchContext): OperatorTest[] {
  const tests: OperatorTest[] = [];
  for (const [name, operand] of Object.entries(condition)) {
    const make = OPERATORS[name];
    if (!make) throw bad(`unknown operator: ${name}`);
    const test = make(operand, context, condition);
    if (test) tests.push(test);
  }
  return tests;
}

/** Equality as a filter means it: null also equals missing, a regular expression also matches text. */
function equality(operand: unknown, order: StringOrder): Predicate {
  if (operand === null || operand === undefined) return (value) => value === null || value === undefined;
  if (isRegex(operand)) return regexTest(operand, undefined);
  if (typeof operand === 'string' && order === binaryOrder)
    return (value) => value === operand || isSymbolOf(value, operand);
  if (typeof operand === 'boolean') return (value) => value === operand;
  return (value) => value !== undefined && equalValues(value, operand, order);
}

const isSymbolOf = (value: unknown, text: string): boolean =>
  typeof value === 'object' && rankOf(value) === RANK.string && String(value as BSONSymbol) === text;

function regexTest(operand: unknown, options: string | undefined): Predicate {
  const given = typeof operand === 'string' ? { pattern: operand, options: '' } : regexParts(operand);
  const regex = compileRegex(given.pattern, options ?? given.options);
  return (value) => {
    if (typeof value === 'string') return regex.test(value);
    if (!isRegex(value))
      return rankOf(value) === RANK.string && value !== undefined && regex.test(String(value as BSONSymbol));
    const other = regexParts(value);
    return other.pattern === given.pattern && other.options === (options ?? given.options);
  };
}

function range(name: string, wanted: (result: number) => boolean, orEqual: boolean) {
  return (operand: unknown, { order }: MatchContext): OperatorTest => {
    if (isRegex(operand)) throw bad(`Can't have RegEx as arg to predicate over field`);
    const rank = rankOf(operand);
    if (operand instanceof MinKey || operand instanceof MaxKey) {
      return leaves((value) => value !== undefined && wanted(compareValues(value, operand, order)));
    }
    if (operand === null || operand === undefined) {
      return leaves((value) => orEqual && (value === null || value === undefined));
    }
    const isNaNOperand = isNumeric(operand) && Number.isNaN(toDouble(operand));
    return leaves((value) => {
      if (value === undefined || rankOf(value) !== rank) return false;
      if (rank === RANK.number && (isNaNOperand || Number.isNaN(toDouble(value as Numeric)))) {
        return orEqual && isNaNOperand && Number.isNaN(toDouble(value as Numeric));
      }
      return wanted(compareValues(value, operand, order));
    });
  };
}

function anyOf(name: string, operand: unknown, { order }: MatchContext): OperatorTest {
  if (!Array.isArray(operand)) throw bad(`${name} needs an array`);
  if (operand.some(isOperators)) throw bad(`cannot nest $ under ${name}`);
  const regexes = operand.filter(isRegex).map((item) => regexTest(item, undefined));
  const values = operand.filter((item) => !isRegex(item));
  const withNull = values.some((value) => value === null);
  if (!order.fold) {
    const tests = values.map((value) => equality(value, order));
    return leaves((value) => [...tests, ...regexes].some((test) => test(value)));
  }
  const keys = new Set(values.map((value) => mapKey(value, order)));
  return leaves((value) => {
    if (value === undefined) return withNull;
    return keys.has(mapKey(value, order)) || regexes.some((test) => test(value));
  });
}

/** An element test for `$elemMatch`: conditions on the element itself, or a filter on a document. */
export function compileElement(operand: unknown, context: MatchContext): Predicate {
  if (!isDocument(operand)) throw bad('$elemMatch needs an Object');
  if (isOperators(operand) && !['$and', '$or', '$nor', '$expr'].includes(Object.keys(operand)[0] as string)) {
    return all(operatorTests(operand, context).map(({ bare }) => bare));
  }
  const filter = compileFilter(operand, { ...context, element: true });
  return (item) => (isDocument(item) || Array.isArray(item)) && filter(item as Doc);
}

function elemMatch(operand: unknown, context: MatchContext): OperatorTest {
  const element = compileElement(operand, context);
  return whole((value) => Array.isArray(value) && value.some(element));
}

const isElemMatch = (item: unknown): item is Doc =>
  isOperators(item) && Object.keys(item)[0] === '$elemMatch';

function allOf(operand: unknown, context: MatchContext): OperatorTest {
  if (!Array.isArray(operand)) throw bad('$all needs an array');
  if (operand.length === 0) return { at: () => () => false, bare: () => false };
  const tests = operand.map((item) => {
    if (isElemMatch(item) !== isElemMatch(operand[0])) throw bad('$all/$elemMatch has to be consistent');
    if (isElemMatch(item)) return elemMatch(item.$elemMatch, context);
    if (isOperators(item)) throw bad('no $ expressions in $all');
    return leaves(equality(item, context.order));
  });
  return {
    at: (parts) => all(tests.map((test) => test.at(parts))),
    bare: all(tests.map(({ bare }) => bare)),
  };
}

function wholeNumber(operand: unknown, name: string): number {
  const exact = isNumeric(operand) ? exactly(operand) : undefined;
  const number = exact ? toDouble(operand as Numeric) : NaN;
  if (!isNumeric(operand))
    throw new StoreError(9, `Failed to parse ${name}. Expected a number in: ${name}: ${show(operand)}`);
  if (!Number.isInteger(number))
    throw new StoreError(9, `Failed to parse ${name}. Expected an integer: ${name}: ${show(operand)}`);
  return number;
}

function size(operand: unknown): OperatorTest {
  const length = wholeNumber(operand, '$size');
  if (length < 0)
    throw new StoreError(
      9,
      `Failed to parse $size. Expected a non-negative number in: $size: ${show(operand)}`,
    );
  return whole((value) => Array.isArray(value) && value.length === length);
}

function modulo(operand: unknown): OperatorTest {
  if (!Array.isArray(operand)) throw bad('malformed mod, needs to be an array');
  if (operand.length < 2) throw bad('malformed mod, not enough elements');
  if (operand.length > 2) throw bad('malformed mod, too many elements');
  const [divisor, remainder] = operand.map((item, at) => {
    if (!isNumeric(item)) throw bad(`malformed mod, ${at === 0 ? 'divisor' : 'remainder'} not a number`);
    const number = typeof item === 'bigint' ? item : Math.trunc(toDouble(item));
    if (typeof number === 'number' && !Number.isFinite(number))
      throw bad(`malformed mod, ${at === 0 ? 'divisor' : 'remainder'} value is invalid: ${show(item)}`);
    return BigInt(number);
  }) as [bigint, bigint];
  if (divisor === 0n) throw bad('divisor cannot be 0');
  return leaves((value) => {
    if (!isNumeric(value)) return false;
    const number = typeof value === 'bigint' ? value : toDouble(value);
    if (typeof number === 'number' && !Number.isFinite(number)) return false;
    return BigInt(typeof number === 'number' ? Math.trunc(number) : number) % divisor === remainder;
  });
}

function type(operand: unknown): OperatorTest {
  const names = new Set<string>();
  for (const item of Array.isArray(operand) ? operand : [operand]) {
    const found = typeNames(item);
    if (!found) {
      throw typeof item === 'string'
        ? bad(`Unknown type name alias: ${item}`)
        : bad(`Invalid numerical type code: ${show(item)}`);
    }
    for (const name of found) names.add(name);
  }
  if (names.size === 0) throw new StoreError(9, '$type must match at least one type');
  return leaves((value) => value !== undefined && names.has(typeName(value)));
}

function bits(name: string, wanted: (masked: bigint, mask: bigint) => boolean) {
  return (operand: unknown): OperatorTest => {
    const mask = bitMask(name, operand);
    return leaves((value) => {
      const number = bitsOf(value);
      return number !== undefined && wanted(BigInt.asUintN(4096, number) & mask, mask);
    });
  };
}

function bitMask(name: string, operand: unknown): bigint {
  if (Array.isArray(operand)) {
    return operand.reduce((mask: bigint, position: unknown) => {
      const at = wholeNumber(position, name);
      if (at < 0) throw bad(`Failed to parse bit position. Expected a non-negative number in: ${at}`);
      return mask | (1n << BigInt(at));
    }, 0n);
  }
  if (operand instanceof Binary) return bitsOf(operand) as bigint;
  if (!isNumeric(operand))
    throw bad(`${name} takes an Array, a number, or a BinData but received: ${name}: ${show(operand)}`);
  const number = wholeNumber(operand, name);
  if (number < 0)
    throw new StoreError(
      9,
      `Failed to parse ${name}. Expected a non-negative number in: ${name}: ${show(operand)}`,
    );
  return BigInt(number);
}

function bitsOf(value: unknown): bigint | undefined {
  if (value instanceof Binary) {
    return [...binaryBytes(value)].reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  }
  if (typeof value === 'bigint') return value;
  if (!isNumeric(value) || !Number.isInteger(toDouble(value))) return undefined;
  return BigInt(toDouble(value));
}

type MakeTest = (operand: unknown, context: MatchContext, siblings: Doc) => OperatorTest | undefined;

const near: MakeTest = (_operand, context, siblings) => {
  if (!context.near) throw bad('$geoNear, $near, and $nearSphere are not allowed in this context');
  const { distance } = compileNear('', siblings);
  return whole((value) => distance(value) !== undefined);
};

/** A limit of `$near`, which reads it from beside it. */
const nearLimit: MakeTest = (_operand, _context, siblings) => {
  if (!('$near' in siblings || '$nearSphere' in siblings || '$geoNear' in siblings))
    throw bad('a distance needs $near, $nearSphere or $geoNear beside it');
  return undefined;
};

const OPERATORS: Record<string, MakeTest> = {
  $eq: (operand, { order }) =>
    leaves(
      isRegex(operand)
        ? (value) => value !== undefined && equalValues(value, operand)
        : equality(operand, order),
    ),
  $ne: (operand, { order }) => {
    if (isRegex(operand)) throw bad("Can't have regex as arg to $ne.");
    return negated(leaves(equality(operand, order)));
  },
  $gt: range('$gt', (result) => result > 0, false),
  $gte: range('$gte', (result) => result >= 0, true),
  $lt: range('$lt', (result) => result < 0, false),
  $lte: range('$lte', (result) => result <= 0, true),
  $in: (operand, context) => anyOf('$in', operand, context),
  $nin: (operand, context) => negated(anyOf('$nin', operand, context)),
  $not: (operand, context) => {
    if (isRegex(operand)) return negated(leaves(regexTest(operand, undefined)));
    if (!isDocument(operand)) throw bad('$not needs a regex or a document');
    if (Object.keys(operand).length === 0) throw bad('$not cannot be empty');
    const tests = operatorTests(operand, context);
    return negated({
      at: (parts) => all(tests.map((test) => test.at(parts))),
      bare: all(tests.map(({ bare }) => bare)),
    });
  },
  $exists: (operand) => {
    const wanted = truthy(operand);
    const exists = whole((value) => value !== undefined);
    return wanted ? exists : negated(exists);
  },
  $type: type,
  $size: size,
  $all: allOf,
  $elemMatch: elemMatch,
  $mod: modulo,
  $regex: (operand, _context, siblings) => {
    if (typeof operand !== 'string' && !isRegex(operand)) throw bad('$regex has to be a string');
    const options = siblings.$options;
    if (options !== undefined && typeof options !== 'string') throw bad('$options has to be a string');
    if (options !== undefined && isRegex(operand) && regexParts(operand).options) {
      throw new StoreError(
        Object.keys(siblings)[0] === '$options' ? 51074 : 51075,
        'options set in both $regex and $options',
      );
    }
    return leaves(regexTest(operand, options));
  },
  $options: (_operand, _context, siblings) => {
    if (!('$regex' in siblings)) throw bad('$options needs a $regex');
    return undefined;
  },
  $comment: () => undefined,
  $bitsAllSet: bits('$bitsAllSet', (masked, mask) => masked === mask),
  $bitsAnySet: bits('$bitsAnySet', (masked) => masked !== 0n),
  $bitsAllClear: bits('$bitsAllClear', (masked) => masked === 0n),
  $bitsAnyClear: bits('$bitsAnyClear', (masked, mask) => masked !== mask),
  $near: near,
  $nearSphere: near,
  $geoNear: near,
  $maxDistance: nearLimit,
  $minDistance: nearLimit,
  $uniqueDocs: nearLimit,
  $geoWithin: (operand) => whole(compileGeoWithin(operand)),
  $within: (operand) => whole(compileGeoWithin(operand)),
  $geoIntersects: (operand) => whole(compileGeoIntersects(operand)),
};
