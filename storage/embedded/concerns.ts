import { wrongType } from './arguments.js';
import { isDocument, type Doc } from './bson.js';
import { StoreError } from './errors.js';
import { isNumeric, toDouble } from './numbers.js';
import { writesOut } from './aggregate.js';
import { asWord, typeName } from './types.js';

const LEVELS = ['local', 'available', 'majority', 'linearizable', 'snapshot'];
const READ_FIELDS = ['level', 'afterOpTime', 'afterClusterTime', 'atClusterTime', 'provenance'];
const WRITE_FIELDS = ['w', 'j', 'wtimeout', 'fsync', 'provenance', 'getLastError'];
const MOST_MEMBERS = 50;
/** Commands that write nothing, so that nothing can be said of how they do. */
const READING = new Set(
  'find aggregate count distinct getMore killCursors explain listCollections listDatabases listIndexes ping hello'.split(
    ' ',
  ),
);

/** Concerns that a single server cannot meet are refused as it refuses them. */
export function checkConcerns(name: string, { writeConcern, readConcern, pipeline }: Doc): void {
  if (readConcern !== undefined) checkRead(readConcern);
  if (writeConcern === undefined) return;
  if (READING.has(name) && !(name === 'aggregate' && Array.isArray(pipeline) && writesOut(pipeline)))
    throw new StoreError(72, 'Command does not support writeConcern');
  checkWrite(writeConcern);
}

function checkRead(given: unknown): void {
  if (!isDocument(given)) throw wrongType('command', 'readConcern', given, 'object');
  const unknown = Object.keys(given).find((name) => !READ_FIELDS.includes(name));
  if (unknown !== undefined)
    throw new StoreError(40415, `BSON field 'readConcern.${unknown}' is an unknown field.`);
  if (given.afterClusterTime !== undefined)
    throw new StoreError(20, 'Cannot specify afterClusterTime readConcern without replication enabled');
  if (given.level === undefined) return;
  const level = asWord(given.level);
  if (!LEVELS.includes(level))
    throw new StoreError(
      2,
      `Enumeration value '${level}' for field 'readConcern.level' is not a valid value.`,
    );
  if (level === 'snapshot' || level === 'linearizable')
    throw new StoreError(123, `node needs to be a replica set member to use read concern`);
}

function checkWrite(given: unknown): void {
  if (!isDocument(given)) throw wrongType('command', 'writeConcern', given, 'object');
  const unknown = Object.keys(given).find((name) => !WRITE_FIELDS.includes(name));
  if (unknown !== undefined)
    throw new StoreError(40415, `BSON field 'writeConcern.${unknown}' is an unknown field.`);
  const { w } = given;
  if (w !== undefined && !isNumeric(w) && typeof w !== 'string' && !isDocument(w))
    throw new StoreError(9, `w has to be a number, string, or object; found: ${typeName(w)}`);
  if (isNumeric(w)) {
    const members = toDouble(w);
    if (members < 0 || members > MOST_MEMBERS)
      throw new StoreError(9, `w has to be a non-negative number and not greater than ${MOST_MEMBERS}`);
    if (members > 1) throw new StoreError(2, "cannot use 'w' > 1 when a host is not replicated");
  } else if (typeof w === 'string' && w !== 'majority')
    throw new StoreError(
      2,
      `cannot use non-majority 'w' mode ${w} when a host is not a member of a replica set`,
    );
}
