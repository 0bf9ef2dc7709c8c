import type { EscalationService } from '../../core/approvals/escalation-service.js';
import type { OutboundContent } from '../../core/kernel/outbound-message.js';
import type { Turn } from '../../core/kernel/turn.js';
import { noticeContent } from '../cards/plain-cards.js';
import type { Dialog } from '../dialog.js';
import type { Texts } from '../texts.js';

export interface PassOn {
  /** Takes nothing from the dialogs behind it: what the documents surely say is answered as well. */
  dialog: Dialog;
  /** Says to whom this turn's words went, if to anybody. */
  notice(turn: Turn): OutboundContent | undefined;
}

/** While a person takes care of a conversation, what is written in it, and is no command, goes to them. */
export function createPassOn(escalations: Pick<EscalationService, 'said'>, texts: Texts): PassOn {
  const passed = new WeakMap<Turn, string>();
  return {
    dialog: async (turn) => {
      const { kind, addressed } = turn.activity;
      const { tenant, conversation, person, text } = turn;
      if (kind !== 'message' || !addressed || text.trim() === '') return false;
      const by = { id: person.id, name: person.name };
      const holder = await escalations.said(tenant.id, conversation, by, text.trim());
      if (holder) passed.set(turn, holder.name);
      return false;
    },
    notice: (turn) => {
      const name = passed.get(turn);
      return name === undefined
        ? undefined
        : noticeContent(turn.locale, { text: texts.text('escalation.passed-on', turn.locale, { name }) });
    },
  };
}
