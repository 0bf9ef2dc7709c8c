import type { ConversationReference, ConversationScope } from '../../core/kernel/conversation-reference.js';
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
    conversation: conversationAccount(to),
    ...(to.accountId ? { recipient: { id: to.accountId } } : {}),
    ...(replyToId ? { replyToId } : {}),
  };
}

const CONVERSATION_TYPES: Record<ConversationScope, string> = {
  personal: 'personal',
  group: 'groupChat',
  channel: 'channel',
};

/** As Bot Framework's own SDK sends it back; a client may read there whether a chat can show a stream. */
const conversationAccount = ({
  conversationId,
  scope,
  channelTenantId,
}: ConversationReference): JsonObject => ({
  id: conversationId,
  conversationType: CONVERSATION_TYPES[scope],
  ...(scope === 'personal' ? {} : { isGroup: true }),
  ...(channelTenantId ? { tenantId: channelTenantId } : {}),
});
