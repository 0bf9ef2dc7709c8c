import { escapeMarkdown } from '../../cards/escape-markdown.js';
import { mayDo } from '../../core/governance/permissions.js';
import type { InboundAttachment } from '../../core/kernel/activity.js';
import { StewardError } from '../../core/kernel/errors.js';
import type { Turn } from '../../core/kernel/turn.js';
import type { Reason } from '../../core/knowledge/ingest/reason.js';
import { sayReasons } from '../ingest/reasons.js';
import type { ProgressCard } from '../ingest/progress-card.js';
import { progressContent } from '../cards/plain-cards.js';
import { fileContent, fileCopyKey, type ReceivedFiles } from './file-content.js';
import type { Dialog } from '../dialog.js';
import type { Texts } from '../texts.js';

export interface UploadDependencies {
  texts: Texts;
  /** @throws StewardError when the file cannot be had. */
  fetchFile(turn: Turn, attachment: InboundAttachment): Promise<Uint8Array>;
  /** Takes a file in, for its sender alone or for the readers of the one that it replaces. @returns why it was refused, if it was. */
  takeIn(turn: Turn, name: string, bytes: Uint8Array): Promise<TakenIn | { refused: Reason[] }>;
  /** A card that shows how far several files are. */
  progressCard(turn: Turn, copyKey: string): ProgressCard;
}

export interface TakenIn {
  documentId: string;
  /** Others read it as well. */
  isShared: boolean;
}

const MOST_FILES = 10;
const LONGEST_NAME = 200;

type StepState = 'waiting' | 'active' | 'done' | 'failed';

/** Files that a person sends become documents; words that come with them are still looked at by the other dialogs. */
export function uploadDialog({ texts, fetchFile, takeIn, progressCard }: UploadDependencies): Dialog {
  const takeInOne = async (turn: Turn, attachment: InboundAttachment): Promise<TakenIn | undefined> => {
    const { name } = attachment;
    const refuse = (reason: string): undefined => {
      // The name, and what a reason quotes of the file, are somebody's words.
      turn.reply({ text: escapeMarkdown(texts.text('file.refused', turn.locale, { name, reason })) });
    };
    let bytes: Uint8Array;
    try {
      bytes = await fetchFile(turn, attachment);
    } catch (error) {
      if (!(error instanceof StewardError)) throw error;
      return refuse(texts.text('file.unreachable', turn.locale));
    }
    const result = await takeIn(turn, name, bytes);
    if ('refused' in result) return refuse(sayReasons(texts, turn.locale, result.refused));
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
    const steps = received.map(({ name }) => ({
      text: name.slice(0, LONGEST_NAME),
      state: 'waiting' as StepState,
    }));
    const card = received.length > 1 ? progressCard(turn, files.copyKey) : undefined;
    const show = (): void => card?.show(() => progressContent(texts, turn.locale, steps));
    for (const [index, attachment] of received.entries()) {
      const step = steps[index] as (typeof steps)[number];
      step.state = 'active';
      if (card) show();
      else
        turn.live.status(texts.text('file.reading', turn.locale, { name: step.text, number: 1, count: 1 }));
      const taken = await takeInOne(turn, attachment);
      step.state = taken ? 'done' : 'failed';
      show();
      if (!taken) continue;
      files.documentIds.push(taken.documentId);
      files.names.push(step.text);
      areShared &&= taken.isShared;
    }
    const state = areShared ? 'received-shared' : 'received';
    await card?.settled();
    // The card that showed how far it is becomes the one that says what came of it.
    if (files.names.length > 0) {
      const content = fileContent(texts, turn, files, state);
      if (card) turn.update(turn.conversation, files.copyKey, content);
      else turn.reply(content, { copyKey: files.copyKey });
    } else if (card) {
      turn.update(turn.conversation, files.copyKey, progressContent(texts, turn.locale, steps));
    }
    return turn.text.trim() === '';
  };
}
