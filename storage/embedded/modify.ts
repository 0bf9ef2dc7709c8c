import { ObjectId } from 'bson';
import { hintArgument, matchContext } from './arguments.js';
import { decodeFields, encode, isDocument, type Doc } from './bson.js';
import type { Collection } from './collection.js';
import { compilePipelineUpdate } from './document-stages.js';
import type { Engine } from './engine.js';
import { StoreError } from './errors.js';
import { compileFilter, type MatchContext } from './match.js';
import { copyValue } from './path.js';
import { matchedPosition } from './positional.js';
import { matchingRecords, prepare, TooMuchToRead, withinTransaction, type Prepared } from './query.js';
import { Found, Turn } from './scan.js';
import { sortFields } from './sort.js';
import { checkTimeseriesUpdate } from './special-collections.js';
import { refuseView } from './views.js';
import { compileUpdate, seedFromFilter, type ApplyUpdate } from './update.js';
import { compileModifier } from './update-modifiers.js';
import { withTimes } from './storable.js';
import { insertDocument, keepId, storeChange, storeFields, withId } from './writes.js';

/** One update or delete statement, from a command's arguments. */
export interface Statement {
  filter: Doc;
  /** Operators, a pipeline, a replacement; undefined to delete. */
  update?: unknown;
  many: boolean;
  upsert: boolean;
  sort?: unknown;
  hint?: unknown;
  collation?: unknown;
  arrayFilters?: unknown;
  /** Values for `$$NAME` in filter and update: `let` of the command, `c` of the statement. */
  variables?: unknown;
  bypassValidation: boolean;
  /** The constants of one update pipeline. */
  constants?: unknown;
}

export interface Outcome {
  matched: number;
  modified: number;
  upserted?: { id: unknown };
  /** The document before and after the change, as bytes. */
  raw?: Buffer;
  after?: Buffer;
  positionOf?: (arrayPath: string) => number | undefined;
}

type Changer = (found: Found, inserting?: boolean) => Doc;

/** A statement made ready: what is malformed was refused. */
export interface Modification {
  statement: Statement;
  context: MatchContext;
  change: Changer | undefined;
  /** Changes the `touched` fields of a document of which nothing else was decoded; where that is possible. */
  changeFields?: ApplyUpdate;
  /** The top-level fields that an operator update can touch. */
  touched: ReadonlySet<string> | undefined;
  replaces: boolean;
}

/** Whether an update is written with operators. */
function isOperatorUpdate(update: Doc): boolean {
  return Object.keys(update)[0]?.startsWith('$') === true;
}

export function compileModification(engine: Engine, statement: Statement, collation: unknown): Modification {
  const context = matchContext(
    { let: statement.variables },
    engine.clock.now(),
    statement.collation ?? collation,
  );
  const { update, many, arrayFilters } = statement;
  if (update === undefined)
    return { statement, context, change: undefined, touched: undefined, replaces: false };
  if (Array.isArray(update)) {
    if (arrayFilters !== undefined)
      throw new StoreError(9, 'arrayFilters may not be specified for pipeline-syle updates');
    const constants = isDocument(statement.constants) ? statement.constants : {};
    const rewrite = compilePipelineUpdate(update, {
      ...context,
      variables: { ...context.variables, ...constants },
    });
    const change: Changer = (found, inserting) => {
      const next = rewrite(found.doc);
      if (Object.hasOwn(next, '_id')) return withId(next);
      return inserting ? next : { _id: found.doc._id, ...next };
    };
    return { statement, context, change, touched: undefined, replaces: true };
  }
  if (!isDocument(update)) throw new StoreError(9, 'Update argument must be either an object or an array');
  if (statement.constants !== undefined)
    throw new StoreError(51198, 'Constant values may only be specified for pipeline updates');
  if (isOperatorUpdate(update)) {
    const apply = compileUpdate(update, { ...context, now: context.variables.NOW as Date, arrayFilters });
    const touched = touchedBy(update);
    return {
      statement,
      context,
      change: operatorChange(statement.filter, context, apply),
      ...(worksOnFields(update, touched) && { changeFields: apply }),
      touched,
      replaces: false,
    };
  }
  const dollar = Object.keys(update).find(
    (name) => name.startsWith('$') && !['$ref', '$id', '$db'].includes(name),
  );
  if (dollar !== undefined) {
    throw new StoreError(
      52,
      `The dollar ($) prefixed field '${dollar}' in '${dollar}' is not allowed in the context of an update's replacement document. Consider using an aggregation pipeline with $replaceWith.`,
    );
  }
  if (many) throw new StoreError(9, 'multi update is not supported for replacement-style update');
  if (arrayFilters !== undefined)
    throw new StoreError(9, 'arrayFilters may not be specified for replacement-style updates');
  const change: Changer = (found) => {
    const next = withTimes(copyValue(update), context.variables.NOW as Date);
    if ('_id' in update) return withId(next);
    return { ...(Object.hasOwn(found.doc, '_id') && { _id: found.doc._id }), ...next };
  };
  return { statement, context, change, touched: undefined, replaces: true };
}

