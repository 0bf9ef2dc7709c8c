import { ADMIN_COMMANDS } from './commands/admin.js';
import type { Handler } from './commands/command.js';
import { explain } from './commands/explain.js';
import { READ_COMMANDS } from './commands/read.js';
import { WRITE_COMMANDS } from './commands/write.js';
import { encode, isDocument, type Doc } from './bson.js';
import type { Engine } from './engine.js';
import { checkApi } from './stable-api.js';
import { checkFields } from './command-fields.js';
import { withinTime } from './time-limit.js';
import { StoreError } from './errors.js';
import { asWord } from './types.js';
import type { Answer } from './server.js';

const COMMANDS = new Map<string, Handler>(
  Object.entries({ ...READ_COMMANDS, explain, ...WRITE_COMMANDS, ...ADMIN_COMMANDS }),
);

/** The names of the commands that the engine knows. */
export const KNOWN_COMMANDS: readonly string[] = [...COMMANDS.keys()];

/** Answers commands from the table; `watch` is told each of them, for tests that hold the scope to its list. */
export function answerWith(engine: Engine, watch?: (command: Doc) => void): Answer {
  return async (request, connection) => {
    const { name, body, database } = request;
    const handler = COMMANDS.get(name);
    if (!handler) throw new StoreError(59, `no such command: '${name}'`);
    watch?.(body);
    checkApi(body, name);
    if ('txnNumber' in body)
      throw new StoreError(20, 'Transaction numbers are only allowed on a replica set member or mongos');
    if ('startTransaction' in body || 'autocommit' in body)
      throw new StoreError(72, "'autocommit' and 'startTransaction' need a transaction number");
    checkConcerns(body);
    checkFields(body, name);
    engine.refuseWhenClosing();
    const call = { engine, request, args: body, name, database, connection };
    const reply = await withinTime(body, () => handler(call));
    return Buffer.isBuffer(reply) ? reply : encode(reply);
  };
}

/** Concerns that a single server cannot meet are refused as it refuses them. */
function checkConcerns({ writeConcern, readConcern }: Doc): void {
  if (isDocument(readConcern) && readConcern.level !== undefined) {
    const level = asWord(readConcern.level);
    if (level === 'snapshot' || level === 'linearizable')
      throw new StoreError(123, `node needs to be a replica set member to use read concern`);
    if (!['local', 'available', 'majority'].includes(level))
      throw new StoreError(
        2,
        `Enumeration value '${level}' for field 'readConcern.level' is not a valid value.`,
      );
  }
  if (isDocument(writeConcern) && typeof writeConcern.w === 'number' && writeConcern.w > 1) {
    throw new StoreError(2, "cannot use 'w' > 1 when a host is not replicated");
  }
}
