import { doubleValue, isDocument, type Doc } from './bson.js';
import { binaryOrder, RANK, rankOf, type StringOrder } from './compare.js';
import { noScripts, StoreError } from './errors.js';
import { TEXT_AND_DATE_FUNCTIONS } from './text-and-date-functions.js';
import { isNumeric, toDouble } from './numbers.js';
import { FUNCTIONS } from './expression-functions.js';
import { pathParts } from './path.js';
import { TEXT_SCORE, type TextScore } from './text-search.js';
import { nothing, show, typeName } from './types.js';

/** What an expression can name: ROOT, CURRENT, NOW and the variables of `let`. */
export type Variables = Readonly<Record<string, unknown>>;
/** What an expression is compiled in: the order of texts, and the variables that it may name. */
export interface Scope {
  order: StringOrder;
  variables: Variables;
}
const NOTHING_NAMED: Scope = { order: binaryOrder, variables: {} };
/** Variables that every expression may name. */
const OF_THE_SYSTEM = new Set(['ROOT', 'CURRENT', 'NOW']);
const LEVELS: Variables = { DESCEND: 'descend', PRUNE: 'prune', KEEP: 'keep' };
/** A scope in which more names are known. */
export const within = (scope: Scope, ...names: string[]): Scope => ({
  ...scope,
  variables: { ...scope.variables, ...Object.fromEntries(names.map((name) => [name, undefined])) },
});

/** A compiled expression; `undefined` is MongoDB's "missing". */
export type Evaluate = (variables: Variables) => unknown;

/** Truth as aggregation sees it: false, null, missing and zero are false. */
export function truthy(value: unknown): boolean {
  if (value === undefined || value === null || value === false) return false;
  return !isNumeric(value) || toDouble(value) !== 0;
}

/** The values that a field path reaches: arrays are mapped over, what is missing is left out. */
function fieldPath(value: unknown, parts: readonly string[], from: number): unknown {
  let current = value;
  for (let at = from; at < parts.length; at += 1) {
    if (Array.isArray(current)) {
      const values = current.map((item) => fieldPath(item, parts, at));
      return values.filter((item) => item !== undefined);
    }
    if (!isDocument(current)) return undefined;
    const part = parts[at] as string;
    current = Object.hasOwn(current, part) ? current[part] : undefined;
  }
  return current;
}

function variablePath(text: string, scope: Scope): Evaluate {
  const [name, ...parts] = text.split('.') as [string, ...string[]];
  if (name === 'REMOVE') return () => undefined;
  if (name === 'CLUSTER_TIME')
    throw new StoreError(51144, 'system variable $$CLUSTER_TIME is not available in standalone mode');
  if (!/^([a-zA-Z\u0080-\uffff][\w\u0080-\uffff]*)$/.test(name)) {
    throw new StoreError(9, `'${name}' starts with an invalid character for a user variable name`);
  }
  if (Object.hasOwn(LEVELS, name)) return () => fieldPath(LEVELS[name], parts, 0);
  if (!OF_THE_SYSTEM.has(name) && !(name in scope.variables))
    throw new StoreError(17276, `Use of undefined variable: ${name}`);
  return (variables) => fieldPath(variables[name], parts, 0);
}

function text(value: string, scope: Scope): Evaluate {
  if (value.startsWith('$$')) return variablePath(value.slice(2), scope);
  if (!value.startsWith('$')) return () => value;
  if (value.length === 1) throw new StoreError(16872, "'$' by itself is not a valid FieldPath");
  const parts = pathParts(value.slice(1));
  if (parts.includes('')) {
    throw new StoreError(15998, 'FieldPath field names may not be empty strings.');
  }
  if (parts.length === 1) {
    const name = parts[0] as string;
    return ({ CURRENT }) =>
      isDocument(CURRENT)
        ? Object.hasOwn(CURRENT, name)
          ? CURRENT[name]
          : undefined
        : fieldPath(CURRENT, parts, 0);
  }
  return ({ CURRENT }) => fieldPath(CURRENT, parts, 0);
}

/** Compiles an aggregation expression. Throws StoreError for unknown operators and malformed arguments. */
export function compileExpression(expression: unknown, scope: Scope = NOTHING_NAMED): Evaluate {
  if (typeof expression === 'string') return text(expression, scope);
  if (Array.isArray(expression)) {
    const items = expression.map((item) => compileExpression(item, scope));
    return (variables) => items.map((item) => item(variables) ?? null);
  }
  if (!isDocument(expression)) return () => expression;
  const names = Object.keys(expression);
  const operator = names.find((name) => name.startsWith('$'));
  if (operator === undefined) return documentExpression(expression, scope);
  if (names.length > 1) {
    throw new StoreError(
      15983,
      `an expression specification must contain exactly one field, the name of the expression. Found ${names.length} fields`,
    );
  }
  return operation(operator, expression[operator], scope);
}