function operatorChange(filter: Doc, context: MatchContext, apply: ApplyUpdate): Changer {
  return (found, inserting = false) => {
    const doc = found.fresh();
    apply({ doc, inserting, ...(!inserting && { positionOf: matchedPosition(filter, found.doc, context) }) });
    return doc;
  };
}

/** Whether an update needs to know no more of a document than the fields that it touches. */
function worksOnFields(update: Doc, touched: ReadonlySet<string>): boolean {
  const paths = Object.values(update).flatMap((changes) => Object.keys(changes as Doc));
  const isPositional = paths.some((path) => path.split('.').includes('$'));
  // Names that look like whole numbers come first in an object of JavaScript, whatever the order in the document.
  return (
    !isPositional &&
    ![...touched].some((name) => name === '_id' || name === '__proto__' || /^\d+$/.test(name))
  );
}

function touchedBy(update: Doc): Set<string> {
  const names = new Set<string>();
  for (const [operator, changes] of Object.entries(update)) {
    for (const [path, operand] of Object.entries(changes as Doc)) {
      names.add(path.split('.')[0] as string);
      if (operator === '$rename' && typeof operand === 'string') names.add(operand.split('.')[0] as string);
    }
  }
  return names;
}

function prepared(collection: Collection, { statement, context }: Modification): Prepared {
  return prepare(collection, {
    filter: statement.filter,
    sort: statement.sort === undefined ? [] : sortFields(statement.sort),
    skip: 0,
    limit: statement.many ? 0 : 1,
    hint: hintArgument({ hint: statement.hint }),
    context,
  });
}

/** Changes or removes one found document; inside a transaction. */
function applyTo(
  engine: Engine,
  collection: Collection,
  modification: Modification,
  found: Found,
  outcome: Outcome,
): void {
  outcome.matched += 1;
  const { change, changeFields, statement, touched, replaces } = modification;
  outcome.raw = found.raw;
  if (!change) {
    collection.remove(found.record, found.doc);
    outcome.modified += 1;
    return;
  }
  outcome.after = found.raw;
  if (changeFields && touched && collection.readsFieldsOnly) {
    // Messages name the document by its `_id`.
    const doc = decodeFields(found.raw, new Set(['_id', ...touched]));
    changeFields({ doc, inserting: false });
    const raw = storeFields(collection, found, doc, touched);
    if (!raw) return;
    outcome.after = raw;
    outcome.modified += 1;
    return;
  }
  const next = change(found);
  if (Object.keys(next)[0] === '_id' || touched?.has('_id') !== false)
    keepId(found.doc, next, replaces ? 'replace' : 'update');
  const raw = storeChange(engine, collection, found, next, touched, statement.bypassValidation);
  if (!raw) return;
  outcome.after = raw;
  outcome.modified += 1;
}

