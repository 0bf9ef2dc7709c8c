import type { SlackMessage } from '../../cards/block-kit/types.js';
import type { Clock } from '../../core/kernel/clock.js';
import type { ConversationReference } from '../../core/kernel/conversation-reference.js';
import { describeError, StewardError } from '../../core/kernel/errors.js';
import { newId } from '../../core/kernel/ids.js';
import type { Logger } from '../../core/kernel/logger.js';
import type { ChannelPort, OutboundMessage, SentReceipt } from '../../core/kernel/outbound-message.js';
import type { Metrics } from '../../core/kernel/telemetry.js';
import { createMessageUpdates, type MessageUpdates } from '../message-updates.js';
import { reasonOf } from './api-fault.js';
import type { DirectMessages } from './direct-messages.js';
import { createWhoIs } from './directory.js';
import { createLiveReplies, type LiveReplies } from './live-reply.js';
import { bodyOf, sentAs } from './message-body.js';
import type { SlackTexts } from './options.js';
import { messageId, placeOf, readMessageId, userIdOf } from './place.js';
import { createOpenPersonal } from './open-personal.js';
import type { Profiles } from './profiles.js';
import { createChannelList } from './channels.js';
import { createReaders } from './readers.js';
import type { RenderedAs, Renderer } from './render.js';
import type { Threads } from './threads.js';
import type { SlackWebApi } from './web-api.js';
import type { Workspaces } from './workspaces.js';

export interface SenderOptions {
  api: SlackWebApi;
  renderer: Renderer;
  threads: Pick<Threads, 'join'>;
  directMessages: DirectMessages;
  workspaces: Workspaces;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
  /** Aborts when the adapter closes: live replies stop showing themselves. */
  closing: AbortSignal;
  answeredInPrivate: SlackTexts['answeredInPrivate'];
  localeOf: Profiles['localeOf'];
}

/** Long messages of which some parts went out before a later one failed; a repetition goes on from there. */
const MAX_HALF_SENT = 1_000;
/** A newer kind of block that this workspace does not have yet, or a message that Slack measures otherwise than we do. */
const SIMPLER = new Set(['invalid_blocks', 'invalid_blocks_format', 'msg_blocks_too_long', 'msg_too_long']);
const GONE = new Set(['message_not_found', 'cant_update_message', 'edit_window_closed']);
const NOT_THERE = new Set(['not_in_channel', 'channel_not_found', 'user_not_in_channel']);

/** Where the channel itself takes nothing from Steward, now or later. */
const CLOSED = new Set([
  ...NOT_THERE,
  'is_archived',
  'restricted_action',
  'restricted_action_read_only_channel',
  'restricted_action_thread_only_channel',
  'restricted_action_non_threadable_channel',
]);

interface HalfSent {
  parts: number;
  first: { channel: string; ts: string };
}

export interface Sender {
  port: ChannelPort;
  live: LiveReplies;
  updates: MessageUpdates;
}

