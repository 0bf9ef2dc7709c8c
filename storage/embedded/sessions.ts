import { Binary } from 'bson';
import { wrongType } from './arguments.js';
import { isDocument } from './bson.js';
import { StoreError } from './errors.js';

/** The name of a session; undefined for a command outside of any. */
export const sessionOf = (lsid: unknown): string | undefined =>
  lsid === undefined ? undefined : sessionId(lsid).toString('hex');

/** A session's id. Refuses what is none. */
export function sessionId(lsid: unknown): Binary {
  if (!isDocument(lsid)) throw wrongType('OperationSessionInfo', 'lsid', lsid, 'object');
  const { id } = lsid;
  if (id === undefined) throw new StoreError(40414, "BSON field 'lsid.id' is missing but a required field");
  if (!(id instanceof Binary) || id.sub_type !== Binary.SUBTYPE_UUID)
    throw wrongType('lsid', 'id', id, 'UUID');
  for (const field in lsid)
    if (field !== 'id' && field !== 'uid' && field !== 'txnNumber' && field !== 'txnUUID')
      throw new StoreError(40415, `BSON field 'lsid.${field}' is an unknown field.`);
  return id;
}

/** Which sessions `killSessions` or one of its kin is about; no id stands for all of them. */
export function killedBy(command: string, given: unknown): (session: string) => boolean {
  if (!Array.isArray(given)) throw wrongType(command, command, given, 'array');
  const named = given.flatMap((entry: unknown) => {
    const lsid = isDocument(entry) && isDocument(entry.lsid) ? entry.lsid : entry;
    return sessionOf(isDocument(lsid) && 'id' in lsid ? lsid : undefined) ?? [];
  });
  return (session) => named.length === 0 || named.includes(session);
}
