import { ObjectId } from 'bson';
import {
  decode,
  decodeFields,
  elementValue,
  encode,
  isDocument,
  walk,
  withFields,
  type Doc,
  type RawElement,
} from './bson.js';
import type { Collection, Index } from './collection.js';
import { equalValues, RANK, rankOf } from './compare.js';
import type { Engine } from './engine.js';
import { StoreError } from './errors.js';
import type { Found } from './scan.js';
import { show, typeName } from './types.js';
import { checkDepth } from './storable.js';
import { checkTime } from './special-collections.js';
import { checkDocument } from './validation.js';

/** The longest document, in bytes. */
export const MOST_DOCUMENT_BYTES = 16 * 1024 * 1024;

/** A document with its `_id` first; one is made when there is none. */
export function withId(doc: Doc): Doc {
  if (Object.keys(doc)[0] === '_id') return doc;
  const { _id = new ObjectId(), ...rest } = doc;
  return { _id, ...rest };
}

function checkId(id: unknown): void {
  const rank = rankOf(id);
  if (rank === RANK.array || rank === RANK.regex)
    throw new StoreError(53, `The '_id' value cannot be of type ${typeName(id)}`);
  const dollar = isDocument(id) && !isReference(id) && Object.keys(id).find((name) => name.startsWith('$'));
  if (typeof dollar === 'string')
    throw new StoreError(
      52,
      `_id fields may not contain '$'-prefixed fields: ${dollar} is not valid for storage.`,
    );
}

/** A DBRef: `$ref`, `$id` and perhaps `$db`, in this order before other fields. */
const isReference = (id: Doc): boolean =>
  typeof id.$ref === 'string' && /^\$ref,\$id(,\$db)?(,[^$]|$)/.test(Object.keys(id).join());

function checkUpdatedSize(bytes: number): void {
  if (bytes > MOST_DOCUMENT_BYTES)
    throw new StoreError(17419, `Resulting document after update is larger than ${MOST_DOCUMENT_BYTES}`);
}

function checkSize(bytes: number): void {
  if (bytes > MOST_DOCUMENT_BYTES) {
    throw new StoreError(
      10334,
      `BSONObj size: ${bytes} (0x${bytes.toString(16).toUpperCase()}) is invalid. Size must be between 0 and 16793600(16MB)`,
    );
  }
}

/** Stores a document that came as bytes; those bytes are kept when the `_id` stands first in them already. */
export function insertDocument(
  engine: Engine,
  collection: Collection,
  given: Buffer,
  bypassValidation: boolean,
): Doc {
  checkSize(given.length);
  let raw = given;
  let doc: Doc;
  const id = firstId(given);
  if (id === undefined) {
    doc = withId(decode(given));
    raw = encode(doc);
  } else
    doc = collection.readsFieldsOnly ? decodeFields(given, collection.fieldsOf(undefined)) : decode(given);
  checkId(doc._id);
  checkTime(collection, doc);
  if (!bypassValidation) checkDocument(engine, collection, doc);
  collection.insert(raw, doc);
  return doc;
}

/** The `_id` of a document in whose bytes it stands first. */
function firstId(raw: Buffer): { value: unknown } | undefined {
  let found: RawElement | undefined;
  walk(raw, (element, start, stop) => {
    if (stop - start === 3 && raw.toString('latin1', start, stop) === '_id') found = element;
    return true;
  });
  return found && { value: elementValue(raw, found) };
}

/**
 * Puts a changed document in the place of the old one. `touched` names the top-level fields that may differ (all when
 * undefined). Returns the new bytes, or undefined when no byte changed.
 */
export function storeChange(
  engine: Engine,
  collection: Collection,
  found: Pick<Found, 'record' | 'raw' | 'doc'>,
  next: Doc,
  touched: ReadonlySet<string> | undefined,
  bypassValidation: boolean,
): Buffer | undefined {
  const raw = encode(next);
  if (raw.equals(found.raw)) return undefined;
  checkUpdatedSize(raw.length);
  checkDepth(raw);
  if (!bypassValidation) checkDocument(engine, collection, next, found.doc);
  collection.replace(found.record, raw, next, collection.keysBefore(found.doc, touched));
  return raw;
}

/**
 * The same for a change that was made on the `touched` fields alone, which `changed` holds as they are now; neither `_id` nor a
 * validator is concerned. Returns the new bytes, or undefined when nothing differs.
 */
export function storeFields(
  collection: Collection,
  found: Pick<Found, 'record' | 'raw'>,
  changed: Doc,
  touched: ReadonlySet<string>,
): Buffer | undefined {
  const fields = encode(changed);
  const raw = withFields(found.raw, touched, fields);
  if (raw.equals(found.raw)) return undefined;
  checkUpdatedSize(raw.length);
  checkDepth(fields); // the others were looked at when they came
  const needed = collection.fieldsOf(touched);
  const before =
    needed.size > 0
      ? collection.keysBefore(decodeFields(found.raw, needed), touched)
      : new Map<Index, Buffer[]>();
  collection.replace(found.record, raw, decodeFields(raw, needed), before);
  return raw;
}

/** Refuses a change of `_id`. */
export function keepId(before: Doc, after: Doc, how: 'update' | 'replace'): void {
  if (equalValues(before._id, after._id) && Object.hasOwn(after, '_id')) return;
  throw new StoreError(
    66,
    how === 'update'
      ? "Performing an update on the path '_id' would modify the immutable field '_id'"
      : `After applying the update, the (immutable) field '_id' was found to have been altered to _id: ${show(after._id)}`,
  );
}
