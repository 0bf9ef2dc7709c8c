import { numberArgument, refuseUnknown } from '../arguments.js';
import { encode, isDocument, type Doc } from '../bson.js';
import { resultsOf, type Results } from '../cursors.js';
import type { Engine } from '../engine.js';
import { StoreError } from '../errors.js';
import { cursorReply } from '../replies.js';
import { typeName } from '../types.js';
import type { Request } from '../wire.js';

/** One command as its handler sees it. */
export interface Call {
  engine: Engine;
  request: Request;
  /** The command's own document. */
  args: Doc;
  name: string;
  database: string;
  connection: number;
}

export type Handler = (call: Call) => Promise<Buffer | Doc> | Buffer | Doc;

/** `database.collection` from the command's first field. */
export function namespaceOf({ args, name, database }: Call): string {
  const collection = args[name];
  if (typeof collection !== 'string') {
    throw new StoreError(73, `collection name has invalid type ${typeName(collection)}`);
  }
  if (collection === '') throw new StoreError(73, `Invalid namespace specified '${database}.'`);
  return `${database}.${collection}`;
}

/** Takes the first batch; what is left waits in a cursor of the command's session. */
export async function firstReply(
  { engine, args }: Pick<Call, 'engine' | 'args'>,
  namespace: string,
  results: Results,
  most: number,
  single = false,
): Promise<Buffer> {
  const batch = await results.next(most);
  if (single && !results.done) results.close();
  const ended = single || results.done;
  const id = ended ? 0n : engine.cursors.keep(namespace, results, args.lsid);
  return cursorReply(namespace, id, batch, 'firstBatch');
}

/** How much the first batch holds, by a command's `cursor`. */
export function firstBatchOf({ name, args: { cursor } }: Call, otherwise: number): number {
  if (!isDocument(cursor)) return otherwise;
  const { batchSize: _size, ...others } = cursor;
  refuseUnknown(`${name}.cursor`, others);
  return numberArgument(`${name}.cursor`, cursor, 'batchSize', otherwise);
}

/** What a command lists, in batches of the size that its `cursor` asks for. */
export function listReply(call: Call, namespace: string, documents: Doc[]): Promise<Buffer> {
  const results = resultsOf(documents.map(encode).values(), documents.length);
  return firstReply(call, namespace, results, firstBatchOf(call, documents.length));
}