function documentExpression(expression: Doc, scope: Scope): Evaluate {
  const fields = Object.entries(expression).map(([name, value]) => {
    if (name.includes('.'))
      throw new StoreError(
        16412,
        `FieldPath field names may not contain '.'. Consider using $getField or $setField.`,
      );
    return [name, compileExpression(value, scope)] as const;
  });
  return (variables) => {
    const doc: Doc = {};
    for (const [name, evaluate] of fields) {
      const value = evaluate(variables);
      if (value !== undefined) doc[name] = value;
    }
    return doc;
  };
}

function operation(name: string, operand: unknown, scope: Scope): Evaluate {
  const special = SPECIAL[name];
  if (special) return special(operand, scope);
  const known = FUNCTIONS[name] ?? TEXT_AND_DATE_FUNCTIONS[name];
  if (known) {
    const { least, most, apply } = known;
    known.check?.(operand);
    const list = Array.isArray(operand) ? operand : [operand];
    if (known.named) {
      const named = compileExpression(isDocument(operand) ? operand : { value: operand }, scope);
      return (variables) => apply([named(variables)], scope.order);
    }
    if (list.length < least || list.length > most) throw wrongCount(name, least, most, list.length);
    const compiled = list.map((item) => compileExpression(item, scope));
    if (compiled.length === 1) {
      const only = compiled[0] as Evaluate;
      return (variables) => apply([only(variables)], scope.order, true);
    }
    return (variables) =>
      apply(
        compiled.map((evaluate) => evaluate(variables)),
        scope.order,
      );
  }
  throw new StoreError(168, `Unrecognized expression '${name}'`);
}

/** Whether there is an expression operator of a name. */
export const knowsExpression = (name: string): boolean =>
  [SPECIAL, FUNCTIONS, TEXT_AND_DATE_FUNCTIONS].some((table) => Object.hasOwn(table, name));

function wrongCount(name: string, least: number, most: number, given: number): StoreError {
  if (least === most) {
    return new StoreError(
      16020,
      `Expression ${name} takes exactly ${least} arguments. ${given} were passed in.`,
    );
  }
  return new StoreError(
    28667,
    `Expression ${name} takes at least ${least} arguments, and at most ${most}, but ${given} were passed in.`,
  );
}

type Special = (operand: unknown, scope: Scope) => Evaluate;

/** The server's code for each part that an operator cannot do without. */
const MISSING_PART: Record<string, number> = {
  '$cond if': 17080,
  '$cond then': 17081,
  '$cond else': 17082,
  '$map input': 16880,
  '$map in': 16882,
  '$filter cond': 28650,
  '$reduce input': 40077,
  '$reduce initialValue': 40078,
  '$reduce in': 40079,
  '$let vars': 16876,
  '$let in': 16877,
  '$switch branches': 40068,
};

/** The server's codes for an operand that is no object, and for a part that an operator does not have. */
const REFUSED_PARTS: Record<string, { object: number; unknown: number }> = {
  $cond: { object: 28646, unknown: 17083 },
  $let: { object: 16874, unknown: 16875 },
  $map: { object: 16878, unknown: 16879 },
  $reduce: { object: 40075, unknown: 40076 },
  $switch: { object: 40060, unknown: 40067 },
};

/** The named parts of an operator such as `$map`; unknown and absent ones are refused. */
function named(name: string, operand: unknown, required: string[], optional: string[] = []): Doc {
  const { object, unknown } = REFUSED_PARTS[name] ?? { object: 28646, unknown: 28647 };
  if (!isDocument(operand)) throw new StoreError(object, `${name} only supports an object as its argument`);
  for (const key of Object.keys(operand)) {
    if (!required.includes(key) && !optional.includes(key)) {
      throw new StoreError(unknown, `Unrecognized parameter to ${name}: ${key}`);
    }
  }
  for (const key of required) {
    if (!(key in operand))
      throw new StoreError(MISSING_PART[`${name} ${key}`] ?? 28648, `Missing '${key}' parameter to ${name}`);
  }
  return operand;
}

