import { documentArgument, flagArgument, wrongType } from '../arguments.js';
import { decode, encode, isDocument, type Doc } from '../bson.js';
import type { Engine } from '../engine.js';
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
import { namespaceOf, type Handler } from './command.js';

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

const insert: Handler = async (call) => {
  const { engine, request, args } = call;
  const namespace = namespaceOf(call);
  const { documents } = request;
  if (!documents)
    throw args.documents === undefined
      ? new StoreError(40414, "BSON field 'insert.documents' is missing but a required field")
      : wrongType('insert', 'documents', args.documents, 'array');
  batchSize(documents.length);
  const ordered = args.ordered !== false;
  const bypass = flagArgument('insert', args, 'bypassDocumentValidation');
  const writeErrors: Doc[] = [];
  let inserted = 0;
  let at = 0;
  const some = (): void => {
    const collection = engine.ensure(namespace);
    const turn = new Turn();
    for (let bytes = 0; at < documents.length && !turn.over && bytes < bytesPerTransaction;) {
      const document = storable(documents[at] as Buffer, engine.clock.now());
      bytes += document.length;
      try {
        insertDocument(engine, collection, document, bypass);
        inserted += 1;
      } catch (error) {
        writeErrors.push(writeError(at, error));
        if (ordered) at = documents.length;
      }
      at += 1;
    }
  };
  while (at < documents.length) await engine.disk.write(some);
  return { n: inserted, ...(writeErrors.length > 0 && { writeErrors }), ok: 1 };
};

/** Carries out statements in order, many in one transaction, those that read much by themselves. */
async function runStatements(
  engine: Engine,
  count: number,
  ordered: boolean,
  make: (at: number) => { namespace: string; modification: Modification },
  done: (at: number, outcome: Outcome) => void,
): Promise<Doc[]> {
  const writeErrors: Doc[] = [];
  let at = 0;
  let slow: { namespace: string; modification: Modification } | undefined;
  const failed = (error: unknown): void => {
    writeErrors.push(writeError(at, error));
    at = ordered ? count : at + 1;
  };
  while (at < count) {
    await engine.disk.write(() => {
      const turn = new Turn();
      while (at < count && !turn.over) {
        try {
          slow = make(at);
          done(at, modifyAtOnce(engine, slow.namespace, slow.modification));
          at += 1;
        } catch (error) {
          if (error instanceof TooMuchToRead) return;
          failed(error);
        }
        slow = undefined;
      }
    });
    if (!slow) continue;
    try {
      done(at, await modifySlowly(engine, slow.namespace, slow.modification));
      at += 1;
    } catch (error) {
      failed(error);
    }
    slow = undefined;
  }
  return writeErrors;
}

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

const collationOf = (engine: Engine, namespace: string): unknown =>
  engine.catalog.find(namespace)?.options.collation;

const update: Handler = async (call) => {
  const { engine, args } = call;
  const namespace = namespaceOf(call);
  checkNamespace(namespace);
  const updates = statementList('update', 'updates', args.updates).map((given) =>
    updateStatement(given, args),
  );
  const upserted: Doc[] = [];
  let [n, nModified] = [0, 0];
  const writeErrors = await runStatements(
    engine,
    updates.length,
    args.ordered !== false,
    (at) => ({
      namespace,
      modification: compileModification(engine, updates[at] as Statement, collationOf(engine, namespace)),
    }),
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
    ...(writeErrors.length > 0 && { writeErrors }),
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
  const writeErrors = await runStatements(
    engine,
    deletes.length,
    args.ordered !== false,
    (at) => ({
      namespace,
      modification: compileModification(engine, deletes[at] as Statement, collationOf(engine, namespace)),
    }),
    (_at, outcome) => {
      n += outcome.modified;
    },
  );
  return { n, ...(writeErrors.length > 0 && { writeErrors }), ok: 1 };
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
  const modification = compileModification(engine, statement, collationOf(engine, namespace));
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

/** The client's bulkWrite of MongoDB 8: statements on several collections in one command. */
const bulkWrite: Handler = async ({ engine, args, database }) => {
  if (database !== 'admin') throw new StoreError(13, 'bulkWrite may only be run against the admin database.');
  const ops = statementList('bulkWrite', 'ops', args.ops);
  const spaces = statementList('bulkWrite', 'nsInfo', args.nsInfo).map(({ ns }) => String(ns));
  const ordered = args.ordered !== false;
  for (const [idx, op] of ops.entries()) {
    const [kind = ''] = Object.keys(op);
    if (!['insert', 'update', 'delete'].includes(kind))
      throw new StoreError(9, `Unrecognized bulkWrite operation '${kind}' at ops entry ${idx}`);
    if (spaces[Number(op[kind])] === undefined)
      throw new StoreError(2, `BulkWrite ops entry ${idx} has an invalid nsInfo index.`);
    checkNamespace(spaces[Number(op[kind])] as string);
  }
  const onlyErrors = args.errorsOnly === true;
  const results: Doc[] = [];
  const counts = { nErrors: 0, nInserted: 0, nMatched: 0, nModified: 0, nUpserted: 0, nDeleted: 0 };
  const bypass = args.bypassDocumentValidation === true;
  for (const [idx, op] of ops.entries()) {
    const [kind] = Object.keys(op) as [string];
    const namespace = spaces[Number(op[kind])] as string;
    try {
      const result: Doc = { ok: 1, idx, n: 1 };
      if (kind === 'insert') {
        await engine.disk.write(() =>
          insertDocument(
            engine,
            engine.ensure(namespace),
            storable(encode(op.document as Doc), engine.clock.now()),
            bypass,
          ),
        );
        counts.nInserted += 1;
      } else {
        const statement: Statement = {
          filter: documentArgument('bulkWrite', op, 'filter'),
          ...(kind === 'update' && { update: op.updateMods }),
          many: op.multi === true,
          upsert: op.upsert === true,
          sort: op.sort,
          hint: op.hint,
          collation: op.collation,
          arrayFilters: op.arrayFilters,
          variables: args.let,
          constants: op.constants,
          bypassValidation: bypass,
        };
        const outcome = await modify(
          engine,
          namespace,
          compileModification(engine, statement, collationOf(engine, namespace)),
        );
        result.n = outcome.matched + (outcome.upserted ? 1 : 0);
        if (kind === 'delete') counts.nDeleted += outcome.modified;
        else {
          counts.nMatched += outcome.matched;
          counts.nModified += outcome.modified;
          result.nModified = outcome.modified;
          if (outcome.upserted) {
            counts.nUpserted += 1;
            result.upserted = { _id: outcome.upserted.id };
          }
        }
      }
      if (!onlyErrors) results.push(result);
    } catch (error) {
      const { index: _index, code, errmsg, ...extra } = writeError(idx, error);
      counts.nErrors += 1;
      results.push({ ok: 0, idx, code, errmsg, ...extra, n: 0, ...(kind === 'update' && { nModified: 0 }) });
      if (ordered) break;
    }
  }
  return { cursor: { id: 0n, firstBatch: results, ns: 'admin.$cmd.bulkWrite' }, ...counts, ok: 1 };
};

export const WRITE_COMMANDS: Record<string, Handler> = {
  insert,
  update,
  delete: remove,
  findAndModify,
  findandmodify: findAndModify,
  bulkWrite,
};
