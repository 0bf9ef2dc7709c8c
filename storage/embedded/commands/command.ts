import type { Doc } from '../bson.js';
import type { Engine } from '../engine.js';
import { StoreError } from '../errors.js';
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
