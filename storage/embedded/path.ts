import { isDocument, type Doc } from './bson.js';

const numeric = /^(0|[1-9]\d*)$/;
const splitCache = new Map<string, readonly string[]>();

/** The parts of a dotted path. */
export function pathParts(path: string): readonly string[] {
  let parts = splitCache.get(path);
  if (!parts) {
    if (splitCache.size > 5000) splitCache.clear();
    parts = path.split('.');
    splitCache.set(path, parts);
  }
  return parts;
}

export const isNumericPart = (part: string): boolean => numeric.test(part);

/**
 * Calls `visit` with every value that a dotted path reaches, going into arrays as MongoDB's queries do, until it returns
 * true; a place where the path breaks off counts as `undefined`. The last array is not opened.
 */
export function reach(
  value: unknown,
  parts: readonly string[],
  from: number,
  visit: (value: unknown) => boolean,
): boolean {
  if (from === parts.length) return visit(value);
  const part = parts[from] as string;
  if (Array.isArray(value)) {
    if (
      numeric.test(part) &&
      Number(part) < value.length &&
      reach(value[Number(part)], parts, from + 1, visit)
    )
      return true;
    for (const item of value) if (isDocument(item) && reach(item, parts, from, visit)) return true;
    return false;
  }
  if (isDocument(value))
    return reach(Object.hasOwn(value, part) ? value[part] : undefined, parts, from + 1, visit);
  return visit(undefined);
}

/** The value at a path that goes through documents only (and array positions); undefined when it is missing. */
export function valueAt(doc: unknown, parts: readonly string[]): unknown {
  let value = doc;
  for (const part of parts) {
    if (isDocument(value)) value = Object.hasOwn(value, part) ? value[part] : undefined;
    else if (Array.isArray(value) && numeric.test(part)) value = value[Number(part)];
    else return undefined;
  }
  return value;
}

/** A copy that shares nothing that could be changed (documents and arrays; BSON values are never changed in place). */
export function copyValue<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copyValue) as T;
  if (!isDocument(value)) return value;
  const copy: Doc = {};
  for (const name of Object.keys(value)) {
    if (name === '__proto__')
      Object.defineProperty(copy, name, {
        value: value[name],
        enumerable: true,
        writable: true,
        configurable: true,
      });
    else copy[name] = copyValue(value[name]);
  }
  return copy as T;
}
