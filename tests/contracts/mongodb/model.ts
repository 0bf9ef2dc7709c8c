import { Binary, Decimal128, Double, Long, ObjectId } from 'bson';

export type Doc = Record<string, unknown>;

/**
 * MongoDB's find and sort written down as plainly as the manual says it, over documents in memory and for the types and operators
 * that the generator makes. It shares no code with the store.
 */
export class Model {
  constructor(private readonly documents: readonly Doc[]) {}

  /** The `_id`s that match, ascending. */
  find(filter: Doc): number[] {
    return this.documents.filter((doc) => matches(doc, filter)).map(({ _id }) => _id as number);
  }

  /**
   * How the fields of a sort meet arrays in the documents: two arrays side by side cannot be sorted by, and where two fields go
   * through one array its elements decide, which this model does not know.
   */
  arraysIn(ids: number[], sort: readonly [string, 1 | -1][]): 'apart' | 'shared' | 'parallel' {
    const paths = sort.map(([path]) => path.split('.'));
    const docs = this.documents.filter(({ _id }) => ids.includes(_id as number));
    if (docs.some((doc) => isParallel(doc, paths))) return 'parallel';
    const isShared = (doc: Doc): boolean => {
      const met = paths.map((path) => firstArray(doc, path)?.place).filter((place) => place !== undefined);
      return met.length > new Set(met).size;
    };
    return docs.some(isShared) ? 'shared' : 'apart';
  }

  sorted(ids: number[], sort: readonly [string, 1 | -1][]): number[] {
    const docs = this.documents.filter(({ _id }) => ids.includes(_id as number));
    return docs
      .sort((left, right) => {
        for (const [path, direction] of sort) {
          const result = order(sortKey(left, path, direction), sortKey(right, path, direction)) * direction;
          if (result !== 0) return result;
        }
        return (left._id as number) - (right._id as number);
      })
      .map(({ _id }) => _id as number);
  }
}

const MISSING = Symbol('missing');
const EMPTY = Symbol('empty array');
const isDoc = (value: unknown): value is Doc =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** The first array that a path goes through or ends at. */
function firstArray(
  value: unknown,
  path: string[],
): { place: string; items: unknown[]; rest: string[] } | undefined {
  let at = value;
  for (const [depth, name] of path.entries()) {
    if (!isDoc(at) || !(name in at)) return undefined;
    at = at[name];
    if (Array.isArray(at))
      return { place: path.slice(0, depth + 1).join('.'), items: at, rest: path.slice(depth + 1) };
  }
  return undefined;
}

/** Whether two of the paths go through different arrays, in the value itself or in an element of the array they share. */
function isParallel(value: unknown, paths: string[][]): boolean {
  const met = paths.map((path) => firstArray(value, path)).filter((array) => array !== undefined);
  if (new Set(met.map(({ place }) => place)).size > 1) return true;
  const rests = met.map(({ rest }) => rest).filter(({ length }) => length > 0);
  return rests.length > 1 && (met[0]?.items ?? []).some((item) => isParallel(item, rests));
}

/** All values at a path; the last arrays are given whole. */
function valuesAt(value: unknown, path: string[]): unknown[] {
  const [head, ...rest] = path;
  if (head === undefined) return [value];
  if (isDoc(value)) return valuesAt(head in value ? value[head] : MISSING, rest);
  if (Array.isArray(value)) return value.filter(isDoc).flatMap((item) => valuesAt(item, path));
  return [MISSING];
}

/** What a condition on a path looks at: each element of an array, and the array. */
const candidates = (doc: Doc, path: string): unknown[] =>
  valuesAt(doc, path.split('.')).flatMap((value) =>
    Array.isArray(value) ? [...(value as unknown[]), value] : [value],
  );

function matches(doc: Doc, filter: Doc): boolean {
  return Object.entries(filter).every(([path, condition]) => {
    if (path === '$or') return (condition as Doc[]).some((branch) => matches(doc, branch));
    if (!isDoc(condition) || !Object.keys(condition)[0]?.startsWith('$'))
      return candidates(doc, path).some((value) => equal(value, condition));
    return Object.entries(condition).every(([operator, operand]) => holds(doc, path, operator, operand));
  });
}