function arrayInput(name: string, value: unknown, code: number): unknown[] | undefined {
  if (value === null || value === undefined) return undefined;
  if (!Array.isArray(value))
    throw new StoreError(code, `input to ${name} must be an array not ${typeName(value)}`);
  return value;
}

function variableName(value: unknown, fallback: string): string {
  return typeof value === 'string' ? checkVariable(value) : fallback;
}

/** Variables of one's own begin with a small letter, so that none hides one of the system's. */
function checkVariable(name: string): string {
  if (name !== 'CURRENT' && !/^[a-z\u0080-\uffff][\w\u0080-\uffff]*$/.test(name))
    throw new StoreError(9, `'${name}' starts with an invalid character for a user variable name`);
  return name;
}

function condition(operand: unknown, scope: Scope): Evaluate {
  let parts: unknown[];
  if (Array.isArray(operand)) parts = operand;
  else {
    const given = named('$cond', operand, ['if', 'then', 'else']);
    parts = [given.if, given.then, given.else];
  }
  if (parts.length !== 3) throw wrongCount('$cond', 3, 3, parts.length);
  const [test, yes, no] = parts.map((part) => compileExpression(part, scope)) as [
    Evaluate,
    Evaluate,
    Evaluate,
  ];
  return (variables) => (truthy(test(variables)) ? yes(variables) : no(variables));
}

function switchOver(operand: unknown, scope: Scope): Evaluate {
  const given = named('$switch', operand, ['branches'], ['default']);
  if (!Array.isArray(given.branches))
    throw new StoreError(
      40061,
      `$switch expected an array for 'branches', found: ${typeName(given.branches)}`,
    );
  if (given.branches.length === 0) throw new StoreError(40068, '$switch requires at least one branch.');
  const branches = given.branches.map((branch) => {
    if (!isDocument(branch))
      throw new StoreError(40062, `$switch expected each branch to be an object, found: ${typeName(branch)}`);
    const unknown = Object.keys(branch).find((name) => name !== 'case' && name !== 'then');
    if (unknown !== undefined)
      throw new StoreError(40063, `$switch found an unknown argument to a branch: ${unknown}`);
    if (!('case' in branch))
      throw new StoreError(40064, "$switch requires each branch have a 'case' expression");
    if (!('then' in branch))
      throw new StoreError(40065, "$switch requires each branch have a 'then' expression.");
    return [compileExpression(branch.case, scope), compileExpression(branch.then, scope)] as const;
  });
  const otherwise = 'default' in given ? compileExpression(given.default, scope) : undefined;
  return (variables) => {
    for (const [test, then] of branches) if (truthy(test(variables))) return then(variables);
    if (!otherwise)
      throw new StoreError(
        40066,
        '$switch could not find a matching branch for an input, and no default was specified.',
      );
    return otherwise(variables);
  };
}

