import type { ConversationReference } from '../../core/kernel/conversation-reference.js';
import { describeError } from '../../core/kernel/errors.js';
import type { Logger } from '../../core/kernel/logger.js';
import { reasonOf } from './api-fault.js';
import type { Arguments } from './call-slack.js';
import { installationKey } from './installation.js';
import { placeOf, userIdOf } from './place.js';
import type { SlackWebApi } from './web-api.js';

/** What Slack shows in a thread while Steward works, and the Stop button beside it. Never more than a hint. */
export interface WorkStatus {
  show(conversation: ConversationReference, line: string): Promise<void>;
  /** The work is over; Slack takes the Stop button away. */
  end(conversation: ConversationReference): void;
}

const MAX_STATUS = 100;
/** Not to be had in this installation; asked for once. */
const NOT_OFFERED = new Set([
  'unknown_method',
  'method_deprecated',
  'missing_scope',
  'not_allowed',
  'not_allowed_token_type',
  'feature_not_enabled',
]);

/**
 * The status line (https://docs.slack.dev/reference/methods/assistant.threads.setStatus) and, with the agent in private,
 * the session (https://docs.slack.dev/reference/methods/agents.sessions.setStatus), which brings the Stop button.
 */
export function createWorkStatus({ api, logger }: { api: SlackWebApi; logger: Logger }): WorkStatus {
  const notOffered = new Set<string>();

  async function attempt(
    conversation: ConversationReference,
    method: string,
    args: Arguments,
  ): Promise<void> {
    const { conversationId, threadId } = conversation;
    const place = placeOf(conversation);
    const key = `${installationKey(place)}|${method}`;
    if (threadId === undefined || notOffered.has(key)) return;
    try {
      const there = { channel_id: conversationId, thread_ts: threadId };
      await api.call(place, method, { ...there, ...args }, { optional: true });
    } catch (error) {
      if (NOT_OFFERED.has(reasonOf(error) ?? '')) notOffered.add(key);
      logger.debug({ method, error: describeError(error) }, 'Slack did not show what Steward is doing.');
    }
  }

  const session = async (
    conversation: ConversationReference,
    status: 'processing' | 'active',
  ): Promise<void> => {
    const { scope, accountId = '' } = conversation;
    if (scope !== 'personal') return;
    await attempt(conversation, 'agents.sessions.setStatus', {
      status,
      initiator_user_id: userIdOf(accountId),
    });
  };

  return {
    show: async (conversation, line) => {
      await Promise.all([
        session(conversation, 'processing'),
        attempt(conversation, 'assistant.threads.setStatus', { status: line.slice(0, MAX_STATUS) }),
      ]);
    },
    end: (conversation) => void session(conversation, 'active'),
  };
}
