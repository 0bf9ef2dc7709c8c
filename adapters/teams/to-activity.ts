import { timeZoneOr } from '../../core/kernel/time-zone.js';
import type {
  Activity,
  ActivityKind,
  ActivitySender,
  InboundAttachment,
} from '../../core/kernel/activity.js';
import type { ConversationReference, ConversationScope } from '../../core/kernel/conversation-reference.js';
import { digest } from '../../core/kernel/json.js';
import { cleanText, mentionsRecipient, messageText } from './message-text.js';
import {
  asObject,
  cardActionSchema,
  feedbackSchema,
  type TeamsAccount,
  type TeamsPayload,
} from './payload.js';

type Specifics = Pick<Activity, 'kind'> & Partial<Activity>;

const FILE_DOWNLOAD = 'application/vnd.microsoft.teams.file.download.info';
const MAX_REASON = 4000;

/**
 * Translates one Teams payload.
 * @param now stands in where Teams left out or mangled the time.
 * @returns `undefined` for what Steward has no use for: typing, read receipts, unknown types and invokes.
 */
export function toActivity(payload: TeamsPayload, now: Date): Activity | undefined {
  const specifics = describe(payload);
  if (!specifics) return undefined;
  const conversation = conversationOf(payload);
  return {
    activityId: payload.id ?? '',
    dedupeKey: dedupeKeyOf(payload, specifics.kind),
    conversation,
    from: { ...senderOf(payload.from ?? { id: payload.conversation.id }), ...zoneOf(payload) },
    text: '',
    attachments: [],
    sentAt: timeOf(payload.timestamp, now),
    expectsResponse: false,
    addressed: conversation.scope === 'personal',
    ...(payload.locale ? { locale: payload.locale } : {}),
    ...specifics,
  };
}

/** The clock of who writes, as their client says. */
function zoneOf({ localTimezone, entities }: TeamsPayload): { timeZone?: string } {
  const timeZone =
    timeZoneOr(localTimezone) ?? timeZoneOr(entities?.find(({ type }) => type === 'clientInfo')?.timezone);
  return timeZone ? { timeZone } : {};
}

/** What to keep of the conversation for writing into it again. */
export function conversationOf(payload: TeamsPayload): ConversationReference {
  const { conversation, channelData, from, recipient } = payload;
  const scope = scopeOf(payload);
  const threadId = /;messageid=([^;]+)/.exec(conversation.id)?.[1];
  const teamId = channelData?.team?.id ?? channelData?.teamsTeamId;
  const directoryId = from?.aadObjectId;
  const extra = {
    ...(teamId ? { teamId } : {}),
    ...(directoryId && scope === 'personal' ? { directoryId } : {}),
  };
  return {
    channel: 'teams',
    channelTenantId: channelData?.tenant?.id ?? conversation.tenantId ?? '',
    conversationId: conversation.id,
    scope,
    serviceUrl: payload.serviceUrl,
    ...(threadId ? { threadId } : {}),
    ...(recipient ? { botId: recipient.id } : {}),
    ...(from && scope === 'personal' ? { accountId: from.id } : {}),
    ...(Object.keys(extra).length > 0 ? { extra } : {}),
  };
}

/** The conversation without its thread, for messages that start on their own. */
export function withoutThread(reference: ConversationReference): ConversationReference {
  const { threadId: _thread, ...rest } = reference;
  return { ...rest, conversationId: reference.conversationId.replace(/;messageid=.*$/, '') };
}

function describe(payload: TeamsPayload): Specifics | undefined {
  switch (payload.type) {
    case 'message':
      return describeMessage(payload);
    case 'messageUpdate':
      return payload.channelData?.eventType === 'undeleteMessage'
        ? { kind: 'other' }
        : { kind: 'message-edit', text: messageText(payload), ...addressing(payload) };
    case 'messageDelete':
      return { kind: 'message-delete' };
    case 'messageReaction':
      return { kind: 'reaction' };
    case 'conversationUpdate':
      return describeConversationUpdate(payload);
    case 'installationUpdate':
      return describeInstallation(payload);
    case 'invoke':
      return describeInvoke(payload);
    default:
      return undefined;
  }
}

function describeMessage(payload: TeamsPayload): Specifics {
  const data = asObject(payload.value);
  const text = messageText(payload);
  const isClick = Object.keys(data).length > 0 && (text === '' || typeof data.verb === 'string');
  if (isClick) return { ...describeClick(payload, undefined, data), expectsResponse: false };
  return { kind: 'message', text, attachments: attachmentsOf(payload), ...addressing(payload) };
}

/** Teams merges the card's inputs into `data`; `msteams` in it is meant for the client alone. */
function describeClick(
  payload: TeamsPayload,
  verb: string | null | undefined,
  data: ReturnType<typeof asObject>,
): Specifics {
  const { msteams: _client, ...rest } = data;
  return {
    kind: 'card-action',
    action: {
      verb: verb ?? (typeof data.verb === 'string' ? data.verb : 'submit'),
      data: rest,
      ...(payload.replyToId ? { cardActivityId: payload.replyToId } : {}),
    },
    addressed: true,
    expectsResponse: true,
  };
}

