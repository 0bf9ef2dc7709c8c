import { isDocument, type Doc } from './bson.js';
import { StoreError } from './errors.js';
import {
  angleBetween,
  distanceTo,
  EARTH_RADIUS,
  flatDistance,
  geoJson,
  legacyPoint,
  liesWithin,
  meets,
  storedShape,
  type Point,
  type Shape,
} from './geometry.js';
import { isNumeric, toDouble } from './numbers.js';
import { pathParts, reach } from './path.js';

type OnShape = (shape: Shape) => boolean;

const bad = (message: string): StoreError => new StoreError(2, message);

function point(value: unknown): Point {
  const found = legacyPoint(value);
  if (!found) throw bad('Point must be an array or object of two numbers');
  return found;
}

function circle(operand: unknown, name: string): { center: Point; radius: number } {
  const [center, radius] = Array.isArray(operand) ? operand : [];
  if (!isNumeric(radius) || toDouble(radius) < 0)
    throw bad(`${name} needs a center and a non-negative radius`);
  return { center: point(center), radius: toDouble(radius) };
}

const ofPolygon = (points: Point[]): Shape => ({
  points: [],
  lines: [],
  polygons: [[[...points, points[0] as Point]]],
});

const everywhere = (shape: Shape, test: (place: Point) => boolean): boolean =>
  [...shape.points, ...shape.lines.flat(), ...shape.polygons.flat(2)].every(test);

const AREAS: Record<string, (operand: unknown) => OnShape> = {
  $geometry: (operand) => {
    if (!isDocument(operand)) throw bad('$geometry must be an object');
    const container = geoJson(operand);
    if (container.polygons.length === 0)
      throw bad(
        `$within not supported with provided geometry: { $geometry: { type: "${String(operand.type)}" } }`,
      );
    return (shape) => liesWithin(container, shape, true);
  },
  $box: (operand) => {
    const [low, high] = (Array.isArray(operand) ? operand : []).map(point);
    if (!low || !high) throw bad('$box needs two points');
    const edge = (at: 0 | 1): [number, number] => [Math.min(low[at], high[at]), Math.max(low[at], high[at])];
    const [[left, right], [bottom, top]] = [edge(0), edge(1)];
    return (shape) => everywhere(shape, ([x, y]) => x >= left && x <= right && y >= bottom && y <= top);
  },
  $polygon: (operand) => {
    const corners = (
      Array.isArray(operand) ? operand : isDocument(operand) ? Object.values(operand) : []
    ).map(point);
    if (corners.length < 3) throw bad('Polygon must have at least 3 points');
    const container = ofPolygon(corners);
    return (shape) => liesWithin(container, shape, false);
  },
  $center: (operand) => {
    const { center, radius } = circle(operand, '$center');
    return (shape) => everywhere(shape, (place) => flatDistance(center, place) <= radius);
  },
  $centerSphere: (operand) => {
    const { center, radius } = circle(operand, '$centerSphere');
    return (shape) => everywhere(shape, (place) => angleBetween(center, place) <= radius);
  },
};

/** The test of `$geoWithin`. */
export function compileGeoWithin(operand: unknown): (value: unknown) => boolean {
  if (!isDocument(operand)) throw bad('geometry must be an object');
  const name = Object.keys(operand).find((key) => key in AREAS);
  if (name === undefined) throw bad(`unknown geo specifier: ${Object.keys(operand)[0] ?? ''}`);
  const test = (AREAS[name] as (area: unknown) => OnShape)(operand[name]);
  return onStored(test);
}

/** The test of `$geoIntersects`. */
export function compileGeoIntersects(operand: unknown): (value: unknown) => boolean {
  if (!isDocument(operand) || !isDocument(operand.$geometry)) throw bad('$geoIntersects needs a $geometry');
  const other = geoJson(operand.$geometry);
  return onStored((shape) => meets(other, shape));
}

const onStored =
  (test: OnShape) =>
  (value: unknown): boolean => {
    const shape = storedShape(value);
    if (shape) return test(shape);
    return Array.isArray(value) && value.some((item) => onStored(test)(item));
  };

