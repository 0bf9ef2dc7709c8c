import { toMrkdwn } from '../../cards/block-kit/mrkdwn.js';
import type { Clock } from '../../core/kernel/clock.js';
import type { ConversationReference } from '../../core/kernel/conversation-reference.js';
import { describeError } from '../../core/kernel/errors.js';
import { newId } from '../../core/kernel/ids.js';
import type { Logger } from '../../core/kernel/logger.js';
import type { ChannelPort, LiveReplyChannel, OutboundMessage } from '../../core/kernel/outbound-message.js';
import { reasonOf } from './api-fault.js';
import { installationKey } from './installation.js';
import { bodyOf, sentAs } from './message-body.js';
import { messageId, placeOf, userIdOf } from './place.js';
import type { Renderer } from './render.js';
import type { Arguments } from './call-slack.js';
import type { SlackWebApi } from './web-api.js';

export interface LiveOptions {
  api: SlackWebApi;
  renderer: Renderer;
  clock: Clock;
  logger: Logger;
  closing: AbortSignal;
}

export interface LiveReplies {
  start: ChannelPort['startLive'];
  /** The person pressed Stop on messages that are being streamed. */
  stop(channel: string, timestamps: string[]): void;
}

/** A stream takes appends often, an update of a message about once a second. */
const BETWEEN_APPENDS_MS = 500;
const BETWEEN_UPDATES_MS = 1_500;
const MAX_STREAMED = 11_000;
const MAX_STATUS = 100;
/** What Slack says where streaming is not to be had: another plan, an old grant, a place without threads. */
const NO_STREAMING = new Set([
  'unknown_method',
  'method_deprecated',
  'missing_scope',
  'not_allowed',
  'feature_not_enabled',
  'invalid_thread_ts',
  'missing_recipient_user_id',
  'missing_recipient_team_id',
]);
const STOPPED = new Set(['message_not_in_streaming_state', 'stream_stopped']);

/** Replies that grow while they are written: by Slack's streaming in threads, by throttled updates elsewhere. */
export function createLiveReplies(options: LiveOptions): LiveReplies {
  const open = new Map<string, () => void>();
  const withoutStreaming = new Set<string>();
  return {
    start: (conversation) => createLiveReply(options, { open, withoutStreaming }, conversation),
    stop: (channel, timestamps) => {
      for (const ts of timestamps) open.get(messageId(channel, ts))?.();
    },
  };
}

interface Shared {
  /** How to stop each open stream, by its message. */
  open: Map<string, () => void>;
  /** Installations that were found not to stream. */
  withoutStreaming: Set<string>;
}

