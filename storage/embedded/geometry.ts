import { isDocument, type Doc } from './bson.js';
import { StoreError } from './errors.js';
import { isNumeric, toDouble } from './numbers.js';

/** Longitude and latitude in degrees, or x and y of a flat plane. */
export type Point = readonly [number, number];
type Ring = readonly Point[];

/** Any GeoJSON value or legacy pair, taken apart: a polygon is its outer ring and then its holes. */
export interface Shape {
  points: Point[];
  lines: Ring[];
  polygons: Ring[][];
}

/** MongoDB's radius of the earth in metres. */
export const EARTH_RADIUS = 6_378_100;

/** A legacy coordinate pair: two numbers in an array, or the first two fields of a document. */
export function legacyPoint(value: unknown): Point | undefined {
  const pair = Array.isArray(value) ? value : isDocument(value) ? Object.values(value) : [];
  const [x, y] = pair as unknown[];
  if (!isNumeric(x) || !isNumeric(y) || (isDocument(value) && 'coordinates' in value)) return undefined;
  const point = [toDouble(x), toDouble(y)] as const;
  return point.every(Number.isFinite) ? point : undefined;
}

function position(value: unknown): Point {
  const point = Array.isArray(value) ? legacyPoint(value) : undefined;
  if (!point) throw new StoreError(2, 'Point must be an array or object of two numbers');
  const [longitude, latitude] = point;
  if (Math.abs(longitude) > 180 || Math.abs(latitude) > 90)
    throw new StoreError(2, `longitude/latitude is out of bounds, lng: ${longitude} lat: ${latitude}`);
  return point;
}

const list = (value: unknown): unknown[] => {
  if (!Array.isArray(value)) throw new StoreError(2, 'GeoJSON coordinates must be an array');
  return value;
};

function line(value: unknown): Ring {
  const points = list(value).map(position);
  if (points.length < 2) throw new StoreError(2, 'GeoJSON LineString must have at least 2 vertices');
  return points;
}

function polygon(value: unknown): Ring[] {
  const rings = list(value).map((ring) => list(ring).map(position));
  if (rings.length === 0) throw new StoreError(2, 'Polygon has no loops.');
  for (const ring of rings) {
    const [first, last] = [ring[0], ring.at(-1)];
    if (!first || !last || first[0] !== last[0] || first[1] !== last[1])
      throw new StoreError(2, 'Polygon loop is not closed: the first and last vertices differ');
    if (new Set(ring.map(String)).size < 3)
      throw new StoreError(2, 'Polygon loop must have at least 3 different vertices');
  }
  return rings;
}

const nothing = (): Shape => ({ points: [], lines: [], polygons: [] });

const GEOJSON: Record<string, (value: unknown) => Shape> = {
  Point: (value) => ({ ...nothing(), points: [position(value)] }),
  MultiPoint: (value) => ({ ...nothing(), points: list(value).map(position) }),
  LineString: (value) => ({ ...nothing(), lines: [line(value)] }),
  MultiLineString: (value) => ({ ...nothing(), lines: list(value).map(line) }),
  Polygon: (value) => ({ ...nothing(), polygons: [polygon(value)] }),
  MultiPolygon: (value) => ({ ...nothing(), polygons: list(value).map(polygon) }),
};

/** Reads GeoJSON. Throws StoreError (2) for what is malformed. */
export function geoJson(value: Doc): Shape {
  if (value.type === 'GeometryCollection') {
    const parts = list(value.geometries).map((item) => geoJson(item as Doc));
    return {
      points: parts.flatMap(({ points }) => points),
      lines: parts.flatMap(({ lines }) => lines),
      polygons: parts.flatMap(({ polygons }) => polygons),
    };
  }
  const read = GEOJSON[String(value.type)];
  if (!read) throw new StoreError(2, `unknown GeoJSON type: ${String(value.type)}`);
  return read(value.coordinates);
}

/** What a document's field stands for on a map; undefined when it is no geometry. */
export function storedShape(value: unknown): Shape | undefined {
  if (isDocument(value) && typeof value.type === 'string') {
    try {
      return geoJson(value);
    } catch {
      return undefined;
    }
  }
  const point = legacyPoint(value);
  if (point) return { ...nothing(), points: [point] };
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const points = value.map(legacyPoint);
  return points.every((item) => item !== undefined) ? { ...nothing(), points } : undefined;
}

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** The angle between two places on the sphere, in radians (haversine). */
export function angleBetween([x1, y1]: Point, [x2, y2]: Point): number {
  const [lat1, lat2] = [radians(y1), radians(y2)];
  const a =
    Math.sin((lat2 - lat1) / 2) ** 2 + Math.cos(lat1) * Math.cos(lat2) * Math.sin(radians(x2 - x1) / 2) ** 2;
  return 2 * Math.asin(Math.min(1, Math.sqrt(a)));
}

export const flatDistance = ([x1, y1]: Point, [x2, y2]: Point): number => Math.hypot(x2 - x1, y2 - y1);

/** The nearest distance from a place to a shape by the given measure; 0 inside a polygon. */
export function distanceTo(from: Point, shape: Shape, measure: (a: Point, b: Point) => number): number {
  if (shape.polygons.some((rings) => insidePolygon(from, rings))) return 0;
  let nearest = Infinity;
  for (const point of shape.points) nearest = Math.min(nearest, measure(from, point));
  for (const edge of edgesOf({ ...shape, points: [] }))
    nearest = Math.min(nearest, measure(from, nearestOn(from, edge)));
  return nearest;
}

