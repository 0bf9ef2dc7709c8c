import { isOutsider, type Person, type Role } from '../kernel/person.js';

/** All that a role can allow, as `resource:action`. */
export const PERMISSIONS = [
  'knowledge:ask',
  'knowledge:write',
  'knowledge:publish',
  'tool:request',
  'approval:read-own',
  'approval:read-all',
  'approval:decide',
  'approval:cancel-any',
  'escalation:open',
  'escalation:answer',
  'announcement:request',
  'agent:change',
  'policy:read',
  'person:read',
  'person:change-roles',
  'audit:read',
  'audit:export',
  'settings:change',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

const VIEWER: Permission[] = ['knowledge:ask', 'approval:read-own', 'tool:request', 'escalation:open'];
const APPROVER: Permission[] = [...VIEWER, 'approval:decide', 'escalation:answer', 'policy:read'];

/** What each role allows. A role without a row does not compile. */
export const ROLE_PERMISSIONS: Record<Role, readonly Permission[]> = {
  viewer: VIEWER,
  approver: APPROVER,
  developer: [...VIEWER, 'knowledge:write', 'agent:change', 'policy:read', 'announcement:request'],
  manager: [...APPROVER, 'approval:read-all', 'announcement:request', 'person:read'],
  admin: PERMISSIONS,
};

/** A person who has left may do nothing, whatever the roles say; somebody of another organisation may only ask. */
export function mayDo(
  person: Pick<Person, 'roles' | 'active'> & Partial<Pick<Person, 'accounts'>>,
  permission: Permission,
): boolean {
  if (person.accounts && isOutsider({ accounts: person.accounts })) return permission === 'knowledge:ask';
  return person.active && person.roles.some((role) => ROLE_PERMISSIONS[role].includes(permission));
}
