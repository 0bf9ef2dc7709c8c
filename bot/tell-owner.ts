import { personNamed, type PeopleRepository, type PersonRecord } from '../core/governance/identity/people.js';
import type { Logger } from '../core/kernel/logger.js';
import { readerMayRead, readerOf } from '../core/knowledge/access.js';
import type { DocumentAccess } from '../core/knowledge/document.js';
import type { TenantLearning } from '../jobs/knowledge/learning-jobs.js';
import type { Turns } from './compose-turns.js';
import { writeToPeople } from './write-to-people.js';

export interface TellOwnerOptions {
  tenantId: string;
  people: Pick<PeopleRepository, 'get' | 'byEmail' | 'byRole'>;
  post: Turns['post'];
  logger: Logger;
}

type MayKnow = (reader: PersonRecord, access: DocumentAccess) => boolean;
/** Who owns a page knows of it, whoever may read it now. */
const OWNED: MayKnow = () => true;
const AS_READER: MayKnow = (reader, access) => readerMayRead(access, readerOf(reader));

/** Writes to the owner of pages; of what nobody owns who works here to the administrators, as far as each may read it. */
export function createTellOwner({
  tenantId,
  people,
  post,
  logger,
}: TellOwnerOptions): TenantLearning['tell'] {
  return async (owner, id, letter) => {
    const write = (readers: PersonRecord[], mayKnow: MayKnow) =>
      writeToPeople(post, tenantId, readers, {
        id,
        content: (locale, reader) => letter(locale, (access) => mayKnow(reader, access)),
      });
    const person = owner ? await personNamed(people, owner) : undefined;
    const reached = [...(person ? await write([person], OWNED) : [])];
    if (reached.length === 0) reached.push(...(await write(await people.byRole('admin'), AS_READER)));
    if (reached.length === 0)
      logger.warn({ tenantId, id }, 'Nobody who should look at documents has ever written to Steward.');
  };
}
