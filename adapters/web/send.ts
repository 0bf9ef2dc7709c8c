import type { Clock } from '../../core/kernel/clock.js';
import type { ConversationReference } from '../../core/kernel/conversation-reference.js';
import { StewardError } from '../../core/kernel/errors.js';
import type { JsonObject } from '../../core/kernel/json.js';
import type { ChannelPort, OutboundMessage, SentReceipt } from '../../core/kernel/outbound-message.js';
import type { WebConversationStore, WebLogEntry } from '../../core/kernel/web-conversation-store.js';
import type { MessageUpdates } from '../message-updates.js';
import { LiveReplies } from './live-reply.js';
import { keptReply, renderMessage, type RenderOptions } from './render.js';
import type { StreamHub } from './stream-hub.js';

export interface SendOptions {
  store: WebConversationStore;
  hub: StreamHub;
  updates: MessageUpdates;
  clock: Clock;
  render: RenderOptions;
}

/** What Steward says on the web: appended to the conversation's log, from which every client reads. */
export class WebSender implements ChannelPort {
  readonly channel = 'web';
  readonly live: LiveReplies;

  constructor(private readonly options: SendOptions) {
    this.live = new LiveReplies({
      ...options,
      post: (message, stream) => this.post(message, stream),
    });
  }

  async deliver(message: OutboundMessage, knownActivityId?: string): Promise<SentReceipt> {
    const target = message.kind === 'update' ? await this.copy(message, knownActivityId) : undefined;
    return target ? this.update(message, target) : this.post(message);
  }

  startLive(conversation: ConversationReference, replyToActivityId: string) {
    return this.live.start(conversation, replyToActivityId);
  }

  async readers(conversation: ConversationReference): Promise<string[] | undefined> {
    const found = await this.options.store.find(conversation.conversationId);
    return found?.accountId === undefined ? undefined : [found.accountId];
  }

  /**
   * Rewrites a message in place and repeats it under its id at the end of the log, for clients that already have it.
   * Direct Line knows no edit; chat controls replace a message whose id comes again.
   * @param version of what is shown; less than stands there already is left out.
   */
  async rewrite(
    conversationId: string,
    target: WebLogEntry,
    onceKey: string,
    content: JsonObject,
    version: number | undefined,
  ): Promise<void> {
    const { store, clock, hub, updates } = this.options;
    const activity = { ...content, id: target.activityId, timestamp: target.activity['timestamp'] ?? null };
    await updates.run(target.activityId, version, async () => {
      await store.rewrite(conversationId, target.activityId, activity);
      await store.append({
        conversationId,
        onceKey,
        at: clock.now(),
        make: () => activity,
        rewrites: { activityId: target.activityId, sequence: target.sequence },
      });
    });
    hub.notify(conversationId);
  }

  private async post(message: OutboundMessage, stream?: { streamId: string }): Promise<SentReceipt> {
    const { store, clock, hub, render } = this.options;
    const { conversationId } = message.conversation;
    await this.mustExist(conversationId);
    const at = clock.now();
    const { entry } = await store.append({
      conversationId,
      onceKey: `out|${message.id}`,
      at,
      make: (activityId) => renderMessage(message, activityId, at, render, stream),
    });
    hub.notify(conversationId);
    return { activityId: entry.activityId };
  }

  private async update(message: OutboundMessage, target: WebLogEntry): Promise<SentReceipt> {
    const { clock, render } = this.options;
    const { conversationId } = message.conversation;
    const content = renderMessage(message, target.activityId, clock.now(), render);
    const shown = { ...content, ...keptReply(target.activity) };
    await this.rewrite(conversationId, target, `out|${message.id}`, shown, message.copyVersion);
    return { activityId: target.activityId };
  }

  private async copy(message: OutboundMessage, activityId?: string): Promise<WebLogEntry | undefined> {
    return activityId === undefined
      ? undefined
      : this.options.store.entry(message.conversation.conversationId, activityId);
  }

  private async mustExist(conversationId: string): Promise<void> {
    if (await this.options.store.find(conversationId)) return;
    throw new StewardError('web.no-conversation', `There is no web conversation ${conversationId}.`, {
      status: 404,
      userText: 'error.not-found',
    });
  }
}
