import { createAnswerer, type AnswerQuestion } from '../core/agents/answer-question.js';
import type { Model } from '../core/gateway/model.js';
import { createOpenAiClient, createOpenAiModel } from '../core/gateway/providers/openai.js';
import type { Answer } from '../core/kernel/answer.js';
import type { Clock } from '../core/kernel/clock.js';
import { conversationKey } from '../core/kernel/conversation-reference.js';
import type { Logger } from '../core/kernel/logger.js';
import type { Turn } from '../core/kernel/turn.js';
import { mayRead, type Audience } from '../core/knowledge/access.js';
import type { QuestionDependencies } from '../dialogs/question.js';
import type { AnswerLog } from '../storage/mongo/answers.js';
import type { KnowledgeRoom } from './compose-knowledge.js';
import type { Config } from './config.js';

/** Earlier questions that a follow-up may lean on. */
const HISTORY = 3;
const HISTORY_MS = 30 * 60_000;

/** The configured model endpoint; undefined means that Steward works offline. */
export function createModel({ models }: Config): Model | undefined {
  const { apiKey, baseUrl, azure } = models;
  if (!apiKey && !baseUrl && !azure.endpoint) return undefined;
  const client = createOpenAiClient({
    apiKey: azure.endpoint ? (azure.apiKey ?? '') : (apiKey ?? 'none'),
    baseUrl,
    azure: azure.endpoint
      ? {
          endpoint: azure.endpoint,
          apiVersion: azure.apiVersion ?? '2024-10-21',
          deployment: azure.deployment,
        }
      : undefined,
  });
  return createOpenAiModel({
    name: azure.endpoint ? 'azure' : baseUrl ? new URL(baseUrl).hostname : 'openai',
    client,
    models: {
      light: models.light ?? 'gpt-4.1-nano',
      standard: models.standard ?? 'gpt-4.1-mini',
      heavy: models.heavy ?? 'gpt-4.1',
    },
    // Four characters make about one token of English; used only where an endpoint does not report.
    countTokens: (texts) => Math.ceil(texts.reduce((sum, text) => sum + text.length, 0) / 4),
    price: () => 0,
  });
}

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
