import { nextTimestamp } from './storable.js';
import { isDocument, type Doc } from './bson.js';
import { compareValues, equalValues } from './compare.js';
import { StoreError } from './errors.js';
import { compileElement, compileFilter, isOperators } from './match.js';
import { calculate, isNumeric, numberKind, toDouble, type Arithmetic, type Numeric } from './numbers.js';
import { copyValue, isNumericPart } from './path.js';
import { compileSort } from './sort.js';
import { show, typeName } from './types.js';
import type { UpdateContext, UpdateTarget } from './update-target.js';

/** One operator on one path; `path` may differ from the one written (`$rename` touches two). */
export interface Modifier {
  path: string;
  onlyOnInsert?: boolean;
  apply(doc: Doc, parts: readonly string[], target: UpdateTarget): void;
}

const longestPadding = 1_500_000;

/** The holder of a path's last part; made on the way when `create` is set, else undefined when it is missing. */
function holder(doc: Doc, parts: readonly string[], create: boolean): Doc | unknown[] | undefined {
  let current: Doc | unknown[] = doc;
  for (let at = 0; at < parts.length - 1; at += 1) {
    const part = parts[at] as string;
    let next: unknown = childOf(current, part);
    if (next === undefined) {
      if (!create) return undefined;
      if (Array.isArray(current) && !isNumericPart(part)) throw notViable(parts, at, current);
      next = {};
      put(current, part, next);
    }
    if (!isDocument(next) && !Array.isArray(next)) {
      if (!create) return undefined;
      throw notViable(parts, at + 1, next);
    }
    current = next;
  }
  const last = parts.at(-1) as string;
  if (Array.isArray(current) && !isNumericPart(last)) {
    if (!create) return undefined;
    throw notViable(parts, parts.length - 1, current);
  }
  return current;
}

function notViable(parts: readonly string[], at: number, value: unknown): StoreError {
  return new StoreError(
    28,
    `Cannot create field '${parts[at]}' in element {${parts[at - 1] ?? ''}: ${show(value)}}`,
  );
}

function childOf(container: Doc | unknown[], part: string): unknown {
  if (Array.isArray(container)) return isNumericPart(part) ? container[Number(part)] : undefined;
  return Object.hasOwn(container, part) ? container[part] : undefined;
}

function put(container: Doc | unknown[], part: string, value: unknown): void {
  if (!Array.isArray(container)) {
    if (part === '__proto__')
      Object.defineProperty(container, part, { value, enumerable: true, writable: true, configurable: true });
    else container[part] = value;
    return;
  }
  const index = Number(part);
  if (index - container.length > longestPadding) {
    throw new StoreError(2, `cannot apply padding, ${index} exceeds the limit`);
  }
  while (container.length < index) container.push(null);
  container[index] = value;
}

/** Reads, changes and writes one place; `change` gets undefined for a missing one and returns undefined to leave it. */
function changing(
  path: string,
  change: (value: unknown, doc: Doc, parts: readonly string[]) => unknown,
  create = true,
): Modifier {
  return {
    path,
    apply: (doc, parts) => {
      const container = holder(doc, parts, create);
      if (!container) return;
      const last = parts.at(-1) as string;
      const result = change(childOf(container, last), doc, parts);
      if (result !== undefined) put(container, last, result);
    },
  };
}

function numericOperand(operator: string, path: string, operand: unknown): Numeric {
  if (!isNumeric(operand)) {
    const verb = operator === '$inc' ? 'increment' : 'multiply';
    throw new StoreError(14, `Cannot ${verb} with non-numeric argument: {${path}: ${show(operand)}}`);
  }
  return operand;
}

function arithmetic(operator: '$inc' | '$mul', operation: Arithmetic) {
  return (path: string, given: unknown): Modifier[] => {
    const operand = numericOperand(operator, path, given);
    return [
      changing(path, (value, doc, parts) => {
        if (value === undefined) return operator === '$inc' ? operand : calculate(operand, 0, '*');
        if (!isNumeric(value)) {
          throw new StoreError(
            14,
            `Cannot apply ${operator} to a value of non-numeric type. {_id: ${show(doc._id)}} has the field '${parts.at(-1)}' of non-numeric type ${typeName(value)}`,
          );
        }
        const result = calculate(value, operand, operation);
        if (result === 'overflow') {
          throw new StoreError(
            2,
            `Failed to apply ${operator} operations to current value ((${show(value)})) for document {_id: ${show(doc._id)}}`,
          );
        }
        return result;
      }),
    ];
  };
}

