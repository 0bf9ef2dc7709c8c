import { isDocument, type Doc } from './bson.js';
import { StoreError } from './errors.js';
import { geoJson, legacyPoint, storedShape } from './geometry.js';
import { isNumeric, toDouble } from './numbers.js';
import { pathParts, reach } from './path.js';
import { show } from './types.js';

/**
 * Text, geospatial, hashed and wildcard indexes. The store checks what they are made of and lists them as MongoDB does, so that
 * `$text` and `$near` know that they are there; their queries read the whole collection.
 */
const KINDS = new Set(['text', '2d', '2dsphere', 'hashed']);

/** The options that only such indexes have, by the kind that they belong to. */
export const SPECIAL_OPTIONS: Readonly<Record<string, string>> = {
  weights: 'text',
  default_language: 'text',
  language_override: 'text',
  textIndexVersion: 'text',
  '2dsphereIndexVersion': '2dsphere',
  bits: '2d',
  min: '2d',
  max: '2d',
  wildcardProjection: 'wildcard',
};

const isWildcard = (path: string): boolean => path === '$**' || path.endsWith('.$**');

/** The kind of one field of an index; undefined for an ordinary one. */
export function kindOf(path: string, direction: unknown): string | undefined {
  if (typeof direction === 'string') {
    if (!KINDS.has(direction)) throw new StoreError(67, `Unknown index plugin '${direction}'`);
    return direction;
  }
  return isWildcard(path) ? 'wildcard' : undefined;
}

/** What is stored of such an index: its key and its options as `listIndexes` shows them; undefined for an ordinary index. */
export function specialSpec(given: Doc): { key: Doc; options: Doc } | undefined {
  const key = given.key as Doc;
  const kinds = new Set(Object.entries(key).flatMap(([path, direction]) => kindOf(path, direction) ?? []));
  const stray = Object.keys(given).find(
    (name) => name in SPECIAL_OPTIONS && !kinds.has(SPECIAL_OPTIONS[name] as string),
  );
  if (stray !== undefined)
    throw new StoreError(
      67,
      `the index option '${stray}' is only for ${SPECIAL_OPTIONS[stray]} indexes: ${show(given)}`,
    );
  if (kinds.size === 0) return undefined;
  if (kinds.size > 1) throw new StoreError(67, `Can't use more than one index plugin for a single index.`);
  const [kind] = kinds as Set<string>;
  if (given.unique === true && kind !== '2d' && kind !== '2dsphere')
    throw new StoreError(67, `Index type '${kind}' does not support the unique option`);
  if (kind === 'text') return textSpec(given, key);
  if (kind === '2dsphere')
    return { key, options: { '2dsphereIndexVersion': given['2dsphereIndexVersion'] ?? 3 } };
  if (kind === 'hashed' && Object.values(key).filter((type) => type === 'hashed').length > 1)
    throw new StoreError(31303, 'A maximum of one index field is allowed to be hashed');
  const options = Object.fromEntries(
    ['bits', 'min', 'max', 'wildcardProjection'].flatMap((name) =>
      given[name] === undefined ? [] : [[name, given[name]]],
    ),
  );
  return { key, options };
}

function textSpec(given: Doc, key: Doc): { key: Doc; options: Doc } {
  const weights: Doc = {};
  for (const [path, type] of Object.entries(key)) if (type === 'text') weights[path] = 1;
  if (isDocument(given.weights)) {
    for (const [path, weight] of Object.entries(given.weights)) {
      const value = isNumeric(weight) ? toDouble(weight) : NaN;
      if (!(value > 0 && value < 99_999))
        throw new StoreError(
          67,
          `text index weight must be in the exclusive interval (0,99999) but found: ${show(weight)}`,
        );
      weights[path] = weight;
    }
  }
  const shown: Doc = {};
  for (const [path, type] of Object.entries(key)) {
    if (type === 'text') Object.assign(shown, { _fts: 'text', _ftsx: 1 });
    else shown[path] = type;
  }
  const sorted = Object.fromEntries(
    Object.entries(weights).sort(([left], [right]) => (left < right ? -1 : 1)),
  );
  return {
    key: shown,
    options: {
      weights: sorted,
      default_language: given.default_language ?? 'english',
      language_override: given.language_override ?? 'language',
      textIndexVersion: given.textIndexVersion ?? 3,
    },
  };
}

/** Refuses a document that such an index cannot take. */
export function checkSpecial(doc: Doc, { key, min = -180, max = 180 }: Doc & { key: Doc }): void {
  for (const [path, kind] of Object.entries(key)) {
    if (kind !== '2dsphere' && kind !== '2d' && kind !== 'hashed') continue;
    reach(doc, pathParts(path), 0, (value) => {
      if (value === undefined || value === null) return false;
      if (kind === 'hashed' && Array.isArray(value))
        throw new StoreError(16766, 'hashed indexes do not currently support array values');
      if (kind === '2dsphere') checkSphere(doc, value);
      if (kind === '2d') checkPlane(value, Number(min), Number(max));
      return false;
    });
  }
}

function checkSphere(doc: Doc, value: unknown): void {
  if (Array.isArray(value) && value.length === 0) return;
  try {
    if (isDocument(value) && typeof value.type === 'string') geoJson(value);
    else if (!storedShape(value)) throw new StoreError(2, `unknown GeoJSON type: ${show(value)}`);
  } catch (error) {
    throw new StoreError(
      16755,
      `Can't extract geo keys: ${show(doc)}  ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function checkPlane(value: unknown, min: number, max: number): void {
  const points = Array.isArray(value) && value.every((item) => typeof item === 'object') ? value : [value];
  for (const item of points) {
    const point = legacyPoint(item);
    if (!point) throw new StoreError(13068, 'geo field only has 1 element or is not numeric');
    if (point.some((coordinate) => coordinate < min || coordinate > max))
      throw new StoreError(
        13027,
        `point not in interval of [ ${min}, ${max} ] :: caused by :: ${show(item)}`,
      );
  }
}
