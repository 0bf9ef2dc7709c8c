import { describe, expect, it } from '@jest/globals';
import type { PeopleRepository, PersonRecord } from '../core/governance/identity/people.js';
import { samplePeople } from './sample-people.js';

const person = (id: string, source: PersonRecord['source'], roles: PersonRecord['roles']): PersonRecord => ({
  id,
  tenantId: 'home',
  name: id,
  roles,
  groups: [],
  accounts: [{ channel: 'web', accountId: id, strength: 'asserted' }],
  active: true,
  source,
  conversations: [],
  absences: [],
});

const repository = (all: PersonRecord[]): PeopleRepository =>
  ({
    byRole: (role) => Promise.resolve(all.filter(({ roles }) => roles.includes(role))),
  }) as Pick<PeopleRepository, 'byRole'> as PeopleRepository;

describe('The sample people of the chat page', () => {
  it('are those of the organisation, not whoever wrote through Direct Line', async () => {
    const people = [
      person('ana', 'file', ['approver']),
      person('me', 'channel', ['viewer']),
      person('priya', 'file', ['viewer']),
    ];
    const shown = await samplePeople(repository(people));
    expect(shown.map(({ accountId }) => accountId)).toEqual(['priya', 'ana']);
  });
});
