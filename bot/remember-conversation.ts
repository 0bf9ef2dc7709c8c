import type { ApprovalService } from '../core/approvals/service.js';
import type { PeopleRepository } from '../core/governance/identity/people.js';
import { conversationKey } from '../core/kernel/conversation-reference.js';
import type { Dialog } from '../dialogs/dialog.js';

const MOST_KNOWN = 10_000;

export interface RememberOptions {
  people(tenantId: string): PeopleRepository;
  approvals: Pick<ApprovalService, 'personReachable'>;
}

/**
 * Keeps where a person can be written to, before any dialog answers, and shows there what waits for their decision since a
 * time when they could not be reached. A conversation is stored once per process.
 */
export function rememberConversation({ people, approvals }: RememberOptions): Dialog {
  const known = new Set<string>();
  return async ({ tenant, person, conversation, activity }) => {
    const key = `${tenant.id}|${person.id}|${conversationKey(conversation)}`;
    if (conversation.scope !== 'personal' || activity.kind === 'uninstall' || known.has(key)) return false;
    if (known.size >= MOST_KNOWN) known.clear();
    await people(tenant.id).rememberConversation(person.id, conversation);
    await approvals.personReachable(tenant.id, person.id, conversation);
    known.add(key);
    return false;
  };
}
