import { createAnswerer, type AnswerQuestion } from '../core/agents/answer-question.js';
import type { Model } from '../core/gateway/model.js';
import type { Answer } from '../core/kernel/answer.js';
import type { Clock } from '../core/kernel/clock.js';
import { conversationKey } from '../core/kernel/conversation-reference.js';
import type { Logger } from '../core/kernel/logger.js';
import type { Turn } from '../core/kernel/turn.js';
import { mayRead, type Audience } from '../core/knowledge/access.js';
import type { QuestionDependencies } from '../dialogs/question.js';
import type { AnswerLog } from '../storage/mongo/answers.js';
import type { KnowledgeRoom } from './compose-knowledge.js';

/** Earlier questions that a follow-up may lean on. */
const HISTORY = 3;
const HISTORY_MS = 30 * 60_000;

export interface AnswersOptions {
  knowledge: KnowledgeRoom;
  answers(tenantId: string): AnswerLog;
  audience(turn: Turn): Promise<Audience>;
  model: Model | undefined;
  grounding(text: string, passages: string[], question: string): Promise<number>;
  clock: Clock;
  logger: Logger;
}

/** The question dialog's two functions: answer a turn from what its readers may read, and keep the answer. */
export function createAnswers(options: AnswersOptions): Pick<QuestionDependencies, 'answer' | 'keep'> {
  const { knowledge, answers, audience, clock } = options;
  const ask: AnswerQuestion = createAnswerer(options);

  const history = async (turn: Turn): Promise<string[]> => {
    const earlier = await answers(turn.tenant.id).ofConversation(conversationKey(turn.conversation), HISTORY);
    const since = clock.now().getTime() - HISTORY_MS;
    return earlier
      .filter(({ at }) => at.getTime() > since)
      .map(({ question }) => question)
      .reverse();
  };

  return {
    answer: async (turn): Promise<Answer> => {
      const readers = await audience(turn);
      return ask(await knowledge.of(turn.tenant.id), turn.activity.text, {
        k: 8,
        mayRead: ({ access }) => mayRead(access, readers),
        history: await history(turn),
        locale: turn.locale,
        signal: turn.signal,
        onText: (text) => turn.live.append(text),
        origin: {
          tenantId: turn.tenant.id,
          personId: turn.person.id,
          sessionId: conversationKey(turn.conversation),
          correlationId: turn.correlationId,
          purpose: 'answer',
        },
      });
    },
    keep: (turn, answer) =>
      answers(turn.tenant.id).add({
        _id: answer.id,
        personId: turn.person.id,
        conversation: conversationKey(turn.conversation),
        question: turn.text,
        text: answer.text,
        answered: answer.answered,
        confidence: answer.confidence,
        model: answer.model,
        citations: answer.citations.map(({ documentId, passageId, path, title, quote, number }) => ({
          documentId,
          passageId,
          path,
          title,
          quote,
          number,
        })),
        at: clock.now(),
      }),
  };
}
