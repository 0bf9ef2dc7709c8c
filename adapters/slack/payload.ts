import { z } from 'zod';
import type { JsonObject } from '../../core/kernel/json.js';

const id = z.string().min(1).max(255);
const optionalId = z.string().max(255).nullish();
const timestamp = z.string().regex(/^\d{1,12}(?:\.\d{1,9})?$/);
const longText = z.string().nullish();

const file = z.looseObject({
  id: optionalId,
  name: longText,
  title: longText,
  mimetype: z.string().max(255).nullish(),
  url_private: longText,
  url_private_download: longText,
  size: z.number().nullish(),
});

const innerMessage = z.looseObject({
  user: optionalId,
  team: optionalId,
  user_team: optionalId,
  bot_id: optionalId,
  text: longText,
  ts: timestamp,
  thread_ts: timestamp.nullish(),
});

const event = z.looseObject({
  type: z.string().min(1).max(100),
  subtype: z.string().max(100).nullish(),
  user: z.unknown().optional(),
  bot_id: optionalId,
  text: longText,
  ts: timestamp.nullish(),
  event_ts: z.string().max(64).nullish(),
  thread_ts: timestamp.nullish(),
  deleted_ts: timestamp.nullish(),
  channel: z.unknown().optional(),
  channel_type: z.string().max(50).nullish(),
  parent_user_id: optionalId,
  team: optionalId,
  user_team: optionalId,
  tab: z.string().max(50).nullish(),
  files: z.array(file).max(100).nullish(),
  message: innerMessage.nullish(),
  previous_message: innerMessage.partial().nullish(),
  assistant_thread: z
    .looseObject({ user_id: optionalId, channel_id: optionalId, thread_ts: timestamp.nullish() })
    .nullish(),
  app_context: z.unknown().optional(),
  tokens: z.looseObject({ bot: z.array(z.string()).nullish() }).nullish(),
  /** Workspaces of an organisation that the app was added to (`team_access_granted`). */
  team_ids: z.array(id).max(20_000).nullish(),
  streaming_message_ts: z.array(timestamp).nullish(),
});

/** https://docs.slack.dev/apis/events-api, as far as Steward reads it. */
export const eventEnvelope = z.looseObject({
  type: z.literal('event_callback'),
  team_id: optionalId,
  context_team_id: optionalId,
  enterprise_id: optionalId,
  context_enterprise_id: optionalId,
  is_enterprise_install: z.boolean().nullish(),
  is_ext_shared_channel: z.boolean().nullish(),
  event_id: optionalId,
  event_time: z.number().nullish(),
  authorizations: z
    .array(
      z.looseObject({
        enterprise_id: optionalId,
        team_id: optionalId,
        user_id: optionalId,
        is_enterprise_install: z.boolean().nullish(),
      }),
    )
    .nullish(),
  event,
});

const team = z.looseObject({ id }).nullish();
const user = z.looseObject({
  id,
  name: longText,
  username: longText,
  team_id: optionalId,
});
const common = {
  team,
  enterprise: z.looseObject({ id }).nullish(),
  is_enterprise_install: z.boolean().nullish(),
  user,
  trigger_id: z.string().max(500).nullish(),
  response_url: z.string().max(2_000).nullish(),
};
const view = z.looseObject({
  id,
  hash: z.string().max(500).nullish(),
  callback_id: z.string().max(255).nullish(),
  private_metadata: z.string().max(3_000).nullish(),
  app_installed_team_id: optionalId,
  type: z.string().max(50).nullish(),
  blocks: z.array(z.looseObject({ type: z.string() })).nullish(),
  state: z.looseObject({ values: z.unknown() }).nullish(),
});

const action = z.looseObject({
  type: z.string().max(100).nullish(),
  action_id: z.string().max(255),
  block_id: z.string().max(255).nullish(),
  value: z.string().nullish(),
  action_ts: z.string().max(64).nullish(),
});

