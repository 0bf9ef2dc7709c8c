import type { Activity, InboundAttachment } from '../../core/kernel/activity.js';
import type { ConversationReference } from '../../core/kernel/conversation-reference.js';
import { addressById } from './files.js';
import { cleanText, mentionsBot, messageText } from './message-text.js';
import { idOf, type SlackEnvelope, type SlackEvent } from './payload.js';
import { accountOf, channelOwner, messageId, referenceTo, type SlackOrigin } from './place.js';

export interface EventReading {
  /** What was understood; undefined for what Steward has no use for. */
  activity?: Activity;
  /** The message answers in a thread of a channel without a mention: it counts only where Steward takes part. */
  dependsOnThread?: boolean;
}

/** Slack's own bot, whose messages carry no bot id. */
const SLACK_ITSELF = 'USLACKBOT';
/** What people write; everything else with a subtype is Slack's own housekeeping. */
const WRITTEN = new Set([undefined, null, 'file_share', 'thread_broadcast', 'me_message']);

/**
 * Translates one event.
 * @param origin through which workspace Steward takes it.
 * @param now stands in where Slack left out the time.
 * @param answerBots other bots' messages count; our own never do.
 */
export function toActivity(
  envelope: SlackEnvelope,
  origin: SlackOrigin,
  now: Date,
  answerBots = false,
): EventReading {
  const { event } = envelope;
  switch (event.type) {
    case 'message':
      if (event.subtype === 'message_changed') return edited(envelope, origin, now);
      if (event.subtype === 'message_deleted') return deleted(envelope, origin, now);
      return isWritten(event, origin, answerBots) ? written(envelope, origin, now) : {};
    case 'app_mention':
      return isWritten(event, origin, answerBots) ? written(envelope, origin, now) : {};
    case 'member_joined_channel':
      return joined(envelope, origin, now);
    case 'app_uninstalled':
      return { activity: uninstalled(envelope, origin, now) };
    case 'tokens_revoked':
      return (event.tokens?.bot ?? []).length > 0
        ? { activity: { ...uninstalled(envelope, origin, now), kind: 'other' } }
        : {};
    default:
      return {};
  }
}

function isWritten(event: SlackEvent, origin: SlackOrigin, answerBots: boolean): boolean {
  const isBot = event.bot_id != null || event.subtype === 'bot_message' || idOf(event.user) === SLACK_ITSELF;
  const isOwn = idOf(event.user) !== undefined && idOf(event.user) === origin.botUserId;
  return !isOwn && (isBot ? answerBots && idOf(event.user) !== undefined : WRITTEN.has(event.subtype));
}

/**
 * A channel's post arrives twice when the bot is mentioned, and once for each workspace of an organisation that shares the
 * channel, so the key is what it is, not which event brought it.
 */
function written(envelope: SlackEnvelope, origin: SlackOrigin, now: Date): EventReading {
  const { event } = envelope;
  const user = idOf(event.user);
  const channel = idOf(event.channel);
  if (!user || !channel || !event.ts) return {};
  const isPersonal = event.channel_type === 'im' || channel.startsWith('D');
  const isMentioned = event.type === 'app_mention' || mentionsBot(event.text, origin.botUserId);
  const isInOwnThread = event.parent_user_id != null && event.parent_user_id === origin.botUserId;
  const team = event.user_team ?? event.team ?? undefined;
  const account = accountOf(user, team, origin, isInside(envelope));
  const activity: Activity = {
    ...base(envelope, now, event.ts),
    kind: 'message',
    dedupeKey: [ownerOf(origin, isPersonal), channel, user, event.ts].join('|'),
    activityId: messageId(channel, event.ts),
    conversation: referenceTo(origin, {
      channel,
      scope: isPersonal ? 'personal' : event.channel_type === 'mpim' ? 'group' : 'channel',
      ...threadOf(event, isPersonal),
      ...(isPersonal ? { account } : { askedBy: user, askedByTeam: team }),
    }),
    from: { accountId: account },
    text: messageText(event.text ?? '', origin.botUserId),
    attachments: attachmentsOf(event),
    addressed: isPersonal || isMentioned || isInOwnThread,
  };
  return { activity, dependsOnThread: !activity.addressed && event.thread_ts != null };
}

/** Direct messages are a workspace's own, also for somebody who is in several of an organisation. */
const ownerOf = (origin: SlackOrigin, isPersonal: boolean): string | undefined =>
  isPersonal ? (origin.teamId ?? origin.enterpriseId) : channelOwner(origin);

/** In channels an answer opens a thread; in a direct message it does so where the agent's own view shows threads. */
function threadOf(event: SlackEvent, isPersonal: boolean): { thread?: string } {
  if (event.thread_ts) return { thread: event.thread_ts };
  const opensThread = !isPersonal || event.app_context !== undefined;
  return opensThread && event.ts ? { thread: event.ts } : {};
}

