import { mayDo } from '../core/governance/permissions.js';
import type { Answer } from '../core/kernel/answer.js';
import type { OutboundContent } from '../core/kernel/outbound-message.js';
import type { Turn } from '../core/kernel/turn.js';
import { answerContent, answerForms, type AnswerCardOptions } from './cards/answer-card.js';
import type { Dialog } from './dialog.js';
import type { Texts } from './texts.js';

export interface QuestionDependencies {
  texts: Texts;
  /** Answers from what the asker, or everybody in the conversation, may read. */
  answer(turn: Turn, onSearch: () => void): Promise<Answer>;
  /** Keeps the answer for feedback and follow-ups. */
  keep(turn: Turn, answer: Answer): Promise<void>;
  /** In place of "I don't know", for what was no question. */
  insteadOf?(turn: Turn, answer: Answer): OutboundContent | undefined;
  /** Said below a sure answer. */
  besides?(turn: Turn): OutboundContent | undefined;
  links: AnswerCardOptions;
  /** Told how sure the answer was. */
  noteAnswer?(turn: Turn, answer: Answer): Promise<void>;
}

/** Everything that is no command and no click is a question to the documents. */
export function questionDialog(deps: QuestionDependencies): Dialog {
  const { texts, answer, keep, links, noteAnswer } = deps;
  return async (turn) => {
    const { kind, addressed } = turn.activity;
    if (kind !== 'message' || !addressed || turn.text.trim() === '') return false;
    const found = await answer(turn, () => turn.live.status(texts.text('progress.searching', turn.locale)));
    if (turn.live.stopped && !found.answered) {
      const isEmpty = found.text.trim() === '';
      const stopped = texts.text(isEmpty ? 'answer.stopped-early' : 'answer.stopped', turn.locale);
      turn.reply(
        isEmpty ? { text: stopped } : { text: `${found.text.trim()} …\n\n_${stopped}_`, aiGenerated: true },
      );
      turn.audit({ action: 'question-stop', resource: `answer:${found.id}`, after: { model: found.model } });
      return true;
    }
    await keep(turn, found);
    const instead = found.answered ? undefined : deps.insteadOf?.(turn, found);
    const mayAskPerson = mayDo(turn.person, 'escalation:open');
    turn.reply(instead ?? answerContent(texts, turn.locale, found, { ...links, mayAskPerson }), {
      copyKey: `answer:${found.id}`,
    });
    const besides = found.answered && deps.besides?.(turn);
    if (besides) turn.reply(besides);
    if (found.openPrivately) {
      const count = found.openPrivately;
      turn.reply(
        { text: texts.text('answer.open-privately', turn.locale, { count }) },
        { onlyForAsker: true },
      );
    }
    for (const form of answerForms(texts, turn.locale, found)) turn.reply(form);
    await noteAnswer?.(turn, found);
    turn.audit({
      action: 'question-answer',
      resource: `answer:${found.id}`,
      after: {
        answered: found.answered,
        confidence: Math.round(found.confidence * 100) / 100,
        documents: [...new Set(found.citations.map(({ documentId }) => documentId))],
        model: found.model,
      },
    });
    return true;
  };
}