function createLiveReply(
  { api, renderer, clock, logger, closing }: LiveOptions,
  { open, withoutStreaming }: Shared,
  conversation: ConversationReference,
): LiveReplyChannel {
  const place = placeOf(conversation);
  const isWhispered = conversation.extra?.ephemeral === '1';
  const thread = conversation.threadId;
  const ended = new AbortController();
  const until = AbortSignal.any([ended.signal, closing]);
  let mode: 'stream' | 'update' =
    thread !== undefined && !withoutStreaming.has(installationKey(place)) ? 'stream' : 'update';
  let text = '';
  let shown = '';
  let statusLine = '';
  let shownStatus = '';
  let message: { channel: string; ts: string } | undefined;
  let streaming = false;
  let refused = false;
  let stopped = false;
  let pump: Promise<void> | undefined;

  const call = (method: string, args: Arguments, optional = true): ReturnType<SlackWebApi['call']> =>
    api.call(place, method, { channel: conversation.conversationId, ...args }, { optional });

  async function showUpdates(): Promise<void> {
    while (!until.aborted && !refused && hasNews()) {
      try {
        await showNext();
      } catch (error) {
        noteRefusal(error);
      }
      await clock.sleep(mode === 'stream' ? BETWEEN_APPENDS_MS : BETWEEN_UPDATES_MS, until);
    }
  }

  const hasNews = (): boolean => (text === '' ? statusLine !== shownStatus : shown !== settled());

  const settled = (): string => text.slice(0, MAX_STREAMED);

  async function showNext(): Promise<void> {
    if (text === '') return showStatus();
    const next = settled();
    if (mode === 'stream') await showInStream(next.slice(shown.length));
    else await showByUpdate(next);
    shown = next;
  }

  /** Slack shows the status under the person's message in threads with the agent; elsewhere nothing is shown. */
  async function showStatus(): Promise<void> {
    const line = statusLine;
    shownStatus = line;
    if (thread === undefined) return;
    await api
      .call(
        place,
        'assistant.threads.setStatus',
        { channel_id: conversation.conversationId, thread_ts: thread, status: line.slice(0, MAX_STATUS) },
        { optional: true },
      )
      .catch((error: unknown) => {
        logger.debug({ error: describeError(error) }, 'A status line could not be shown.');
      });
  }

  async function showInStream(more: string): Promise<void> {
    if (message) {
      await call('chat.appendStream', { ts: message.ts, markdown_text: more });
      return;
    }
    const answer = await call('chat.startStream', {
      thread_ts: thread,
      markdown_text: more,
      ...(conversation.scope === 'personal' ? {} : recipient()),
    });
    message = sentAs(answer, conversation.conversationId);
    streaming = true;
    open.set(messageId(message.channel, message.ts), stopByPerson);
  }

  const recipient = (): Arguments => ({
    recipient_team_id: conversation.channelTenantId,
    recipient_user_id: conversation.extra?.askedBy ?? userIdOf(conversation.accountId ?? ''),
  });

  async function showByUpdate(whole: string): Promise<void> {
    const words = { text: `${toMrkdwn(whole).slice(0, 3_900)} …` };
    if (message) await call('chat.update', { ts: message.ts, ...words });
    else
      message = sentAs(
        await call('chat.postMessage', { ...words, thread_ts: thread }),
        conversation.conversationId,
      );
  }

  /** A busy Slack is tried again with the next update; where it does not stream, messages are updated instead. */
  function noteRefusal(error: unknown): void {
    const reason = reasonOf(error) ?? '';
    if (reason === 'ratelimited') return;
    if (mode === 'stream' && !message && NO_STREAMING.has(reason)) {
      withoutStreaming.add(installationKey(place));
      mode = 'update';
      return;
    }
    if (STOPPED.has(reason)) {
      stopByPerson();
      return;
    }
    refused = true;
    logger.info({ error: describeError(error) }, 'Slack ended a growing reply.');
  }

  const stopByPerson = (): void => {
    stopped = true;
    refused = true;
    streaming = false;
    ended.abort();
  };

  const wake = (): void => {
    if (refused || isWhispered || until.aborted) return;
    pump ??= showUpdates().finally(() => {
      pump = undefined;
    });
  };

  const end = async (): Promise<void> => {
    ended.abort();
    await pump;
    if (message) open.delete(messageId(message.channel, message.ts));
  };

  /** A stream that is not stopped stays unfinished for ever. */
  async function stopStream(): Promise<void> {
    if (!message || !streaming) return;
    streaming = false;
    await call('chat.stopStream', { ts: message.ts }, false).catch((error: unknown) => {
      logger.info({ error: describeError(error) }, 'A stream had ended already.');
    });
  }

  async function finish(final: OutboundMessage): ReturnType<LiveReplyChannel['finish']> {
    await end();
    if (!message) return undefined;
    await stopStream();
    const [first, ...rest] = await renderer.render(final.content, newId(clock.now()));
    if (!first) return undefined;
    try {
      await call('chat.update', { ts: message.ts, ...bodyOf(first) }, false);
      for (const part of rest) {
        await call('chat.postMessage', { ...bodyOf(part), thread_ts: thread ?? message.ts }, false);
      }
      return { activityId: messageId(message.channel, message.ts) };
    } catch (error) {
      logger.info(
        { error: describeError(error) },
        'A growing reply could not be completed; it is sent anew.',
      );
      return undefined;
    }
  }

  return {
    get stopped() {
      return stopped;
    },
    status: (line) => {
      statusLine = line;
      wake();
    },
    append: (more) => {
      text += more;
      wake();
    },
    finish,
    abandon: async () => {
      await end();
      await stopStream();
      if (message && mode === 'update')
        await call('chat.delete', { ts: message.ts }, false).catch(() => undefined); // what was shown stays
    },
  };
}