function extreme(wanted: 1 | -1) {
  return (path: string, operand: unknown, { order }: UpdateContext): Modifier[] => [
    changing(path, (value) =>
      value === undefined || compareValues(operand, value, order) * wanted > 0
        ? copyValue(operand)
        : undefined,
    ),
  ];
}

function unset(path: string): Modifier[] {
  return [
    {
      path,
      apply: (doc, parts) => {
        const container = holder(doc, parts, false);
        if (!container) return;
        const last = parts.at(-1) as string;
        if (!Array.isArray(container)) delete container[last];
        else if (Number(last) < container.length) container[Number(last)] = null;
      },
    },
  ];
}

/** `$rename` takes the value away from one path and sets it at the other; both count for conflicts. */
function rename(from: string, operand: unknown): Modifier[] {
  if (typeof operand !== 'string')
    throw new StoreError(2, `The 'to' field for $rename must be a string: ${from}: ${show(operand)}`);
  if (operand === '' || from === '') throw new StoreError(56, 'An empty update path is not valid.');
  if (operand === from)
    throw new StoreError(2, `The source and target field for $rename must differ: ${from}: "${operand}"`);
  if (`${operand}.`.startsWith(`${from}.`) || `${from}.`.startsWith(`${operand}.`)) {
    throw new StoreError(
      2,
      `The source and target field for $rename must not be on the same path: ${from}: "${operand}"`,
    );
  }
  for (const [which, path] of [
    ['source', from],
    ['destination', operand],
  ] as const)
    if (path.split('.').some((part) => part.startsWith('$')))
      throw new StoreError(2, `The ${which} field for $rename may not be dynamic: ${path}`);
  const source = from.split('.');
  const move = (doc: Doc, parts: readonly string[]): void => {
    refuseArrays(doc, source, 'source', from);
    const container = holder(doc, source, false);
    const value = container && childOf(container, source.at(-1) as string);
    if (value === undefined) return;
    refuseArrays(doc, parts, 'destination', operand);
    const destination = holder(doc, parts, true) as Doc;
    delete (container as Doc)[source.at(-1) as string];
    put(destination, parts.at(-1) as string, value);
  };
  return [
    { path: operand, apply: move },
    { path: from, apply: () => undefined },
  ];
}

function refuseArrays(doc: Doc, parts: readonly string[], which: string, path: string): void {
  let current: unknown = doc;
  for (const part of parts.slice(0, -1)) {
    current = isDocument(current) ? current[part] : undefined;
    if (Array.isArray(current)) {
      throw new StoreError(
        2,
        `The ${which} field cannot be an array element, '${path}' in doc with _id: ${show(doc._id)} has an array field called '${part}'`,
      );
    }
  }
}

function currentDate(path: string, operand: unknown, { now }: UpdateContext): Modifier[] {
  const type = isDocument(operand)
    ? operand.$type
    : operand === true || operand === false
      ? 'date'
      : undefined;
  if (isDocument(operand) && Object.keys(operand).some((key) => key !== '$type')) {
    throw new StoreError(2, `Unrecognized $currentDate option: ${Object.keys(operand)[0]}`);
  }
  if (type !== 'date' && type !== 'timestamp') {
    throw new StoreError(
      2,
      isDocument(operand)
        ? "The '$type' string field is required to be 'date' or 'timestamp': {$currentDate: {field : {$type: 'date'}}}"
        : `${typeName(operand)} is not valid type for $currentDate. Please use a boolean ('true') or a $type expression ({$type: 'timestamp/date'}).`,
    );
  }
  return [changing(path, () => (type === 'date' ? now : nextTimestamp(now)))];
}