const SPECIAL: Record<string, Special> = {
  $function: () => {
    throw noScripts();
  },
  $literal: (operand) => () => operand,
  $meta: (operand) => {
    if (operand !== 'textScore')
      throw new StoreError(17308, `Unsupported argument to $meta: ${String(operand)}`);
    return (variables) => {
      const score = variables[TEXT_SCORE];
      if (typeof score !== 'function')
        throw new StoreError(40218, 'query requires text score metadata, but it is not available');
      return doubleValue((score as TextScore)(variables.ROOT as Doc) ?? 0);
    };
  },
  $const: (operand) => () => operand,
  $expr: compileExpression,
  $cond: condition,
  $switch: switchOver,
  $and: (operand, scope) => {
    const tests = (Array.isArray(operand) ? operand : [operand]).map((item) =>
      compileExpression(item, scope),
    );
    return (variables) => tests.every((test) => truthy(test(variables)));
  },
  $or: (operand, scope) => {
    const tests = (Array.isArray(operand) ? operand : [operand]).map((item) =>
      compileExpression(item, scope),
    );
    return (variables) => tests.some((test) => truthy(test(variables)));
  },
  $ifNull: (operand, scope) => {
    const items = (Array.isArray(operand) ? operand : [operand]).map((item) =>
      compileExpression(item, scope),
    );
    if (items.length < 2)
      throw new StoreError(1257300, `$ifNull needs at least two arguments, had: ${items.length}`);
    return (variables) => {
      let value: unknown;
      for (const item of items) {
        value = item(variables);
        if (value !== null && value !== undefined) break;
      }
      return value;
    };
  },
  $let: (operand, scope) => {
    const given = named('$let', operand, ['vars', 'in']);
    const vars = Object.entries(given.vars as Doc).map(
      ([name, value]) => [checkVariable(name), compileExpression(value, scope)] as const,
    );
    const body = compileExpression(given.in, within(scope, ...vars.map(([name]) => name)));
    return (variables) =>
      body({
        ...variables,
        ...Object.fromEntries(vars.map(([name, evaluate]) => [name, evaluate(variables)])),
      });
  },
  $map: (operand, scope) => {
    const given = named('$map', operand, ['input', 'in'], ['as']);
    const input = compileExpression(given.input, scope);
    const name = variableName(given.as, 'this');
    const body = compileExpression(given.in, within(scope, name));
    return (variables) => {
      const items = arrayInput('$map', input(variables), 16883);
      return items ? items.map((item) => body({ ...variables, [name]: item }) ?? null) : null;
    };
  },
  $filter: (operand, scope) => {
    const given = named('$filter', operand, ['input', 'cond'], ['as', 'limit']);
    const input = compileExpression(given.input, scope);
    const name = variableName(given.as, 'this');
    const test = compileExpression(given.cond, within(scope, name));
    const limit = compileExpression(given.limit ?? null, scope);
    return (variables) => {
      const items = arrayInput('$filter', input(variables), 28651);
      if (!items) return null;
      const most = limit(variables);
      if (!nothing(most) && !(isNumeric(most) && Number.isInteger(toDouble(most))))
        throw new StoreError(
          327391,
          `$filter: limit must be represented as a 32-bit integral value: ${show(most)}`,
        );
      if (isNumeric(most) && toDouble(most) <= 0)
        throw new StoreError(327392, `$filter: limit must be greater than 0: ${show(most)}`);
      const kept = items.filter((item) => truthy(test({ ...variables, [name]: item })));
      return isNumeric(most) ? kept.slice(0, toDouble(most)) : kept;
    };
  },
  $reduce: (operand, scope) => {
    const given = named('$reduce', operand, ['input', 'initialValue', 'in']);
    const input = compileExpression(given.input, scope);
    const initial = compileExpression(given.initialValue, scope);
    const body = compileExpression(given.in, within(scope, 'value', 'this'));
    return (variables) => {
      const items = arrayInput('$reduce', input(variables), 40080);
      if (!items) return null;
      return items.reduce(
        (value: unknown, item) => body({ ...variables, value, this: item }),
        initial(variables),
      );
    };
  },
  $getField: (operand, scope) => {
    const given =
      isDocument(operand) && 'field' in operand
        ? named('$getField', operand, ['field'], ['input'])
        : { field: operand };
    const name = constantName('$getField', given.field, scope, 3041704, 5654602);
    const input = compileExpression('input' in given ? given.input : '$$CURRENT', scope);
    return (variables) => {
      const source = input(variables);
      if (source === null) return null;
      return isDocument(source) && Object.hasOwn(source, name) ? source[name] : undefined;
    };
  },
  $setField: (operand, scope) => {
    const given = named('$setField', operand, ['field', 'input', 'value']);
    return setField('$setField', given.field, given.input, given.value, scope);
  },
  $unsetField: (operand, scope) => {
    const given = named('$unsetField', operand, ['field', 'input']);
    return setField('$unsetField', given.field, given.input, '$$REMOVE', scope);
  },
};

function constantName(
  operator: string,
  field: unknown,
  scope: Scope,
  notText: number,
  notConstant: number,
): string {
  if (typeof field === 'string' && field.startsWith('$')) {
    throw new StoreError(
      notConstant,
      `${operator} requires 'field' to evaluate to a constant, but got a non-constant argument`,
    );
  }
  const name = compileExpression(field, scope)({});
  if (typeof name !== 'string') {
    throw new StoreError(
      notText,
      `${operator} requires 'field' to evaluate to type String, but got ${typeName(name)}`,
    );
  }
  return name;
}

function setField(
  operator: string,
  field: unknown,
  inputExpression: unknown,
  valueExpression: unknown,
  scope: Scope,
): Evaluate {
  const name = constantName(operator, field, scope, 4161107, 4161106);
  const input = compileExpression(inputExpression, scope);
  const evaluate = compileExpression(valueExpression, scope);
  return (variables) => {
    const source = input(variables);
    if (source === null || source === undefined) return null;
    if (rankOf(source) !== RANK.object) {
      throw new StoreError(4161105, `${operator} requires 'input' to evaluate to type Object`);
    }
    const result: Doc = { ...(source as Doc) };
    const value = evaluate(variables);
    if (value === undefined) delete result[name];
    else result[name] = value;
    return result;
  };
}
