import { helpContent } from './cards/plain-cards.js';
import type { Courtesy } from './courtesy-phrases.js';
import type { Dialog } from './dialog.js';
import { recogniseCourtesy } from './recognise-courtesy.js';
import type { Texts } from './texts.js';

/** Among several people these are mostly said to another one. */
const MEANT_FOR_OTHERS: ReadonlySet<Courtesy> = new Set(['nod', 'bye', 'sorry', 'yes-or-no']);

/** Answers thanks, a greeting or "who are you?" as a person would: no search of the documents, no "I don't know". */
export function courtesyDialog(texts: Texts): Dialog {
  return (turn) => {
    const { kind, addressed, attachments, conversation } = turn.activity;
    const said =
      kind === 'message' && addressed && attachments.length === 0 ? recogniseCourtesy(turn.text) : undefined;
    if (!said) return Promise.resolve(false);
    const locale = said.language ?? turn.locale;
    if (said.kind === 'greeting') turn.reply(helpContent(texts, locale));
    else if (said.kind === 'who') turn.reply({ text: texts.text('courtesy.who', locale) });
    else if (conversation.scope === 'personal' || !MEANT_FOR_OTHERS.has(said.kind))
      turn.reply({ text: texts.text(`courtesy.${said.kind}`, locale) });
    return Promise.resolve(true);
  };
}
