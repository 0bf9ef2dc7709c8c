import type { ConversationReference, ConversationScope } from '../../core/kernel/conversation-reference.js';
import type { JsonObject } from '../../core/kernel/json.js';
import type { SentReceipt } from '../../core/kernel/outbound-message.js';

/** Posts one activity into a conversation, within the channel's limits. */
export type PostActivity = (
  to: ConversationReference,
  activity: JsonObject,
  replyToId?: string,
) => Promise<SentReceipt>;

/** The JSON of activities that are sent again and again, without their frame. */
const texts = new WeakMap<JsonObject, Buffer>();
const textOf = (activity: JsonObject): Buffer => Buffer.from(JSON.stringify(activity));

/** Keeps the JSON of an activity that was sent before and is not changed any more: a large card takes long to write. */
export function keepText(activity: JsonObject): void {
  if (!texts.has(activity)) texts.set(activity, textOf(activity));
}

/**
 * Adds what Teams expects of every activity: who speaks, where, and in answer to what, or in place of which one.
 * @returns JSON, as the connector sends it.
 */
export function addressed(
  activity: JsonObject,
  to: ConversationReference,
  { replyToId, id }: { replyToId?: string | undefined; id?: string } = {},
): Uint8Array {
  const text = texts.get(activity) ?? textOf(activity);
  const frame = JSON.stringify({
    channelId: 'msteams',
    ...(to.botId ? { from: { id: to.botId } } : {}),
    conversation: conversationAccount(to),
    ...(to.accountId ? { recipient: { id: to.accountId } } : {}),
    ...(replyToId ? { replyToId } : {}),
    ...(id ? { id } : {}),
  });
  const isEmpty = text.length === '{}'.length;
  return Buffer.concat([text.subarray(0, -1), Buffer.from(`${isEmpty ? '' : ','}${frame.slice(1)}`)]);
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
