import { refuseUnknown } from './arguments.js';
import { checkNamespace, draftBeside } from './catalog.js';
import { encode, isDocument, type Doc } from './bson.js';
import type { Engine } from './engine.js';
import { StoreError } from './errors.js';
import { asWord } from './types.js';
import { compilePipelineUpdate } from './document-stages.js';
import { compileExpression, within } from './expression.js';
import type { MatchContext } from './match.js';
import { pathParts, valueAt } from './path.js';
import { equalValues } from './compare.js';
import { prepare, withinTransaction } from './query.js';
import { Turn } from './scan.js';
import { refuseView } from './views.js';
import { insertDocument, storeChange, withId } from './writes.js';

interface MergeRequest {
  engine: Engine;
  database: string;
  spec: unknown;
  documents: Doc[];
  context: MatchContext;
  bypassValidation: boolean;
}

function targetOf(spec: unknown, database: string): string {
  if (typeof spec === 'string') return `${database}.${spec}`;
  if (isDocument(spec) && typeof spec.coll === 'string')
    return `${typeof spec.db === 'string' ? spec.db : database}.${spec.coll}`;
  throw new StoreError(16990, 'the $out or $merge stage requires a collection name');
}

const WHEN_MATCHED = ['replace', 'keepExisting', 'merge', 'fail'];

/** Refuses a malformed `$out` or `$merge` before anything runs. */
export function checkMerge(
  kind: '$out' | '$merge',
  spec: unknown,
  database: string,
  context: MatchContext,
): void {
  if (kind === '$merge' && isDocument(spec) && !('into' in spec))
    throw new StoreError(40414, "BSON field '$merge.into' is missing but a required field");
  const merge = isDocument(spec) ? spec : { into: spec };
  targetOf(kind === '$out' ? spec : merge.into, database);
  if (kind === '$out') {
    if (isDocument(spec)) {
      const { db: _db, coll: _coll, timeseries: _series, ...others } = spec;
      refuseUnknown('$out', others);
    }
    return;
  }
  const { into: _into, on: _on, whenMatched, whenNotMatched, let: given, ...others } = merge as Doc;
  refuseUnknown('$merge', others);
  if (isDocument(given) && !Array.isArray(whenMatched))
    throw new StoreError(51199, "Cannot use 'let' variables with 'whenMatched' other than a pipeline");
  if (isDocument(given) && 'new' in given && given.new !== '$$ROOT')
    throw new StoreError(
      51273,
      "'let' may not define a value for the reserved 'new' variable other than '$$ROOT'",
    );
  if (Array.isArray(whenMatched))
    compilePipelineUpdate(
      whenMatched,
      within(context, 'new', ...Object.keys((given as Doc | undefined) ?? {})),
    );
  if (
    whenMatched !== undefined &&
    !Array.isArray(whenMatched) &&
    !WHEN_MATCHED.includes(asWord(whenMatched))
  ) {
    throw new StoreError(
      2,
      `Enumeration value '${asWord(whenMatched)}' for field 'whenMatched' is not a valid value.`,
    );
  }
  if (whenNotMatched !== undefined && !['insert', 'discard', 'fail'].includes(asWord(whenNotMatched))) {
    throw new StoreError(
      2,
      `Enumeration value '${asWord(whenNotMatched)}' for field 'whenNotMatched' is not a valid value.`,
    );
  }
}

/** `$out`: the result is written beside the collection and takes its place when all of it is committed. */
export async function writeOut({ engine, database, spec, documents }: MergeRequest): Promise<void> {
  const namespace = targetOf(spec, database);
  checkNamespace(namespace);
  refuseView(engine.catalog.find(namespace), namespace);
  const { disk, catalog } = engine;
  const draft = await disk.write(() => {
    const old = catalog.find(namespace);
    const made = catalog.create(draftBeside(namespace), old?.options ?? {});
    for (const index of old?.indexes.slice(1) ?? []) engine.addIndex(made, index.spec);
    return made;
  });
  try {
    for (let at = 0; at < documents.length;) {
      await disk.write(() => {
        const turn = new Turn();
        for (; at < documents.length && !turn.over; at += 1)
          insertDocument(engine, draft, encode(withId(documents[at] as Doc)), true);
      });
    }
    await disk.write(() => {
      const old = catalog.find(namespace);
      if (old) catalog.drop(old);
      catalog.rename(draft, namespace);
    });
  } catch (error) {
    await disk.write(() => catalog.drop(draft));
    throw error;
  } finally {
    engine.tidy();
  }
}

