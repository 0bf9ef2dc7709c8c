import { documentArgument, flagArgument, wrongType } from '../arguments.js';
import { decode, encode, isDocument, type Doc } from '../bson.js';
import { resultsOf } from '../cursors.js';
import type { Engine } from '../engine.js';
import { checkOperation } from '../command-fields.js';
import { StoreError } from '../errors.js';
import {
  compileModification,
  modify,
  modifyAtOnce,
  modifySlowly,
  type Modification,
  type Outcome,
  type Statement,
} from '../modify.js';
import { compileProjection } from '../project.js';
import { matchedPosition } from '../positional.js';
import { TooMuchToRead } from '../query.js';
import { findAndModifyReply } from '../replies.js';
import { Turn } from '../scan.js';
import { checkNamespace } from '../catalog.js';
import { asWord } from '../types.js';
import { storable } from '../storable.js';
import { insertDocument } from '../writes.js';
import { firstBatchOf, namespaceOf, type Handler } from './command.js';

/** How much of a command one transaction takes, so that the bytes of a big insert do not hold everybody up. */
const bytesPerTransaction = 1024 * 1024;
const mostStatements = 100_000;

/** A failure of one document or statement as it stands in `writeErrors`. */
function writeError(index: number, error: unknown): Doc {
  if (!(error instanceof StoreError) || error.code === 14031 || error.code === 11600) throw error;
  return { index, code: error.code, ...error.extra, errmsg: error.message };
}

function batchSize(count: number): void {
  if (count < 1 || count > mostStatements) {
    throw new StoreError(
      16,
      `Write batch sizes must be between 1 and ${mostStatements}. Got ${count} operations.`,
    );
  }
}

/** What one step of a write command does: store a document, or change what a statement finds. */
type Step = { namespace: string } & ({ document: Buffer; bypass: boolean } | { modification: Modification });

function takeStep(engine: Engine, step: Step): Outcome {
  if ('modification' in step) return modifyAtOnce(engine, step.namespace, step.modification);
  insertDocument(engine, engine.ensure(step.namespace), step.document, step.bypass);
  return { matched: 0, modified: 0 };
}

/** Carries out the steps of a command in order, many in one transaction, those that read much by themselves. */
async function runSteps(
  engine: Engine,
  count: number,
  ordered: boolean,
  make: (at: number) => Step,
  done: (at: number, outcome: Outcome) => void,
): Promise<{ writeErrors?: Doc[] }> {
  const writeErrors: Doc[] = [];
  let at = 0;
  let slow: Step | undefined;
  const failed = (error: unknown): void => {
    writeErrors.push(writeError(at, error));
    at = ordered ? count : at + 1;
  };
  while (at < count) {
    await engine.disk.write(() => {
      const turn = new Turn();
      for (let bytes = 0; at < count && !turn.over && bytes < bytesPerTransaction;) {
        try {
          slow = make(at);
          if ('document' in slow) bytes += slow.document.length;
          done(at, takeStep(engine, slow));
          at += 1;
        } catch (error) {
          if (error instanceof TooMuchToRead) return;
          failed(error);
        }
        slow = undefined;
      }
    });
    if (!slow || !('modification' in slow)) continue;
    try {
      done(at, await modifySlowly(engine, slow.namespace, slow.modification));
      at += 1;
    } catch (error) {
      failed(error);
    }
    slow = undefined;
  }
  return writeErrors.length > 0 ? { writeErrors } : {};
}

const insert: Handler = async (call) => {
  const { engine, request, args } = call;
  const namespace = namespaceOf(call);
  checkNamespace(namespace);
  const { documents } = request;
  if (!documents)
    throw args.documents === undefined
      ? new StoreError(40414, "BSON field 'insert.documents' is missing but a required field")
      : wrongType('insert', 'documents', args.documents, 'array');
  batchSize(documents.length);
  const bypass = flagArgument('insert', args, 'bypassDocumentValidation');
  let n = 0;
  const errors = await runSteps(
    engine,
    documents.length,
    args.ordered !== false,
    (at) => ({ namespace, document: storable(documents[at] as Buffer, engine.clock.now()), bypass }),
    () => {
      n += 1;
    },
  );
  return { n, ...errors, ok: 1 };
};

function statementList(command: string, field: string, value: unknown): Doc[] {
  if (!Array.isArray(value) || !value.every(isDocument)) {
    throw new StoreError(
      value === undefined ? 40414 : 14,
      `BSON field '${command}.${field}' is missing but a required field`,
    );
  }
  batchSize(value.length);
  return value;
}

