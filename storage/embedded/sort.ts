import { isDocument, type Doc } from './bson.js';
import { binaryOrder, compareValues, RANK, rankOf, type StringOrder } from './compare.js';
import { StoreError } from './errors.js';
import { EMPTY_ARRAY } from './key.js';
import { indexTuples } from './index-keys.js';
import { isNumeric, toDouble } from './numbers.js';
import { pathParts, reach } from './path.js';
import { TEXT_SCORE } from './text-search.js';
import { show } from './types.js';

export interface SortField {
  path: string;
  parts: readonly string[];
  direction: 1 | -1;
  /** Sorts by how well `$text` matched. */
  meta?: 'textScore';
  /** What a document sorts by, when that is no field of it. */
  value?: (doc: Doc) => unknown;
}

/** Reads a sort specification. */
export function sortFields(spec: unknown): SortField[] {
  if (!isDocument(spec)) throw new StoreError(14, `Expected field sort to be of type object`);
  return Object.entries(spec).map(([path, value]) => {
    if (isDocument(value)) {
      if (value.$meta !== 'textScore') throw new StoreError(17312, `Illegal $meta sort: ${show(value)}`);
      return { path, parts: [], direction: -1, meta: 'textScore' };
    }
    const direction = isNumeric(value) ? toDouble(value) : NaN;
    if (!isNumeric(value))
      throw new StoreError(15974, `Illegal key in $sort specification: ${path}: ${String(value)}`);
    if (direction !== 1 && direction !== -1)
      throw new StoreError(15975, '$sort key ordering must be 1 (for ascending) or -1 (for descending)');
    if (path === '' || path.split('.').includes(''))
      throw new StoreError(15998, 'FieldPath field names may not be empty strings.');
    if (path.split('.').some((part) => part.startsWith('$') && part !== '$natural'))
      throw new StoreError(
        16410,
        `FieldPath field names may not start with '$'. Consider using $getField or $setField.`,
      );
    return { path, parts: pathParts(path), direction };
  });
}

/** Gives fields that sort by the score of `$text` the function that knows it. */
export function scored(
  fields: readonly SortField[],
  variables: Readonly<Record<string, unknown>>,
): readonly SortField[] {
  if (!fields.some(({ meta }) => meta)) return fields;
  const score = variables[TEXT_SCORE];
  if (typeof score !== 'function')
    throw new StoreError(40218, 'query requires text score metadata, but it is not available');
  return fields.map((field) => (field.meta ? { ...field, value: score as (doc: Doc) => unknown } : field));
}

/**
 * The values that a document sorts by. Of an array that several fields go through, one element gives all of them: the one that comes
 * first in the order.
 */
export function sortValues(doc: Doc, fields: readonly SortField[], order: StringOrder): unknown[] {
  const inArrays =
    fields.length > 1 && fields.filter(({ parts, value }) => !value && meetsArray(doc, parts)).length > 1;
  const single = fields.map(({ parts, direction, value }) =>
    value ? value(doc) : sortValue(doc, parts, direction, order),
  );
  if (!inArrays) return single;
  const [first = single, ...others] = sortTuples(doc, fields).map((tuple) =>
    tuple.map((part, at) => (fields[at]?.value ? single[at] : part)),
  );
  return others.reduce(
    (best, tuple) => (compareTuples(tuple, best, fields, order) < 0 ? tuple : best),
    first,
  );
}

function sortTuples(doc: Doc, fields: readonly SortField[]): unknown[][] {
  try {
    return indexTuples(
      doc,
      fields.map(({ parts }) => parts),
    ).tuples;
  } catch (error) {
    if (error instanceof StoreError && error.code === 171)
      throw new StoreError(2, 'cannot sort with keys that are parallel arrays');
    throw error;
  }
}

function meetsArray(doc: Doc, parts: readonly string[]): boolean {
  let value: unknown = doc;
  for (const part of parts) {
    if (!isDocument(value)) break;
    value = value[part];
  }
  return Array.isArray(value);
}

/** Compares two documents by their values of {@link sortValues}. */
export function compareTuples(
  left: readonly unknown[],
  right: readonly unknown[],
  fields: readonly SortField[],
  order: StringOrder,
): number {
  for (const [at, { direction }] of fields.entries()) {
    const result = compareSortValues(left[at], right[at], order) * direction;
    if (result !== 0) return result;
  }
  return 0;
}

/** The value that a document sorts by: of an array its least element going up and its greatest going down. */
function sortValue(doc: Doc, parts: readonly string[], direction: 1 | -1, order: StringOrder): unknown {
  let best: unknown;
  let found = false;
  const consider = (value: unknown): boolean => {
    if (!found || compareSortValues(value, best, order) * direction < 0) best = value;
    found = true;
    return false;
  };
  reach(doc, parts, 0, (value) => {
    if (!Array.isArray(value)) return consider(value);
    if (value.length === 0) return consider(EMPTY_ARRAY);
    for (const item of value) consider(item);
    return false;
  });
  return best;
}

function compareSortValues(left: unknown, right: unknown, order: StringOrder): number {
  if (left === EMPTY_ARRAY || right === EMPTY_ARRAY) {
    return (
      (left === EMPTY_ARRAY ? RANK.emptyArray : rankOf(left)) -
      (right === EMPTY_ARRAY ? RANK.emptyArray : rankOf(right))
    );
  }
  return compareValues(left, right, order);
}

/** A comparator over documents. */
export function compileSort(
  spec: unknown,
  order: StringOrder = binaryOrder,
): (left: Doc, right: Doc) => number {
  const fields = sortFields(spec);
  return (left, right) =>
    compareTuples(sortValues(left, fields, order), sortValues(right, fields, order), fields, order);
}
