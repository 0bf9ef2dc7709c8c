import { isDocument, type Doc } from './bson.js';
import { StoreError } from './errors.js';
import { EMPTY_ARRAY } from './key.js';
import { isNumericPart } from './path.js';

interface Slot {
  value: unknown;
  parts: readonly string[];
  at: number;
}

export interface IndexTuples {
  tuples: unknown[][];
  /** Whether an array was opened on the way. */
  multikey: boolean;
  /** Whether none of the index's fields is there. */
  empty: boolean;
}

/** The tuples of values that a document stands under in an index: one, or one per element of an array. */
export function indexTuples(doc: Doc, paths: readonly (readonly string[])[]): IndexTuples {
  const result: IndexTuples = { tuples: [], multikey: false, empty: true };
  expand(
    paths.map((parts) => ({ value: doc, parts, at: 0 })),
    result,
    new Set(),
  );
  return result;
}

/** Goes down a field's path until its end or an array. */
function descend(slot: Slot): Slot {
  let { value, at } = slot;
  while (at < slot.parts.length) {
    const part = slot.parts[at] as string;
    if (Array.isArray(value)) {
      if (
        !isNumericPart(part) ||
        Number(part) >= value.length ||
        (!isDocument(value[Number(part)]) && at + 1 < slot.parts.length)
      )
        break;
      value = value[Number(part)];
    } else if (isDocument(value)) value = Object.hasOwn(value, part) ? value[part] : undefined;
    else value = undefined;
    at += 1;
    if (value === undefined) at = slot.parts.length;
  }
  return { value, parts: slot.parts, at };
}

function expand(given: Slot[], result: IndexTuples, opened: Set<unknown>): void {
  const slots = given.map((slot) => (opened.has(slot) ? slot : descend(slot)));
  const arrays = new Set(
    slots.filter(({ value }, at) => Array.isArray(value) && !opened.has(given[at])).map(({ value }) => value),
  );
  if (arrays.size > 1) throw new StoreError(171, 'cannot index parallel arrays');
  const [array] = arrays as unknown as [unknown[] | undefined];
  if (!array) {
    if (slots.some(({ value }) => value !== undefined)) result.empty = false;
    result.tuples.push(slots.map(({ value }) => (value === undefined ? null : value)));
    return;
  }
  result.multikey = true;
  const items = array.length > 0 ? array : [EMPTY_ARRAY];
  for (const item of items) {
    const done = new Set<unknown>(opened);
    const next = slots.map((slot, position) => {
      if (slot.value !== array || opened.has(given[position])) {
        if (opened.has(given[position])) done.add(slot);
        return slot;
      }
      const finished = slot.at === slot.parts.length;
      const value =
        item === EMPTY_ARRAY
          ? finished
            ? EMPTY_ARRAY
            : undefined
          : finished || isDocument(item)
            ? item
            : undefined;
      const opener: Slot = {
        value,
        parts: slot.parts,
        at: value === undefined ? slot.parts.length : slot.at,
      };
      if (opener.at === opener.parts.length) done.add(opener);
      return opener;
    });
    expand(next, result, done);
  }
}
