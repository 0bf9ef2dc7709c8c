/** The steps that cases are written in: what a call of the driver on a collection, or a command on its database, answers. */
import { Decimal128, Double, Int32, Long } from 'bson';
import type mongoose from 'mongoose';
import { add, database, type Coll } from './cases.js';

export type Doc = Record<string, unknown>;
export type Reply = mongoose.mongo.Document;
type Database = mongoose.mongo.Db;
interface Cursor {
  toArray(): Promise<Reply[]>;
  next(): Promise<Reply>;
  sort(order: Doc): Cursor;
  close(): Promise<void>;
}
/** The driver's collection without its types, because values of any type stand under any name here. */
export interface Documents {
  find(filter?: Doc, options?: Doc): Cursor;
  findOne(filter?: Doc, options?: Doc): Promise<Reply>;
  aggregate(pipeline: Doc[], options?: Doc): Cursor;
  distinct(key: string, filter?: Doc, options?: Doc): Promise<unknown[]>;
  insertOne(document: Doc, options?: Doc): Promise<Reply>;
  insertMany(documents: Doc[], options?: Doc): Promise<Reply>;
  updateOne(filter: Doc, update: Doc | Doc[], options?: Doc): Promise<Reply>;
  updateMany(filter: Doc, update: Doc | Doc[], options?: Doc): Promise<Reply>;
  replaceOne(filter: Doc, replacement: Doc, options?: Doc): Promise<Reply>;
  deleteOne(filter: Doc, options?: Doc): Promise<Reply>;
  deleteMany(filter: Doc, options?: Doc): Promise<Reply>;
  findOneAndUpdate(filter: Doc, update: Doc | Doc[], options?: Doc): Promise<Reply>;
  findOneAndDelete(filter: Doc, options?: Doc): Promise<Reply>;
  findOneAndReplace(filter: Doc, replacement: Doc, options?: Doc): Promise<Reply>;
  bulkWrite(operations: Doc[], options?: Doc): Promise<Reply>;
  createIndex(key: Doc, options?: Doc): Promise<unknown>;
  countDocuments(filter?: Doc, options?: Doc): Promise<number>;
  estimatedDocumentCount(options?: Doc): Promise<number>;
  drop(): Promise<unknown>;
  indexes(): Promise<unknown[]>;
}
export type Step = (collection: Documents, db: Database) => Promise<unknown>;

export const int = (given: number): Int32 => new Int32(given);
export const long = (given: string): Long => Long.fromString(given);
export const double = (given: number): Double => new Double(given);
export const { fromString: dec } = Decimal128;
export const date = (given: string | number): Date => new Date(given);

/** Answers keep the kinds of their numbers. */
export const opts = { promoteValues: false };

/** A second collection, for cases that write into one. */
export const beside = (db: Database): Documents => db.collection('beside') as unknown as Documents;

/** Adds a group of cases over the same documents. */
export const edges = (
  group: string,
  seed: readonly Doc[],
  rows: readonly [name: string, run: Step, expected: unknown][],
): void =>
  add(
    group,
    [...seed],
    rows.map(([name, run, expected]) => [
      name,
      async (collection: Coll) => {
        const db = database(collection);
        await Promise.all(['beside', 'seen'].map((name) => db.collection(name).drop()));
        return run(collection as unknown as Documents, db);
      },
      expected,
    ]),
  );

/** The `_id`s that a filter finds. */
export const ids =
  (filter: Doc, options: Doc = {}): Step =>
  async (c) =>
    (await c.find(filter, options).toArray()).map(({ _id }) => _id as unknown);

/** The documents that a filter finds. */
export const docs =
  (filter: Doc = {}, options: Doc = {}): Step =>
  (c) =>
    c.find(filter, { ...opts, ...options }).toArray();

/** What a pipeline gives. */
export const agg =
  (...pipeline: Doc[]): Step =>
  (c) =>
    c.aggregate(pipeline, opts).toArray();

/** What an expression gives for the first document. */
export const val =
  (expression: unknown): Step =>
  async (c) =>
    (await c.aggregate([{ $limit: 1 }, { $project: { _id: 0, v: expression } }], opts).toArray())[0];

/** A command's reply, or a part of it. */
export const cmd =
  (command: Doc, pick: (reply: Reply) => unknown = (reply) => reply): Step =>
  async (_c, db) =>
    pick(await db.command(command, opts));

/** The documents after an update statement, or the code that it is refused with. */
export const upd =
  (u: unknown, q: Doc = { _id: 1 }, more: Doc = {}): Step =>
  async (c, db) => {
    const { writeErrors } = await db.command({ update: 'contract', updates: [{ q, u, ...more }] }, opts);
    return writeErrors ? { error: Number(writeErrors[0].code) } : c.find({}, opts).toArray();
  };

/** The places and codes of a command's write errors. */
export const werr =
  (command: Doc): Step =>
  async (_c, db) => {
    const { writeErrors = [] } = await db.command(command, opts);
    return (writeErrors as Reply[]).map(({ index, code }) => ({ index, code }));
  };
