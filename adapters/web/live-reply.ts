import type { Clock } from '../../core/kernel/clock.js';
import type { ConversationReference } from '../../core/kernel/conversation-reference.js';
import type { JsonObject } from '../../core/kernel/json.js';
import { newId } from '../../core/kernel/ids.js';
import type { LiveReplyChannel, OutboundMessage, SentReceipt } from '../../core/kernel/outbound-message.js';
import { renderInterim, renderStreamEnd, type RenderOptions } from './render.js';
import type { StreamHub } from './stream-hub.js';

/** Interim texts are sent at most this often; each holds the whole text so far. */
const INTERIM_MS = 60;
/** A status line is cut here, as Teams does with informative messages. */
const MAX_STATUS = 1_000;

export interface LiveOptions {
  hub: StreamHub;
  clock: Clock;
  render: RenderOptions;
  post(message: OutboundMessage, stream?: { streamId: string }): Promise<SentReceipt>;
}

/** The live replies that run in this process, so that a person can stop the one in their conversation. */
export class LiveReplies {
  private readonly running = new Map<string, Set<WebLiveReply>>();

  constructor(private readonly options: LiveOptions) {}

  start(conversation: ConversationReference, replyToId: string): LiveReplyChannel {
    const { conversationId } = conversation;
    const replies = this.running.get(conversationId) ?? new Set<WebLiveReply>();
    const reply = new WebLiveReply(conversationId, replyToId, this.options, () => {
      replies.delete(reply);
      if (replies.size === 0) this.running.delete(conversationId);
    });
    this.running.set(conversationId, replies.add(reply));
    return reply;
  }

  stop(conversationId: string): void {
    for (const reply of this.running.get(conversationId) ?? []) reply.stop();
  }
}

/**
 * Livestreaming as WebChat documents it (docs/LIVESTREAMING.md of BotFramework-WebChat, read 2026-11-21): typing
 * activities with the whole text so far and a sequence number, then the final message; interim ones are never kept.
 */
class WebLiveReply implements LiveReplyChannel {
  private readonly streamId: string;
  private sequence = 0;
  private text = '';
  private timer: NodeJS.Timeout | undefined;
  private readonly stopping = new AbortController();
  private isOver = false;

  constructor(
    private readonly conversationId: string,
    private readonly replyToId: string,
    private readonly options: LiveOptions,
    private readonly onEnd: () => void,
  ) {
    this.streamId = `${conversationId}|live-${newId(options.clock.now())}`;
    this.show('streaming', '');
  }

  get stopped(): boolean {
    return this.stopping.signal.aborted;
  }

  get whenStopped(): AbortSignal {
    return this.stopping.signal;
  }

  stop(): void {
    this.stopping.abort();
  }

  status(text: string): void {
    if (this.text === '') this.show('informative', text.slice(0, MAX_STATUS));
  }

  append(text: string): void {
    this.text += text;
    this.timer ??= setTimeout(() => this.flush(), INTERIM_MS);
    this.timer.unref();
  }

  async finish(message: OutboundMessage): Promise<SentReceipt> {
    this.end();
    return this.options.post(message, { streamId: this.streamId });
  }

  async abandon(): Promise<void> {
    if (this.isOver) return;
    const { clock, render } = this.options;
    const { conversationId, streamId } = this;
    const activityId = `${streamId}-end`;
    this.end(renderStreamEnd({ activityId, conversationId, streamId, at: clock.now() }, render));
  }

  private flush(): void {
    this.timer = undefined;
    this.show('streaming', this.text);
  }

  private end(last?: JsonObject): void {
    clearTimeout(this.timer);
    this.isOver = true;
    this.options.hub.endLive(this.conversationId, this.streamId, last);
    this.onEnd();
  }

  private show(streamType: 'informative' | 'streaming', text: string): void {
    if (this.isOver) return;
    const { hub, clock, render } = this.options;
    const { conversationId, replyToId, streamId } = this;
    this.sequence += 1;
    const interim = {
      activityId: this.sequence === 1 ? streamId : `${streamId}-${this.sequence}`,
      conversationId,
      replyToId,
      text,
      at: clock.now(),
    };
    hub.showLive(
      conversationId,
      streamId,
      renderInterim(interim, { streamId, streamType, streamSequence: this.sequence }, render),
    );
  }
}
