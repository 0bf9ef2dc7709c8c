import type { Clock } from '../../core/kernel/clock.js';
import type { ConversationReference } from '../../core/kernel/conversation-reference.js';
import { describeError, StewardError } from '../../core/kernel/errors.js';
import type { Logger } from '../../core/kernel/logger.js';
import type { ChannelPort, OutboundMessage, SentReceipt } from '../../core/kernel/outbound-message.js';
import type { Metrics } from '../../core/kernel/telemetry.js';
import type { MessageUpdates } from '../message-updates.js';
import { addressed, type PostActivity } from './activity-frame.js';
import type { Connector } from './connector.js';
import type { ConversationMemory } from './options.js';
import type { Pacing } from './pacing.js';
import { createChannelList } from './channels.js';
import { createReaders } from './readers.js';
import type { Renderer } from './render.js';
import { createStreamedReply } from './streamed-reply.js';
import { createTypingReply } from './typing-reply.js';

export interface SenderOptions {
  connector: Connector;
  renderer: Renderer;
  pacing: Pacing;
  references: ConversationMemory;
  updates: MessageUpdates;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
  /** Aborts when the adapter closes: live replies stop showing themselves. */
  closing: AbortSignal;
  /** Teams itself is behind the connector, and not a test client. */
  hasAppId: boolean;
}

/** Long messages of which some parts went out before a later one failed; a repetition goes on from there. */
const MAX_HALF_SENT = 1000;

/** Teams as a channel to speak into. */
export function createSender(options: SenderOptions): ChannelPort {
  const { connector, renderer, pacing, references, updates, hasAppId, clock, logger, metrics } = options;
  const halfSent = new Map<string, number>();

  const post: PostActivity = async (to, activity, replyToId) => {
    await pacing.take(to.channelTenantId, to.conversationId);
    const { id } = await connector.post(to, addressed(activity, to, { replyToId }), replyToId);
    return id ? { activityId: id } : {};
  };

  async function postAll(message: OutboundMessage, to: ConversationReference): Promise<SentReceipt> {
    const activities = renderer.render(message.content, to);
    let receipt: SentReceipt = {};
    for (const [position, activity] of activities.entries()) {
      if (position < (halfSent.get(message.id) ?? 0)) continue;
      receipt = await post(to, activity, message.replyToActivityId);
      if (activities.length > 1) rememberPart(message.id, position + 1);
    }
    halfSent.delete(message.id);
    return receipt;
  }

  async function updateAll(
    message: OutboundMessage,
    to: ConversationReference,
    activityId: string,
  ): Promise<SentReceipt> {
    const [first = {}, ...rest] = renderer.render(message.content, to);
    await updates.run(activityId, message.copyVersion, async () => {
      await pacing.take(to.channelTenantId, to.conversationId);
      await connector.update(to, activityId, addressed(first, to, { id: activityId }));
      for (const activity of rest) await post(to, activity);
    });
    return { activityId };
  }

  function rememberPart(messageId: string, sent: number): void {
    if (halfSent.size >= MAX_HALF_SENT) halfSent.clear();
    halfSent.set(messageId, sent);
  }

  /** Teams measures a message in its own way; a refused card is replaced by its text, which says the same. */
  async function withoutCardIfTooLarge(
    message: OutboundMessage,
    send: (message: OutboundMessage) => Promise<SentReceipt>,
  ): Promise<SentReceipt> {
    try {
      return await send(message);
    } catch (error) {
      const { card, ...textOnly } = message.content;
      if (!(error instanceof StewardError) || error.status !== 413 || !card) throw error;
      logger.warn({ messageId: message.id, template: card.template }, 'Teams refused a card for its size.');
      halfSent.delete(message.id);
      return send({ ...message, content: textOnly });
    }
  }

  /** A person to whom nobody has written yet has no conversation; Teams opens it on demand. */
  async function withConversation(reference: ConversationReference): Promise<ConversationReference> {
    if (reference.conversationId !== '') return reference;
    const opened = { ...reference, conversationId: await connector.createPersonal(reference) };
    await references.save(opened);
    return opened;
  }

  /** Teams takes a person's id of the company's directory for an account; the app has to be installed for them. */
  const openPersonal: NonNullable<ChannelPort['openPersonal']> = async ({ accounts }, near) => {
    const account =
      accounts.find(({ channel }) => channel === 'teams') ??
      accounts.find(({ channel }) => channel === 'entra');
    if (!near || !account) return undefined;
    const { channelTenantId, serviceUrl, botId } = near;
    const { accountId } = account;
    const unopened = { channel: 'teams', channelTenantId, conversationId: '', scope: 'personal' } as const;
    return withConversation({ ...unopened, serviceUrl, botId, accountId });
  };

  /** Everybody sees what stands in a channel, so this goes to the person's own chat, or nowhere. */
  async function deliverPrivately(message: OutboundMessage, onlyFor: string): Promise<SentReceipt> {
    const person = { accounts: [{ channel: 'teams', accountId: onlyFor }] } as const;
    try {
      const own = hasAppId ? await openPersonal(person, message.conversation) : undefined;
      if (!own) return {};
      const { replyToActivityId: _elsewhere, ...rest } = message;
      return await postAll({ ...rest, conversation: own }, own);
    } catch (error) {
      logger.info({ messageId: message.id, error: describeError(error) }, 'A private note was left out.');
      return {};
    }
  }

  return {
    channel: 'teams',
    deliver: async (message, knownActivityId) => {
      const { onlyFor, conversation } = message;
      if (onlyFor && conversation.scope !== 'personal') return deliverPrivately(message, onlyFor);
      try {
        const to = await withConversation(message.conversation);
        const receipt = await withoutCardIfTooLarge(message, (sized) =>
          sized.kind === 'update' && knownActivityId !== undefined
            ? updateAll(sized, to, knownActivityId)
            : postAll(sized, to),
        );
        metrics.count('teams_sent_total', { result: 'ok' });
        return receipt;
      } catch (error) {
        metrics.count('teams_sent_total', { result: error instanceof StewardError ? error.code : 'fault' });
        throw error;
      }
    },
    startLive: (conversation, replyToActivityId) => {
      const live = { ...options, conversation, replyToActivityId };
      return conversation.scope === 'personal'
        ? createStreamedReply({ ...live, post })
        : createTypingReply(live);
    },
    ...createReaders({ connector, clock, logger }),
    channelsNear: createChannelList(connector),
    // Microsoft's test clients open a conversation with anybody, and show it to nobody.
    ...(hasAppId ? { openPersonal } : {}),
  };
}