/** Slack as a channel to speak into. */
export function createSender(options: SenderOptions): Sender {
  const { api, renderer, threads, directMessages, clock, logger, metrics } = options;
  const halfSent = new Map<string, HalfSent>();
  /** An answer of several messages says once why it comes in private. */
  const toldWhy = new Set<string>();
  const live = createLiveReplies(options);
  const updates = createMessageUpdates(clock);

  async function post(
    to: ConversationReference,
    message: SlackMessage,
    thread: string | undefined,
  ): Promise<{ channel: string; ts: string }> {
    const answer = await api.call(placeOf(to), 'chat.postMessage', {
      channel: to.conversationId,
      ...bodyOf(message),
      thread_ts: thread,
      unfurl_links: false,
      unfurl_media: false,
    });
    return sentAs(answer, to.conversationId);
  }

  async function postAll(
    message: OutboundMessage,
    to: ConversationReference,
    parts: SlackMessage[],
  ): Promise<SentReceipt> {
    const earlier = halfSent.get(message.id);
    let first = earlier?.first;
    for (const [position, part] of parts.entries()) {
      if (position < (earlier?.parts ?? 0)) continue;
      const sent = await post(to, part, to.threadId ?? first?.ts);
      first ??= sent;
      if (parts.length > 1) rememberPart(message.id, { parts: position + 1, first });
    }
    halfSent.delete(message.id);
    await rememberThread(to);
    return first ? { activityId: messageId(first.channel, first.ts) } : {};
  }

  /** What was asked for in a channel that takes nothing goes to the asker alone, and says why. */
  async function postWhereItMay(
    message: OutboundMessage,
    to: ConversationReference,
    parts: SlackMessage[],
  ): Promise<SentReceipt> {
    try {
      return await postAll(message, to, parts);
    } catch (error) {
      const reason = reasonOf(error) ?? '';
      const asker = to.extra?.askedBy;
      if (!asker || !CLOSED.has(reason)) throw error;
      logger.warn(
        { messageId: message.id, conversationId: to.conversationId, reason, error: describeError(error) },
        'Steward may not write in a channel; the asker is answered in private.',
      );
      halfSent.delete(message.id);
      const { threadId: _thread, ...rest } = to;
      const own = { ...rest, conversationId: await directMessages.open(placeOf(to), asker) };
      const about = [to.channelTenantId, to.conversationId, message.replyToActivityId ?? message.id].join(
        '|',
      );
      const why = toldWhy.has(about) ? [] : await sayWhy(asker, to);
      const receipt = await postAll(message, { ...own, scope: 'personal' }, [...why, ...parts]);
      if (toldWhy.size >= MAX_HALF_SENT) toldWhy.clear();
      toldWhy.add(about);
      return receipt;
    }
  }

  const sayWhy = async (asker: string, to: ConversationReference): Promise<SlackMessage[]> => {
    const text = options.answeredInPrivate(await options.localeOf(asker, to));
    return renderer.render({ text }, newId(clock.now()));
  };

  async function updateAll(
    to: ConversationReference,
    known: { channel: string; ts: string },
    parts: SlackMessage[],
  ): Promise<SentReceipt> {
    const [first, ...rest] = parts;
    if (first) {
      await api.call(placeOf(to), 'chat.update', { channel: known.channel, ts: known.ts, ...bodyOf(first) });
    }
    const there = { ...to, conversationId: known.channel };
    for (const part of rest) await post(there, part, to.threadId ?? known.ts);
    return { activityId: messageId(known.channel, known.ts) };
  }

  /** Seen by the asker alone, where they asked; in private when Slack lets nothing be shown there. */
  async function whisper(message: OutboundMessage, parts: SlackMessage[]): Promise<SentReceipt> {
    const to = message.conversation;
    const user = userIdOf(to.accountId ?? '');
    try {
      // Only where a command was typed in somebody's direct messages may that be Steward's own.
      if (to.conversationId.startsWith('D')) {
        const own = await directMessages.open(placeOf(to), user);
        if (own === to.conversationId) return await postAll(message, to, parts);
      }
      for (const part of parts) {
        await api.call(placeOf(to), 'chat.postEphemeral', {
          channel: to.conversationId,
          user,
          thread_ts: to.threadId,
          ...bodyOf(part),
        });
      }
      return {};
    } catch (error) {
      if (!NOT_THERE.has(reasonOf(error) ?? '')) throw error;
      const own = await directMessages.open(placeOf(to), user);
      return postAll(message, { ...to, conversationId: own }, parts);
    }
  }

  async function deliver(
    message: OutboundMessage,
    knownActivityId: string | undefined,
    as: RenderedAs,
  ): Promise<SentReceipt> {
    const { conversation, onlyFor } = message;
    const place = placeOf(conversation);
    const parts = await renderer.render(message.content, newId(clock.now()), { as, place });
    if (conversation.extra?.ephemeral === '1') return whisper(message, parts);
    if (onlyFor && conversation.scope !== 'personal')
      return whisper({ ...message, conversation: { ...conversation, accountId: onlyFor } }, parts);
    const to = await directMessages.resolve(conversation);
    const known = message.kind === 'update' ? readMessageId(knownActivityId) : undefined;
    if (!known) return postWhereItMay(message, to, parts);
    try {
      const shown = messageId(known.channel, known.ts);
      const rewrite = (): Promise<SentReceipt> => updateAll(to, known, parts);
      return (await updates.run(shown, message.copyVersion, rewrite)) ?? { activityId: shown };
    } catch (error) {
      if (!GONE.has(reasonOf(error) ?? '')) throw error;
      logger.info({ messageId: message.id }, 'A message to be rewritten is gone; it is posted anew.');
      return postAll(message, to, parts);
    }
  }

  /** What a workspace refuses is sent in a simpler form, and in words alone at last. */
  async function simplified(
    message: OutboundMessage,
    knownActivityId: string | undefined,
    as: RenderedAs,
  ): Promise<SentReceipt> {
    try {
      return await deliver(message, knownActivityId, as);
    } catch (error) {
      const reason = reasonOf(error) ?? '';
      if (as === 'plain' || !SIMPLER.has(reason)) throw error;
      logger.warn({ messageId: message.id, reason }, 'Slack refused a card; a simpler form is sent instead.');
      halfSent.delete(message.id);
      const isDrawn = as === 'native' && renderer.hasCharts(message.content);
      return simplified(message, knownActivityId, isDrawn ? 'drawn' : 'plain');
    }
  }

  function rememberPart(id: string, sent: HalfSent): void {
    if (halfSent.size >= MAX_HALF_SENT) halfSent.clear();
    halfSent.set(id, sent);
  }

  async function rememberThread(to: ConversationReference): Promise<void> {
    try {
      await threads.join(to);
    } catch (error) {
      logger.warn(
        { error: describeError(error) },
        'A thread could not be remembered; it needs a mention again.',
      );
    }
  }

  const port: ChannelPort = {
    channel: 'slack',
    deliver: async (message, knownActivityId) => {
      try {
        const receipt = await simplified(message, knownActivityId, 'native');
        metrics.count('slack_sent_total', { result: 'ok' });
        return receipt;
      } catch (error) {
        metrics.count('slack_sent_total', { result: error instanceof StewardError ? error.code : 'fault' });
        throw error;
      }
    },
    startLive: live.start,
    readers: createReaders({ api, clock, logger }),
    channelsNear: createChannelList(api, clock),
    whoIs: createWhoIs({ api, clock, logger }),
    openPersonal: createOpenPersonal(options),
  };
  return { port, live, updates };
}
