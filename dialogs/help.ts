import type { OutboundContent } from '../core/kernel/outbound-message.js';
import { helpContent } from './cards/plain-cards.js';
import type { Dialog } from './dialog.js';
import { recogniseCommand } from './recognise-command.js';
import type { Texts } from './texts.js';

/** Locales come from clients, so their number needs a bound. */
const MOST_LOCALES = 200;

/** "help", "what can you do?", and a message without words. */
export function helpDialog(texts: Texts): Dialog {
  // The same words for everybody: one content per locale, so that channels render its card once.
  const contents = new Map<string, OutboundContent>();
  const contentFor = (locale: string): OutboundContent => {
    let content = contents.get(locale);
    if (!content) {
      content = helpContent(texts, locale);
      if (contents.size >= MOST_LOCALES) contents.clear();
      contents.set(locale, content);
    }
    return content;
  };
  return async (turn) => {
    if (turn.activity.kind !== 'message' || !turn.activity.addressed) return false;
    const isEmpty = turn.text.trim() === '' && turn.activity.attachments.length === 0;
    if (!isEmpty && recogniseCommand(turn.text)?.name !== 'help') return false;
    turn.reply(contentFor(turn.locale));
    return true;
  };
}
