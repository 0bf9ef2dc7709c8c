import type { Activity, InboundAttachment } from '../../core/kernel/activity.js';
import type { Clock } from '../../core/kernel/clock.js';
import { describeError, StewardError } from '../../core/kernel/errors.js';
import type { HttpReply } from '../../core/kernel/http-route.js';
import { newId } from '../../core/kernel/ids.js';
import type { Admission, Intake } from '../../core/kernel/intake.js';
import type { JsonObject } from '../../core/kernel/json.js';
import type { Logger } from '../../core/kernel/logger.js';
import type { WebConversation, WebConversationStore } from '../../core/kernel/web-conversation-store.js';
import {
  referenceOf,
  clientIdOf,
  isObject,
  toActivity,
  type ClientActivity,
  type Reception,
} from './receive.js';
import { keptReply, renderActionResponse, renderMessage, type RenderOptions } from './render.js';
import { refusal } from './replies.js';
import type { WebSender } from './send.js';
import type { StreamHub } from './stream-hub.js';
import type { Caller } from './verify.js';

export interface DirectLineOptions {
  intake: Intake;
  /** Counts a message against its sender's limits before it is taken in; undefined where nothing is counted. */
  admit?(message: Activity): Promise<Admission | undefined>;
  store: WebConversationStore;
  hub: StreamHub;
  sender: WebSender;
  clock: Clock;
  logger: Logger;
  render: RenderOptions;
  channelTenantId: string;
}

type OwnedConversation = WebConversation & { accountId: string };

/** Activity types of a client that are shown in the conversation's log; the others pass through. */
const LOGGED_TYPES = new Set(['message', 'messageReaction', 'endOfConversation']);

/** What happens to the activities that Direct Line clients post; the routes around it only speak HTTP. */
export class DirectLine {
  constructor(private readonly options: DirectLineOptions) {}

  /**
   * The conversation that a caller may use under this id. A token opens its conversation on first use; an id that is
   * not the token's is "not found", so that nobody learns which conversations exist.
   */
  async conversationFor(caller: Caller, conversationId: string): Promise<WebConversation | undefined> {
    const { store, clock } = this.options;
    if (caller.kind === 'anonymous') return undefined;
    if (caller.kind === 'token' && caller.claims.conv !== conversationId) return undefined;
    const found = await store.find(conversationId);
    if (found || caller.kind !== 'token') return found;
    return this.open({
      id: conversationId,
      ...(caller.claims.user !== undefined && { accountId: caller.claims.user }),
      ...(caller.claims.name !== undefined && { accountName: caller.claims.name }),
      createdAt: clock.now(),
    });
  }

  /** @returns the conversation as it stands, also when it was there before. */
  async open(conversation: WebConversation): Promise<WebConversation> {
    await this.options.store.create(conversation);
    return (await this.options.store.find(conversation.id)) ?? conversation;
  }

  /** Takes one activity and answers as Direct Line does: `{ id }`, for an invoke with the response beside it. */
  async take(
    conversation: WebConversation,
    posted: ClientActivity,
    uploads: InboundAttachment[] = [],
  ): Promise<HttpReply> {
    const owned = await this.ownedBy(conversation, posted);
    if (!owned) return refusal(400, 'MissingProperty', 'The activity needs from.id.');
    if (posted.type === 'typing') return accepted(this.passingId(owned));
    if (posted.type === 'event' && posted.name === 'steward/stop') {
      this.options.sender.live.stop(owned.id);
      const { intake, channelTenantId, render } = this.options;
      await intake.stopWriting(referenceOf(owned, channelTenantId, render.botId));
      return accepted(this.passingId(owned));
    }
    try {
      if (posted.type === 'invoke') return await this.invoke(owned, posted);
      return await this.accept(owned, posted, uploads);
    } catch (error) {
      return this.botFailed(error);
    }
  }

  /** Shows the person's own activity to their clients and hands it in; in this order, so that no answer overtakes it. */
  private async accept(
    conversation: OwnedConversation,
    posted: ClientActivity,
    uploads: InboundAttachment[],
  ): Promise<HttpReply> {
    const { intake, hub } = this.options;
    const admission = await this.admit(conversation, posted);
    if (admission?.allowed === false) return tooMany(admission);
    try {
      const reception = await this.receive(conversation, posted, uploads);
      const activity = toActivity(posted, reception);
      const taken = await intake.accept(admission ? { ...activity, counted: true } : activity);
      if (taken === 'duplicate') await admission?.giveBack();
      hub.notify(conversation.id);
      return accepted(reception.activityId);
    } catch (error) {
      await admission?.giveBack().catch(() => undefined); // the message was lost, and that is what must be told
      throw error;
    }
  }

  /** Only messages count, and they are counted before they show up anywhere. */
  private async admit(
    conversation: OwnedConversation,
    posted: ClientActivity,
  ): Promise<Admission | undefined> {
    const { admit, clock, channelTenantId, render } = this.options;
    if (!admit) return undefined;
    const notYetKept = { activityId: '', dedupeKey: '', uploads: [] };
    const receivedAt = clock.now();
    const activity = toActivity(posted, {
      conversation,
      channelTenantId,
      botId: render.botId,
      receivedAt,
      ...notYetKept,
    });
    return activity.kind === 'message' ? admit(activity) : undefined;
  }

