import type { ConversationReference } from '../../core/kernel/conversation-reference.js';
import type { JsonObject } from '../../core/kernel/json.js';
import type { SentReceipt } from '../../core/kernel/outbound-message.js';

/** Posts one activity into a conversation, within the channel's limits. */
export type PostActivity = (
  to: ConversationReference,
  activity: JsonObject,
  replyToId?: string,
) => Promise<SentReceipt>;

/** Adds what Teams expects of every activity: who speaks, where, and in answer to what. */
export function addressed(activity: JsonObject, to: ConversationReference, replyToId?: string): JsonObject {
  return {
    ...activity,
    channelId: 'msteams',
    ...(to.botId ? { from: { id: to.botId } } : {}),
    conversation: { id: to.conversationId },
    ...(to.accountId ? { recipient: { id: to.accountId } } : {}),
    ...(replyToId ? { replyToId } : {}),
  };
}
