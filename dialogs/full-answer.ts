import { z } from 'zod';
import type { Turn } from '../core/kernel/turn.js';
import type { Dialog } from './dialog.js';
import type { Texts } from './texts.js';

export interface FullAnswerDependencies {
  texts: Texts;
  /** The text of an answer that was given to this person or in this conversation. */
  textOf(turn: Turn, answerId: string): Promise<string | undefined>;
}

const clickSchema = z.object({ answerId: z.string().max(64) });

/** "Open the full text" of an answer that was too long for its card: the whole of it, as plain text. */
export function fullAnswerDialog({ texts, textOf }: FullAnswerDependencies): Dialog {
  return async (turn) => {
    const { kind, action } = turn.activity;
    if (kind !== 'card-action' || action?.verb !== 'answer.full') return false;
    const click = clickSchema.safeParse(action.data);
    const text = click.success ? await textOf(turn, click.data.answerId) : undefined;
    turn.reply({ text: text ?? texts.text('error.not-found', turn.locale) });
    turn.respond({ kind: 'none' });
    return true;
  };
}
