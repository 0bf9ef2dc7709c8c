import { noticeContent } from './cards/plain-cards.js';
import type { Dialog } from './dialog.js';
import type { Texts } from './texts.js';

/** A button that nobody knows (any more) is answered in words; the last of the dialogs. */
export const unknownActionDialog =
  (texts: Texts): Dialog =>
  (turn) => {
    if (turn.activity.kind !== 'card-action') return Promise.resolve(false);
    const text = texts.text('error.not-found', turn.locale);
    if (turn.activity.expectsResponse) turn.respond({ kind: 'message', text });
    else turn.reply(noticeContent(turn.locale, { text, tone: 'warning' }));
    return Promise.resolve(true);
  };
