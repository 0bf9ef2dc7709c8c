import { isDocument, type Doc } from './bson.js';
import { StoreError } from './errors.js';
import { show } from './types.js';

/** The commands of MongoDB's Stable API, version 1. */
const VERSION_1 = new Set([
  'abortTransaction',
  'aggregate',
  'bulkWrite',
  'collMod',
  'commitTransaction',
  'count',
  'create',
  'createIndexes',
  'delete',
  'drop',
  'dropDatabase',
  'dropIndexes',
  'endSessions',
  'explain',
  'find',
  'findAndModify',
  'getMore',
  'hello',
  'insert',
  'killCursors',
  'listCollections',
  'listDatabases',
  'listIndexes',
  'ping',
  'refreshSessions',
  'update',
]);

const STAGES_OUTSIDE = new Set([
  '$currentOp',
  '$indexStats',
  '$listLocalSessions',
  '$listSessions',
  '$planCacheStats',
  '$search',
  '$searchMeta',
]);

/** Holds a command to the API version that its sender declared. */
export function checkApi(body: Doc, name: string): void {
  const { apiVersion, apiStrict, apiDeprecationErrors } = body;
  if (apiVersion === undefined) {
    if (apiStrict !== undefined || apiDeprecationErrors !== undefined)
      throw new StoreError(322, 'Provided apiStrict and/or apiDeprecationErrors without passing apiVersion');
    return;
  }
  if (apiVersion !== '1') throw new StoreError(322, `API version must be "1", got ${show(apiVersion)}`);
  if (apiStrict !== true) return;
  const refused = (what: string): StoreError =>
    new StoreError(323, `Provided apiStrict:true, but ${what} is not in API Version 1`);
  if (!VERSION_1.has(name)) throw refused(`the command ${name}`);
  for (const stage of Array.isArray(body.pipeline) ? body.pipeline : []) {
    const [stageName] = isDocument(stage) ? Object.keys(stage) : [];
    if (stageName !== undefined && STAGES_OUTSIDE.has(stageName)) throw refused(`stage ${stageName}`);
  }
}