/** Carries a statement out inside a transaction; throws TooMuchToRead before it changes anything when that takes too long. */
export function modifyAtOnce(engine: Engine, namespace: string, modification: Modification): Outcome {
  const outcome: Outcome = { matched: 0, modified: 0 };
  const collection = engine.catalog.find(namespace);
  refuseView(collection, namespace);
  if (collection) {
    const { update, many, upsert: inserts } = modification.statement;
    checkTimeseriesUpdate(collection, update, many, inserts);
    const ready = prepared(collection, modification);
    const matches = [...withinTransaction(engine.disk, collection, ready)];
    for (const found of matches) applyTo(engine, collection, modification, found, outcome);
  }
  if (outcome.matched === 0 && modification.statement.upsert)
    upsert(engine, namespace, modification, outcome);
  return outcome;
}

/** The same for statements that must read much: reads first with pauses, then changes what still matches, in portions. */
export async function modifySlowly(
  engine: Engine,
  namespace: string,
  modification: Modification,
): Promise<Outcome> {
  const outcome: Outcome = { matched: 0, modified: 0 };
  const collection = engine.catalog.find(namespace);
  if (collection) {
    const ready = prepared(collection, modification);
    const records = await matchingRecords(engine.disk, collection, { ...ready, limit: 0 });
    const stillMatches = compileFilter(modification.statement.filter, ready.context);
    let ended = false;
    for (let at = 0; at < records.length && !ended;) {
      await engine.disk.write(() => {
        const turn = new Turn();
        while (at < records.length && !turn.over) {
          const record = records[at] as Buffer;
          at += 1;
          const raw = collection.dropped ? undefined : collection.read(record);
          const found = raw && new Found(record, raw);
          if (!found || !stillMatches(found.doc)) continue;
          applyTo(engine, collection, modification, found, outcome);
          ended = !modification.statement.many;
          if (ended) return;
        }
      });
    }
  }
  if (outcome.matched === 0 && modification.statement.upsert)
    await engine.disk.write(() => upsert(engine, namespace, modification, outcome));
  return outcome;
}

/** Carries out one statement in a transaction of its own. */
export async function modify(
  engine: Engine,
  namespace: string,
  modification: Modification,
): Promise<Outcome> {
  try {
    return await engine.disk.write(() => modifyAtOnce(engine, namespace, modification));
  } catch (error) {
    if (error instanceof TooMuchToRead) return modifySlowly(engine, namespace, modification);
    throw error;
  }
}

function upsert(engine: Engine, namespace: string, modification: Modification, outcome: Outcome): void {
  const { statement, change } = modification;
  if (!change) return;
  const seed = seedDocument(statement, modification);
  const changed = change(new Found(Buffer.alloc(0), encode(seed)), true);
  if (Object.hasOwn(seed, '_id') && Object.hasOwn(changed, '_id'))
    keepId(seed, changed, modification.replaces ? 'replace' : 'update');
  const doc = withId(
    Object.hasOwn(changed, '_id') ? changed : { _id: seed._id ?? new ObjectId(), ...changed },
  );
  const collection = engine.ensure(namespace);
  const raw = encode(doc);
  insertDocument(engine, collection, raw, statement.bypassValidation);
  outcome.upserted = { id: doc._id };
  outcome.after = raw;
}

/** The document that an upsert starts from: a replacement keeps only the `_id` of the filter. */
function seedDocument({ filter, update }: Statement, { context }: Modification): Doc {
  const seed = seedFromFilter(filter);
  const doc: Doc = {};
  const replacement = !Array.isArray(update) && isDocument(update) && !isOperatorUpdate(update);
  for (const [path, value] of seed) {
    if (replacement && path !== '_id') continue;
    for (const modifier of compileModifier('$set', path, value, {
      ...context,
      now: context.variables.NOW as Date,
    }))
      modifier.apply(doc, path.split('.'), { doc, inserting: true });
  }
  return doc;
}
