import { ADMIN_COMMANDS } from './commands/admin.js';
import type { Handler } from './commands/command.js';
import { explain } from './commands/explain.js';
import { READ_COMMANDS } from './commands/read.js';
import { WRITE_COMMANDS } from './commands/write.js';
import { doubleValue, encode, type Doc } from './bson.js';
import { checkConcerns } from './concerns.js';
import type { Engine } from './engine.js';
import { checkApi } from './stable-api.js';
import { checkFields } from './command-fields.js';
import { sessionId } from './sessions.js';
import { withinTime } from './time-limit.js';
import { StoreError } from './errors.js';
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
    if ('lsid' in body) sessionId(body.lsid);
    checkConcerns(name, body);
    checkFields(body, name);
    engine.refuseWhenClosing();
    const call = { engine, request, args: body, name, database, connection };
    const reply = await withinTime(body, () => handler(call));
    return Buffer.isBuffer(reply)
      ? reply
      : encode(typeof reply.ok === 'number' ? { ...reply, ok: doubleValue(reply.ok) } : reply);
  };
}
