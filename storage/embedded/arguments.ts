import { isDocument, type Doc } from './bson.js';
import { stringOrder } from './collation.js';
import { binaryOrder } from './compare.js';
import { StoreError } from './errors.js';
import { compileExpression, type Variables } from './expression.js';
import type { MatchContext } from './match.js';
import { isNumeric, toDouble } from './numbers.js';
import { typeName } from './types.js';

/** The refusal of an argument of another type. */
export const wrongType = (command: string, field: string, value: unknown, wanted: string): StoreError =>
  new StoreError(
    14,
    `BSON field '${command}.${field}' is the wrong type '${typeName(value)}', expected type '${wanted}'`,
  );

/** Refuses what is left of a document once the fields that it may have are taken out. */
export function refuseUnknown(place: string, others: Doc): void {
  const [unknown] = Object.keys(others);
  if (unknown !== undefined)
    throw new StoreError(40415, `BSON field '${place}.${unknown}' is an unknown field.`);
}

/** A whole number argument, or the fallback when it is absent. */
export function numberArgument(command: string, args: Doc, field: string, fallback: number): number {
  const value = args[field];
  if (value === undefined || value === null) return fallback;
  if (!isNumeric(value)) {
    throw new StoreError(
      14,
      `BSON field '${command}.${field}' is the wrong type '${typeName(value)}', expected types '[long, int, decimal, double]'`,
    );
  }
  const number = Math.trunc(toDouble(value));
  // Counting reads a negative limit as the positive one.
  if (number < 0 && !(command === 'count' && field === 'limit')) {
    throw new StoreError(51024, `BSON field '${field}' value must be >= 0, actual value '${number}'`);
  }
  return number;
}

/** A document argument, or an empty one. */
export function documentArgument(command: string, args: Doc, field: string): Doc {
  const value = args[field];
  if (value === undefined || value === null) return {};
  if (!isDocument(value)) throw wrongType(command, field, value, 'object');
  return value;
}

export function textArgument(command: string, args: Doc, field: string): string {
  const value = args[field];
  if (value === undefined)
    throw new StoreError(40414, `BSON field '${command}.${field}' is missing but a required field`);
  if (typeof value !== 'string') throw wrongType(command, field, value, 'string');
  return value;
}

/** Flags are booleans; numbers count as in MongoDB's lenient parser. */
export function flagArgument(command: string, args: Doc, field: string): boolean {
  const value = args[field];
  if (value === undefined || value === null) return false;
  if (typeof value === 'boolean') return value;
  if (isNumeric(value)) return toDouble(value) !== 0;
  throw new StoreError(
    14,
    `BSON field '${command}.${field}' is the wrong type '${typeName(value)}', expected types '[bool, long, int, decimal, double]'`,
  );
}

/** A hint; an empty document is none. */
export function hintArgument(args: Doc): unknown {
  const { hint } = args;
  if (hint === undefined || (isDocument(hint) && Object.keys(hint).length === 0)) return undefined;
  if (typeof hint !== 'string' && !isDocument(hint))
    throw new StoreError(9, 'Hint must be a string or an object');
  return hint;
}

/** The variables of a command: NOW and those of `let`. */
export function commandVariables(args: Doc, now: Date): Variables {
  const variables: Record<string, unknown> = { NOW: now };
  if (args.let === undefined) return variables;
  if (!isDocument(args.let)) throw wrongType('command', 'let', args.let, 'object');
  for (const [name, expression] of Object.entries(args.let)) {
    if (!/^[a-z\u0080-\uffff]/.test(name)) {
      throw new StoreError(9, `'${name}' starts with an invalid character for a user variable name`);
    }
    const evaluate = compileExpression(expression, { order: binaryOrder, variables });
    variables[name] = evaluate(withoutDocument(variables)) ?? null;
  }
  return variables;
}

/** Variables of an expression that is worked out before there is any document. */
function withoutDocument(variables: Variables): Variables {
  const get = (): never => {
    throw new StoreError(
      4890500,
      'Command let Expression tried to access a field, but this is not allowed because Command let expressions run before the query examines any documents.',
    );
  };
  return Object.defineProperties({ ...variables }, { CURRENT: { get }, ROOT: { get } });
}

export function matchContext(args: Doc, now: Date, collation: unknown = args.collation): MatchContext {
  return { order: stringOrder(collation), variables: commandVariables(args, now) };
}