function updateStatement(given: Doc, args: Doc): Statement {
  const many = flagArgument('update.updates', given, 'multi');
  const { u: update, sort } = given;
  for (const field of ['q', 'u'])
    if (given[field] === undefined)
      throw new StoreError(40414, `BSON field 'update.updates.${field}' is missing but a required field`);
  if (sort !== undefined && many) throw new StoreError(9, 'Cannot specify sort with multi=true');
  return {
    filter: documentArgument('update.updates', given, 'q'),
    update,
    many,
    upsert: flagArgument('update.updates', given, 'upsert'),
    sort,
    hint: given.hint,
    collation: given.collation,
    arrayFilters: given.arrayFilters,
    variables: args.let,
    constants: given.c,
    bypassValidation: flagArgument('update', args, 'bypassDocumentValidation'),
  };
}

function deleteStatement(given: Doc, args: Doc): Statement {
  for (const field of ['q', 'limit'])
    if (given[field] === undefined)
      throw new StoreError(40414, `BSON field 'delete.deletes.${field}' is missing but a required field`);
  const limit = Number(given.limit);
  if (limit !== 0 && limit !== 1)
    throw new StoreError(9, `The limit field in delete objects must be 0 or 1. Got ${asWord(given.limit)}`);
  return {
    filter: documentArgument('delete.deletes', given, 'q'),
    many: limit === 0,
    upsert: false,
    hint: given.hint,
    collation: given.collation,
    variables: args.let,
    bypassValidation: true,
  };
}

/** A statement made ready for its collection, with that collection's order of texts. */
function modificationOf(
  engine: Engine,
  namespace: string,
  statement: Statement,
): { namespace: string; modification: Modification } {
  const collation = engine.catalog.find(namespace)?.options.collation;
  return { namespace, modification: compileModification(engine, statement, collation) };
}

const update: Handler = async (call) => {
  const { engine, args } = call;
  const namespace = namespaceOf(call);
  checkNamespace(namespace);
  const updates = statementList('update', 'updates', args.updates).map((given) =>
    updateStatement(given, args),
  );
  const upserted: Doc[] = [];
  let [n, nModified] = [0, 0];
  const errors = await runSteps(
    engine,
    updates.length,
    args.ordered !== false,
    (at) => modificationOf(engine, namespace, updates[at] as Statement),
    (at, outcome) => {
      n += outcome.matched + (outcome.upserted ? 1 : 0);
      nModified += outcome.modified;
      if (outcome.upserted) upserted.push({ index: at, _id: outcome.upserted.id });
    },
  );
  return {
    n,
    ...(upserted.length > 0 && { upserted }),
    nModified,
    ...errors,
    ok: 1,
  };
};

const remove: Handler = async (call) => {
  const { engine, args } = call;
  const namespace = namespaceOf(call);
  const deletes = statementList('delete', 'deletes', args.deletes).map((given) =>
    deleteStatement(given, args),
  );
  let n = 0;
  const errors = await runSteps(
    engine,
    deletes.length,
    args.ordered !== false,
    (at) => modificationOf(engine, namespace, deletes[at] as Statement),
    (_at, outcome) => {
      n += outcome.modified;
    },
  );
  return { n, ...errors, ok: 1 };
};

const findAndModify: Handler = async (call) => {
  const { engine, args } = call;
  const namespace = namespaceOf(call);
  checkNamespace(namespace);
  const removing = flagArgument('findAndModify', args, 'remove');
  const returnNew = flagArgument('findAndModify', args, 'new');
  const upsert = flagArgument('findAndModify', args, 'upsert');
  const { update: change } = args;
  if (removing && change !== undefined)
    throw new StoreError(9, 'Cannot specify both an update and remove=true');
  if (removing && args.arrayFilters !== undefined)
    throw new StoreError(9, 'Cannot specify arrayFilters and remove=true');
  if (removing && upsert) throw new StoreError(9, 'Cannot specify both upsert=true and remove=true');
  if (removing && returnNew)
    throw new StoreError(
      9,
      "Cannot specify both new=true and remove=true; 'remove' always returns the deleted document",
    );
  if (!removing && change === undefined)
    throw new StoreError(9, 'Either an update or remove=true must be specified');
  const statement: Statement = {
    filter: documentArgument('findAndModify', args, 'query'),
    ...(!removing && { update: change }),
    many: false,
    upsert,
    sort: documentArgument('findAndModify', args, 'sort'),
    hint: args.hint,
    collation: args.collation,
    arrayFilters: args.arrayFilters,
    variables: args.let,
    bypassValidation: flagArgument('findAndModify', args, 'bypassDocumentValidation'),
  };
  const { modification } = modificationOf(engine, namespace, statement);
  const fields = documentArgument('findAndModify', args, 'fields');
  const project =
    Object.keys(fields).length > 0 ? compileProjection(fields, 'find', modification.context) : undefined;
  const outcome = await modify(engine, namespace, modification);
  const value = returnNew ? outcome.after : outcome.raw;
  const lastErrorObject: Doc = removing
    ? { n: outcome.modified }
    : {
        n: outcome.matched + (outcome.upserted ? 1 : 0),
        updatedExisting: outcome.matched > 0,
        ...(outcome.upserted && { upserted: outcome.upserted.id }),
      };
  if (!value || !project) return findAndModifyReply(lastErrorObject, value);
  const doc = decode(value);
  const shaped = project(doc, matchedPosition(statement.filter, doc, modification.context));
  return findAndModifyReply(lastErrorObject, encode(shaped));
};

