import { timeZoneOr } from '../../core/kernel/time-zone.js';
import { z } from 'zod';
import type { Activity, ActivityKind, InboundAttachment } from '../../core/kernel/activity.js';
import type { ConversationReference } from '../../core/kernel/conversation-reference.js';
import { InvalidInput } from '../../core/kernel/errors.js';
import type { JsonObject, JsonValue } from '../../core/kernel/json.js';
import type { WebConversation } from '../../core/kernel/web-conversation-store.js';

const attachmentSchema = z.looseObject({
  contentType: z.string().max(200).optional(),
  contentUrl: z.string().optional(),
  name: z.string().max(400).optional(),
});

/** What a Direct Line client may post; members that are not named here are kept as they are. */
const clientActivitySchema = z.looseObject({
  type: z.string().min(1).max(64),
  id: z.string().max(256).nullish(),
  text: z.string().nullish(),
  name: z.string().max(256).nullish(),
  value: z.json().optional(),
  locale: z.string().max(35).nullish(),
  replyToId: z.string().max(512).nullish(),
  timestamp: z.string().max(64).nullish(),
  localTimestamp: z.string().max(64).nullish(),
  localTimezone: z.unknown().optional(),
  from: z.looseObject({ id: z.string().max(256).nullish(), name: z.string().max(256).nullish() }).nullish(),
  attachments: z.array(attachmentSchema).max(20).nullish(),
  channelData: z.record(z.string(), z.json()).nullish(),
});

export type ClientActivity = z.infer<typeof clientActivitySchema>;

/** @throws InvalidInput naming the member that does not fit. */
export function parseClientActivity(body: unknown): ClientActivity {
  const parsed = clientActivitySchema.safeParse(body);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues[0]?.path.join('.') || 'the body';
  throw new InvalidInput('web.bad-activity', `This is no Bot Framework activity: ${where} does not fit.`);
}

/** The id by which a client recognises its own message, and by which a resent one is known. */
export function clientIdOf(activity: ClientActivity): string | undefined {
  const { clientActivityID, clientActivityId } = activity.channelData ?? {};
  for (const id of [clientActivityID, clientActivityId, activity.id]) {
    if (typeof id === 'string' && id !== '' && id.length <= 256) return id;
  }
  return undefined;
}

export interface Reception {
  conversation: WebConversation & { accountId: string };
  channelTenantId: string;
  botId: string;
  activityId: string;
  /** What the activity is; the same for the same message sent again. */
  dedupeKey: string;
  receivedAt: Date;
  /** Files that came with the activity, readable as they are; the activity only links to them. */
  uploads?: InboundAttachment[];
  /** The answer that the activity rates, where it does. */
  ratedAnswerId?: string;
}

/** Where to write into a Direct Line conversation. */
export function referenceOf(
  conversation: WebConversation,
  channelTenantId: string,
  botId: string,
): ConversationReference {
  return {
    channel: 'web',
    channelTenantId,
    conversationId: conversation.id,
    scope: 'personal',
    botId,
    ...(conversation.accountId !== undefined && { accountId: conversation.accountId }),
  };
}

function zoneOf({ localTimezone }: ClientActivity): { timeZone?: string } {
  const timeZone = timeZoneOr(localTimezone);
  return timeZone ? { timeZone } : {};
}

/**
 * Translates what a Direct Line client posted. The sender is the conversation's owner, whoever the client says it is.
 * `Action.Execute` comes as an invoke, `Action.Submit` as a message with a value; a page that opens says
 * `webchat/join`, the event that Microsoft's chat control is usually made to send.
 */
