import { wrongType } from './arguments.js';
import { isDocument, type Doc } from './bson.js';
import { type Collection, Index, type NewIndex } from './collection.js';
import { fullCollation, stringOrder } from './collation.js';
import { binaryOrder, equalValues } from './compare.js';
import type { Engine } from './engine.js';
import { StoreError } from './errors.js';
import { compileFilter } from './match.js';
import { isNumeric, toDouble } from './numbers.js';
import { afterPrefix } from './key.js';
import { Found, Turn, breathe } from './scan.js';
import { kindOf, SPECIAL_OPTIONS, specialSpec } from './special-indexes.js';
import { refuseView } from './views.js';
import { show } from './types.js';

const mostIndexes = 64;
const KNOWN_OPTIONS = new Set([
  'name',
  'key',
  'v',
  'ns',
  'unique',
  'sparse',
  'hidden',
  'expireAfterSeconds',
  'partialFilterExpression',
  'collation',
  'background',
  'comment',
  'storageEngine',
  'dropDups',
  'prepareUnique',
]);

/** What may be said of the index on `_id`. */
const OF_ID = new Set(['name', 'key', 'v', 'ns', 'collation', 'background']);
const FLAGS = ['unique', 'sparse', 'hidden', 'prepareUnique', 'background'];

/** An index as `listIndexes` shows it. */
export function indexDocument({ spec }: Index): Doc {
  const {
    ident: _ident,
    multikey: _multikey,
    cut: _cut,
    building: _building,
    free: _free,
    v,
    key,
    name,
    ...options
  } = spec;
  const { collation } = options;
  return { v, key, name, ...options, ...(isDocument(collation) && { collation: fullCollation(collation) }) };
}

function readSpec(given: unknown, namespace: string, inherited: unknown): NewIndex {
  if (!isDocument(given)) throw new StoreError(14, "The elements of the 'indexes' array must be objects");
  const { key, name } = given;
  if (!isDocument(key))
    throw new StoreError(9, `The 'key' field is a required property of an index specification`);
  if (Object.keys(key).length === 0) throw new StoreError(67, 'Index keys cannot be an empty document');
  if (typeof name !== 'string' || name === '')
    throw new StoreError(9, `The 'name' field is a required property of an index specification`);
  if (name === '*') throw new StoreError(2, "The index name '*' is not valid.");
  for (const option of Object.keys(given)) {
    if (!KNOWN_OPTIONS.has(option) && !(option in SPECIAL_OPTIONS))
      throw new StoreError(
        197,
        `Error in specification ${show(given)} :: caused by :: The field '${option}' is not valid for an index specification. Specification: ${show(given)}`,
      );
  }
  for (const [path, direction] of Object.entries(key)) checkKeyField(path, direction);
  const isId = Object.keys(key).length === 1 && '_id' in key;
  if (isId && isNumeric(key._id) && toDouble(key._id) !== 1)
    throw new StoreError(2, `The field 'key' for an _id index must be {_id: 1}, but got ${show(key)}`);
  const unfit =
    isId && key._id !== 'hashed' ? Object.keys(given).find((option) => !OF_ID.has(option)) : undefined;
  if (unfit !== undefined)
    throw new StoreError(
      197,
      `The field '${unfit}' is not valid for an _id index specification. Specification: ${show(given)}`,
    );
  checkOptions(given, namespace);
  const special = specialSpec(given);
  const v = given.v === undefined ? 2 : toDouble(given.v as number);
  if (v !== 1 && v !== 2)
    throw new StoreError(
      67,
      `Invalid index specification ${show(given)}; cannot create an index with v=${v}`,
    );
  const spec: NewIndex = { v, key: special?.key ?? key, name, ...special?.options };
  for (const option of ['unique', 'sparse', 'hidden', 'prepareUnique'] as const)
    if (isTrue(given[option])) spec[option] = true;
  if (given.expireAfterSeconds !== undefined) spec.expireAfterSeconds = given.expireAfterSeconds;
  if (given.partialFilterExpression !== undefined)
    spec.partialFilterExpression = given.partialFilterExpression;
  const collation = given.collation ?? inherited;
  if (isDocument(collation) && collation.locale !== 'simple') spec.collation = { ...collation };
  return spec;
}

