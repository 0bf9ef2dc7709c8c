import { wrongType } from './arguments.js';
import { isDocument, type Doc } from './bson.js';
import { StoreError } from './errors.js';
import { isNumeric, toDouble } from './numbers.js';

const words = (text: string): string[] => text.split(' ');

/** What every command may carry. */
const OF_ALL = words(
  '$db $readPreference $clusterTime $client $audit $queryOptions $tenant lsid txnNumber autocommit startTransaction stmtId stmtIds ' +
    'apiVersion apiStrict apiDeprecationErrors maxTimeMS maxTimeMSOpOnly comment readConcern writeConcern clientOperationKey rawData ' +
    'help mayBypassWriteBlocking coordinator recoveryToken querySettings encryptionInformation runtimeConstants collectionUUID',
);

const COMMON = new Set(OF_ALL);
/** Whether a field is one that every command may carry. */
export const ofAllCommands = (field: string): boolean => COMMON.has(field);

/** The fields of commands whose parser knows them all (the server's *.idl files, `strict: true`). */
const FIELDS = new Map<string, ReadonlySet<string>>(
  Object.entries({
    find:
      'find filter projection sort skip limit batchSize singleBatch hint max min returnKey showRecordId tailable awaitData ' +
      'oplogReplay noCursorTimeout allowPartialResults allowDiskUse collation let readOnce term',
    aggregate:
      'aggregate pipeline explain cursor allowDiskUse bypassDocumentValidation collation hint let bypassEmptyTsReplacement',
    count: 'count query limit skip hint collation fields',
    distinct: 'distinct key query collation hint',
    insert: 'insert documents ordered bypassDocumentValidation bypassEmptyTsReplacement',
    update: 'update updates ordered bypassDocumentValidation bypassEmptyTsReplacement let',
    delete: 'delete deletes ordered let',
    findAndModify:
      'findAndModify findandmodify query sort fields update remove new upsert arrayFilters collation hint let ' +
      'bypassDocumentValidation bypassEmptyTsReplacement',
    bulkWrite:
      'bulkWrite ops nsInfo ordered bypassDocumentValidation bypassEmptyTsReplacement let errorsOnly cursor',
    getMore: 'getMore collection batchSize term lastKnownCommittedOpTime',
    collMod:
      'collMod index validator validationLevel validationAction viewOn pipeline changeStreamPreAndPostImages expireAfterSeconds timeseries ' +
      'timeseriesBucketsMayHaveMixedSchemaData cappedSize cappedMax recordPreImages prepareUnique unique dryRun',
    killCursors: 'killCursors cursors',
    create:
      'create capped autoIndexId idIndex size max storageEngine validator validationLevel validationAction indexOptionDefaults viewOn ' +
      'pipeline collation changeStreamPreAndPostImages timeseries clusteredIndex expireAfterSeconds encryptedFields temp flags ' +
      'recordPreImages recordIdsReplicated',
    listIndexes: 'listIndexes cursor includeBuildUUIDs includeIndexBuildInfo',
    listCollections: 'listCollections filter nameOnly authorizedCollections cursor includePendingDrops',
  }).map(([name, fields]) => [name, new Set([...OF_ALL, ...words(fields)])]),
);
FIELDS.set('findandmodify', FIELDS.get('findAndModify') ?? new Set());

/** The fields of one statement of a write. */
const STATEMENTS = {
  updates: new Set(words('q u c multi upsert collation arrayFilters hint sort sampleId upsertSupplied')),
  deletes: new Set(words('q limit collation hint sampleId')),
  nsInfo: new Set(words('ns collectionUUID encryptionInformation isTimeseriesNamespace')),
};
/** The fields of one operation of `bulkWrite`, of whatever kind. */
const OPERATION = new Set(
  words(
    'insert document update delete filter updateMods multi upsert sort arrayFilters hint collation constants sampleId upsertSupplied',
  ),
);
const LARGEST_INT = 2_147_483_647;

/** Refuses what MongoDB's parser of a command refuses: fields that it does not have, and a time limit that is none. */
export function checkFields(body: Doc, name: string): void {
  const known = FIELDS.get(name);
  if (!known) return;
  checkAll(body, known, name);
  for (const [list, fields] of Object.entries(STATEMENTS)) {
    const statements = body[list];
    if (!known.has(list) || !Array.isArray(statements)) continue;
    for (const statement of statements)
      if (isDocument(statement)) checkAll(statement, fields, `${name}.${list}`);
  }
  const { maxTimeMS } = body;
  if (maxTimeMS !== undefined && !isNumeric(maxTimeMS))
    throw wrongType(name, 'maxTimeMS', maxTimeMS, 'number');
  if (!isNumeric(maxTimeMS)) return;
  const limit = toDouble(maxTimeMS);
  if (limit < 0 || limit > LARGEST_INT)
    throw new StoreError(2, `${limit} value for maxTimeMS is out of range [0, ${LARGEST_INT}]`);
}

function checkAll(given: Doc, known: ReadonlySet<string>, place: string): void {
  for (const field in given)
    if (!known.has(field)) throw new StoreError(40415, `BSON field '${place}.${field}' is an unknown field.`);
}

/** The same for one operation of `bulkWrite`, once its kind is known. */
export const checkOperation = (op: Doc): void => checkAll(op, OPERATION, 'bulkWrite.ops');
