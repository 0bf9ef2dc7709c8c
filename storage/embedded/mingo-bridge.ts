import { BSONRegExp, Decimal128, Double, Long } from 'bson';
import type * as Core from 'mingo/core';
import type { Options } from 'mingo/types';
import { loadWhenNeeded } from '../../core/kernel/load-when-needed.js';
import { isDocument } from './bson.js';
import { StoreError } from './errors.js';

// Its files would be a tenth of every start.
const core = loadWhenNeeded(import.meta.url, 'mingo/core') as () => typeof Core;
const known = loadWhenNeeded(import.meta.url, 'mingo/operators/expression') as () => Record<string, never>;

let options: Options | undefined;

function mingoOptions(): Options {
  options ??= {
    idKey: '_id',
    scriptEnabled: false,
    useStrictMode: true,
    failOnError: true,
    processingMode: core().ProcessingMode.CLONE_OFF,
    context: core().Context.init({ expression: { ...known() } }),
  } as Options;
  return options;
}

/** Applies one of mingo's expression operators to arguments that are evaluated already. */
export function callMingo(name: string, args: unknown): unknown {
  try {
    return fromMingo(core().evalExpr(null, { [name]: quoted(args) }, mingoOptions()));
  } catch (error) {
    if (error instanceof StoreError) throw error;
    throw new StoreError(2, error instanceof Error ? error.message : String(error));
  }
}

/** mingo evaluates its operands itself, so each value goes in as a literal. */
function quoted(args: unknown): unknown {
  if (Array.isArray(args)) return args.map((item) => ({ $literal: toMingo(item) }));
  if (isDocument(args)) {
    return Object.fromEntries(
      Object.entries(args)
        .filter(([, value]) => value !== undefined)
        .map(([key, value]) => [key, { $literal: toMingo(value) }]),
    );
  }
  return { $literal: toMingo(args) };
}

/** mingo knows one kind of number; the others go in as doubles. */
export function toMingo(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Double) return value.value;
  if (value instanceof Decimal128) return Number(value.toString());
  if (value instanceof BSONRegExp) return new RegExp(value.pattern, value.options.replace(/[^ims]/g, ''));
  if (Array.isArray(value)) return value.map(toMingo);
  if (isDocument(value))
    return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, toMingo(field)]));
  return value;
}

function fromMingo(value: unknown): unknown {
  return value instanceof Long ? value.toBigInt() : value;
}
