import type { ConversationReference } from '../../core/kernel/conversation-reference.js';
import type { OutboundContent, OutboundMessage } from '../../core/kernel/outbound-message.js';

/** Channels take about one change of a message a second; what is shown in between is left out. */
const EVERY_MS = 2_000;

export interface ProgressCardOptions {
  /** Sends a message at once, and once under its id. */
  send(message: OutboundMessage): Promise<void>;
  /** Milliseconds of a clock. */
  now(): number;
  /** Begins the ids of the messages: the same work begun again after a crash sends none twice. */
  id: string;
  conversation: ConversationReference;
  copyKey: string;
  replyToActivityId?: string;
}

export interface ProgressCard {
  /** Shows how far the work is, unless something was shown a moment ago. */
  show(content: () => OutboundContent): void;
  /** Shows the end in its place, whenever something was shown last. */
  finish(content: OutboundContent): Promise<void>;
  /** Resolves when what was shown is on its way, so that a later change of the card comes behind it. */
  settled(): Promise<void>;
}

/** One message that shows how far a longer piece of work is, rewritten in place. */
export function createProgressCard(options: ProgressCardOptions): ProgressCard {
  const { send, now, id, conversation, copyKey, replyToActivityId } = options;
  let shown = 0;
  let shownAt = -Infinity;
  let sending: Promise<void> = Promise.resolve();
  const put = (content: OutboundContent, suffix: string): void => {
    const message: OutboundMessage = {
      id: `${id}.progress.${suffix}`,
      kind: shown === 0 ? 'post' : 'update',
      conversation,
      content,
      copyKey,
      ...(shown === 0 && replyToActivityId !== undefined && { replyToActivityId }),
    };
    shown += 1;
    shownAt = now();
    // Progress that could not be shown holds no work up; the outbox says so in the log.
    sending = sending.then(() => send(message)).catch(() => undefined);
  };
  return {
    show: (content) => {
      if (now() - shownAt >= EVERY_MS) put(content(), String(shown));
    },
    finish: (content) => {
      put(content, 'end');
      return sending;
    },
    settled: () => sending,
  };
}
