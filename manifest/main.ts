#!/usr/bin/env node
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command as Program, Option } from 'commander';
import { z } from 'zod';
import { describeError } from '../core/kernel/errors.js';
import { shippedFile } from '../core/kernel/package-root.js';
import { checkSlackManifest, checkTeamsLocalization, checkTeamsManifest } from './check.js';
import { LANGUAGES } from './commands.js';
import { colourIcon } from './icons.js';
import { slackManifest } from './slack.js';
import { teamsLocalization, teamsManifest, teamsPackage, type TeamsOptions } from './teams.js';

const choices = z.object({
  appId: z.string().optional(),
  url: z.url({ message: 'must be an address like https://steward.example.com' }).optional(),
  version: z.string(),
  developer: z.string(),
  privacyUrl: z.url().optional(),
  termsUrl: z.url().optional(),
  schema: z.enum(['1.22', '1.28']),
  socketMode: z.boolean(),
  severalWorkspaces: z.boolean(),
  out: z.string(),
});

const program = new Program()
  .name('manifest')
  .description('Writes the Teams app package and the Slack app manifest.')
  .option('--app-id <guid>', 'Entra application id of the bot; without it no Teams package is written')
  .option('--url <address>', 'public https address of Steward')
  .option('--version <number>', 'version of the Teams app', '1.0.0')
  .option('--developer <name>', 'who offers the app', 'Steward')
  .option('--privacy-url <address>', 'your privacy page (default: /privacy at --url)')
  .option('--terms-url <address>', 'your terms of use (default: /terms at --url)')
  .addOption(
    new Option('--schema <version>', 'schema of the Teams manifest')
      .choices(['1.22', '1.28'])
      .default('1.22'),
  )
  .option('--socket-mode', 'Slack without a public address', false)
  .option('--several-workspaces', 'workspaces install the Slack app themselves; tokens are renewed', false)
  .option('--out <folder>', 'where to write', shippedFile('manifest', 'build'));

try {
  process.exitCode = writeManifests(program.parse().opts());
} catch (error) {
  process.stderr.write(`${describeError(error)}\n`);
  process.exitCode = 2;
}

/** @returns the exit code: 0 when all is written, 1 when something would be refused by a channel. */
function writeManifests(given: unknown): number {
  const parsed = choices.safeParse(given);
  if (!parsed.success) {
    return complain(
      parsed.error.issues.map(({ path, message }) => `--${optionName(path.join('.'))}: ${message}`),
    );
  }
  const { appId, url, socketMode, severalWorkspaces, out, ...rest } = parsed.data;
  if (url === undefined && !socketMode)
    return complain(['--url: missing. Give the public address, or --socket-mode.']);
  if (url === undefined && severalWorkspaces)
    return complain(['--url: missing. Workspaces install the app at a public address.']);
  mkdirSync(out, { recursive: true });

  const slack = slackManifest({ url, socketMode, severalWorkspaces });
  const problems = checkSlackManifest(slack);
  // What Slack would refuse is not left behind to be pasted.
  if (problems.length > 0) return complain(problems);
  write(out, 'slack-manifest.json', `${JSON.stringify(slack, null, 2)}\n`);
  write(out, 'icon.png', colourIcon());
  if (appId !== undefined && url !== undefined) problems.push(...writeTeams(out, { appId, url, ...rest }));
  else process.stderr.write('No Teams package: it needs --app-id and --url.\n');
  return complain(problems);
}

/** `privacyUrl` as it is typed: `privacy-url`. */
function optionName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function writeTeams(out: string, options: TeamsOptions): string[] {
  const manifest = teamsManifest(options);
  write(out, 'teams-manifest.json', `${JSON.stringify(manifest, null, 2)}\n`);
  write(out, 'steward-teams.zip', teamsPackage(options));
  return [
    ...checkTeamsManifest(manifest, options.schema),
    ...LANGUAGES.flatMap((language) =>
      checkTeamsLocalization(teamsLocalization(language, options.schema), options.schema),
    ),
  ];
}

function write(folder: string, name: string, content: string | Uint8Array): void {
  const path = join(folder, name);
  writeFileSync(path, content);
  process.stdout.write(`${path}\n`);
}

function complain(problems: string[]): number {
  for (const problem of new Set(problems)) process.stderr.write(`${problem}\n`);
  return problems.length === 0 ? 0 : 1;
}