/** https://docs.slack.dev/reference/interaction-payloads, as far as Steward reads it. */
export const interaction = z.discriminatedUnion('type', [
  z.looseObject({
    type: z.literal('block_actions'),
    ...common,
    container: z
      .looseObject({
        type: z.string().nullish(),
        message_ts: timestamp.nullish(),
        channel_id: optionalId,
        thread_ts: timestamp.nullish(),
        is_ephemeral: z.boolean().nullish(),
      })
      .nullish(),
    channel: z.looseObject({ id }).nullish(),
    message: z
      .looseObject({ ts: timestamp.nullish(), thread_ts: timestamp.nullish(), team: optionalId })
      .nullish(),
    view: view.nullish(),
    state: z.looseObject({ values: z.unknown() }).nullish(),
    actions: z.array(action).min(1).max(25),
  }),
  z.looseObject({ type: z.literal('view_submission'), ...common, view }),
  z.looseObject({ type: z.literal('view_closed'), ...common, view }),
  z.looseObject({
    type: z.literal('message_action'),
    ...common,
    callback_id: z.string().max(255),
    action_ts: z.string().max(64).nullish(),
    message_ts: timestamp.nullish(),
    channel: z.looseObject({ id }),
    message: z.looseObject({ text: longText, ts: timestamp.nullish(), user: optionalId }),
  }),
  z.looseObject({
    type: z.literal('shortcut'),
    ...common,
    callback_id: z.string().max(255),
    action_ts: z.string().max(64).nullish(),
  }),
  z.looseObject({ type: z.literal('block_suggestion'), ...common }),
]);

const sender = z.object({ id, name: longText, username: longText, team_id: optionalId });

/** Who clicked what where, as it is kept of a click that has to be looked up. */
export const clickOnly = z.object({
  type: z.literal('block_actions'),
  team: z.object({ id }).nullish(),
  enterprise: z.object({ id }).nullish(),
  is_enterprise_install: z.boolean().nullish(),
  user: sender,
  container: z
    .object({
      message_ts: timestamp.nullish(),
      channel_id: optionalId,
      thread_ts: timestamp.nullish(),
      is_ephemeral: z.boolean().nullish(),
    })
    .nullish(),
  channel: z.object({ id }).nullish(),
  message: z.object({ ts: timestamp.nullish(), thread_ts: timestamp.nullish(), team: optionalId }).nullish(),
  view: z.object({ id, type: z.string().max(50).nullish(), app_installed_team_id: optionalId }).nullish(),
  actions: z
    .array(
      z.object({ action_id: z.string(), block_id: z.string().nullish(), action_ts: z.string().nullish() }),
    )
    .length(1),
});

/** https://docs.slack.dev/interactivity/implementing-slash-commands; every value is a text. */
export const slashCommand = z.looseObject({
  command: z.string().min(1).max(100),
  text: z.string().default(''),
  team_id: optionalId,
  enterprise_id: optionalId,
  is_enterprise_install: z.string().max(10).nullish(),
  channel_id: id,
  user_id: id,
  user_name: longText,
  trigger_id: z.string().max(500).nullish(),
  response_url: z.string().max(2_000).nullish(),
});

export type SlackEnvelope = z.output<typeof eventEnvelope>;
export type SlackEvent = SlackEnvelope['event'];
export type SlackInteraction = z.output<typeof interaction>;
export type BlockActions = Extract<SlackInteraction, { type: 'block_actions' }>;
export type ViewSubmission = Extract<SlackInteraction, { type: 'view_submission' }>;
export type GlobalShortcut = Extract<SlackInteraction, { type: 'shortcut' }>;
export type MessageAction = Extract<SlackInteraction, { type: 'message_action' }>;
export type SlashCommand = z.output<typeof slashCommand>;
export type SlackView = z.output<typeof view>;

/** An object, or nothing: payloads carry ids where other versions carry objects. */
export function asObject(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

/** An id that is a text in most payloads and an object with an `id` in some. */
export function idOf(value: unknown): string | undefined {
  const found = typeof value === 'string' ? value : asObject(value).id;
  return typeof found === 'string' && found !== '' && found.length <= 255 ? found : undefined;
}