/** The point of an edge that lies nearest, on a plane that is stretched as the sphere is at that latitude. */
function nearestOn(from: Point, [a, b]: Edge): Point {
  const stretch = Math.max(0.01, Math.cos(radians(from[1])));
  const [dx, dy] = [(b[0] - a[0]) * stretch, b[1] - a[1]];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : ((from[0] - a[0]) * stretch * dx + (from[1] - a[1]) * dy) / length;
  const part = Math.max(0, Math.min(1, along));
  return [a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part];
}

type Edge = readonly [Point, Point];

const ringEdges = (ring: Ring): Edge[] =>
  ring.slice(1).map((point, at) => [ring[at] as Point, point] as const);

const edgesOf = ({ lines, polygons }: Shape): Edge[] => [
  ...lines.flatMap(ringEdges),
  ...polygons.flatMap((rings) => rings.flatMap(ringEdges)),
];

const verticesOf = ({ points, lines, polygons }: Shape): Point[] => [
  ...points,
  ...lines.flat(),
  ...polygons.flat(2),
];

function turn([ax, ay]: Point, [bx, by]: Point, [cx, cy]: Point): number {
  return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
}

const tiny = 1e-12;

function onEdge(point: Point, [a, b]: Edge): boolean {
  if (Math.abs(turn(a, b, point)) > tiny) return false;
  const between = (at: 0 | 1): boolean =>
    point[at] >= Math.min(a[at], b[at]) - tiny && point[at] <= Math.max(a[at], b[at]) + tiny;
  return between(0) && between(1);
}

function insideRing(point: Point, ring: Ring): boolean {
  let inside = false;
  for (const edge of ringEdges(ring)) {
    if (onEdge(point, edge)) return true;
    const [[ax, ay], [bx, by]] = edge;
    if (ay > point[1] !== by > point[1] && point[0] < ((bx - ax) * (point[1] - ay)) / (by - ay) + ax)
      inside = !inside;
  }
  return inside;
}

function insidePolygon(point: Point, [outer, ...holes]: Ring[]): boolean {
  if (!outer || !insideRing(point, outer)) return false;
  return !holes.some(
    (hole) => insideRing(point, hole) && !ringEdges(hole).some((edge) => onEdge(point, edge)),
  );
}

/** Whether two edges cross at a point that is an end of neither. */
function crosses([a, b]: Edge, [c, d]: Edge): boolean {
  const [first, second] = [turn(a, b, c), turn(a, b, d)];
  const [third, fourth] = [turn(c, d, a), turn(c, d, b)];
  return first * second < -tiny * tiny && third * fourth < -tiny * tiny;
}

/** Great circles become straight lines when the sphere is seen from its middle (gnomonic projection). */
function flattened(shape: Shape, center: Point): Shape | undefined {
  const unit = ([x, y]: Point): [number, number, number] => [
    Math.cos(radians(y)) * Math.cos(radians(x)),
    Math.cos(radians(y)) * Math.sin(radians(x)),
    Math.sin(radians(y)),
  ];
  const [cx, cy, cz] = unit(center);
  const [east, north] = [
    [-Math.sin(radians(center[0])), Math.cos(radians(center[0])), 0],
    [
      -Math.sin(radians(center[1])) * Math.cos(radians(center[0])),
      -Math.sin(radians(center[1])) * Math.sin(radians(center[0])),
      Math.cos(radians(center[1])),
    ],
  ] as [number, number, number][] as [[number, number, number], [number, number, number]];
  let behind = false;
  const place = (point: Point): Point => {
    const [x, y, z] = unit(point);
    const depth = x * cx + y * cy + z * cz;
    if (depth < 1e-6) behind = true;
    const along = ([ax, ay, az]: [number, number, number]): number => (x * ax + y * ay + z * az) / depth;
    return [along(east), along(north)];
  };
  const flat = {
    points: shape.points.map(place),
    lines: shape.lines.map((ring) => ring.map(place)),
    polygons: shape.polygons.map((rings) => rings.map((ring) => ring.map(place))),
  };
  return behind ? undefined : flat;
}

function middle(shape: Shape): Point {
  const vertices = verticesOf(shape);
  const sum = (at: 0 | 1): number =>
    vertices.reduce((total, point) => total + point[at], 0) / vertices.length;
  return [sum(0), sum(1)];
}

/** Whether a shape lies wholly in the polygons of another. Both flat, or both on the sphere. */
export function liesWithin(container: Shape, shape: Shape, sphere: boolean): boolean {
  const center = middle(container);
  const [outer, inner] = sphere
    ? [flattened(container, center), flattened(shape, center)]
    : [container, shape];
  if (!outer || !inner) return false;
  return outer.polygons.some(
    (rings) =>
      verticesOf(inner).every((point) => insidePolygon(point, rings)) &&
      edgesOf(inner).every((edge) => !rings.flatMap(ringEdges).some((border) => crosses(edge, border))),
  );
}

/** Whether two shapes on the sphere share a point. */
export function meets(left: Shape, right: Shape): boolean {
  const center = middle(left);
  const [a, b] = [flattened(left, center), flattened(right, center)];
  if (!a || !b) return false;
  const touches = (points: Point[], other: Shape): boolean =>
    points.some(
      (point) =>
        other.polygons.some((rings) => insidePolygon(point, rings)) ||
        other.lines.flatMap(ringEdges).some((edge) => onEdge(point, edge)) ||
        other.points.some((item) => flatDistance(item, point) < tiny),
    );
  return (
    touches(verticesOf(a), b) ||
    touches(verticesOf(b), a) ||
    edgesOf(a).some((edge) => edgesOf(b).some((other) => crosses(edge, other)))
  );
}