/** `$merge`: each document goes in by `whenMatched` and `whenNotMatched`. */
export async function writeMerge({
  engine,
  database,
  spec,
  documents,
  context,
  bypassValidation,
}: MergeRequest): Promise<void> {
  const merge: Doc = isDocument(spec) && 'into' in spec ? spec : { into: spec };
  const namespace = targetOf(merge.into, database);
  refuseView(engine.catalog.find(namespace), namespace);
  const on = [merge.on ?? '_id'].flat().map(String);
  const collection =
    engine.catalog.find(namespace) ??
    (await engine.disk.write(() => engine.catalog.find(namespace) ?? engine.catalog.create(namespace, {})));
  const unique = collection.indexes.some(
    (index) =>
      index.unique && index.names.length === on.length && index.names.every((name) => on.includes(name)),
  );
  if (!unique) throw new StoreError(51183, 'Cannot find index to verify that join fields will be unique');
  const letSpec: Doc = { new: '$$ROOT', ...(merge.let as Doc | undefined) };
  for (const given of documents) {
    const doc = withId(given);
    for (const path of on) {
      const value = valueAt(doc, pathParts(path));
      if (value === null || value === undefined)
        throw new StoreError(
          51132,
          `$merge write error: 'on' field '${path}' cannot be missing, null, undefined or an array`,
        );
      if (Array.isArray(value))
        throw new StoreError(51185, `$merge write error: 'on' field '${path}' cannot be an array`);
    }
    const filter = Object.fromEntries(
      on.map((path) => [path, { $eq: valueAt(doc, pathParts(path)) ?? null }]),
    );
    const find = (): { record: Buffer; raw: Buffer; doc: Doc } | undefined => {
      const prepared = prepare(collection, { filter, sort: [], skip: 0, limit: 1, hint: undefined, context });
      for (const found of withinTransaction(engine.disk, collection, prepared)) return found;
      return undefined;
    };
    const existing = find();
    let replacement: Doc | undefined;
    if (existing && Array.isArray(merge.whenMatched)) {
      const variables = {
        ...context.variables,
        ...Object.fromEntries(
          Object.entries(letSpec).map(([name, value]) => [
            name,
            compileExpression(value, context)({ ...context.variables, ROOT: doc, CURRENT: doc }),
          ]),
        ),
      };
      replacement = compilePipelineUpdate(merge.whenMatched, { ...context, variables })(existing.doc);
    }
    await engine.disk.write(() => {
      const stored = find();
      if (!stored) {
        if (merge.whenNotMatched === 'discard') return;
        if (merge.whenNotMatched === 'fail')
          throw new StoreError(
            13113,
            '$merge could not find a matching document in the target collection for at least one document in the source collection',
          );
        insertDocument(engine, collection, encode(doc), bypassValidation);
        return;
      }
      const when = merge.whenMatched ?? 'merge';
      if (when === 'keepExisting') return;
      if (when === 'fail') {
        insertDocument(engine, collection, encode({ ...doc, _id: stored.doc._id }), bypassValidation);
        return;
      }
      const next = replacement ?? (when === 'replace' ? doc : { ...stored.doc, ...doc });
      if (!equalValues(next._id, stored.doc._id))
        throw new StoreError(
          66,
          '$merge failed to update the matching document, did you attempt to modify the _id or the shard key?',
        );
      storeChange(engine, collection, stored, next, undefined, bypassValidation);
    });
  }
}
