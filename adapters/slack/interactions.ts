import type { Activity } from '../../core/kernel/activity.js';
import type { ConversationReference } from '../../core/kernel/conversation-reference.js';
import { digest, type JsonObject } from '../../core/kernel/json.js';
import { messageText } from './message-text.js';
import type { BlockActions, GlobalShortcut, MessageAction, SlashCommand, ViewSubmission } from './payload.js';
import { accountOf, messageId, originOfInteraction, referenceTo, type SlackOrigin } from './place.js';
import { timeOf } from './to-activity.js';

/** A click on one of our cards, wherever the card stands. */
export function clickActivity(
  payload: BlockActions,
  position: number,
  verb: string,
  data: JsonObject,
  now: Date,
): Activity {
  const clicked = payload.actions[position];
  const conversation = conversationOfClick(payload);
  const card = cardOf(payload);
  const place = card ?? payload.view?.id ?? conversation.conversationId;
  return {
    ...plain(now, clicked?.action_ts),
    kind: 'card-action',
    dedupeKey: [
      conversation.channelTenantId,
      place,
      payload.user.id,
      clicked?.block_id,
      clicked?.action_id,
      clicked?.action_ts ?? payload.trigger_id,
      digest(data).slice(0, 16),
    ].join('|'),
    activityId: card ?? '',
    conversation,
    from: senderOf(payload.user, originOfInteraction(payload)),
    action: { verb, data, ...(card ? { cardActivityId: card } : {}) },
    expectsResponse: true,
    addressed: true,
  };
}

/** A prompt that a click sends as the person's own words. */
export function promptActivity(payload: BlockActions, position: number, prompt: string, now: Date): Activity {
  const click = clickActivity(payload, position, 'ask.prompt', { prompt }, now);
  const { action: _action, ...rest } = click;
  return { ...rest, kind: 'message', text: messageText(prompt, undefined), expectsResponse: false };
}

/**
 * A modal that was filled in. Sent twice with the same content it is one; after a correction it is another.
 * @param origin where the modal was opened, as its metadata say.
 */
export function submissionActivity(
  payload: ViewSubmission,
  verb: string,
  data: JsonObject,
  origin: JsonObject,
  now: Date,
): Activity {
  const place = originOfInteraction(payload);
  const from = senderOf(payload.user, place);
  const channel = typeof origin.channel === 'string' ? origin.channel : payload.user.id;
  const ts = typeof origin.ts === 'string' ? origin.ts : undefined;
  const thread = typeof origin.thread === 'string' ? origin.thread : undefined;
  // What came of a command is its sender's alone, also when it went on in a form.
  const isEphemeral = origin.ephemeral === true;
  const isPersonal = channel === payload.user.id || channel.startsWith('D') || isEphemeral;
  return {
    ...plain(now, undefined),
    kind: 'card-action',
    dedupeKey: submissionKey(payload),
    activityId: ts ? messageId(channel, ts) : '',
    conversation: referenceTo(place, {
      channel,
      scope: isPersonal ? 'personal' : 'channel',
      ...(isPersonal ? { account: from.accountId } : {}),
      ...(thread ? { thread } : {}),
      ...(isEphemeral ? { ephemeral: true } : {}),
    }),
    from,
    action: { verb, data, ...(ts ? { cardActivityId: messageId(channel, ts) } : {}) },
    expectsResponse: true,
    addressed: true,
  };
}

export function submissionKey({ team, view, user }: ViewSubmission): string {
  return [team?.id, 'modal', view.id, user.id, digest(view.state?.values ?? {}).slice(0, 24)].join('|');
}

/** `/steward WORDS`: the answer is for the asker alone, where the command was typed. */
export function commandActivity(command: SlashCommand, now: Date): Activity {
  const origin: SlackOrigin = {
    isOrgInstall: command.is_enterprise_install === 'true',
    ...(command.team_id ? { teamId: command.team_id } : {}),
    ...(command.enterprise_id ? { enterpriseId: command.enterprise_id } : {}),
  };
  const words = messageText(command.text, undefined);
  return {
    ...plain(now, undefined),
    kind: 'message',
    dedupeKey: [origin.teamId, 'command', command.user_id, command.trigger_id ?? digest(command)].join('|'),
    activityId: '',
    conversation: referenceTo(origin, {
      channel: command.channel_id,
      scope: 'personal',
      account: command.user_id,
      ephemeral: true,
    }),
    from: { accountId: command.user_id, ...(command.user_name ? { name: command.user_name } : {}) },
    text: words === '' ? '/' : words,
    addressed: true,
  };
}

