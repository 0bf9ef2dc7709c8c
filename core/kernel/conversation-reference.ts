export const CHANNELS = ['teams', 'slack', 'web'] as const;
export type ChannelName = (typeof CHANNELS)[number];

/** `personal`: one person and Steward; `group`: a chat of several; `channel`: a team's channel. */
export type ConversationScope = 'personal' | 'group' | 'channel';

/** All that is needed to write into a conversation again later, from any process. */
export interface ConversationReference {
  channel: ChannelName;
  /** The channel's own id of the organisation (Entra tenant id, Slack team id). */
  channelTenantId: string;
  /** The channel's own id of the conversation, thread part included where the channel has one. */
  conversationId: string;
  scope: ConversationScope;
  /** Thread inside the conversation (Slack `thread_ts`, Teams root message id). */
  threadId?: string;
  /** Bot Framework only: where the connector of this conversation answers. */
  serviceUrl?: string;
  /** The channel's id of Steward itself. */
  botId?: string;
  /** The other side of a personal conversation. */
  accountId?: string;
  /** What the channel wants back unread (Slack enterprise id, Teams team id …). */
  extra?: Record<string, string>;
}

/** One string per conversation and thread: the unit in which turns run in order. */
export function conversationKey(reference: ConversationReference): string {
  return [
    reference.channel,
    reference.channelTenantId,
    reference.conversationId,
    reference.threadId ?? '',
  ].join('|');
}

/** A conversation without its thread; Teams writes the thread into the conversation's id. */
function placeOf({ channel, channelTenantId, conversationId }: ConversationReference): string {
  const [place = conversationId] = conversationId.split(';messageid=');
  return [channel, channelTenantId, place].join('|');
}

/** The channel or group that a conversation belongs to, whatever its thread; a personal chat belongs to none. */
export const roomOf = (reference: ConversationReference): string | undefined =>
  reference.scope === 'personal' ? undefined : placeOf(reference);

/** Whether a key of `conversationKey` belongs to a conversation, whatever the thread. */
export function isSamePlace(key: string, reference: ConversationReference): boolean {
  const place = placeOf(reference);
  return key.startsWith(`${place}|`) || key.startsWith(`${place};messageid=`);
}
