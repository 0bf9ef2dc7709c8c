import type { AuditLog } from '../core/governance/audit/audit-log.js';
import type { PeopleRepository } from '../core/governance/identity/people.js';
import type { Clock } from '../core/kernel/clock.js';
import type { ConversationReference } from '../core/kernel/conversation-reference.js';
import { newId } from '../core/kernel/ids.js';
import type { IdentifyOptions } from './turn/identify.js';

export interface FirstAdminOptions {
  people(tenantId: string): PeopleRepository;
  /** Account of whoever added Steward where a conversation is, where the channel tells. */
  installerOf(conversation: ConversationReference): Promise<string | undefined>;
  audit: Pick<AuditLog, 'append'>;
  clock: Clock;
}

/**
 * Makes whoever added Steward to an organisation its first administrator, as long as it has none: `STEWARD_ADMINS` cannot
 * name the people of workspaces that come later.
 */
export function createFirstAdmin({
  people,
  installerOf,
  audit,
  clock,
}: FirstAdminOptions): NonNullable<IdentifyOptions['appoint']> {
  return async (person, accountId, conversation) => {
    if (person.roles.includes('admin') || (await installerOf(conversation)) !== accountId) return undefined;
    const { tenantId, id, roles: before } = person;
    if ((await people(tenantId).byRole('admin')).length > 0) return undefined;
    const roles = await people(tenantId).changeRole(id, 'admin', 'give');
    if (!roles) return undefined;
    const batch = newId(clock.now());
    await audit.append(tenantId, [
      {
        id: batch,
        events: [
          {
            at: clock.now(),
            correlationId: batch,
            actor: { kind: 'system', id: 'first-admin' },
            action: 'role-give',
            resource: `person:${id}`,
            before,
            after: roles,
            reason: 'Added Steward to an organisation that had no administrator.',
          },
        ],
      },
    ]);
    return roles;
  };
}
