import { z } from 'zod';
import { mayDo } from '../../core/governance/permissions.js';
import type { Turn } from '../../core/kernel/turn.js';
import type { Dialog } from '../dialog.js';
import { tellClicker } from '../tell-clicker.js';
import type { Texts } from '../texts.js';
import { fileContent, type FileState } from './file-content.js';

/** What a person may do with a file that they sent. Each answers false when it is not there any more, or not theirs. */
export interface FileActions {
  /** Opens it to all colleagues, or to its sender alone again. */
  share(turn: Turn, documentId: string, withWhom: 'everybody' | 'sender'): Promise<boolean>;
  remove(turn: Turn, documentId: string): Promise<boolean>;
}

const filesSchema = z.object({
  copyKey: z.string().max(200),
  documentIds: z.array(z.string().max(200)).min(1).max(10),
  names: z.array(z.string().max(200)).min(1).max(10),
});
const DONE = { 'file.share': 'shared', 'file.unshare': 'unshared', 'file.remove': 'removed' } as const;
type FileVerb = keyof typeof DONE;
const isFileVerb = (verb: string): verb is FileVerb => verb in DONE;

/** The buttons of a received file. The card turns into what was done, so that it can be taken back there. */
export function fileActionsDialog(texts: Texts, actions: FileActions): Dialog {
  const act = (turn: Turn, verb: FileVerb, documentId: string): Promise<boolean> => {
    if (verb === 'file.remove') return actions.remove(turn, documentId);
    return actions.share(turn, documentId, verb === 'file.share' ? 'everybody' : 'sender');
  };
  return async (turn) => {
    const { kind, action } = turn.activity;
    if (kind !== 'card-action' || !action || !isFileVerb(action.verb)) return false;
    const { data: files } = filesSchema.safeParse(action.data);
    const isAllowed = mayDo(
      turn.person,
      action.verb === 'file.remove' ? 'knowledge:write' : 'knowledge:publish',
    );
    if (!files || !isAllowed) {
      tellClicker(turn, texts.text(files ? 'error.not-permitted' : 'error.not-found', turn.locale));
      return true;
    }
    const state: FileState = DONE[action.verb];
    let done = 0;
    for (const documentId of files.documentIds) {
      if (!(await act(turn, action.verb, documentId))) continue;
      done += 1;
      turn.audit({
        action: `document-${action.verb.slice('file.'.length)}`,
        resource: `document:${documentId}`,
      });
    }
    if (done === 0) {
      tellClicker(turn, texts.text('file.gone', turn.locale, { name: texts.list(files.names, turn.locale) }));
      return true;
    }
    const content = fileContent(texts, turn, files, state);
    turn.update(turn.conversation, files.copyKey, content);
    if (turn.activity.expectsResponse) turn.respond({ kind: 'card', content });
    return true;
  };
}
