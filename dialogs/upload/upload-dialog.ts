import { mayDo } from '../../core/governance/permissions.js';
import type { InboundAttachment } from '../../core/kernel/activity.js';
import { StewardError } from '../../core/kernel/errors.js';
import type { Turn } from '../../core/kernel/turn.js';
import type { Dialog } from '../dialog.js';
import type { Texts } from '../texts.js';

export interface UploadDependencies {
  texts: Texts;
  /** @throws StewardError when the file cannot be had. */
  fetchFile(turn: Turn, attachment: InboundAttachment): Promise<Uint8Array>;
  /** Takes a file in for its sender alone. @returns why it was refused, or the document's id. */
  takeIn(turn: Turn, name: string, bytes: Uint8Array): Promise<{ documentId: string } | { refused: string }>;
}

const MOST_FILES = 10;

/** Files that a person sends become documents; words that come with them are still looked at by the other dialogs. */
export function uploadDialog({ texts, fetchFile, takeIn }: UploadDependencies): Dialog {
  const takeInOne = async (turn: Turn, attachment: InboundAttachment): Promise<boolean> => {
    const { name } = attachment;
    const refuse = (reason: string): false => {
      turn.reply({ text: texts.text('file.refused', turn.locale, { name, reason }) });
      return false;
    };
    let bytes: Uint8Array;
    try {
      bytes = await fetchFile(turn, attachment);
    } catch (error) {
      if (!(error instanceof StewardError)) throw error;
      return refuse(texts.text('file.unreachable', turn.locale));
    }
    const result = await takeIn(turn, name, bytes);
    if ('refused' in result) return refuse(result.refused);
    turn.audit({ action: 'document-upload', resource: `document:${result.documentId}`, after: { name } });
    return true;
  };

  return async (turn) => {
    const { kind, addressed, attachments } = turn.activity;
    if (kind !== 'message' || !addressed || attachments.length === 0) return false;
    if (!mayDo(turn.person, 'knowledge:write')) {
      turn.reply({ text: texts.text('file.not-permitted', turn.locale) });
      return turn.text.trim() === '';
    }
    const taken: string[] = [];
    for (const attachment of attachments.slice(0, MOST_FILES)) {
      if (await takeInOne(turn, attachment)) taken.push(attachment.name);
    }
    if (taken.length > 0) {
      const received = texts.text('file.received', turn.locale, {
        count: taken.length,
        name: taken[0] ?? '',
      });
      turn.reply({ text: `${received} ${texts.text('file.only-you', turn.locale)}` });
    }
    return turn.text.trim() === '';
  };
}
