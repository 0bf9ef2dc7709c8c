import type { SlackManifest } from './slack.js';
import type { TeamsManifest, TeamsOptions } from './teams.js';

/**
 * What is wrong with a Teams manifest, in words that say what to change; empty when nothing is. The limits are those of
 * the published schema (learn.microsoft.com/microsoft-365/extensibility/schema, read 2026-11), which is not to be had
 * offline.
 */
export function checkTeamsManifest(manifest: TeamsManifest, schema: TeamsOptions['schema']): string[] {
  const { name, description, developer, bots } = manifest;
  const longest = schema === '1.22' ? { title: 32, description: 128 } : { title: 128, description: 4_000 };
  const lists = bots.flatMap(({ commandLists }) => commandLists);
  return [
    ...(isGuid(manifest.id)
      ? []
      : [`--app-id: "${manifest.id}" is no GUID. It stands in Entra under "Application (client) ID".`]),
    ...(/^\d+\.\d+\.\d+$/.test(manifest.version) && !manifest.version.startsWith('0.0.0')
      ? []
      : [`--version: "${manifest.version}" must be three numbers like 1.0.0.`]),
    ...[developer.websiteUrl, developer.privacyUrl, developer.termsOfUseUrl].flatMap((url) =>
      url.startsWith('https://')
        ? []
        : [`--url: ${url} must begin with https://; Teams takes no other address.`],
    ),
    ...atMost('name.short', name.short, 30),
    ...atMost('name.full', name.full, 100),
    ...atMost('description.short', description.short, 80),
    ...atMost('description.full', description.full, 4_000),
    ...atMost('developer.name', developer.name, 32),
    ...manifest.validDomains.flatMap((domain) =>
      /^[a-z0-9*.-]+\.[a-z]{2,}$/i.test(domain) ? [] : [`--url: ${domain} is no public host name.`],
    ),
    ...(lists.length > 3 ? [`bots: ${lists.length} command lists, 3 at most`] : []),
    ...lists.flatMap(({ scopes, commands }) => [
      ...(commands.length > 10 ? [`commands for ${scopes.join(', ')}: ${commands.length}, 10 at most`] : []),
      ...commands.flatMap((command) => [
        ...atMost(`command "${command.title}": title`, command.title, longest.title),
        ...atMost(`command "${command.title}": description`, command.description, longest.description),
        ...(command.type !== undefined && schema === '1.22'
          ? [`command "${command.title}": 1.22 knows no prompts`]
          : []),
      ]),
      ...doubles(
        `commands for ${scopes.join(', ')}`,
        commands.map(({ title }) => title),
      ),
    ]),
  ];
}

/** What is wrong with a language file of the Teams app, beside the manifest that it belongs to. */
export function checkTeamsLocalization(
  texts: Record<string, string>,
  schema: TeamsOptions['schema'],
): string[] {
  const longest = schema === '1.22' ? { title: 32, description: 128 } : { title: 128, description: 4_000 };
  return Object.entries(texts).flatMap(([path, text]) => {
    if (path === '$schema') return [];
    if (path === 'description.short') return atMost(path, text, 80);
    if (path.endsWith('.title')) return atMost(path, text, longest.title);
    return /commands\[\d+\]\.description$/.test(path) ? atMost(path, text, longest.description) : [];
  });
}

/** What is wrong with a Slack manifest (docs.slack.dev/reference/app-manifest, read 2026-11). */
export function checkSlackManifest(manifest: SlackManifest): string[] {
  const { display_information: display, features, settings, oauth_config: oauth } = manifest;
  const addresses = [
    settings.event_subscriptions.request_url,
    settings.interactivity.request_url,
    ...features.slash_commands.map(({ url }) => url),
  ];
  const needsHttps = [
    ...(settings.socket_mode_enabled ? [] : addresses),
    ...(oauth.redirect_urls ?? []),
  ].filter((address) => !address?.startsWith('https://'));
  return [
    ...atMost('display_information.name', display.name, 35),
    ...atMost('display_information.description', display.description, 140),
    ...atMost('display_information.long_description', display.long_description, 4_000),
    ...(display.long_description.length < 174
      ? ['display_information.long_description: at least 174 characters']
      : []),
    ...atMost('features.bot_user.display_name', features.bot_user.display_name, 80),
    ...atMost('features.agent_view.agent_description', features.agent_view.agent_description, 300),
    ...(features.shortcuts.length > 10 ? ['features.shortcuts: 10 at most'] : []),
    ...features.shortcuts.flatMap(({ name, description, callback_id: id }) => [
      ...atMost(`shortcut "${name}": name`, name, 24),
      ...atMost(`shortcut "${name}": description`, description, 150),
      ...atMost(`shortcut "${name}": callback_id`, id, 255),
    ]),
    ...features.slash_commands.flatMap(({ command, description, usage_hint: hint }) => [
      ...(/^\/[a-z0-9_-]{1,31}$/.test(command)
        ? []
        : [`slash command "${command}": "/" and up to 31 small letters`]),
      ...atMost(`slash command "${command}": description`, description, 2_000),
      ...atMost(`slash command "${command}": usage_hint`, hint, 1_000),
    ]),
    ...settings.event_subscriptions.bot_events.flatMap((event) => {
      const needed = SCOPES_OF_EVENTS[event] ?? [];
      return needed.length === 0 || needed.some((scope) => oauth.scopes.bot.includes(scope))
        ? []
        : [`settings.event_subscriptions.bot_events: ${event} needs the scope ${needed.join(' or ')}`];
    }),
    ...doubles('oauth_config.scopes.bot', oauth.scopes.bot),
    ...doubles('settings.event_subscriptions.bot_events', settings.event_subscriptions.bot_events),
    ...needsHttps.map((address) =>
      settings.socket_mode_enabled
        ? `--url: ${address}: Slack takes only https addresses for installing an app.`
        : `--url: ${address ?? 'missing'}: Slack needs an https address, or use --socket-mode.`,
    ),
  ];
}

/** Slack refuses an event without one of its scopes: https://docs.slack.dev/reference/events */
const SCOPES_OF_EVENTS: Record<string, string[]> = {
  app_mention: ['app_mentions:read'],
  'message.channels': ['channels:history'],
  'message.groups': ['groups:history'],
  'message.im': ['im:history'],
  'message.mpim': ['mpim:history'],
  member_joined_channel: ['channels:read', 'groups:read'],
  reaction_added: ['reactions:read'],
};

function atMost(place: string, text: string, limit: number): string[] {
  if (text.trim() === '') return [`${place}: empty`];
  return text.length > limit ? [`${place}: ${text.length} characters, ${limit} at most: "${text}"`] : [];
}

function doubles(place: string, names: string[]): string[] {
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  return twice.map((name) => `${place}: "${name}" stands there twice`);
}

function isGuid(text: string): boolean {
  return /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text);
}
