import { isOutsider, type Person, type Role } from '../kernel/person.js';
import type { Classification, DocumentAccess } from './document.js';

/** Somebody as far as reading goes. */
export interface Reader {
  /** Undefined for a guest or an account that belongs to no person of the tenant. */
  personId?: string;
  email?: string;
  roles: Role[];
  groups: string[];
  /** Conversations that this person is known to be a member of. */
  channels: string[];
}

/** Who will see an answer: one person, or all members of a conversation; `members` is undefined when they are unknown. */
export type Audience =
  | { kind: 'person'; reader: Reader }
  | { kind: 'conversation'; conversationId: string; members: Reader[] | undefined };

/** An account that nobody of the tenant is bound to: reads what is public. */
export const OUTSIDER: Reader = { roles: [], groups: [], channels: [] };

/** @param channels conversations that the person is known to be a member of. */
export function readerOf(person: Person, channels: string[] = []): Reader {
  if (!person.active || isOutsider(person)) return OUTSIDER;
  return {
    personId: person.id,
    ...(person.email ? { email: person.email } : {}),
    roles: person.roles,
    groups: person.groups,
    channels,
  };
}

/** Who may read a document that names no readers. Restricted documents must name theirs: nobody may until then. */
const OPEN_TO: Record<Exclude<Classification, 'public'>, (reader: Reader) => boolean> = {
  internal: () => true,
  confidential: (reader) => reader.roles.includes('admin') || reader.roles.includes('manager'),
  restricted: () => false,
};

/** May the whole audience be answered from a document? In a conversation every member has to be allowed to read it. */
export function mayRead(access: DocumentAccess, audience: Audience): boolean {
  if (audience.kind === 'person') return readerMayRead(access, audience.reader);
  // A document that names the conversation was opened to whoever is in it, restricted ones and unknown members included.
  if (access.channels?.includes(audience.conversationId)) return true;
  if (access.classification === 'restricted') return false;
  if (!audience.members || audience.members.length === 0) return isPublic(access);
  return audience.members.every((member) => readerMayRead(access, member));
}

/** May one person read it, asked alone? */
export function readerMayRead(access: DocumentAccess, reader: Reader): boolean {
  if (isPublic(access)) return true;
  if (reader.personId === undefined) return false;
  if (!namesReaders(access))
    return access.classification === 'public' || OPEN_TO[access.classification](reader);
  return (
    overlaps(access.roles, reader.roles) ||
    overlaps(access.groups, reader.groups) ||
    overlaps(access.channels, reader.channels) ||
    namesPerson(access.persons, reader)
  );
}

/** Somebody of the company of whom nothing else is known. */
const COLLEAGUE: Reader = { personId: '', roles: [], groups: [], channels: [] };

/** May whoever works here read it? */
export const isForAllColleagues = (access: DocumentAccess): boolean => readerMayRead(access, COLLEAGUE);

const namesReaders = ({ roles, groups, persons, channels }: DocumentAccess): boolean =>
  [roles, groups, persons, channels].some((list) => list !== undefined);

const isPublic = (access: DocumentAccess): boolean =>
  access.classification === 'public' && !namesReaders(access);

const overlaps = <T>(allowed: T[] | undefined, own: T[]): boolean =>
  allowed?.some((one) => own.includes(one)) ?? false;

function namesPerson(persons: string[] | undefined, { personId, email }: Reader): boolean {
  if (!persons) return false;
  const mail = email?.toLowerCase();
  return persons.some((named) => named === personId || (mail !== undefined && named.toLowerCase() === mail));
}

export interface VisibleItems<T> {
  /** What this audience may see, in the order given. */
  shown: T[];
  /** How many more the asker alone may see: "open privately". */
  privately: number;
}

/**
 * Sorts what was found by who may see it. Only a number tells of what is held back, never a title, and it counts only
 * what the asker may read anyway.
 */
export function visibleTo<T>(
  items: T[],
  accessOf: (item: T) => DocumentAccess,
  audience: Audience,
  asker: Reader,
): VisibleItems<T> {
  const shown = items.filter((item) => mayRead(accessOf(item), audience));
  const held = items.filter((item) => !shown.includes(item));
  return {
    shown,
    privately: held.filter((item) => readerMayRead(accessOf(item), asker)).length,
  };
}
