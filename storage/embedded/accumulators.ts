import { Decimal128 } from 'bson';
import { doubleValue, isDocument, type Doc } from './bson.js';
import { compareValues, type StringOrder } from './compare.js';
import { noScripts, StoreError } from './errors.js';
import { divideDecimals } from './expression-functions.js';
import { compileExpression, type Scope, type Variables } from './expression.js';
import { mapKey } from './key.js';
import { medianOf, percentilesOf } from './math-functions.js';
import { calculate, isNumeric, toDouble, type Numeric } from './numbers.js';
import { compileSort } from './sort.js';
import { nothing, show } from './types.js';

/** Takes the documents of one group one by one. */
export interface Accumulator {
  add(variables: Variables): void;
  result(): unknown;
}

type MakeAccumulator = () => Accumulator;

/** An accumulator over the values of one expression. */
function over(
  operand: unknown,
  scope: Scope,
  make: () => { add(value: unknown): void; result(): unknown },
): MakeAccumulator {
  const evaluate = compileExpression(operand, scope);
  return () => {
    const inner = make();
    return { add: (variables) => inner.add(evaluate(variables)), result: () => inner.result() };
  };
}

function add(sum: Numeric, value: Numeric): Numeric {
  const result = calculate(sum, value, '+');
  return result === 'overflow' ? doubleValue(toDouble(sum) + toDouble(value)) : result;
}

function summing(
  finish: (sum: Numeric, count: number) => unknown,
): () => { add(value: unknown): void; result(): unknown } {
  return () => {
    let sum: Numeric = 0;
    let count = 0;
    return {
      add: (value) => {
        if (!isNumeric(value)) return;
        sum = add(sum, value);
        count += 1;
      },
      result: () => finish(sum, count),
    };
  };
}

function average(sum: Numeric, count: number): unknown {
  if (count === 0) return null;
  return sum instanceof Decimal128 ? divideDecimals(sum, count) : doubleValue(toDouble(sum) / count);
}

function deviation(sample: boolean): () => { add(value: unknown): void; result(): unknown } {
  return () => {
    let [count, mean, squares] = [0, 0, 0];
    return {
      add: (value) => {
        if (!isNumeric(value)) return;
        count += 1;
        const delta = toDouble(value) - mean;
        mean += delta / count;
        squares += delta * (toDouble(value) - mean);
      },
      result: () => {
        const divisor = sample ? count - 1 : count;
        return divisor > 0 ? doubleValue(Math.sqrt(squares / divisor)) : null;
      },
    };
  };
}

function best(sign: 1 | -1, order: StringOrder): () => { add(value: unknown): void; result(): unknown } {
  return () => {
    let found: unknown = null;
    return {
      add: (value) => {
        if (nothing(value)) return;
        if (found === null || compareValues(value, found, order) * sign > 0) found = value;
      },
      result: () => found,
    };
  };
}

/** The different values; kept apart as they come, so that the end of a large group is no long turn. */
function uniting(order: StringOrder): () => { add(value: unknown): void; result(): unknown } {
  return () => {
    const values = new Map<string, unknown>();
    return {
      add: (value) => {
        if (value !== undefined) values.set(mapKey(value, order), value);
      },
      result: () => [...values.values()],
    };
  };
}

function listing(
  finish: (values: unknown[]) => unknown,
): () => { add(value: unknown): void; result(): unknown } {
  return () => {
    const values: unknown[] = [];
    return {
      add: (value) => {
        if (value !== undefined) values.push(value);
      },
      result: () => finish(values),
    };
  };
}

function first(keepLast: boolean): () => { add(value: unknown): void; result(): unknown } {
  return () => {
    let seen = false;
    let kept: unknown = null;
    return {
      add: (value) => {
        if (!seen || keepLast) kept = value ?? null;
        seen = true;
      },
      result: () => kept,
    };
  };
}

function howMany(name: string, operand: Doc, scope: Scope): number {
  const value = compileExpression(operand.n, scope)({});
  const count = isNumeric(value) ? toDouble(value) : NaN;
  if (!Number.isInteger(count))
    throw new StoreError(
      5787902,
      `Value for 'n' must be of integral type in ${name}, but found ${show(value)}`,
    );
  if (count < 1) throw new StoreError(5787908, `'n' must be greater than 0, found ${count} in ${name}`);
  return count;
}

function asDocument(name: string, operand: unknown): Doc {
  if (!isDocument(operand)) throw new StoreError(5787900, `specification must be an object; found ${name}`);
  return operand;
}

/** `$firstN` and its kin: all values of `input`, of which `pick` keeps n. */
function severalOf(name: string, pick: (values: unknown[], count: number, order: StringOrder) => unknown[]) {
  return (operand: unknown, scope: Scope): MakeAccumulator => {
    const given = asDocument(name, operand);
    const count = howMany(name, given, scope);
    const evaluate = compileExpression(given.input, scope);
    return () => {
      const values: unknown[] = [];
      return {
        add: (variables) => void values.push(evaluate(variables) ?? null),
        result: () => pick(values, count, scope.order),
      };
    };
  };
}

