import { describe, expect, it } from '@jest/globals';
import { ROLES } from '../kernel/person.js';
import { mayDo, PERMISSIONS, ROLE_PERMISSIONS } from './permissions.js';

describe('permissions', () => {
  it('gives an admin everything and everybody the right to ask', () => {
    for (const permission of PERMISSIONS)
      expect(mayDo({ roles: ['admin'], active: true }, permission)).toBe(true);
    for (const role of ROLES) expect(ROLE_PERMISSIONS[role]).toContain('knowledge:ask');
  });

  it('lets only managers, approvers and admins decide approvals', () => {
    const deciders = ROLES.filter((role) => mayDo({ roles: [role], active: true }, 'approval:decide'));
    expect(deciders.sort()).toEqual(['admin', 'approver', 'manager']);
  });

  it('adds up the roles of a person', () => {
    const person = { roles: ['viewer' as const, 'developer' as const], active: true };
    expect(mayDo(person, 'agent:change')).toBe(true);
    expect(mayDo(person, 'audit:export')).toBe(false);
  });

  it('gives nothing to a person who has left', () => {
    expect(mayDo({ roles: ['admin'], active: false }, 'knowledge:ask')).toBe(false);
  });
});