export function toActivity(posted: ClientActivity, reception: Reception): Activity {
  const { conversation } = reception;
  const base: Activity = {
    kind: kindOf(posted),
    dedupeKey: reception.dedupeKey,
    activityId: reception.activityId,
    conversation: referenceOf(conversation, reception.channelTenantId, reception.botId),
    from: {
      accountId: conversation.accountId,
      ...(conversation.accountName !== undefined && { name: conversation.accountName }),
      ...zoneOf(posted),
    },
    text: posted.type === 'message' ? (posted.text ?? '') : '',
    attachments: reception.uploads?.length ? reception.uploads : linkedAttachments(posted),
    ...(posted.locale ? { locale: posted.locale } : {}),
    sentAt: sentAt(posted, reception.receivedAt),
    expectsResponse: posted.type === 'invoke',
    addressed: true,
  };
  if (base.kind === 'card-action') {
    return { ...base, text: '', action: { ...readClick(posted.value), ...cardOf(posted) } };
  }
  if (base.kind === 'feedback') return { ...base, feedback: readRating(posted, reception.ratedAnswerId) };
  if (base.kind === 'members-added') return { ...base, members: [base.from] };
  return base;
}

/** Names of the activities that a message refers to are kept short: a click on one of our cards. */
function kindOf(posted: ClientActivity): ActivityKind {
  const isClick = isObject(posted.value) && !posted.text?.trim();
  switch (posted.type) {
    case 'message':
      return isClick ? 'card-action' : 'message';
    case 'invoke':
      if (posted.name === 'adaptiveCard/action') return 'card-action';
      return posted.name === 'message/submitAction' ? 'feedback' : 'other';
    case 'event':
      return posted.name === 'webchat/join' ? 'members-added' : 'other';
    case 'typing':
      return 'typing';
    case 'messageReaction':
      return 'reaction';
    default:
      return 'other';
  }
}

/** `{ action: { verb, data } }` of Action.Execute, or the flat data of Action.Submit with its verb among it. */
function readClick(value: JsonValue | undefined): { verb: string; data: JsonObject } {
  const outer = isObject(value) ? value : {};
  const action = isObject(outer['action']) ? outer['action'] : outer;
  const inner = isObject(action['data']) ? action['data'] : action === outer ? outer : {};
  const verb = [action['verb'], inner['verb']].find((name) => typeof name === 'string' && name !== '');
  const { verb: _verb, msteams: _msteams, ...data } = inner;
  return { verb: typeof verb === 'string' ? verb.slice(0, 128) : '', data };
}

function cardOf(posted: ClientActivity): { cardActivityId?: string } {
  return posted.replyToId ? { cardActivityId: posted.replyToId } : {};
}

/** The thumbs of `message/submitAction`, whose comment comes as text, as an object or as JSON in a text. */
function readRating(posted: ClientActivity, answerId: string | undefined): NonNullable<Activity['feedback']> {
  const outer = isObject(posted.value) ? posted.value : {};
  const rated = isObject(outer['actionValue']) ? outer['actionValue'] : {};
  const reason = commentText(rated['feedback']).trim().slice(0, 4_000);
  return {
    rating: rated['reaction'] === 'dislike' ? 'down' : 'up',
    ...(reason && { reason }),
    ...(posted.replyToId ? { activityId: posted.replyToId } : {}),
    ...(answerId !== undefined && { answerId }),
  };
}

function commentText(feedback: JsonValue | undefined): string {
  if (isObject(feedback)) return commentText(feedback['feedbackText']);
  if (typeof feedback !== 'string') return '';
  if (!feedback.startsWith('{')) return feedback;
  try {
    return commentText(JSON.parse(feedback) as JsonValue);
  } catch {
    return feedback; // a comment that merely begins with a brace
  }
}

function linkedAttachments({ attachments }: ClientActivity): InboundAttachment[] {
  return (attachments ?? []).flatMap(({ name, contentType, contentUrl }) =>
    contentUrl && /^(https?|data):/i.test(contentUrl)
      ? [
          {
            name: name ?? 'attachment',
            contentType: contentType ?? 'application/octet-stream',
            url: contentUrl,
          },
        ]
      : [],
  );
}

/** The client's clock is believed only when it is near ours. */
function sentAt(posted: ClientActivity, receivedAt: Date): Date {
  const claimed = Date.parse(posted.localTimestamp ?? posted.timestamp ?? '');
  return Math.abs(claimed - receivedAt.getTime()) < 300_000 ? new Date(claimed) : receivedAt;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
