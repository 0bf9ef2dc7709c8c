import type { PromptRegistry } from '../core/gateway/prompts/registry.js';
import type { Clock } from '../core/kernel/clock.js';
import { isSamePlace } from '../core/kernel/conversation-reference.js';
import { isOutsider } from '../core/kernel/person.js';
import type { FeedbackDependencies } from '../dialogs/feedback.js';
import type { AnswerLog } from '../storage/mongo/answers.js';
import type { MessageCopies } from '../storage/mongo/message-copies.js';

export interface FeedbackOptions {
  answers(tenantId: string): AnswerLog;
  copies(tenantId: string): MessageCopies;
  prompts: Pick<PromptRegistry, 'note'>;
  clock: Clock;
}

const ANSWER_KEY = 'answer:';

/** Keeps votes with the answer they belong to; a channel's own thumbs name only the message. */
export function createFeedback({
  answers,
  copies,
  prompts,
  clock,
}: FeedbackOptions): Pick<FeedbackDependencies, 'rate' | 'answerOf'> {
  return {
    rate: async (turn, { answerId, rating, reason }) => {
      const { person, conversation } = turn;
      const log = answers(turn.tenant.id);
      const given = await log.get(answerId);
      // Who never saw an answer has no vote on it.
      if (given?.personId !== person.id && !(given && isSamePlace(given.conversation, conversation)))
        return false;
      const own = { rating, reason, personId: person.id, at: clock.now() };
      const rated = await log.rate(answerId, isOutsider(person) ? { ...own, isOutsider: true } : own);
      prompts.note(rated?.prompt, turn.tenant.id, rating === 'up' ? 'helpful' : 'not-helpful');
      return rated !== undefined;
    },
    answerOf: async (turn, activityId) => {
      const keys = await copies(turn.tenant.id).keysOf(activityId);
      return keys.find((key) => key.startsWith(ANSWER_KEY))?.slice(ANSWER_KEY.length);
    },
  };
}
