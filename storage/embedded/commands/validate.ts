import type { Doc } from '../bson.js';
import { StoreError } from '../errors.js';
import { afterPrefix } from '../key.js';
import { breathe, PAUSE, scan } from '../scan.js';
import { namespaceOf, type Handler } from './command.js';

/** Looks at every document's index entries and at every index entry's document, with pauses. */
export const validate: Handler = async (call) => {
  const { disk, catalog } = call.engine;
  const namespace = namespaceOf(call);
  const collection = catalog.find(namespace);
  if (!collection) throw new StoreError(26, `Collection '${namespace}' does not exist to validate.`);
  const errors: string[] = [];
  const keysPerIndex: Doc = {};
  let nrecords = 0;
  for (const found of scan(
    disk,
    collection,
    { accesses: [{ ranges: [collection.range], reverse: false }], sorted: true, exact: true },
    undefined,
  )) {
    if (found === PAUSE) {
      await breathe();
      continue;
    }
    nrecords += 1;
    for (const index of collection.indexes) {
      for (const { key } of index.keysOf(found.doc)) {
        keysPerIndex[index.spec.name] = Number(keysPerIndex[index.spec.name] ?? 0) + 1;
        const holder = disk.get(index.unique ? key : Buffer.concat([key, found.record]));
        if (!holder?.equals(found.record)) errors.push(`missing entry in index ${index.spec.name}`);
      }
    }
  }
  for (const { spec, prefix } of collection.indexes) {
    const entries = disk.countKeys({ start: prefix, end: afterPrefix(prefix) });
    if (entries !== Number(keysPerIndex[spec.name] ?? 0))
      errors.push(`entries without a document in index ${spec.name}`);
  }
  return {
    ns: namespace,
    nInvalidDocuments: 0,
    nrecords,
    nIndexes: collection.indexes.length,
    keysPerIndex,
    valid: errors.length === 0,
    errors,
    warnings: [],
    ok: 1,
  };
};
