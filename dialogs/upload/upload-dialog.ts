import { mayDo } from '../../core/governance/permissions.js';
import type { InboundAttachment } from '../../core/kernel/activity.js';
import { StewardError } from '../../core/kernel/errors.js';
import type { Turn } from '../../core/kernel/turn.js';
import { fileContent, fileCopyKey, type ReceivedFiles } from './file-content.js';
import type { Dialog } from '../dialog.js';
import type { Texts } from '../texts.js';

export interface UploadDependencies {
  texts: Texts;
  /** @throws StewardError when the file cannot be had. */
  fetchFile(turn: Turn, attachment: InboundAttachment): Promise<Uint8Array>;
  /** Takes a file in, for its sender alone or for the readers of the one that it replaces. @returns why it was refused, if it was. */
  takeIn(turn: Turn, name: string, bytes: Uint8Array): Promise<TakenIn | { refused: string }>;
}

export interface TakenIn {
  documentId: string;
  /** Others read it as well. */
  isShared: boolean;
}

const MOST_FILES = 10;
const LONGEST_NAME = 200;

/** Files that a person sends become documents; words that come with them are still looked at by the other dialogs. */
export function uploadDialog({ texts, fetchFile, takeIn }: UploadDependencies): Dialog {
  const takeInOne = async (turn: Turn, attachment: InboundAttachment): Promise<TakenIn | undefined> => {
    const { name } = attachment;
    const refuse = (reason: string): undefined => {
      turn.reply({ text: texts.text('file.refused', turn.locale, { name, reason }) });
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
    return result;
  };

  return async (turn) => {
    const { kind, addressed, attachments } = turn.activity;
    if (kind !== 'message' || !addressed || attachments.length === 0) return false;
    if (!mayDo(turn.person, 'knowledge:write')) {
      turn.reply({ text: texts.text('file.not-permitted', turn.locale) });
      return turn.text.trim() === '';
    }
    const files: ReceivedFiles = { copyKey: fileCopyKey(turn.id), documentIds: [], names: [] };
    let areShared = true;
    const received = attachments.slice(0, MOST_FILES);
    for (const [index, attachment] of received.entries()) {
      const name = attachment.name.slice(0, LONGEST_NAME);
      turn.live.status(
        texts.text('file.reading', turn.locale, { name, number: index + 1, count: received.length }),
      );
      const taken = await takeInOne(turn, attachment);
      if (!taken) continue;
      files.documentIds.push(taken.documentId);
      files.names.push(name);
      areShared &&= taken.isShared;
    }
    const state = areShared ? 'received-shared' : 'received';
    if (files.names.length > 0)
      turn.reply(fileContent(texts, turn, files, state), { copyKey: files.copyKey });
    return turn.text.trim() === '';
  };
}
