import { welcomeContent } from './cards/plain-cards.js';
import type { Dialog } from './dialog.js';
import type { Texts } from './texts.js';

export interface WelcomeDependencies {
  texts: Texts;
  /** @returns false when this conversation was greeted before (Teams tells of an installation twice). */
  isFirstGreeting(tenantId: string, conversation: string): Promise<boolean>;
  /** Steward was removed; whoever adds it again is greeted again. */
  forgetGreeting(tenantId: string, conversation: string): Promise<void>;
}

/** Greets where Steward was added, once; takes note of the rest of the channel's housekeeping in silence. */
export function welcomeDialog({ texts, isFirstGreeting, forgetGreeting }: WelcomeDependencies): Dialog {
  return async (turn) => {
    const { kind, conversation, addressed } = turn.activity;
    if (kind === 'message' || kind === 'card-action' || kind === 'card-refresh' || kind === 'feedback')
      return false;
    if (kind === 'install' || (kind === 'members-added' && addressed)) {
      if (await isFirstGreeting(turn.tenant.id, conversation.conversationId)) {
        const isAdmin = conversation.scope === 'personal' && turn.person.roles.includes('admin');
        turn.reply(welcomeContent(texts, turn.locale, isAdmin));
        turn.audit({ action: 'conversation-open', resource: `conversation:${conversation.conversationId}` });
      }
    } else if (kind === 'uninstall') {
      await forgetGreeting(turn.tenant.id, conversation.conversationId);
      turn.audit({ action: 'conversation-close', resource: `conversation:${conversation.conversationId}` });
    }
    return true;
  };
}
