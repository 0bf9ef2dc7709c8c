import { ENDED, type Clock } from '../../core/kernel/clock.js';
import type { ConversationReference } from '../../core/kernel/conversation-reference.js';
import { describeError } from '../../core/kernel/errors.js';
import type { Logger } from '../../core/kernel/logger.js';
import type { LiveReplyChannel } from '../../core/kernel/outbound-message.js';
import { addressed } from './activity-frame.js';
import type { Connector } from './connector.js';
import type { Pacing } from './pacing.js';

export interface LiveOptions {
  connector: Connector;
  pacing: Pacing;
  clock: Clock;
  logger: Logger;
  closing: AbortSignal;
  conversation: ConversationReference;
  replyToActivityId: string;
}

/** The dots fade after a few seconds, so they are sent again. */
const REPEAT_MS = 4000;
/** Whoever forgets to finish does not leave the bot typing for ever. */
const LONGEST_MS = 300_000;

/** A live reply where Teams cannot stream: the typing sign, from the first word until the message itself comes. */
export function createTypingReply({
  connector,
  pacing,
  clock,
  logger,
  closing,
  conversation,
  replyToActivityId,
}: LiveOptions): LiveReplyChannel {
  const ended = new AbortController();
  const until = AbortSignal.any([ended.signal, closing]);
  let running: Promise<void> | undefined;

  const show = async (): Promise<void> => {
    const activity = addressed({ type: 'typing' }, conversation, { replyToId: replyToActivityId });
    const last = clock.now().getTime() + LONGEST_MS;
    while (!until.aborted && clock.now().getTime() < last) {
      if (pacing.tryTake(conversation.channelTenantId, conversation.conversationId)) {
        try {
          await connector.post(conversation, activity, replyToActivityId);
        } catch (error) {
          logger.debug({ error: describeError(error) }, 'The typing sign could not be shown.');
          return;
        }
      }
      await clock.sleep(REPEAT_MS, until);
    }
  };
  const start = (): void => {
    running ??= show();
  };
  const end = async (): Promise<void> => {
    ended.abort(ENDED);
    await running;
  };

  return {
    stopped: false,
    status: start,
    append: start,
    finish: async () => {
      await end();
      return undefined;
    },
    abandon: end,
  };
}
