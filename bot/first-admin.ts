import type { AuditLog } from '../core/governance/audit/audit-log.js';
import type { PeopleRepository } from '../core/governance/identity/people.js';
import type { Clock } from '../core/kernel/clock.js';
import type { ConversationReference } from '../core/kernel/conversation-reference.js';
import type { Effect } from '../core/kernel/effect.js';
import { newId } from '../core/kernel/ids.js';
import type { Person, Role } from '../core/kernel/person.js';
import { noticeContent } from '../dialogs/cards/plain-cards.js';
import type { Texts } from '../dialogs/texts.js';
import { createRecently } from './recently.js';
import type { IdentifyOptions } from './turn/identify.js';

/** What a channel itself vouches for: who added Steward, or runs the workspace whose token it was given; `other` does neither. */
export type Standing = 'installer' | 'owner' | 'other';

export interface FirstAdminOptions {
  people(tenantId: string): PeopleRepository;
  /** Of an account where a conversation is; undefined where the channel does not tell. */
  standingOf(conversation: ConversationReference, accountId: string): Promise<Standing | undefined>;
  audit: Pick<AuditLog, 'append'>;
  /** The same effect id again is said once. */
  post(tenantId: string, effect: Pick<Effect, 'id' | 'messages' | 'audit'>): Promise<void>;
  texts: Texts;
  clock: Clock;
}

const REASON = {
  installer: 'Added Steward to an organisation that had no administrator.',
  owner: 'Runs the Slack workspace of an organisation that had no administrator.',
};

/**
 * Makes whoever added Steward to an organisation its first administrator, or runs the workspace whose token it was given, as
 * long as it has none: `STEWARD_ADMINS` cannot name the people of workspaces that come later, and may have been forgotten.
 * Whoever is neither is told once in direct messages that nobody decides yet.
 */
export function createFirstAdmin(options: FirstAdminOptions): NonNullable<IdentifyOptions['appoint']> {
  const { people, standingOf, clock } = options;
  const administered = createRecently<boolean>(clock);

  const hasAdmin = async (tenantId: string): Promise<boolean> => {
    if (administered.get(tenantId)) return true;
    const found = (await people(tenantId).byRole('admin')).length > 0;
    if (found) administered.set(tenantId, true);
    return found;
  };

  return async (person, accountId, conversation) => {
    const { tenantId, roles } = person;
    if (roles.includes('admin') || administered.get(tenantId)) return undefined;
    const standing = await standingOf(conversation, accountId);
    if (!standing || (await hasAdmin(tenantId))) return undefined;
    if (standing === 'other') {
      await tell(options, person, conversation, 'welcome.no-admin');
      return undefined;
    }
    const given = await appoint(options, person, REASON[standing]);
    // Whoever added it is greeted as one.
    if (given && standing === 'owner') await tell(options, person, conversation, 'welcome.admin');
    return given;
  };
}

async function appoint(
  { people, audit, clock }: FirstAdminOptions,
  { tenantId, id, roles: before }: Person,
  reason: string,
): Promise<Role[] | undefined> {
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
          reason,
        },
      ],
    },
  ]);
  return roles;
}

async function tell(
  { post, texts }: FirstAdminOptions,
  { id: personId, tenantId, locale = 'en' }: Person,
  conversation: ConversationReference,
  key: 'welcome.admin' | 'welcome.no-admin',
): Promise<void> {
  if (conversation.scope !== 'personal') return;
  const id = `${key}.${personId}`;
  const content = noticeContent(locale, { text: texts.text(key, locale) });
  await post(tenantId, { id, messages: [{ id: `${id}.0`, kind: 'post', conversation, content }], audit: [] });
}
