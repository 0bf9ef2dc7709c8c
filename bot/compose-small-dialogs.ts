import type { PeopleRepository } from '../core/governance/identity/people.js';
import { conversationKey } from '../core/kernel/conversation-reference.js';
import type { Dialog } from '../dialogs/dialog.js';
import { feedbackDialog } from '../dialogs/feedback.js';
import { fullAnswerDialog } from '../dialogs/full-answer.js';
import { helpDialog } from '../dialogs/help.js';
import { standardAnswerDialog } from '../dialogs/standard-answers/standard-answer-dialog.js';
import type { Texts } from '../dialogs/texts.js';
import { welcomeDialog } from '../dialogs/welcome.js';
import type { Database } from '../storage/mongo/database.js';
import { createStandardAnswerStore } from '../storage/mongo/standard-answer-store.js';
import { createOnce } from '../storage/mongo/once.js';
import { findPerson } from './find-person.js';
import { createFeedback, type FeedbackOptions } from './compose-feedback.js';

export interface SmallDialogOptions extends FeedbackOptions {
  texts: Texts;
  database: Database;
  people(tenantId: string): Pick<PeopleRepository, 'get' | 'byEmail' | 'search'>;
}

/** The dialogs that need neither tools nor a search: the welcome, votes, an answer in full, standard answers, and help. */
export function createSmallDialogs({ texts, database, people, ...feedback }: SmallDialogOptions): Dialog[] {
  const { answers, clock } = feedback;
  return [
    welcomeDialog({
      texts,
      isFirstGreeting: (tenantId, conversation) =>
        createOnce(database, tenantId).first(`greeting:${conversation}`, clock.now()),
      forgetGreeting: (tenantId, conversation) =>
        createOnce(database, tenantId).forget(`greeting:${conversation}`),
    }),
    feedbackDialog({ texts, ...createFeedback(feedback) }),
    fullAnswerDialog({
      texts,
      textOf: async (turn, answerId) => {
        const answer = await answers(turn.tenant.id).get(answerId);
        const isOwn = answer?.personId === turn.person.id;
        return isOwn || answer?.conversation === conversationKey(turn.conversation)
          ? answer?.text
          : undefined;
      },
    }),
    standardAnswerDialog({
      texts,
      answers: (tenantId) => createStandardAnswerStore(database, tenantId),
      person: ({ tenant }, words) => findPerson(people(tenant.id), words),
      now: () => clock.now(),
    }),
    helpDialog(texts),
  ];
}