const isTrue = (value: unknown): boolean => value === true || (isNumeric(value) && toDouble(value) !== 0);

function checkKeyField(path: string, direction: unknown): void {
  if (path === '') throw new StoreError(67, 'Index keys cannot be an empty field.');
  if (path.split('.').includes('')) throw new StoreError(67, 'Index keys cannot contain an empty field.');
  if (path.split('.').some((part) => part.startsWith('$') && !['$**', '$id', '$ref', '$db'].includes(part)))
    throw new StoreError(67, `Index key contains an illegal field name: field name starts with '$'.`);
  if (typeof direction === 'string') return void kindOf(path, direction);
  if (!isNumeric(direction))
    throw new StoreError(
      67,
      `Values in v:2 index key pattern cannot be of type ${isDocument(direction) ? 'object' : typeof direction}. Only numbers > 0, numbers < 0, and strings are allowed.`,
    );
  if (toDouble(direction) === 0) throw new StoreError(67, 'Values in the index key pattern cannot be 0.');
}

function checkOptions(given: Doc, namespace: string): void {
  for (const flag of FLAGS)
    if (given[flag] !== undefined && typeof given[flag] !== 'boolean' && !isNumeric(given[flag]))
      throw new StoreError(
        14,
        `The field '${flag} has value ${flag}: ${show(given[flag])}, which is not convertible to bool`,
      );
  const { expireAfterSeconds, partialFilterExpression, sparse, key } = given;
  if (expireAfterSeconds !== undefined) {
    if (!isNumeric(expireAfterSeconds))
      throw new StoreError(
        67,
        `TTL index 'expireAfterSeconds' option must be numeric, but received a type of '${typeof expireAfterSeconds}'. Index spec: ${show(given)}`,
      );
    const seconds = toDouble(expireAfterSeconds);
    if (seconds < 0 || seconds > 2_147_483_647)
      throw new StoreError(
        67,
        `TTL index 'expireAfterSeconds' option must be within an acceptable range, try a different number than ${seconds}. Index spec: ${show(given)}`,
      );
    if (Object.keys(key as Doc).length > 1)
      throw new StoreError(
        67,
        'TTL indexes are single-field indexes, compound indexes do not support TTL. Index spec: ' +
          show(given),
      );
  }
  if (partialFilterExpression !== undefined) {
    if (!isDocument(partialFilterExpression))
      throw new StoreError(
        14,
        `The field 'partialFilterExpression' must be an object, but got ${typeof partialFilterExpression}`,
      );
    if (isTrue(sparse)) throw new StoreError(67, 'cannot mix "partialFilterExpression" and "sparse" options');
    checkPartial(partialFilterExpression);
    compileFilter(partialFilterExpression, { order: binaryOrder, variables: {} });
  }
  stringOrder(given.collation ?? undefined);
  if (namespace.length > 255) throw new StoreError(73, 'namespace too long');
}

const IN_PARTIAL = new Set([
  '$eq',
  '$gt',
  '$gte',
  '$lt',
  '$lte',
  '$in',
  '$type',
  '$exists',
  '$geoWithin',
  '$geoIntersects',
]);

/** A partial index knows simple conditions, joined by `$and` and `$or`. */
function checkPartial(filter: Doc): void {
  const refuse = (what: Doc): never => {
    throw new StoreError(67, `Expression not supported in partial index: ${show(what)}`);
  };
  for (const [name, condition] of Object.entries(filter)) {
    if (name === '$and' || name === '$or') {
      if (Array.isArray(condition))
        for (const branch of condition) if (isDocument(branch)) checkPartial(branch);
    } else if (name.startsWith('$')) refuse({ [name]: condition });
    else if (isDocument(condition))
      for (const [operator, operand] of Object.entries(condition))
        if (
          operator.startsWith('$') &&
          (!IN_PARTIAL.has(operator) || (operator === '$exists' && !isTrue(operand)))
        )
          refuse({ [name]: condition });
  }
}

