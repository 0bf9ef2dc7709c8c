import type { Activity } from '../core/kernel/activity.js';
import { callsForPerson } from './escalation/escalation-dialog.js';
import { recogniseCommand } from './recognise-command.js';

/**
 * Whether an activity asks something that may be answered a little later. Clicks, commands, files and calls for a person are
 * none: a decision or a person in need goes first.
 */
export function isNewQuestion({ kind, addressed, text, attachments }: Activity): boolean {
  if (kind !== 'message' || !addressed || text.trim() === '' || attachments.length > 0) return false;
  return recogniseCommand(text) === undefined && !callsForPerson(text);
}