/** An edit that left the text as it was is Slack's own: a link preview, a pin. */
function edited(envelope: SlackEnvelope, origin: SlackOrigin, now: Date): EventReading {
  const { event } = envelope;
  const { message, previous_message: previous } = event;
  const channel = idOf(event.channel);
  if (!message?.user || !channel || message.bot_id || message.user === origin.botUserId) return {};
  if (message.text === previous?.text) return {};
  const isPersonal = event.channel_type === 'im';
  const account = accountOf(message.user, message.user_team ?? message.team, origin, isInside(envelope));
  return {
    activity: {
      ...base(envelope, now, event.ts),
      kind: 'message-edit',
      dedupeKey: [
        ...[ownerOf(origin, isPersonal), channel, message.user],
        ...[message.ts, 'edit', event.event_ts ?? event.ts],
      ].join('|'),
      activityId: messageId(channel, message.ts),
      conversation: personalOrChannel(origin, channel, isPersonal, account, message.thread_ts ?? undefined),
      from: { accountId: account },
      text: messageText(message.text ?? '', origin.botUserId),
      addressed: isPersonal || mentionsBot(message.text ?? '', origin.botUserId),
    },
  };
}

function deleted(envelope: SlackEnvelope, origin: SlackOrigin, now: Date): EventReading {
  const { event } = envelope;
  const channel = idOf(event.channel);
  if (!channel || !event.deleted_ts) return {};
  const { user: author, team, user_team: userTeam } = event.previous_message ?? {};
  if (!author || author === origin.botUserId) return {};
  const isPersonal = event.channel_type === 'im';
  const account = accountOf(author, userTeam ?? team, origin, isInside(envelope));
  return {
    activity: {
      ...base(envelope, now, event.ts),
      kind: 'message-delete',
      dedupeKey: [ownerOf(origin, isPersonal), channel, event.deleted_ts, 'delete'].join('|'),
      activityId: messageId(channel, event.deleted_ts),
      conversation: personalOrChannel(origin, channel, isPersonal, account),
      from: { accountId: account },
      addressed: isPersonal,
    },
  };
}

function joined(envelope: SlackEnvelope, origin: SlackOrigin, now: Date): EventReading {
  const { event } = envelope;
  const user = idOf(event.user);
  const channel = idOf(event.channel);
  if (!channel || !user || user !== origin.botUserId) return {};
  return {
    activity: {
      ...base(envelope, now, event.event_ts),
      kind: 'install',
      dedupeKey: [origin.teamId, channel, 'join', event.event_ts ?? envelope.event_id].join('|'),
      conversation: referenceTo(origin, { channel, scope: 'channel' }),
      from: { accountId: idOf(event.inviter) ?? user },
      addressed: true,
    },
  };
}

function uninstalled(envelope: SlackEnvelope, origin: SlackOrigin, now: Date): Activity {
  const place = origin.teamId ?? origin.enterpriseId ?? '';
  return {
    ...base(envelope, now, envelope.event.event_ts),
    kind: 'uninstall',
    dedupeKey: [place, envelope.event.type, envelope.event.event_ts ?? envelope.event_id].join('|'),
    conversation: referenceTo(origin, { channel: place, scope: 'channel' }),
    from: { accountId: origin.botUserId ?? place },
    addressed: false,
  };
}

type Base = Pick<Activity, 'activityId' | 'text' | 'attachments' | 'sentAt' | 'expectsResponse'>;

function base(envelope: SlackEnvelope, now: Date, ts: string | null | undefined): Base {
  return {
    activityId: '',
    text: '',
    attachments: [],
    sentAt: timeOf(ts ?? envelope.event_time?.toString(), now),
    expectsResponse: false,
  };
}

const personalOrChannel = (
  origin: SlackOrigin,
  channel: string,
  isPersonal: boolean,
  account: string,
  thread?: string,
): ConversationReference =>
  referenceTo(origin, {
    channel,
    scope: isPersonal ? 'personal' : 'channel',
    ...(isPersonal ? { account } : {}),
    ...(thread ? { thread } : {}),
  });

/** Slack says that nobody of another company is in the channel. */
const isInside = (envelope: SlackEnvelope): boolean => envelope.is_ext_shared_channel === false;

function attachmentsOf(event: SlackEvent): InboundAttachment[] {
  return (event.files ?? []).flatMap((file) => {
    const url = file.url_private_download ?? file.url_private ?? (file.id ? addressById(file.id) : undefined);
    if (!url) return [];
    return [
      {
        name: cleanText(file.name ?? file.title ?? '').slice(0, 255) || 'file',
        contentType: file.mimetype ?? 'application/octet-stream',
        url,
        ...(file.size != null ? { sizeBytes: file.size } : {}),
      },
    ];
  });
}

/** Slack's time stamps are seconds since 1970 with six decimals. */
export function timeOf(ts: string | null | undefined, now: Date): Date {
  const seconds = Number(ts ?? '');
  return Number.isFinite(seconds) && seconds > 0 ? new Date(Math.round(seconds * 1000)) : now;
}
