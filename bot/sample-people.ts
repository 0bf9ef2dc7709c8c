import type { SamplePerson } from '../adapters/web/index.js';
import type { PeopleRepository } from '../core/governance/identity/people.js';
import { ROLES, type Role } from '../core/kernel/person.js';

/** How a role is called on the page; the strongest one that a person has is shown. */
const TITLES: Record<Role, string> = {
  admin: 'Administrator',
  manager: 'Manager',
  developer: 'Developer',
  approver: 'Approver',
  viewer: 'Employee',
};

const MOST = 12;

/**
 * People whom the local chat page can speak as: those of the organisation with an account of the web channel, employees
 * first; a program that once wrote through Direct Line is none of them.
 */
export async function samplePeople(people: PeopleRepository): Promise<SamplePerson[]> {
  const shown = new Map<string, SamplePerson>();
  for (const role of ROLES) {
    for (const { id, name, accounts, source } of await people.byRole(role)) {
      const account = accounts.find(({ channel }) => channel === 'web');
      if (account && source !== 'channel' && !shown.has(id)) {
        shown.set(id, {
          accountId: account.accountId,
          name,
          role: role === 'viewer' ? 'employee' : role,
          title: TITLES[role],
        });
      }
    }
  }
  const order = ['employee', 'approver', 'manager', 'admin', 'developer'];
  return [...shown.values()].sort((a, b) => order.indexOf(a.role) - order.indexOf(b.role)).slice(0, MOST);
}