/** `$top`, `$bottom`, `$topN`, `$bottomN`. */
function ranked(name: string, fromEnd: boolean, several: boolean) {
  return (operand: unknown, scope: Scope): MakeAccumulator => {
    const given = asDocument(name, operand);
    const count = several ? howMany(name, given, scope) : 1;
    const compare = compileSort(given.sortBy, scope.order);
    const evaluate = compileExpression(given.output, scope);
    return () => {
      const rows: { doc: Doc; value: unknown }[] = [];
      return {
        add: (variables) =>
          void rows.push({ doc: variables.ROOT as Doc, value: evaluate(variables) ?? null }),
        result: () => {
          const sorted = rows.sort((left, right) => compare(left.doc, right.doc)).map(({ value }) => value);
          const kept = fromEnd ? sorted.slice(-count) : sorted.slice(0, count);
          return several ? kept : (kept[0] ?? null);
        },
      };
    };
  };
}

const simple =
  (make: (order: StringOrder) => () => { add(value: unknown): void; result(): unknown }) =>
  (operand: unknown, scope: Scope): MakeAccumulator =>
    over(operand, scope, make(scope.order));

function statistic(name: '$median' | '$percentile', finish: (parts: Doc) => unknown) {
  return (operand: unknown, scope: Scope): MakeAccumulator => {
    const given = asDocument(name, operand);
    const evaluate = compileExpression(given.input, scope);
    return () => {
      const values: unknown[] = [];
      return {
        add: (variables) => void values.push(evaluate(variables)),
        result: () => finish({ ...given, input: values.filter(isNumeric) }),
      };
    };
  };
}

const ACCUMULATORS: Record<string, (operand: unknown, scope: Scope) => MakeAccumulator> = {
  $sum: simple(() => summing((sum) => sum)),
  $avg: simple(() => summing(average)),
  $min: simple((order) => best(-1, order)),
  $max: simple((order) => best(1, order)),
  $first: simple(() => first(false)),
  $last: simple(() => first(true)),
  $push: simple(() => listing((values) => values)),
  $addToSet: simple(uniting),
  $mergeObjects: simple(() => listing((values) => Object.assign({}, ...values.filter(isDocument)) as Doc)),
  $stdDevPop: simple(() => deviation(false)),
  $stdDevSamp: simple(() => deviation(true)),
  $count: (operand, scope) => {
    if (!isDocument(operand) || Object.keys(operand).length > 0)
      throw new StoreError(15981, '$count takes no arguments, i.e. $count:{}');
    return over(
      1,
      scope,
      summing((sum) => sum),
    );
  },
  $firstN: severalOf('$firstN', (values, count) => values.slice(0, count)),
  $lastN: severalOf('$lastN', (values, count) => values.slice(-count)),
  $minN: severalOf('$minN', (values, count, order) =>
    values
      .filter((value) => !nothing(value))
      .sort((a, b) => compareValues(a, b, order))
      .slice(0, count),
  ),
  $maxN: severalOf('$maxN', (values, count, order) =>
    values
      .filter((value) => !nothing(value))
      .sort((a, b) => compareValues(b, a, order))
      .slice(0, count),
  ),
  $top: ranked('$top', false, false),
  $bottom: ranked('$bottom', true, false),
  $topN: ranked('$topN', false, true),
  $bottomN: ranked('$bottomN', true, true),
  $median: statistic('$median', medianOf),
  $percentile: statistic('$percentile', percentilesOf),
};

const UNARY = new Set(
  '$sum $avg $min $max $first $last $push $addToSet $mergeObjects $stdDevPop $stdDevSamp'.split(' '),
);

/** Compiles the accumulated fields of `$group` or `$bucket`. */
export function compileAccumulators(spec: Doc, scope: Scope): [name: string, make: MakeAccumulator][] {
  return Object.entries(spec).map(([name, definition]) => {
    if (name.includes('.')) throw new StoreError(40235, `The field name '${name}' cannot contain '.'`);
    if (name.startsWith('$'))
      throw new StoreError(40236, `The field name '${name}' cannot be an operator name`);
    if (!isDocument(definition))
      throw new StoreError(40234, `The field '${name}' must be an accumulator object`);
    const names = Object.keys(definition);
    if (names.length !== 1) throw new StoreError(40238, `The field '${name}' must specify one accumulator`);
    const operator = names[0] as string;
    const make = ACCUMULATORS[operator];
    if (operator === '$accumulator' || operator === '$function') throw noScripts();
    if (!make) throw new StoreError(15952, `unknown group operator '${operator}'`);
    if (UNARY.has(operator) && Array.isArray(definition[operator]) && definition[operator].length !== 1)
      throw new StoreError(40237, `The ${operator} accumulator is a unary operator`);
    return [name, make(definition[operator], scope)];
  });
}
