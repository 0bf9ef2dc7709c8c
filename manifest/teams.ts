import { strToU8, zipSync } from 'fflate';
import { APP_NAME, LONG_DESCRIPTION, SHORT_DESCRIPTION } from './app-texts.js';
import { COMMANDS, LANGUAGES, PROMPT_STARTERS, type Language } from './commands.js';
import { ACCENT_COLOUR, colourIcon, outlineIcon } from './icons.js';

export interface TeamsOptions {
  /** Entra app id; also the bot's and, by default, the app's id. */
  appId: string;
  /** Public address of this server. */
  url: string;
  /** Of the app package; Teams takes an update only with a higher one. */
  version: string;
  developer: string;
  /** Pages that the app's listing links to; Teams demands them. */
  privacyUrl?: string;
  termsUrl?: string;
  /**
   * Schema of the manifest. 1.22 is accepted everywhere; from 1.28 on a command can carry a whole question, which a
   * click puts into the compose box.
   */
  schema: '1.22' | '1.28';
}

export interface TeamsCommand {
  title: string;
  description: string;
  type?: 'prompt';
  prompt?: string;
}

type Scope = 'personal' | 'team' | 'groupChat';

export interface TeamsManifest {
  $schema: string;
  manifestVersion: string;
  version: string;
  id: string;
  developer: { name: string; websiteUrl: string; privacyUrl: string; termsOfUseUrl: string };
  name: { short: string; full: string };
  description: { short: string; full: string };
  icons: { color: string; outline: string };
  accentColor: string;
  bots: {
    botId: string;
    scopes: Scope[];
    supportsFiles: boolean;
    isNotificationOnly: boolean;
    commandLists: { scopes: Scope[]; commands: TeamsCommand[] }[];
  }[];
  permissions: string[];
  validDomains: string[];
  localizationInfo: {
    defaultLanguageTag: string;
    additionalLanguages: { languageTag: string; file: string }[];
  };
}

const MOST_COMMANDS = 10;

/** The manifest of the Teams app: one bot in all scopes, its commands, and prompts to start with. */
export function teamsManifest(options: TeamsOptions): TeamsManifest {
  const { appId, url, version, developer, schema } = options;
  const site = new URL(url);
  return {
    $schema: `https://developer.microsoft.com/json-schemas/teams/v${schema}/MicrosoftTeams.schema.json`,
    manifestVersion: schema,
    version,
    id: appId,
    developer: {
      name: developer,
      websiteUrl: site.origin,
      privacyUrl: options.privacyUrl ?? `${site.origin}/privacy`,
      termsOfUseUrl: options.termsUrl ?? `${site.origin}/terms`,
    },
    name: { short: APP_NAME, full: APP_NAME },
    description: { short: SHORT_DESCRIPTION.en, full: LONG_DESCRIPTION.en },
    icons: { color: 'color.png', outline: 'outline.png' },
    accentColor: ACCENT_COLOUR,
    bots: [
      {
        botId: appId,
        scopes: ['personal', 'team', 'groupChat'],
        supportsFiles: true,
        isNotificationOnly: false,
        commandLists: [
          { scopes: ['personal'], commands: personalCommands('en', schema) },
          { scopes: ['team', 'groupChat'], commands: commands('en').slice(0, MOST_COMMANDS) },
        ],
      },
    ],
    permissions: ['identity', 'messageTeamMembers'],
    validDomains: [site.hostname],
    localizationInfo: {
      defaultLanguageTag: 'en',
      additionalLanguages: others().map((language) => ({ languageTag: language, file: `${language}.json` })),
    },
  };
}

/** The texts of the manifest in another language, by the path at which they stand. */
export function teamsLocalization(
  language: Language,
  schema: TeamsOptions['schema'],
): Record<string, string> {
  const lists = [personalCommands(language, schema), commands(language).slice(0, MOST_COMMANDS)];
  return {
    $schema: `https://developer.microsoft.com/json-schemas/teams/v${schema}/MicrosoftTeams.Localization.schema.json`,
    'name.short': APP_NAME,
    'name.full': APP_NAME,
    'description.short': SHORT_DESCRIPTION[language],
    'description.full': LONG_DESCRIPTION[language],
    ...Object.fromEntries(
      lists.flatMap((list, listIndex) =>
        list.flatMap(({ title, description }, index) => {
          const path = `bots[0].commandLists[${listIndex}].commands[${index}]`;
          return [
            [`${path}.title`, title],
            [`${path}.description`, description],
          ];
        }),
      ),
    ),
  };
}

/** The app package: manifest, icons and languages in a zip, the same bytes for the same options. */
export function teamsPackage(options: TeamsOptions): Uint8Array {
  const json = (value: unknown): Uint8Array => strToU8(`${JSON.stringify(value, null, 2)}\n`);
  return zipSync(
    {
      'manifest.json': json(teamsManifest(options)),
      'color.png': colourIcon(),
      'outline.png': outlineIcon(),
      ...Object.fromEntries(
        others().map((language) => [`${language}.json`, json(teamsLocalization(language, options.schema))]),
      ),
    },
    { mtime: new Date('2020-01-01T00:00:00Z') },
  );
}

/** Prompts come first: they are what a newcomer sees above the compose box. */
function personalCommands(language: Language, schema: TeamsOptions['schema']): TeamsCommand[] {
  const starters = PROMPT_STARTERS.map(({ title, prompt }): TeamsCommand => ({
    title: title[language],
    description: prompt[language],
    ...(schema === '1.22' ? {} : { type: 'prompt', prompt: prompt.en }),
  }));
  const names = new Set(starters.map(({ title }) => title));
  const rest = commands(language).filter(({ title }) => !names.has(title));
  return [...starters, ...rest].slice(0, MOST_COMMANDS);
}

function commands(language: Language): TeamsCommand[] {
  return COMMANDS.filter(({ shownIn }) => shownIn === 'list').map(({ title, description }) => ({
    title: title[language],
    description: description[language],
  }));
}

function others(): Language[] {
  return LANGUAGES.filter((language) => language !== 'en');
}