  private async invoke(conversation: OwnedConversation, posted: ClientActivity): Promise<HttpReply> {
    const { intake, store, render } = this.options;
    const reception = await this.receive(conversation, posted, []);
    const target = posted.replyToId ? await store.entry(conversation.id, posted.replyToId) : undefined;
    const answerId = ratedAnswer(target?.activity);
    const activity = toActivity(posted, { ...reception, ...(answerId && { ratedAnswerId: answerId }) });
    const response = await intake.respond(activity);
    if (response.kind === 'card' && target) {
      const message = {
        id: reception.activityId,
        conversation: activity.conversation,
        kind: 'update' as const,
      };
      const shown = {
        ...renderMessage(
          { ...message, content: response.content },
          target.activityId,
          reception.receivedAt,
          render,
        ),
        ...keptReply(target.activity),
      };
      const onceKey = `in|${reception.dedupeKey}`;
      await this.options.sender.rewrite(conversation.id, target, onceKey, shown, response.copyVersion);
      intake.shown(activity, response);
    }
    const body = activity.kind === 'feedback' && response.kind === 'none' ? { statusCode: 200 } : undefined;
    return {
      status: 200,
      body: { id: reception.activityId, ...(body ?? renderActionResponse(response, render)) },
    };
  }

  /** Gives the activity its id; the same client id gets the same one again. */
  private async receive(
    conversation: OwnedConversation,
    posted: ClientActivity,
    uploads: InboundAttachment[],
  ): Promise<Reception> {
    const { store, clock, channelTenantId, render } = this.options;
    const receivedAt = clock.now();
    const onceKey = `in|${clientIdOf(posted) ?? newId(receivedAt)}`;
    const activityId = LOGGED_TYPES.has(posted.type)
      ? (
          await store.append({
            conversationId: conversation.id,
            onceKey,
            at: receivedAt,
            make: (id) => echo(posted, conversation, id, receivedAt),
          })
        ).entry.activityId
      : this.passingId(conversation);
    return {
      conversation,
      channelTenantId,
      botId: render.botId,
      activityId,
      dedupeKey: `${conversation.id}|${onceKey}`,
      receivedAt,
      uploads,
    };
  }

  private async ownedBy(
    conversation: WebConversation,
    posted: ClientActivity,
  ): Promise<OwnedConversation | undefined> {
    const { accountId } = conversation;
    if (accountId !== undefined) return { ...conversation, accountId };
    const claimed = posted.from?.id;
    if (!claimed || claimed === this.options.render.botId) return undefined;
    const bound = await this.options.store.bindAccount(conversation.id, {
      accountId: claimed,
      ...(posted.from?.name ? { accountName: posted.from.name } : {}),
    });
    return bound?.accountId === undefined ? undefined : { ...bound, accountId: bound.accountId };
  }

  /** The id of an activity that is not kept. */
  private passingId(conversation: WebConversation): string {
    return `${conversation.id}|${newId(this.options.clock.now())}`;
  }

  private botFailed(error: unknown): HttpReply {
    this.options.logger.error({ reason: describeError(error) }, 'A web activity could not be taken');
    const retryable = error instanceof StewardError && error.retryable;
    return {
      ...refusal(
        retryable ? 503 : 502,
        retryable ? 'ServiceUnavailable' : 'BotError',
        'Steward could not take this message. Send it again.',
      ),
      ...(retryable && { headers: { 'retry-after': '2' } }),
    };
  }
}

/** RFC 6585, 4: the sender said too much in too short a time. */
const tooMany = ({ retryAfterSeconds, text }: { retryAfterSeconds: number; text: string }): HttpReply => ({
  ...refusal(429, 'TooManyRequests', text),
  headers: { 'retry-after': String(retryAfterSeconds) },
});

function accepted(id: string): HttpReply {
  return { status: 200, body: { id } };
}

/** The person's own activity as it comes back to their clients, with all that the client put into it. */
function echo(
  posted: ClientActivity,
  conversation: OwnedConversation,
  id: string,
  receivedAt: Date,
): JsonObject {
  const name = conversation.accountName ?? posted.from?.name ?? undefined;
  const { recipient: _recipient, serviceUrl: _serviceUrl, ...kept } = posted;
  return {
    ...(kept as JsonObject),
    id,
    timestamp: receivedAt.toISOString(),
    channelId: 'directline',
    from: { id: conversation.accountId, ...(name !== undefined && { name }), role: 'user' },
    conversation: { id: conversation.id },
  };
}

/** Which answer a message of ours was, as we wrote it down ourselves: a client cannot rate what it was not shown. */
function ratedAnswer(activity: JsonObject | undefined): string | undefined {
  const data = isObject(activity?.['channelData']) ? activity['channelData'] : {};
  const steward = isObject(data['steward']) ? data['steward'] : {};
  return typeof steward['feedbackFor'] === 'string' ? steward['feedbackFor'] : undefined;
}