function arrayAt(operator: string, value: unknown, doc: Doc, parts: readonly string[]): unknown[] {
  if (Array.isArray(value)) return value;
  if (operator === '$push') {
    throw new StoreError(
      2,
      `The field '${parts.join('.')}' must be an array but is of type ${typeName(value)} in document {_id: ${show(doc._id)}}`,
    );
  }
  if (operator === '$addToSet') {
    throw new StoreError(
      2,
      `Cannot apply $addToSet to non-array field. Field named '${parts.at(-1)}' has non-array type ${typeName(value)}`,
    );
  }
  if (operator === '$pop') {
    throw new StoreError(
      14,
      `Path '${parts.join('.')}' contains an element of non-array type '${typeName(value)}'`,
    );
  }
  throw new StoreError(2, 'Cannot apply $pull to a non-array value');
}

function eachOf(operator: string, operand: unknown, allowed: string[]): { values: unknown[]; options: Doc } {
  if (!isDocument(operand) || !('$each' in operand)) return { values: [operand], options: {} };
  for (const name of Object.keys(operand)) {
    if (name !== '$each' && !allowed.includes(name)) {
      throw new StoreError(
        2,
        operator === '$push'
          ? `Unrecognized clause in $push: ${name}`
          : `Found unexpected fields after $each in $addToSet: ${show(operand)}`,
      );
    }
  }
  if (!Array.isArray(operand.$each)) {
    throw new StoreError(
      operator === '$push' ? 2 : 14,
      `The argument to $each in ${operator} must be an array but it was of type: ${typeName(operand.$each)}`,
    );
  }
  return { values: operand.$each, options: operand };
}

function integerOption(name: string, value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (!isNumeric(value) || !Number.isInteger(toDouble(value))) {
    throw new StoreError(
      2,
      `The value for ${name} must be an integer value but was given type: ${typeName(value)}`,
    );
  }
  return toDouble(value);
}

function pushOrder(
  sort: unknown,
  { order }: UpdateContext,
): ((left: unknown, right: unknown) => number) | undefined {
  if (sort === undefined) return undefined;
  if (isNumeric(sort)) {
    const direction = toDouble(sort);
    if (direction !== 1 && direction !== -1)
      throw new StoreError(2, 'The $sort element value must be either 1 or -1');
    return (left, right) => compareValues(left, right, order) * direction;
  }
  if (!isDocument(sort) || Object.keys(sort).length === 0) {
    throw new StoreError(
      2,
      'The $sort is invalid: use 1/-1 to sort the whole element, or {field:1/-1} to sort embedded fields',
    );
  }
  const compare = compileSort(sort, order);
  return (left, right) => compare(isDocument(left) ? left : {}, isDocument(right) ? right : {});
}

function push(path: string, operand: unknown, context: UpdateContext): Modifier[] {
  const { values, options } = eachOf('$push', operand, ['$slice', '$sort', '$position']);
  const slice = integerOption('$slice', options.$slice);
  const position = integerOption('$position', options.$position);
  const compare = pushOrder(options.$sort, context);
  return [
    changing(path, (value, doc, parts) => {
      const list = value === undefined ? [] : arrayAt('$push', value, doc, parts);
      const at =
        position === undefined ? list.length : position < 0 ? Math.max(0, list.length + position) : position;
      list.splice(at, 0, ...values.map(copyValue));
      if (compare) list.sort(compare);
      if (slice === undefined) return list;
      return slice === 0 ? [] : slice < 0 ? list.slice(slice) : list.slice(0, slice);
    }),
  ];
}

function addToSet(path: string, operand: unknown, { order }: UpdateContext): Modifier[] {
  const { values } = eachOf('$addToSet', operand, []);
  return [
    changing(path, (value, doc, parts) => {
      const list = value === undefined ? [] : arrayAt('$addToSet', value, doc, parts);
      for (const item of values)
        if (!list.some((known) => equalValues(known, item, order))) list.push(copyValue(item));
      return list;
    }),
  ];
}

function removing(operator: string, path: string, drop: (item: unknown) => boolean): Modifier[] {
  return [
    changing(
      path,
      (value, doc, parts) =>
        value === undefined ? undefined : arrayAt(operator, value, doc, parts).filter((item) => !drop(item)),
      false,
    ),
  ];
}

function pull(path: string, operand: unknown, context: UpdateContext): Modifier[] {
  if (isOperators(operand)) return removing('$pull', path, compileElement(operand, context));
  if (isDocument(operand)) {
    const test = compileFilter(operand, context);
    return removing('$pull', path, (item) => isDocument(item) && test(item));
  }
  const test = compileFilter({ item: operand }, context);
  return removing('$pull', path, (item) =>
    Array.isArray(operand)
      ? equalValues(item, operand, context.order)
      : !Array.isArray(item) && test({ item }) && (operand !== null || item === null),
  );
}

