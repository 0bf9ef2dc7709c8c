import { EJSON } from 'bson';

type Json = Record<string, unknown>;

/** The driver tells a client's bulkWrite by maps, with a flag that the format does not have. */
function asDocument(actual: object): Json {
  const { didUpsert: _flag, ...document } = (
    actual instanceof Map ? Object.fromEntries(actual) : actual
  ) as Json;
  return document;
}

const parse = (value: unknown): unknown => EJSON.deserialize(value as Json, { relaxed: true });

/** What a test has under names of its own: clients, collections, sessions, cursors and results. */
export type Entities = ReadonlyMap<string, unknown>;

/** Compares as the format says: numbers by value, extra keys allowed at the root of a result only. */
export function assertMatches(
  entities: Entities,
  expected: unknown,
  actual: unknown,
  where: string,
  root: boolean,
): void {
  const differ = (): never => {
    throw new Error(
      `${where}: expected ${EJSON.stringify(expected as Json)}, got ${EJSON.stringify(actual as Json)}`,
    );
  };
  if (isSpecial(expected)) return assertSpecial(entities, expected, actual, where);
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) return differ();
    expected.forEach((item, at) => assertMatches(entities, item, actual[at], `${where}[${at}]`, root));
    return;
  }
  const wanted = isPlain(expected) ? parse(expected) : expected;
  if (isPlain(wanted) && isPlain(expected)) {
    if (actual === null || typeof actual !== 'object') return differ();
    const document = asDocument(actual);
    for (const [key, value] of Object.entries(expected)) {
      if (isSpecial(value) && ('$$exists' in value || '$$unsetOrMatches' in value))
        assertSpecial(entities, value, document[key], `${where}.${key}`);
      else if (!(key in document))
        throw new Error(`${where}.${key} is missing in ${EJSON.stringify(document)}`);
      else assertMatches(entities, value, document[key], `${where}.${key}`, false);
    }
    if (root) return;
    for (const key of Object.keys(document))
      if (!(key in expected)) throw new Error(`${where}.${key} is not expected`);
    return;
  }
  if (numberOf(wanted) !== undefined && numberOf(actual) !== undefined)
    return numberOf(wanted) === numberOf(actual) ? undefined : differ();
  if (EJSON.stringify(wanted as Json) !== EJSON.stringify(actual as Json)) differ();
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
  return typeof value === 'object' &&
    value !== null &&
    ['Int32', 'Long', 'Double'].includes(String((value as Json)._bsontype))
    ? Number(value)
    : undefined;
}

const isPlain = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

const isSpecial = (value: unknown): value is Json =>
  isPlain(value) && Object.keys(value).length === 1 && Object.keys(value)[0]?.startsWith('$$') === true;

function assertSpecial(entities: Entities, expected: Json, actual: unknown, where: string): void {
  if ('$$unsetOrMatches' in expected) {
    if (actual !== undefined && actual !== null)
      assertMatches(entities, expected.$$unsetOrMatches, actual, where, true);
  } else if ('$$exists' in expected) {
    if ((actual !== undefined) !== expected.$$exists)
      throw new Error(`${where} ${expected.$$exists ? 'is missing' : 'should not be there'}`);
  } else if ('$$type' in expected) {
    const [types, is] = [[expected.$$type].flat(), typeOf(actual)];
    if (!types.some((type) => type === is || (is === 'number' && NUMBERS.includes(String(type)))))
      throw new Error(`${where}: expected type ${types.join(' or ')}, got ${is}`);
  } else if ('$$sessionLsid' in expected) {
    const { id } = entities.get(String(expected.$$sessionLsid)) as { id: unknown };
    assertMatches(entities, EJSON.serialize(id as Json), actual, where, false);
  } else if ('$$matchesEntity' in expected) {
    const entity = entities.get(String(expected.$$matchesEntity));
    assertMatches(entities, EJSON.serialize({ entity }).entity, actual, where, false);
  } else if ('$$matchAsRoot' in expected)
    assertMatches(entities, expected.$$matchAsRoot, actual, where, true);
  else if ('$$lte' in expected) {
    if (!(Number(actual) <= Number(expected.$$lte)))
      throw new Error(`${where}: ${String(actual)} is too much`);
  } else throw new Error(`the runner knows no operator ${Object.keys(expected)[0]}`);
}

const NUMBERS = ['int', 'long', 'double', 'number'];

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'bigint' || numberOf(value) !== undefined ? 'number' : typeof value;
}
