import type { Dialog } from './dialog.js';
import { tellClicker } from './tell-clicker.js';
import type { Texts } from './texts.js';

/** A button that nobody knows (any more) is answered in words; the last of the dialogs. */
export const unknownActionDialog =
  (texts: Texts): Dialog =>
  (turn) => {
    if (turn.activity.kind !== 'card-action') return Promise.resolve(false);
    tellClicker(turn, texts.text('error.not-found', turn.locale));
    return Promise.resolve(true);
  };