/** The kinds of operations of a client's bulkWrite, and what each cannot do without. */
const NEEDED: Record<string, readonly string[]> = {
  insert: ['document'],
  update: ['filter', 'updateMods'],
  delete: ['filter'],
};

/** One operation of the client's bulkWrite, in the words of the command that does the same on one collection. */
function bulkStep(engine: Engine, op: Doc, namespace: string, args: Doc): Step {
  const { filter: q, updateMods: u, constants: c, multi, ...same } = op;
  if ('document' in op)
    return {
      namespace,
      document: storable(encode(documentArgument('bulkWrite.ops', op, 'document')), engine.clock.now()),
      bypass: flagArgument('bulkWrite', args, 'bypassDocumentValidation'),
    };
  return modificationOf(
    engine,
    namespace,
    'delete' in op
      ? deleteStatement({ ...same, q, limit: multi === true ? 0 : 1 }, args)
      : updateStatement({ ...same, q, u, multi, ...(c !== undefined && { c }) }, args),
  );
}

/** The client's bulkWrite of MongoDB 8: statements on several collections in one command. */
const bulkWrite: Handler = async (call) => {
  const { engine, args, database } = call;
  if (database !== 'admin') throw new StoreError(13, 'bulkWrite may only be run against the admin database.');
  const ops = statementList('bulkWrite', 'ops', args.ops);
  const spaces = statementList('bulkWrite', 'nsInfo', args.nsInfo).map(({ ns }) => String(ns));
  const kinds = ops.map((op, idx): string => {
    const [kind = ''] = Object.keys(op);
    const needed = NEEDED[kind];
    if (!needed) throw new StoreError(9, `Unrecognized bulkWrite operation '${kind}' at ops entry ${idx}`);
    if (spaces[Number(op[kind])] === undefined)
      throw new StoreError(2, `BulkWrite ops entry ${idx} has an invalid nsInfo index.`);
    checkNamespace(spaces[Number(op[kind])] as string);
    checkOperation(op);
    for (const field of needed)
      if (op[field] === undefined)
        throw new StoreError(40414, `BSON field 'bulkWrite.ops.${field}' is missing but a required field`);
    if (kind === 'update' && op.multi === true && op.sort !== undefined)
      throw new StoreError(9, 'Cannot specify sort with multi=true');
    return kind;
  });
  const replies: Doc[] = [];
  const counts = { nErrors: 0, nInserted: 0, nMatched: 0, nModified: 0, nUpserted: 0, nDeleted: 0 };
  const { writeErrors = [] } = await runSteps(
    engine,
    ops.length,
    args.ordered !== false,
    (at) => bulkStep(engine, ops[at] as Doc, spaces[Number(ops[at]?.[kinds[at] as string])] as string, args),
    (idx, { matched, modified, upserted }) => {
      if (kinds[idx] === 'insert') counts.nInserted += 1;
      else if (kinds[idx] === 'delete') counts.nDeleted += modified;
      else {
        counts.nMatched += matched;
        counts.nModified += modified;
        counts.nUpserted += upserted ? 1 : 0;
      }
      if (args.errorsOnly === true) return;
      replies[idx] = {
        ok: 1,
        idx,
        n: kinds[idx] === 'insert' || upserted ? 1 : matched,
        ...(kinds[idx] === 'update' && { nModified: modified }),
        ...(upserted && { upserted: { _id: upserted.id } }),
      };
    },
  );
  counts.nErrors = writeErrors.length;
  for (const { index, ...error } of writeErrors) {
    const idx = index as number;
    replies[idx] = { ok: 0, idx, ...error, n: 0, ...(kinds[idx] === 'update' && { nModified: 0 }) };
  }
  const ns = 'admin.$cmd.bulkWrite';
  const documents = Object.values(replies).map(encode);
  const results = resultsOf(documents.values(), documents.length);
  const most = firstBatchOf(call, Number.MAX_SAFE_INTEGER);
  const firstBatch = (await results.next(most)).map(decode);
  const id = results.done ? 0n : engine.cursors.keep(ns, results, args.lsid);
  return { cursor: { id, firstBatch, ns }, ...counts, ok: 1 };
};

export const WRITE_COMMANDS: Record<string, Handler> = {
  insert,
  update,
  delete: remove,
  findAndModify,
  findandmodify: findAndModify,
  bulkWrite,
};