function describeInvoke(payload: TeamsPayload): Specifics | undefined {
  if (payload.name === 'adaptiveCard/action') {
    const value = cardActionSchema.safeParse(payload.value);
    if (!value.success) return undefined;
    const { action, trigger } = value.data;
    const click = describeClick(payload, action.verb, asObject(action.data));
    const isRefresh = trigger === 'automatic' || /(?:^|\.)refresh$/.test(action.verb ?? '');
    return isRefresh ? { ...click, kind: 'card-refresh' } : click;
  }
  if (payload.name === 'message/submitAction') {
    const value = feedbackSchema.safeParse(payload.value);
    if (!value.success) return undefined;
    const { reaction, feedback } = value.data.actionValue;
    const reason = cleanText(feedbackText(feedback)).trim().slice(0, MAX_REASON);
    return {
      kind: 'feedback',
      feedback: {
        rating: reaction === 'like' ? 'up' : 'down',
        ...(reason ? { reason } : {}),
        ...(payload.replyToId ? { activityId: payload.replyToId } : {}),
      },
      addressed: true,
    };
  }
  return undefined;
}

function feedbackText(feedback: string | { feedbackText?: string | null } | null | undefined): string {
  if (feedback == null) return '';
  if (typeof feedback !== 'string') return feedback.feedbackText ?? '';
  if (!feedback.startsWith('{')) return feedback;
  try {
    const inner = asObject(JSON.parse(feedback)).feedbackText;
    return typeof inner === 'string' ? inner : '';
  } catch {
    return feedback;
  }
}

function describeConversationUpdate(payload: TeamsPayload): Specifics {
  const isBot = (member: TeamsAccount): boolean => member.id === payload.recipient?.id;
  const added = payload.membersAdded ?? [];
  const removed = payload.membersRemoved ?? [];
  if (added.some(isBot)) {
    // Teams tells of an install twice; only clients that never send installationUpdate need this one.
    return payload.channelId === 'msteams' ? { kind: 'other' } : { kind: 'install' };
  }
  if (added.length > 0) return { kind: 'members-added', members: added.map(senderOf) };
  if (removed.some(isBot)) return { kind: 'uninstall' };
  if (removed.length > 0) return { kind: 'members-removed', members: removed.map(senderOf) };
  return { kind: 'other' };
}

function describeInstallation(payload: TeamsPayload): Specifics {
  if (payload.action === 'add') return { kind: 'install' };
  if (payload.action === 'remove') return { kind: 'uninstall' };
  return { kind: 'other' };
}

const addressing = (payload: TeamsPayload): { addressed: boolean } => ({
  addressed: scopeOf(payload) === 'personal' || mentionsRecipient(payload),
});

function scopeOf({ conversation }: TeamsPayload): ConversationScope {
  if (conversation.conversationType === 'channel') return 'channel';
  if (conversation.conversationType === 'groupChat') return 'group';
  if (conversation.conversationType === 'personal') return 'personal';
  return conversation.isGroup ? 'group' : 'personal';
}

const senderOf = (account: TeamsAccount): ActivitySender => ({
  accountId: account.id,
  ...(account.name ? { name: cleanText(account.name).slice(0, 200) } : {}),
  ...(account.email ? { email: account.email } : {}),
  ...(account.aadObjectId ? { directoryId: account.aadObjectId } : {}),
});

function attachmentsOf(payload: TeamsPayload): InboundAttachment[] {
  const found: InboundAttachment[] = [];
  for (const { contentType, contentUrl, name, content } of payload.attachments ?? []) {
    if (contentType === FILE_DOWNLOAD) {
      const { downloadUrl } = asObject(content);
      if (typeof downloadUrl !== 'string') continue;
      found.push({ name: fileName(name), contentType: 'application/octet-stream', url: downloadUrl });
    } else if (contentType?.startsWith('image/') && contentUrl) {
      found.push({ name: fileName(name), contentType, url: contentUrl });
    }
  }
  return found;
}

const fileName = (name: string | null | undefined): string => cleanText(name ?? '').slice(0, 255) || 'file';

/** An edit has the id of the message it changes, so the kind and, for edits, the moment belong to the key. */
function dedupeKeyOf(payload: TeamsPayload, kind: ActivityKind): string {
  const { conversation, id, timestamp, type } = payload;
  if (!id) return `${conversation.id}|${type}|${digest(payload)}`;
  if (type === 'message' || type === 'invoke') return `${conversation.id}|${id}`;
  return [conversation.id, id, kind, ...(type === 'messageUpdate' ? [timestamp ?? ''] : [])].join('|');
}

function timeOf(timestamp: string | null | undefined, now: Date): Date {
  const time = timestamp ? new Date(timestamp) : now;
  return Number.isNaN(time.getTime()) ? now : time;
}
