import type { EscalationService } from '../core/approvals/escalation-service.js';
import type { ApprovalService } from '../core/approvals/service.js';
import type { PeopleRepository } from '../core/governance/identity/people.js';
import { conversationKey, type ConversationReference } from '../core/kernel/conversation-reference.js';
import type { Dialog } from '../dialogs/dialog.js';

const MOST_KNOWN = 10_000;

export interface RememberOptions {
  people(tenantId: string): PeopleRepository;
  approvals: Pick<ApprovalService, 'personReachable'>;
  escalations: Pick<EscalationService, 'personReachable'>;
}

/**
 * Keeps where a person can be written to, before any dialog answers, and shows there what waits for their decision since a
 * time when they could not be reached. A conversation is stored once per process.
 */
export function rememberConversation({ people, approvals, escalations }: RememberOptions): Dialog {
  const known = new Set<string>();
  return async ({ tenant, person, conversation: here, activity }) => {
    const conversation = lasting(here);
    const { timeZone } = activity.from;
    const { locale } = activity;
    const key = `${tenant.id}|${person.id}|${conversationKey(conversation)}|${timeZone ?? ''}|${locale ?? ''}`;
    if (conversation.scope !== 'personal' || activity.kind === 'uninstall' || known.has(key)) return false;
    if (known.size >= MOST_KNOWN) known.clear();
    await people(tenant.id).rememberConversation(person.id, conversation);
    if (timeZone ?? locale) await people(tenant.id).settingsFromChannel(person.id, { timeZone, locale });
    await approvals.personReachable(tenant.id, person.id, conversation);
    await escalations.personReachable(tenant.id, { id: person.id, name: person.name }, conversation);
    known.add(key);
    return false;
  };
}

/**
 * Where a card is found again: in the personal conversation itself, not in a thread of it that is over, and never where
 * only this turn's answer can be seen (Slack shows that to one person in somebody else's channel, and forgets it).
 */
function lasting({ threadId: _thread, extra = {}, ...rest }: ConversationReference): ConversationReference {
  const { ephemeral, ...kept } = extra;
  const account = rest.accountId?.split(':').at(-1);
  return {
    ...rest,
    ...(ephemeral && account ? { conversationId: account } : {}),
    ...(Object.keys(kept).length > 0 ? { extra: kept } : {}),
  };
}