const sameOptions = (left: Doc, right: Doc): boolean =>
  [
    'unique',
    'sparse',
    'expireAfterSeconds',
    'partialFilterExpression',
    'collation',
    'weights',
    'default_language',
    'wildcardProjection',
  ].every((name) => sameOption(name, left, right));

function sameOption(name: string, left: Doc, right: Doc): boolean {
  const shown = (value: unknown): unknown =>
    name === 'collation' && isDocument(value) ? fullCollation(value) : (value ?? null);
  return equalValues(shown(left[name]), shown(right[name]));
}

/** What makes two indexes on the same keys different ones. */
const SIGNATURE = ['unique', 'sparse', 'partialFilterExpression', 'collation', 'wildcardProjection'] as const;

/** What is there already under the same name or key: undefined to build, true when it is the same index. */
function existing(collection: Collection, spec: NewIndex): boolean {
  const isId = Object.keys(spec.key).length === 1 && isNumeric(spec.key._id);
  if (isId) return true;
  const shown = (given: Doc): string => show({ v: 2, ...given });
  const text = spec.key._fts === 'text';
  if (
    text &&
    collection.indexes.some(({ spec: known }) => known.key._fts === 'text' && known.name !== spec.name)
  )
    throw new StoreError(67, `only one text index per collection allowed, found existing text index`);
  for (const { spec: known } of collection.indexes) {
    const sameKey =
      equalValues(known.key, spec.key) && SIGNATURE.every((name) => sameOption(name, known, spec));
    if (known.name === spec.name) {
      if (sameKey && sameOptions(known, spec)) return true;
      if (!sameKey) {
        throw new StoreError(
          86,
          `An existing index has the same name as the requested index. When index names are not specified, they are auto generated and can cause conflicts. Please refer to our documentation. Requested index: ${shown(spec)}, existing index: ${shown(indexDocument(new Index(known)))}`,
        );
      }
      throw new StoreError(
        85,
        `An equivalent index already exists with the same name but different options. Requested index: ${shown(spec)}, existing index: ${shown(indexDocument(new Index(known)))}`,
      );
    }
    if (sameKey) {
      throw new StoreError(
        85,
        sameOptions(known, spec)
          ? `Index already exists with a different name: ${known.name}`
          : `An equivalent index already exists with a different name and options. Requested index: ${shown(spec)}, existing index: ${shown(indexDocument(new Index(known)))}`,
      );
    }
  }
  return false;
}

/** Creates indexes; documents that are there already are indexed in portions, beside the other work. */
export async function buildIndexes(engine: Engine, namespace: string, given: unknown): Promise<Doc> {
  if (!Array.isArray(given))
    throw new StoreError(
      given === undefined ? 40414 : 14,
      "BSON field 'createIndexes.indexes' is missing but a required field",
    );
  if (given.length === 0) throw new StoreError(2, 'Must specify at least one index to create');
  const inherited = engine.catalog.find(namespace)?.options.collation;
  const specs = given.map((spec) => readSpec(spec, namespace, inherited));
  const createdAutomatically = !engine.catalog.find(namespace);
  refuseView(engine.catalog.find(namespace), namespace);
  const collection =
    engine.catalog.find(namespace) ?? (await engine.disk.write(() => engine.ensure(namespace)));
  const before = collection.indexes.length;
  const made: Index[] = [];
  for (const spec of specs) {
    const index = await engine.disk.write(() => {
      if (existing(collection, spec)) return undefined;
      if (collection.indexes.length >= mostIndexes)
        throw new StoreError(67, `add index fails, too many indexes for ${namespace} key:${show(spec.key)}`);
      return engine.addIndex(collection, { ...spec, building: true });
    });
    if (!index) continue;
    made.push(index);
    try {
      await fill(engine, collection, index);
    } catch (error) {
      // A command makes all of its indexes or none.
      await engine.disk.write(() => made.forEach((each) => remove(engine, collection, each)));
      engine.tidy();
      throw error;
    }
  }
  const after = collection.indexes.length;
  return {
    numIndexesBefore: before,
    numIndexesAfter: after,
    createdCollectionAutomatically: createdAutomatically,
    ...(before === after && { note: 'all indexes already exist' }),
    ok: 1,
  };
}

