import { APP_NAME, LONG_DESCRIPTION, SHORT_DESCRIPTION } from './app-texts.js';
import { COMMANDS, PROMPT_STARTERS } from './commands.js';
import { ACCENT_COLOUR } from './icons.js';

export interface SlackOptions {
  /** Public address of this server; not needed with Socket Mode. */
  url?: string;
  /** Events come through a WebSocket that Steward opens: for development, without a public address. */
  socketMode: boolean;
  /**
   * Each workspace installs the app by itself (OAuth), and its tokens are renewed. Without it the one token that is pasted
   * into SLACK_BOT_TOKEN has to last, so it must not expire.
   */
  severalWorkspaces?: boolean;
}

/** Message shortcuts; the id comes back as `callback_id`. */
export const SLACK_SHORTCUTS = [
  { id: 'ask-about-message', name: 'Ask Steward about this', description: 'Answer what this message asks' },
  {
    id: 'make-article',
    name: 'Make knowledge article',
    description: 'Draft a knowledge article from this message',
  },
] as const;

export const SLACK_COMMAND = '/steward';

/** What Steward does on Slack, and the permission that it needs for it. */
const SCOPES = [
  'app_mentions:read',
  'assistant:write',
  'channels:history',
  'channels:read',
  'chat:write',
  'commands',
  'files:read',
  'files:write',
  'groups:history',
  'groups:read',
  'im:history',
  'im:read',
  'im:write',
  'mpim:history',
  'mpim:read',
  'users:read',
  'users:read.email',
] as const;

const EVENTS = [
  'agent_session_stopped',
  'app_home_opened',
  'app_mention',
  'app_uninstalled',
  'member_joined_channel',
  'message.channels',
  'message.groups',
  'message.im',
  'message.mpim',
  'team_access_granted',
  'tokens_revoked',
] as const;

export interface SlackManifest {
  _metadata: { major_version: number; minor_version: number };
  display_information: {
    name: string;
    description: string;
    long_description: string;
    background_color: string;
  };
  features: {
    app_home: {
      home_tab_enabled: boolean;
      messages_tab_enabled: boolean;
      messages_tab_read_only_enabled: boolean;
    };
    bot_user: { display_name: string; always_online: boolean };
    agent_view: { agent_description: string; suggested_prompts: { title: string; message: string }[] };
    shortcuts: { name: string; type: 'message' | 'global'; callback_id: string; description: string }[];
    slash_commands: {
      command: string;
      description: string;
      usage_hint: string;
      should_escape: boolean;
      url?: string;
    }[];
  };
  oauth_config: { redirect_urls?: string[]; scopes: { bot: string[] } };
  settings: {
    event_subscriptions: { request_url?: string; bot_events: string[] };
    interactivity: { is_enabled: boolean; request_url?: string };
    org_deploy_enabled: boolean;
    socket_mode_enabled: boolean;
    token_rotation_enabled: boolean;
  };
}

/** The manifest of the Slack app, to be pasted at api.slack.com/apps ("From a manifest"). */
export function slackManifest({ url, socketMode, severalWorkspaces = false }: SlackOptions): SlackManifest {
  const endpoint = socketMode || url === undefined ? undefined : `${new URL(url).origin}/slack/events`;
  return {
    _metadata: { major_version: 2, minor_version: 1 },
    display_information: {
      name: APP_NAME,
      description: SHORT_DESCRIPTION.en,
      long_description: LONG_DESCRIPTION.en,
      background_color: ACCENT_COLOUR,
    },
    features: {
      app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
      bot_user: { display_name: APP_NAME, always_online: true },
      agent_view: {
        agent_description: SHORT_DESCRIPTION.en,
        suggested_prompts: PROMPT_STARTERS.map(({ title, prompt }) => ({
          title: title.en,
          message: prompt.en,
        })),
      },
      shortcuts: SLACK_SHORTCUTS.map(({ id, name, description }) => ({
        name,
        type: 'message',
        callback_id: id,
        description,
      })),
      slash_commands: [
        {
          command: SLACK_COMMAND,
          description: 'Ask a question or give a command',
          usage_hint: usageHint(),
          should_escape: false,
          ...(endpoint === undefined ? {} : { url: endpoint }),
        },
      ],
    },
    oauth_config: {
      ...(url === undefined || !severalWorkspaces
        ? {}
        : { redirect_urls: [`${new URL(url).origin}/slack/oauth_redirect`] }),
      scopes: { bot: [...SCOPES] },
    },
    settings: {
      event_subscriptions: {
        ...(endpoint === undefined ? {} : { request_url: endpoint }),
        bot_events: [...EVENTS],
      },
      interactivity: { is_enabled: true, ...(endpoint === undefined ? {} : { request_url: endpoint }) },
      org_deploy_enabled: true,
      socket_mode_enabled: socketMode,
      token_rotation_enabled: severalWorkspaces,
    },
  };
}

function usageHint(): string {
  const names = COMMANDS.filter(({ shownIn }) => shownIn === 'list').map(({ title }) => title.en);
  return `[your question] | ${names.join(' | ')}`;
}