function pullAll(path: string, operand: unknown, { order }: UpdateContext): Modifier[] {
  if (!Array.isArray(operand))
    throw new StoreError(2, `$pullAll requires an array argument but was given a ${typeName(operand)}`);
  return removing('$pullAll', path, (item) => operand.some((gone) => equalValues(item, gone, order)));
}

function pop(path: string, operand: unknown): Modifier[] {
  const end = isNumeric(operand) ? toDouble(operand) : NaN;
  if (!isNumeric(operand)) throw new StoreError(9, `Expected a number in: ${path}: ${show(operand)}`);
  if (end !== 1 && end !== -1) throw new StoreError(9, `$pop expects 1 or -1, found: ${show(operand)}`);
  return [
    changing(
      path,
      (value, doc, parts) => {
        if (value === undefined) return undefined;
        const list = arrayAt('$pop', value, doc, parts);
        return end === 1 ? list.slice(0, -1) : list.slice(1);
      },
      false,
    ),
  ];
}

function bit(path: string, operand: unknown): Modifier[] {
  if (!isDocument(operand))
    throw new StoreError(
      2,
      `The $bit modifier is not compatible with a ${typeName(operand)}. You must pass in an embedded document: {$bit: {field: {and/or/xor: #}}`,
    );
  const operations = Object.entries(operand);
  if (operations.length === 0)
    throw new StoreError(
      2,
      `You must pass in at least one bitwise operation. The format is: {$bit: {field: {and/or/xor: #}}`,
    );
  for (const [name, value] of operations) {
    if (!['and', 'or', 'xor'].includes(name))
      throw new StoreError(
        2,
        `The $bit modifier only supports 'and', 'or', and 'xor', not '${name}' which is an unknown operator: {${name}: ${show(value)}}`,
      );
    if (!['int', 'long'].includes(numberKind(value) ?? ''))
      throw new StoreError(
        2,
        `The $bit modifier field must be an Integer(32/64 bit); a '${typeName(value)}' is not supported here: {${name}: ${show(value)}}`,
      );
  }
  return [
    changing(path, (current, doc, parts) => {
      const kind = current === undefined ? 'int' : numberKind(current);
      if (kind !== 'int' && kind !== 'long') {
        throw new StoreError(
          2,
          `Cannot apply $bit to a value of non-integral type._id: ${show(doc._id)} has the field ${parts.at(-1)} of non-integer type ${typeName(current)}`,
        );
      }
      let result = BigInt((current ?? 0) as number);
      let long = kind === 'long';
      for (const [name, value] of operations) {
        const bits = BigInt(value as number);
        long ||= numberKind(value) === 'long';
        result = name === 'and' ? result & bits : name === 'or' ? result | bits : result ^ bits;
      }
      return long ? result : Number(result);
    }),
  ];
}

type Compile = (path: string, operand: unknown, context: UpdateContext) => Modifier[];

const set: Compile = (path, operand) => [changing(path, () => copyValue(operand))];

const COMPILERS: Record<string, Compile> = {
  $set: set,
  $setOnInsert: (path, operand, context) =>
    set(path, operand, context).map((modifier) => ({ ...modifier, onlyOnInsert: true })),
  $unset: unset,
  $inc: arithmetic('$inc', '+'),
  $mul: arithmetic('$mul', '*'),
  $min: extreme(-1),
  $max: extreme(1),
  $rename: rename,
  $currentDate: currentDate,
  $push: push,
  $addToSet: addToSet,
  $pull: pull,
  $pullAll: pullAll,
  $pop: pop,
  $bit: bit,
};

/** The update operators that the engine knows. */
export const MODIFIERS: ReadonlySet<string> = new Set(Object.keys(COMPILERS));

/** Compiles one operator's change of one path; malformed operands are refused here, not when it is applied. */
export function compileModifier(
  operator: string,
  path: string,
  operand: unknown,
  context: UpdateContext,
): Modifier[] {
  return (COMPILERS[operator] as Compile)(path, operand, context);
}
