import { unzipSync, strFromU8 } from 'fflate';
import { describe, expect, it } from '@jest/globals';
import { checkSlackManifest, checkTeamsLocalization, checkTeamsManifest } from './check.js';
import { COMMANDS, LANGUAGES, PROMPT_STARTERS, languageOf } from './commands.js';
import { colourIcon, outlineIcon } from './icons.js';
import { slackManifest } from './slack.js';
import {
  teamsLocalization,
  teamsManifest,
  teamsPackage,
  type TeamsManifest,
  type TeamsOptions,
} from './teams.js';

const options: TeamsOptions = {
  appId: '3f2b8a44-7c1d-4d0e-9f4c-0a1b2c3d4e5f',
  url: 'https://steward.example.com/base',
  version: '1.2.3',
  developer: 'Example',
  schema: '1.22',
};

describe('the list of commands', () => {
  it('has each name once, and in each language each title once', () => {
    expect(new Set(COMMANDS.map(({ name }) => name)).size).toBe(COMMANDS.length);
    for (const language of LANGUAGES) {
      const titles = COMMANDS.map(({ title }) => title[language]);
      expect(new Set(titles).size).toBe(titles.length);
    }
  });

  it.each([
    ['de-AT', 'de'],
    ['JA', 'ja'],
    ['pt-BR', 'en'],
    [undefined, 'en'],
  ])('serves %s in %s', (locale, language) => {
    expect(languageOf(locale)).toBe(language);
  });
});

describe('the Teams app package', () => {
  it.each(['1.22', '1.28'] as const)('keeps the rules of schema %s in every language', (schema) => {
    expect(checkTeamsManifest(teamsManifest({ ...options, schema }), schema)).toEqual([]);
    for (const language of LANGUAGES) {
      expect(checkTeamsLocalization(teamsLocalization(language, schema), schema)).toEqual([]);
    }
  });

  it('links to the pages that it is told', () => {
    const pages = { privacyUrl: 'https://example.com/p', termsUrl: 'https://example.com/t' };
    const { developer } = teamsManifest({ ...options, ...pages });
    expect([developer.privacyUrl, developer.termsOfUseUrl]).toEqual([pages.privacyUrl, pages.termsUrl]);
  });

  it('offers the commands of the list, and prompts to start with', () => {
    const [personal, others] = teamsManifest({ ...options, schema: '1.28' }).bots[0]?.commandLists ?? [];
    expect(personal?.commands[0]).toEqual({
      title: 'Parental leave',
      description: PROMPT_STARTERS[0]?.prompt.en,
      type: 'prompt',
      prompt: PROMPT_STARTERS[0]?.prompt.en,
    });
    expect(others?.commands.map(({ title }) => title)).toContain('help');
  });

  it('translates every command at the place where it stands', () => {
    const texts = teamsLocalization('de', '1.22');
    const lists = teamsManifest(options).bots[0]?.commandLists ?? [];
    const places = lists.flatMap(({ commands }, list) =>
      commands.map((_, index) => `bots[0].commandLists[${list}].commands[${index}].title`),
    );
    expect(places.filter((place) => texts[place] === undefined)).toEqual([]);
    expect(texts['bots[0].commandLists[1].commands[0].title']).toBe('hilfe');
  });

  it('is a zip with the manifest, both icons and the languages, the same bytes each time', () => {
    const files = unzipSync(teamsPackage(options));
    expect(Object.keys(files).sort()).toEqual(
      ['color.png', 'de.json', 'es.json', 'fr.json', 'ja.json', 'manifest.json', 'outline.png'].sort(),
    );
    const manifest = JSON.parse(strFromU8(files['manifest.json'] ?? new Uint8Array())) as TeamsManifest;
    expect(manifest).toEqual(teamsManifest(options));
    expect(Buffer.from(teamsPackage(options)).equals(Buffer.from(teamsPackage(options)))).toBe(true);
  });

  it.each([
    [{ appId: 'my-bot' }, '--app-id'],
    [{ url: 'http://steward.example.com' }, 'must begin with https'],
    [{ url: 'https://localhost' }, 'no public host name'],
    [{ version: '1.0' }, '--version'],
    [{ developer: 'A developer with a name that is far too long' }, 'developer.name'],
  ])('says what to change about %j', (change, problem) => {
    expect(checkTeamsManifest(teamsManifest({ ...options, ...change }), '1.22').join('\n')).toContain(
      problem,
    );
  });
});

describe('the icons', () => {
  const sizeOf = (png: Buffer): number[] => [png.readUInt32BE(16), png.readUInt32BE(20)];

  it('have the sizes that Teams wants', () => {
    expect(sizeOf(colourIcon())).toEqual([192, 192]);
    expect(sizeOf(outlineIcon())).toEqual([32, 32]);
    expect(colourIcon().subarray(1, 4).toString('latin1')).toBe('PNG');
  });
});

describe('the Slack app', () => {
  it('keeps the rules, over HTTP and by Socket Mode', () => {
    expect(checkSlackManifest(slackManifest({ url: options.url, socketMode: false }))).toEqual([]);
    expect(checkSlackManifest(slackManifest({ socketMode: true }))).toEqual([]);
  });

  it('sends events, clicks and commands to the one address', () => {
    const manifest = slackManifest({ url: 'https://steward.example.com', socketMode: false });
    const address = 'https://steward.example.com/slack/events';
    expect(manifest.settings.event_subscriptions.request_url).toBe(address);
    expect(manifest.settings.interactivity.request_url).toBe(address);
    expect(manifest.features.slash_commands[0]?.url).toBe(address);
  });

  it('names no address in Socket Mode', () => {
    expect(JSON.stringify(slackManifest({ socketMode: true }))).not.toContain('/slack/events');
  });

  it('lets tokens expire only where they are renewed, and asks for nothing that it has no use for', () => {
    const url = 'https://steward.example.com';
    const one = slackManifest({ url, socketMode: false });
    const several = slackManifest({ url, socketMode: false, severalWorkspaces: true });
    expect(one.settings.token_rotation_enabled).toBe(false);
    expect(one.oauth_config.redirect_urls).toBeUndefined();
    expect(several.settings.token_rotation_enabled).toBe(true);
    expect(several.oauth_config.redirect_urls).toEqual([`${url}/slack/oauth_redirect`]);
    expect(one.oauth_config.scopes.bot).not.toContain('reactions:read');
    expect(checkSlackManifest(several)).toEqual([]);
  });

  it('names the scope that an event lacks', () => {
    const manifest = slackManifest({ socketMode: true });
    manifest.settings.event_subscriptions.bot_events.push('reaction_added');
    expect(checkSlackManifest(manifest)).toEqual([
      'settings.event_subscriptions.bot_events: reaction_added needs the scope reactions:read',
    ]);
  });

  it('takes no address without https, neither for events nor for installing', () => {
    const url = 'http://steward.example.com';
    const overHttp = slackManifest({ url, socketMode: false, severalWorkspaces: true });
    expect(checkSlackManifest(overHttp).join()).toContain(`${url}/slack/oauth_redirect`);
    const bySocket = slackManifest({ url, socketMode: true, severalWorkspaces: true });
    expect(checkSlackManifest(bySocket)).toEqual([
      `--url: ${url}/slack/oauth_redirect: Slack takes only https addresses for installing an app.`,
    ]);
  });

  it('says when the address is missing', () => {
    expect(checkSlackManifest(slackManifest({ socketMode: false })).join()).toContain('--socket-mode');
  });
});
