import { describeError, StewardError } from '../../core/kernel/errors.js';
import type { JsonObject } from '../../core/kernel/json.js';
import type { LiveReplyChannel, OutboundMessage, SentReceipt } from '../../core/kernel/outbound-message.js';
import { createGrowingReply, type GrowingText } from '../growing-reply.js';
import { addressed, type PostActivity } from './activity-frame.js';
import { ConnectorFault } from './connector.js';
import type { Renderer } from './render.js';
import { shorten, toTeamsMarkdown } from './teams-markdown.js';
import type { LiveOptions } from './typing-reply.js';

/** Teams takes about one update a second in a stream: https://learn.microsoft.com/microsoftteams/platform/bots/streaming-ux */
const BETWEEN_UPDATES_MS = 1200;
/** A stream may live for two minutes; the margin is for the final message. */
const STREAM_MS = 105_000;
const MAX_STATUS = 1000;
const FINAL_ATTEMPTS = 3;
const LONGEST_PAUSE_MS = 5000;
/** What fits into one message; a longer text is completed by the final message. */
const MAX_STREAMED = 10_000;

interface StreamUpdate {
  streamType: 'informative' | 'streaming';
  text: string;
}

/** A live reply in a personal chat, by Teams' streaming: a status line first, then the whole text so far. */
export function createStreamedReply({
  connector,
  renderer,
  pacing,
  clock,
  logger,
  closing,
  conversation,
  replyToActivityId,
  post,
}: LiveOptions & { renderer: Renderer; post: PostActivity }): LiveReplyChannel {
  let shownText = '';
  let shownLine = '';
  let streamId: string | undefined;
  let sequence = 0;
  let startedAt = 0;
  let refused = false;
  let cancelled = false;

  const age = (): number => clock.now().getTime() - startedAt;
  const mayStream = (): boolean => !refused && (streamId === undefined || age() < STREAM_MS);

  /** What to show next, or nothing when all is shown; the status line matters only until there is text. */
  const nextUpdate = ({ text, statusLine }: GrowingText): StreamUpdate | undefined => {
    if (!mayStream()) return undefined;
    if (text !== '') {
      const next = toTeamsMarkdown(settledPart(text)).slice(0, MAX_STREAMED);
      const goesOn = next.length > shownText.length && next.startsWith(shownText);
      if (goesOn) return { streamType: 'streaming', text: next };
    }
    const line = shorten(statusLine, MAX_STATUS);
    return shownText === '' && line !== '' && line !== shownLine
      ? { streamType: 'informative', text: line }
      : undefined;
  };

  const growing = createGrowingReply({
    next: nextUpdate,
    show: async (update: StreamUpdate) => {
      if (pacing.tryTake(conversation.channelTenantId, conversation.conversationId)) await showUpdate(update);
    },
    pauseMs: () => BETWEEN_UPDATES_MS,
    clock,
    closing,
  });

  async function showUpdate(update: StreamUpdate): Promise<void> {
    const info = {
      streamType: update.streamType,
      streamSequence: sequence + 1,
      ...(streamId ? { streamId } : {}),
    };
    try {
      const { id } = await connector.post(
        conversation,
        streamActivity('typing', update.text, info),
        replyToActivityId,
      );
      sequence += 1;
      if (update.streamType === 'streaming') shownText = update.text;
      else shownLine = update.text;
      if (streamId === undefined) {
        startedAt = clock.now().getTime();
        streamId = id;
        // A client that keeps no stream (202 without an id) has shown the typing sign, and that is all it can.
        refused = id === undefined;
      }
    } catch (error) {
      noteRefusal(error);
    }
  }

  /** A busy service is tried again with the next update; anything else ends the stream. */
  function noteRefusal(error: unknown): void {
    if (error instanceof StewardError && error.retryable) return;
    refused = true;
    cancelled = wasCancelled(error);
    if (cancelled) growing.stop();
    logger.info({ cancelled, error: describeError(error) }, 'Teams ended a streamed reply.');
  }

  const streamActivity = (type: string, shownText: string, info: JsonObject): Uint8Array =>
    addressed(
      {
        type,
        text: shownText,
        ...(streamId ? { id: streamId } : {}),
        entities: [{ type: 'streaminfo', ...info }],
        channelData: info,
      },
      conversation,
      { replyToId: replyToActivityId },
    );

  async function close(message: OutboundMessage, id: string): Promise<SentReceipt | undefined> {
    const [first = {}, ...rest] = renderer.render(message.content, conversation);
    await pacing.take(conversation.channelTenantId, conversation.conversationId);
    const sent = mayStream() && (await tryFinal(first, id));
    // A stream that ended by itself left a message behind, which an update still reaches.
    if (!sent && (cancelled || !(await tryUpdate(first, id)))) return undefined;
    let receipt: SentReceipt = { activityId: id };
    for (const activity of rest) receipt = await post(conversation, activity, replyToActivityId);
    return receipt;
  }

  async function tryFinal(activity: JsonObject, id: string): Promise<boolean> {
    const info = { streamType: 'final', streamId: id };
    const final = {
      ...activity,
      // Text that was shown has to be part of the final message, also beside a card that says the same.
      ...(activity.text === undefined && shownText !== '' ? { text: toTeamsMarkdown(growing.text) } : {}),
      id,
      entities: [{ type: 'streaminfo', ...info }, ...((activity.entities as JsonObject[] | undefined) ?? [])],
      channelData: { ...(activity.channelData as JsonObject | undefined), ...info },
    };
    for (let attempt = 1; ; attempt += 1) {
      try {
        await connector.post(
          conversation,
          addressed(final, conversation, { replyToId: replyToActivityId }),
          replyToActivityId,
        );
        return true;
      } catch (error) {
        noteRefusal(error);
        if (refused || attempt === FINAL_ATTEMPTS) return false;
        const asked = error instanceof StewardError ? error.retryAfterMs : undefined;
        await clock.sleep(Math.min(asked ?? BETWEEN_UPDATES_MS, LONGEST_PAUSE_MS));
      }
    }
  }

  async function tryUpdate(activity: JsonObject, id: string): Promise<boolean> {
    try {
      await connector.update(conversation, id, addressed(activity, conversation, { id }));
      return true;
    } catch (error) {
      logger.info(
        { error: describeError(error) },
        'A streamed reply could not be completed; it is sent anew.',
      );
      return false;
    }
  }

  return {
    get stopped() {
      return growing.whenStopped.aborted;
    },
    whenStopped: growing.whenStopped,
    status: growing.status,
    append: growing.append,
    stop: growing.stop,
    finish: async (message) => {
      await growing.end();
      return streamId === undefined ? undefined : close(message, streamId);
    },
    abandon: async () => {
      await growing.end();
      if (streamId === undefined || !mayStream()) return;
      await tryFinal({ type: 'message', text: shownText || '…' }, streamId);
    },
  };
}

/** Leaves out a last line whose look depends on what follows: a heading, a table, a rule, an image. */
function settledPart(text: string): string {
  const start = text.lastIndexOf('\n') + 1;
  return /^\s*(?:[#|]|[-*_]{2,})|!\[/.test(text.slice(start)) ? text.slice(0, start) : text;
}

/** The person pressed Stop; time-outs and second streams are refused under the same code with other words. */
const wasCancelled = (error: unknown): boolean =>
  error instanceof StewardError &&
  error.cause instanceof ConnectorFault &&
  error.cause.status === 403 &&
  /cancel+ed/i.test(`${error.cause.code} ${error.cause.message}`);
