import { isDocument, type Doc } from './bson.js';
import type { StringOrder } from './compare.js';
import { StoreError } from './errors.js';
import { isNumeric, type Numeric } from './numbers.js';
import { nothing, typeName } from './types.js';

/** An operator over values that are evaluated already; `alone` says that the operand was not written as a list. */
export interface Operator {
  least: number;
  most: number;
  /** The operand is one document of named parts. */
  named?: boolean;
  /** Refuses an operand that is written wrongly, before anything is evaluated. */
  check?(operand: unknown): void;
  apply(args: unknown[], order: StringOrder, alone?: boolean): unknown;
}

/** An operator of exactly so many values. */
export const fixed = (count: number, apply: Operator['apply']): Operator => between(count, count, apply);

/** An operator of any number of values. */
export const variadic = (apply: Operator['apply']): Operator => between(0, Infinity, apply);

/** An operator of at least and at most so many values. */
export const between = (least: number, most: number, apply: Operator['apply']): Operator => ({
  least,
  most,
  apply,
});

/** An operator over the parts of one document. */
export const byName = (apply: (parts: Doc, order: StringOrder) => unknown): Operator => ({
  least: 1,
  most: 1,
  named: true,
  apply: ([parts], order) => apply(parts as Doc, order),
});

/**
 * An operator over named parts: `needed` ones with the code for each that is absent, and `optional` ones. Anything else is refused with
 * the codes for an operand that is no object and for a part that is unknown.
 */
export const byParts = (
  name: string,
  codes: { object: number; unknown: number },
  needed: Record<string, number>,
  optional: readonly string[],
  apply: (parts: Doc, order: StringOrder) => unknown,
): Operator => ({
  ...byName(apply),
  check: (operand) => {
    if (!isDocument(operand)) throw new StoreError(codes.object, `${name} requires an object as an argument`);
    for (const part of Object.keys(operand))
      if (!(part in needed) && !optional.includes(part))
        throw new StoreError(codes.unknown, `${name} found an unknown argument: ${part}`);
    for (const [part, code] of Object.entries(needed))
      if (!(part in operand)) throw new StoreError(code, `${name} requires '${part}' to be specified`);
  },
});

/** @returns the number; refuses what is none. */
export function numeric(name: string, value: unknown, code = 28765): Numeric {
  if (!isNumeric(value))
    throw new StoreError(code, `${name} only supports numeric types, not ${typeName(value)}`);
  return value;
}

/** A function of one number; null and missing give null. */
export const ofNumber = (name: string, apply: (value: Numeric) => unknown): Operator =>
  fixed(1, ([value]) => (nothing(value) ? null : apply(numeric(name, value))));

/** `$sum`, `$avg`, `$min`, `$max` as expressions: over their arguments, or over the one array they are given. */
export const overList = (apply: (values: unknown[], order: StringOrder) => unknown): Operator =>
  variadic((args, order, alone) =>
    apply(alone && args.length === 1 && Array.isArray(args[0]) ? args[0] : args, order),
  );
