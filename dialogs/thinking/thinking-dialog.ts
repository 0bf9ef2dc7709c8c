import type { ThinkingTool } from '../../core/agents/thinking/thinking.js';
import type { Turn } from '../../core/kernel/turn.js';
import type { Dialog } from '../dialog.js';
import type { Texts } from '../texts.js';
import { noticeContent } from '../cards/plain-cards.js';

export interface ThinkingDialogDependencies {
  texts: Texts;
  /** Markdown of what was thought. */
  think(turn: Turn, tool: ThinkingTool, subject: string): Promise<string>;
  /** Remembers what was said and what came of it. */
  note(turn: Turn, answered: string): Promise<void>;
}

/** "council: shall we move to the new office?", in the languages of the fixed texts. */
const NAMES: [ThinkingTool, RegExp][] = [
  ['red-team', /^\/?(?:red[ -]?team|equipo rojo|équipe rouge|レッドチーム)(?:[\s:：]+(?<subject>\S.*))?$/isu],
  [
    'first-principles',
    /^\/?(?:first principles|grundprinzipien|primeros principios|premiers principes|第一原理)(?:[\s:：]+(?<subject>\S.*))?$/isu,
  ],
  ['council', /^\/?(?:council|ratsrunde|consejo|conseil|評議会)(?:\s*[:：]\s*(?<subject>\S.*))?$/isu],
];

/** Looks at a plan, a claim or a question from outside: red team, first principles, council. */
export function thinkingDialog({ texts, think, note }: ThinkingDialogDependencies): Dialog {
  return async (turn) => {
    const { kind, addressed } = turn.activity;
    if (kind !== 'message' || !addressed) return false;
    for (const [tool, pattern] of NAMES) {
      const match = pattern.exec(turn.text.trim());
      if (!match) continue;
      const subject = match.groups?.subject?.trim();
      if (!subject) {
        turn.reply(noticeContent(turn.locale, { text: texts.text(`thinking.${tool}`, turn.locale) }));
        return true;
      }
      turn.live.status(texts.text('thinking.working', turn.locale));
      const thought = await think(turn, tool, subject);
      turn.reply({ text: thought, aiGenerated: true });
      await note(turn, thought);
      turn.audit({ action: 'think', resource: `turn:${turn.id}`, after: { tool } });
      return true;
    }
    return false;
  };
}
