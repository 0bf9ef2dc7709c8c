import { streamedMarkdown, toMrkdwn } from '../../cards/block-kit/mrkdwn.js';
import type { Clock } from '../../core/kernel/clock.js';
import type { ConversationReference } from '../../core/kernel/conversation-reference.js';
import { describeError } from '../../core/kernel/errors.js';
import { newId } from '../../core/kernel/ids.js';
import type { Logger } from '../../core/kernel/logger.js';
import type { ChannelPort, LiveReplyChannel, OutboundMessage } from '../../core/kernel/outbound-message.js';
import { createGrowingReply, type GrowingText } from '../growing-reply.js';
import { reasonOf } from './api-fault.js';
import { installationKey } from './installation.js';
import { bodyOf, sentAs } from './message-body.js';
import { messageId, placeOf, userIdOf } from './place.js';
import type { Renderer } from './render.js';
import type { Arguments } from './call-slack.js';
import type { SlackWebApi } from './web-api.js';
import { createWorkStatus, type WorkStatus } from './work-status.js';

export interface LiveOptions {
  api: SlackWebApi;
  renderer: Renderer;
  clock: Clock;
  logger: Logger;
  closing: AbortSignal;
}

export interface LiveReplies {
  start: ChannelPort['startLive'];
  /** The person pressed Stop: on messages that are being streamed, or on the work in a thread. */
  stop(channel: string, thread: string | undefined, timestamps: string[]): void;
}

/** A stream takes appends often, an update of a message about once a second. */
const BETWEEN_APPENDS_MS = 500;
const BETWEEN_UPDATES_MS = 1_500;
const MAX_STREAMED = 11_000;
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
  const shared = { open, withoutStreaming: new Set<string>(), workStatus: createWorkStatus(options) };
  return {
    start: (conversation) => createLiveReply(options, shared, conversation),
    stop: (channel, thread, timestamps) => {
      for (const ts of [...timestamps, ...(thread ? [thread] : [])]) open.get(messageId(channel, ts))?.();
    },
  };
}

interface Shared {
  /** How to stop what is being written: by its message, and by the thread that it is written into. */
  open: Map<string, () => void>;
  /** Installations that were found not to stream. */
  withoutStreaming: Set<string>;
  workStatus: WorkStatus;
}

type Update = { status: string } | { text: string };

function createLiveReply(
  { api, renderer, clock, logger, closing }: LiveOptions,
  { open, withoutStreaming, workStatus }: Shared,
  conversation: ConversationReference,
): LiveReplyChannel {
  const place = placeOf(conversation);
  const isWhispered = conversation.extra?.ephemeral === '1';
  const thread = conversation.threadId;
  const inThread = thread && messageId(conversation.conversationId, thread);
  let mode: 'stream' | 'update' =
    thread !== undefined && !withoutStreaming.has(installationKey(place)) ? 'stream' : 'update';
  let shown = '';
  let shownStatus = '';
  let message: { channel: string; ts: string } | undefined;
  let streaming = false;
  let refused = false;

  const call = (method: string, args: Arguments, optional = true): ReturnType<SlackWebApi['call']> =>
    api.call(place, method, { channel: conversation.conversationId, ...args }, { optional });

  const next = ({ text, statusLine }: GrowingText): Update | undefined => {
    if (refused) return undefined;
    if (text === '') return statusLine === shownStatus ? undefined : { status: statusLine };
    const settled = (mode === 'stream' ? streamedMarkdown(text) : text).slice(0, MAX_STREAMED);
    return settled === shown ? undefined : { text: settled };
  };

  const growing = createGrowingReply<Update>({
    next,
    show: (update) => show(update).catch(noteRefusal),
    pauseMs: () => (mode === 'stream' ? BETWEEN_APPENDS_MS : BETWEEN_UPDATES_MS),
    clock,
    closing,
  });

  async function show(update: Update): Promise<void> {
    if ('status' in update) {
      shownStatus = update.status;
      if (inThread) open.set(inThread, stopByPerson);
      await workStatus.show(conversation, update.status);
      return;
    }
    if (mode === 'stream') await showInStream(update.text.slice(shown.length));
    else await showByUpdate(update.text);
    shown = update.text;
  }

  async function showInStream(more: string): Promise<void> {
    if (message) {
      await call('chat.appendStream', { ts: message.ts, markdown_text: more });
      return;
    }
    const answer = await call('chat.startStream', {
      thread_ts: thread,
      markdown_text: more,
      recipient_team_id: conversation.extra?.askedByTeam ?? conversation.channelTenantId,
      recipient_user_id: conversation.extra?.askedBy ?? userIdOf(conversation.accountId ?? ''),
    });
    message = sentAs(answer, conversation.conversationId);
    streaming = true;
    open.set(messageId(message.channel, message.ts), stopByPerson);
  }

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
      streaming = false;
      stopByPerson();
      return;
    }
    refused = true;
    logger.info({ error: describeError(error) }, 'Slack ended a growing reply.');
  }

  function stopByPerson(): void {
    growing.stop();
    void stopStream();
  }

  async function end(): Promise<void> {
    await growing.end();
    if (message) open.delete(messageId(message.channel, message.ts));
    if (inThread) open.delete(inThread);
    if (shownStatus !== '') workStatus.end(conversation);
  }

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
    const [first, ...rest] = await renderer.render(final.content, newId(clock.now()), { place });
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
      await takeBack();
      return undefined;
    }
  }

  /** What was begun makes room for the whole message. */
  async function takeBack(): Promise<void> {
    if (!message) return;
    await call('chat.delete', { ts: message.ts }, false).catch(() => undefined); // what was shown stays
  }

  return {
    get stopped() {
      return growing.whenStopped.aborted;
    },
    whenStopped: growing.whenStopped,
    status: (line) => {
      if (!isWhispered) growing.status(line);
    },
    append: (more) => {
      if (!isWhispered) growing.append(more);
    },
    finish,
    stop: stopByPerson,
    abandon: async () => {
      await end();
      await stopStream();
      if (mode === 'update') await takeBack();
    },
  };
}