/** "Ask Steward about this": the message's words as a question, answered in private. */
export function shortcutActivity(payload: MessageAction, now: Date): Activity {
  const origin = originOfInteraction(payload);
  const from = senderOf(payload.user, origin);
  const ts = payload.message.ts ?? payload.message_ts ?? '';
  return {
    ...plain(now, payload.action_ts),
    kind: 'message',
    dedupeKey: [
      origin.teamId,
      payload.callback_id,
      payload.channel.id,
      ts,
      payload.user.id,
      payload.action_ts,
    ].join('|'),
    activityId: '',
    conversation: personalWith(payload.user.id, from.accountId, origin),
    from,
    text: messageText(payload.message.text ?? '', origin.botUserId),
    addressed: true,
  };
}

/** "Make knowledge article": a click on somebody's message; what comes of it is for the clicker alone. */
export function articleActivity(payload: MessageAction, now: Date): Activity {
  const asked = shortcutActivity(payload, now);
  const ts = payload.message.ts ?? payload.message_ts;
  const source = ts ? messageId(payload.channel.id, ts) : '';
  return {
    ...asked,
    kind: 'card-action',
    text: '',
    action: { verb: 'article.draft', data: { text: asked.text, source } },
    expectsResponse: true,
  };
}

/** A shortcut of the app that is used nowhere in particular. */
export function globalShortcutActivity(payload: GlobalShortcut, now: Date): Activity {
  const origin = originOfInteraction(payload);
  const from = senderOf(payload.user, origin);
  return {
    ...plain(now, payload.action_ts),
    kind: 'card-action',
    dedupeKey: [origin.teamId, payload.callback_id, payload.user.id, payload.action_ts].join('|'),
    activityId: '',
    conversation: personalWith(payload.user.id, from.accountId, origin),
    from,
    action: { verb: '', data: {} },
    addressed: true,
  };
}

/** The person's direct messages with Steward; Slack opens them by the user's id. */
export function personalWith(userId: string, accountId: string, origin: SlackOrigin): ConversationReference {
  return referenceTo(origin, { channel: userId, scope: 'personal', account: accountId });
}

/** The message that holds the clicked card; an ephemeral one and a Home tab have none. */
export function cardOf(payload: BlockActions): string | undefined {
  const channel = payload.channel?.id ?? payload.container?.channel_id;
  const ts = payload.message?.ts ?? payload.container?.message_ts;
  return channel && ts && payload.container?.is_ephemeral !== true ? messageId(channel, ts) : undefined;
}

function conversationOfClick(payload: BlockActions): ConversationReference {
  const origin = originOfInteraction(payload);
  const from = senderOf(payload.user, origin);
  const channel = payload.channel?.id ?? payload.container?.channel_id;
  if (!channel) return personalWith(payload.user.id, from.accountId, origin);
  const isEphemeral = payload.container?.is_ephemeral === true;
  const isPersonal = channel.startsWith('D') || isEphemeral;
  const thread = payload.message?.thread_ts ?? payload.container?.thread_ts;
  const root = payload.message?.ts ?? payload.container?.message_ts;
  return referenceTo(origin, {
    channel,
    scope: isPersonal ? 'personal' : 'channel',
    ...(thread ? { thread } : !isPersonal && root ? { thread: root } : {}),
    ...(isPersonal ? { account: from.accountId } : {}),
    ...(isEphemeral ? { ephemeral: true } : {}),
  });
}

function senderOf(
  user: { id: string; name?: string | null; username?: string | null; team_id?: string | null },
  origin: SlackOrigin,
): Activity['from'] {
  const name = user.name ?? user.username;
  return {
    accountId: accountOf(user.id, user.team_id, origin),
    ...(name ? { name: name.slice(0, 200) } : {}),
  };
}

const plain = (
  now: Date,
  ts: string | null | undefined,
): Pick<Activity, 'text' | 'attachments' | 'sentAt' | 'expectsResponse'> => ({
  text: '',
  attachments: [],
  sentAt: timeOf(ts, now),
  expectsResponse: false,
});
