import { neverHappens } from '../../kernel/errors.js';
import type { Role } from '../../kernel/person.js';
import type { ApproverClause } from '../policy/decision.js';
import type { DelegationRepository, OnCallSchedule, PeopleRepository, PersonRecord } from './people.js';

/** Questions about people that approvals and escalations ask. */
export interface Directory {
  person(id: string): Promise<PersonRecord | undefined>;
  /** The active manager; the manager's manager when that one has left; never the person. */
  managerOf(personId: string): Promise<PersonRecord | undefined>;
  byRole(role: Role): Promise<PersonRecord[]>;
  /** Active people who satisfy a clause of an approval rule; `manager` is the requester's. */
  matching(clause: ApproverClause, requesterId: string, at: Date): Promise<PersonRecord[]>;
  /**
   * Who decides for an absent person: their delegation first, then the delegate of their out-of-office.
   * @param sureOnly delegations by an account that may be somebody else's do not count.
   */
  standInFor(personId: string, at: Date, sureOnly?: boolean): Promise<PersonRecord | undefined>;
  isAway(personId: string, at: Date): Promise<boolean>;
  search(text: string): Promise<PersonRecord[]>;
}

/**
 * Makes the directory of one tenant from its repositories. It reads each person and each role once: make one for a piece of
 * work, such as a request or a click, and let it go.
 */
export function createDirectory(people: PeopleRepository, delegations: DelegationRepository): Directory {
  const get = once((id: string) => people.get(id));
  const byRole = once((role: Role) => people.byRole(role));
  const active = async (id: string | undefined): Promise<PersonRecord | undefined> => {
    const person = id ? await get(id) : undefined;
    return person?.active ? person : undefined;
  };
  const managerOf = async (personId: string): Promise<PersonRecord | undefined> => {
    const seen = new Set([personId]);
    let next = (await get(personId))?.managerId;
    while (next && !seen.has(next)) {
      seen.add(next);
      const manager = await get(next);
      if (manager?.active) return manager;
      next = manager?.managerId;
    }
    return undefined;
  };
  const standInFor: Directory['standInFor'] = async (personId, at, sureOnly = false) => {
    const delegateOf = async (id: string): Promise<string | undefined> => {
      const own = await delegations.of(id, at);
      return own && (own.strength === 'verified' || !sureOnly) ? own.toId : undefined;
    };
    const seen = new Set([personId]);
    let current = personId;
    for (;;) {
      const next: string | undefined =
        (await delegateOf(current)) ?? absenceAt(await get(current), at)?.delegateId;
      if (!next || seen.has(next)) return current === personId ? undefined : active(current);
      seen.add(next);
      current = next;
    }
  };
  return {
    person: get,
    managerOf,
    byRole,
    standInFor,
    isAway: async (personId, at) => absenceAt(await get(personId), at) !== undefined,
    search: (text) => people.search(text),
    async matching(clause, requesterId, at) {
      const list = (person: PersonRecord | undefined): PersonRecord[] => (person ? [person] : []);
      switch (clause.kind) {
        case 'manager':
          return list(await managerOf(requesterId));
        case 'role':
          return byRole(clause.role);
        case 'group':
          return people.byGroup(clause.group);
        case 'person':
          return list((await active(clause.person)) ?? (await people.byEmail(clause.person)));
        case 'on-call': {
          const schedule = (await people.schedules()).find(({ name }) => name === clause.schedule);
          return list(schedule && (await active(personOnCall(schedule, at))));
        }
        default:
          return neverHappens(clause);
      }
    },
  };
}

/** Asks for each key once; what failed is asked again. */
function once<K, V>(read: (key: K) => Promise<V>): (key: K) => Promise<V> {
  const known = new Map<K, Promise<V>>();
  return (key) => {
    const reading = known.get(key) ?? read(key);
    known.set(key, reading);
    void reading.catch(() => known.delete(key));
    return reading;
  };
}

/** @returns the id of the person whose turn it is; turns began at `startsAt` and go round. */
export function personOnCall(
  { personIds, startsAt, turnHours }: OnCallSchedule,
  at: Date,
): string | undefined {
  const turn = Math.floor((at.getTime() - startsAt.getTime()) / (turnHours * 3_600_000));
  const count = personIds.length;
  return count === 0 ? undefined : personIds[((turn % count) + count) % count];
}

function absenceAt(person: PersonRecord | undefined, at: Date): PersonRecord['absences'][number] | undefined {
  return person?.absences.find(({ from, until }) => from <= at && at < until);
}