function holds(doc: Doc, path: string, operator: string, operand: unknown): boolean {
  const any = (test: (value: unknown) => boolean): boolean => candidates(doc, path).some(test);
  const comparable = (value: unknown): boolean => value !== MISSING && typeRank(value) === typeRank(operand);
  const nothing = (value: unknown): boolean => value === null || value === MISSING;
  switch (operator) {
    case '$eq':
      return any((value) => equal(value, operand));
    case '$ne':
      return !any((value) => equal(value, operand));
    case '$in':
      return any((value) => (operand as unknown[]).some((item) => equal(value, item)));
    case '$nin':
      return !any((value) => (operand as unknown[]).some((item) => equal(value, item)));
    case '$exists':
      return valuesAt(doc, path.split('.')).some((value) => value !== MISSING) === operand;
    case '$gt':
      return operand !== null && any((value) => comparable(value) && order(value, operand) > 0);
    case '$lt':
      return operand !== null && any((value) => comparable(value) && order(value, operand) < 0);
    case '$gte':
      return operand === null
        ? any(nothing)
        : any((value) => comparable(value) && order(value, operand) >= 0);
    case '$lte':
      return operand === null
        ? any(nothing)
        : any((value) => comparable(value) && order(value, operand) <= 0);
    default:
      throw new Error(`the model knows no ${operator}`);
  }
}

function equal(value: unknown, operand: unknown): boolean {
  if (operand === null) return value === null || value === MISSING;
  return value !== MISSING && order(value, operand) === 0;
}

/** The place of a value's type in MongoDB's order of types. */
function typeRank(value: unknown): number {
  if (value === EMPTY) return 0;
  if (value === null || value === MISSING) return 1;
  if (
    typeof value === 'number' ||
    value instanceof Long ||
    value instanceof Double ||
    value instanceof Decimal128
  )
    return 2;
  if (typeof value === 'string') return 3;
  if (isDoc(value)) return 4;
  if (Array.isArray(value)) return 5;
  if (value instanceof Binary) return 6;
  if (value instanceof ObjectId) return 7;
  if (typeof value === 'boolean') return 8;
  return 9;
}

/** The generator's numbers are small, so doubles hold them exactly. */
const number = (value: unknown): number => Number(String(value));

function order(left: unknown, right: unknown): number {
  const rank = typeRank(left);
  if (rank !== typeRank(right)) return rank - typeRank(right);
  switch (rank) {
    case 2:
      return number(left) - number(right);
    case 3:
      return Buffer.compare(Buffer.from(left as string), Buffer.from(right as string));
    case 4:
      return orderLists(fieldsOf(left as Doc), fieldsOf(right as Doc));
    case 5:
      return orderLists(left as unknown[], right as unknown[]);
    case 6: {
      const [a, b] = [left as Binary, right as Binary];
      return (
        a.length() - b.length() ||
        a.sub_type - b.sub_type ||
        Buffer.compare(Buffer.from(a.value()), Buffer.from(b.value()))
      );
    }
    case 7:
      return (left as ObjectId).toHexString() < (right as ObjectId).toHexString()
        ? -1
        : Number((left as ObjectId).toHexString() !== (right as ObjectId).toHexString());
    case 8:
      return Number(left) - Number(right);
    case 9:
      return Number(left) - Number(right);
    default:
      return 0;
  }
}

class Field {
  constructor(
    readonly name: string,
    readonly value: unknown,
  ) {}
}

const fieldsOf = (doc: Doc): Field[] => Object.entries(doc).map(([name, value]) => new Field(name, value));

function orderLists(left: unknown[], right: unknown[]): number {
  for (let at = 0; at < Math.min(left.length, right.length); at += 1) {
    const [a, b] = [left[at], right[at]];
    const result =
      a instanceof Field && b instanceof Field
        ? typeRank(a.value) - typeRank(b.value) ||
          (a.name < b.name ? -1 : Number(a.name > b.name)) ||
          order(a.value, b.value)
        : order(a, b);
    if (result !== 0) return result;
  }
  return left.length - right.length;
}

/** An array sorts by its least element going up, by its greatest going down; an empty one before null. */
function sortKey(doc: Doc, path: string, direction: 1 | -1): unknown {
  const values = valuesAt(doc, path.split('.')).flatMap((value) =>
    Array.isArray(value) ? (value.length === 0 ? [EMPTY] : (value as unknown[])) : [value],
  );
  return (
    values.reduce(
      (best, value) => (best === undefined || order(value, best) * direction < 0 ? value : best),
      undefined as unknown,
    ) ?? MISSING
  );
}