/** A `$near` or `$nearSphere`, ready: how far a stored value lies, when that is within the limits. */
export interface Near {
  path: string;
  kind: '2d' | '2dsphere' | 'either';
  distance(value: unknown): number | undefined;
}

const number = (value: unknown, fallback: number, name: string): number => {
  if (value === undefined) return fallback;
  if (!isNumeric(value) || toDouble(value) < 0) throw bad(`${name} must be a non-negative number`);
  return toDouble(value);
};

/** Compiles the conditions on a field that hold `$near`, `$nearSphere` or the old `$geoNear`. */
export function compileNear(path: string, condition: Doc): Near {
  const name = ['$near', '$nearSphere', '$geoNear'].find((key) => key in condition) as string;
  const operand = condition[name];
  if (isDocument(operand) && isDocument(operand.$geometry)) {
    const [center] = geoJson(operand.$geometry).points;
    if (!center || operand.$geometry.type !== 'Point')
      throw bad(`invalid point in geo near query $geometry argument: $near requires a point`);
    const limits = { ...condition, ...operand };
    return near(path, '2dsphere', center, (a, b) => angleBetween(a, b) * EARTH_RADIUS, limits);
  }
  const center = legacyPoint(operand);
  if (!center) throw bad('invalid point provided to geo near query');
  const third = Array.isArray(operand) ? operand[2] : undefined;
  const limits = { ...condition, ...(third !== undefined && { $maxDistance: third }) };
  return name === '$nearSphere'
    ? near(path, 'either', center, angleBetween, limits)
    : near(path, '2d', center, flatDistance, limits);
}

function near(
  path: string,
  kind: Near['kind'],
  center: Point,
  measure: (a: Point, b: Point) => number,
  limits: Doc,
): Near {
  const least = number(limits.$minDistance, 0, '$minDistance');
  const most = number(limits.$maxDistance, Infinity, '$maxDistance');
  return {
    path,
    kind,
    distance: (value) => {
      const shape = storedShape(value);
      const away = shape && distanceTo(center, shape, measure);
      return away !== undefined && away >= least && away <= most ? away : undefined;
    },
  };
}

const isNear = (condition: unknown): condition is Doc =>
  isDocument(condition) && ['$near', '$nearSphere', '$geoNear'].some((name) => name in condition);

/** The `$near` of a filter, at its top or in a top `$and`. */
export function nearOf(filter: Doc): Near | undefined {
  for (const [name, condition] of Object.entries(filter)) {
    if (name === '$and' && Array.isArray(condition)) {
      for (const part of condition) {
        const found = isDocument(part) ? nearOf(part) : undefined;
        if (found) return found;
      }
    }
    if (!name.startsWith('$') && isNear(condition)) return compileNear(name, condition);
  }
  return undefined;
}

/** The nearest distance of a document by its geometry at a path. */
export function distanceOf(doc: Doc, { path, distance }: Near): number | undefined {
  let nearest: number | undefined;
  reach(doc, pathParts(path), 0, (value) => {
    const away = distance(value);
    if (away !== undefined && (nearest === undefined || away < nearest)) nearest = away;
    return false;
  });
  return nearest;
}

/** The geospatial indexes of a collection that a `$near` may use. */
/** A collection as far as a map's query looks at it. */
interface Mapped {
  readonly namespace: string;
  readonly indexes: readonly { readonly spec: { key: Doc } }[];
}

export function geoIndexes(collection: Mapped, kind: Near['kind'], path?: string): Mapped['indexes'] {
  return collection.indexes.filter(({ spec }) =>
    Object.entries(spec.key).some(
      ([name, type]) =>
        (type === '2d' || type === '2dsphere') &&
        (kind === 'either' || kind === type) &&
        (path === undefined || path === name),
    ),
  );
}

/** Refuses a `$near` that no index serves, as MongoDB does. */
export function requireGeoIndex(collection: Mapped, { path, kind }: Near): void {
  if (geoIndexes(collection, kind, path).length > 0) return;
  throw new StoreError(
    291,
    `error processing query: ns=${collection.namespace} planner returned error :: caused by :: unable to find index for $geoNear query`,
  );
}