async function fill(engine: Engine, collection: Collection, index: Index): Promise<void> {
  let { start } = collection.range;
  const { end } = collection.range;
  for (let more = true; more;) {
    more = await engine.disk.write(() => {
      const turn = new Turn();
      for (const { key, value } of engine.disk.range({ start, end })) {
        const found = new Found(Buffer.from(key.subarray(4)), value);
        collection.addToIndex(index, found.record, found.doc);
        start = Buffer.concat([key, Buffer.alloc(1)]);
        if (turn.over) return true;
      }
      delete index.spec.building;
      engine.catalog.save(collection);
      return false;
    });
    await breathe();
  }
  // Only now: between a transaction and its commit, readers still see the index without its last entries.
  index.ready = true;
}

/** Makes an index unique that refuses new duplicates already (`prepareUnique`); those that are there are told by their ids. */
export async function makeUnique(engine: Engine, collection: Collection, index: Index): Promise<void> {
  if (index.spec.prepareUnique !== true)
    throw new StoreError(72, "Cannot make index unique with 'unique=true' if 'prepareUnique=true' isn't set");
  const violations: Doc[] = [];
  let last: { key: Buffer; ids: unknown[] } | undefined;
  const { disk } = engine;
  let read = 0;
  for (const { key, value } of disk.range({ start: index.prefix, end: afterPrefix(index.prefix) })) {
    const bare = Buffer.from(key.subarray(0, key.length - value.length));
    const raw = collection.read(value);
    if (!raw) continue;
    const { _id } = new Found(value, raw).doc;
    if (last?.key.equals(bare)) last.ids.push(_id);
    else last = { key: bare, ids: [_id] };
    if (last.ids.length === 2) violations.push({ ids: last.ids });
    read += 1;
    if (read % 200 === 0) await breathe();
  }
  if (violations.length > 0)
    throw new StoreError(
      359,
      'Cannot convert the index to unique. Please resolve conflicting documents before running collMod again.',
      { violations },
    );
  const { ident: _ident, prepareUnique: _prepared, multikey: _multikey, cut: _cut, ...spec } = index.spec;
  await engine.disk.write(() => remove(engine, collection, index));
  await buildIndexes(engine, collection.namespace, [{ ...spec, unique: true }]);
  engine.tidy();
}

function remove(engine: Engine, collection: Collection, index: Index): void {
  collection.indexes = collection.indexes.filter((other) => other !== index);
  engine.catalog.discard(index.spec.ident);
  engine.catalog.save(collection);
}

/** Drops by name, by key pattern, by a list of names, or all (`*`) but the one on `_id`. */
export async function dropIndexes(engine: Engine, namespace: string, which: unknown): Promise<Doc> {
  if (which === undefined)
    throw new StoreError(40414, "BSON field 'dropIndexes.index' is missing but a required field");
  const collection = engine.catalog.find(namespace);
  if (!collection) throw new StoreError(26, `ns not found ${namespace}`);
  const before = collection.indexes.length;
  const all = which === '*';
  const chosen = all
    ? collection.indexes.slice(1)
    : (Array.isArray(which) ? which : [which]).map((wanted) => chosenIndex(collection, wanted));
  if (chosen.some(({ isId }) => isId)) throw new StoreError(72, 'cannot drop _id index');
  await engine.disk.write(() => {
    for (const index of chosen) remove(engine, collection, index);
  });
  engine.tidy();
  return { nIndexesWas: before, ...(all && { msg: 'non-_id indexes dropped for collection' }), ok: 1 };
}

function chosenIndex(collection: Collection, wanted: unknown): Index {
  if (typeof wanted === 'string') {
    const index = collection.indexes.find(({ spec }) => spec.name === wanted);
    if (!index) throw new StoreError(27, `index not found with name [${wanted}]`);
    return index;
  }
  if (!isDocument(wanted)) throw wrongType('dropIndexes', 'index', wanted, 'string');
  const index = collection.indexes.find(({ spec }) => equalValues(spec.key, wanted));
  if (!index) throw new StoreError(27, `can't find index with key: ${show(wanted)}`);
  return index;
}
