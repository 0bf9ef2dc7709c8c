import { helpContent } from './cards/plain-cards.js';
import type { Dialog } from './dialog.js';
import { recogniseCommand } from './recognise-command.js';
import type { Texts } from './texts.js';

/** "help", "what can you do?", and a message without words. */
export function helpDialog(texts: Texts): Dialog {
  return async (turn) => {
    if (turn.activity.kind !== 'message' || !turn.activity.addressed) return false;
    const isEmpty = turn.text.trim() === '' && turn.activity.attachments.length === 0;
    if (!isEmpty && recogniseCommand(turn.text)?.name !== 'help') return false;
    turn.reply(helpContent(texts, turn.locale));
    return true;
  };
}
