import type { StringOrder } from './compare.js';

/** An operator over values that are evaluated already; `alone` says that the operand was not written as a list. */
export interface Operator {
  least: number;
  most: number;
  /** The operand is one document of named parts. */
  named?: boolean;
  apply(args: unknown[], order: StringOrder, alone?: boolean): unknown;
}
