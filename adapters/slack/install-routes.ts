import type { HTTPReceiver } from '@slack/bolt';
import { Defect, NotPermitted } from '../../core/kernel/errors.js';
import type { HttpRequest, HttpRoute } from '../../core/kernel/http-route.js';
import type { Logger } from '../../core/kernel/logger.js';
import { installationKey, type SlackInstallation, type SlackInstallationStore } from './installation.js';
import type { SlackCredentials } from './options.js';
import { sdkLogger } from './sdk-logger.js';

export interface InstallOptions {
  credentials: SlackCredentials;
  installations: SlackInstallationStore;
  scopes: readonly string[];
  stateSecret: string;
  publicUrl?: string;
  apiUrl: string;
  logger: Logger;
}

type Installer = NonNullable<HTTPReceiver['installer']>;
type BoltInstallation = Parameters<NonNullable<Installer['installationStore']>['storeInstallation']>[0];

const REDIRECT_PATH = '/slack/oauth_redirect';

/** "Add to Slack": the pages of Bolt's installer, which signs its state and binds it to the browser. */
export function installRoutes(options: InstallOptions): HttpRoute[] {
  const { clientId, clientSecret, botToken } = options.credentials;
  if (!clientId || !clientSecret || botToken) return [];
  let made: Promise<Installer> | undefined;
  const installer = (): Promise<Installer> => (made ??= createInstaller(options, clientId, clientSecret));
  const redirectUri = options.publicUrl ? new URL(REDIRECT_PATH, options.publicUrl).href : undefined;

  const install = async ({ raw }: HttpRequest): Promise<'sent'> => {
    const provider = await installer();
    await provider.handleInstallPath(raw.request, raw.response, undefined, {
      scopes: [...options.scopes],
      ...(redirectUri ? { redirectUri } : {}),
    });
    return 'sent';
  };
  const redirect = async ({ raw }: HttpRequest): Promise<'sent'> => {
    const provider = await installer();
    await provider.handleCallback(raw.request, raw.response, undefined);
    return 'sent';
  };
  return [
    { method: 'GET', path: '/slack/install', body: 'none', handle: install },
    { method: 'GET', path: REDIRECT_PATH, body: 'none', handle: redirect },
  ];
}

async function createInstaller(
  { installations, stateSecret, apiUrl, logger }: InstallOptions,
  clientId: string,
  clientSecret: string,
): Promise<Installer> {
  const { default: bolt } = await import('@slack/bolt');
  const receiver = new bolt.HTTPReceiver({
    signingSecret: 'checked by verify.ts',
    logger: sdkLogger(logger),
    clientId,
    clientSecret,
    stateSecret,
    scopes: [],
    installationStore: {
      storeInstallation: async (installation) => {
        const made = readInstallation(installation as BoltInstallation);
        await installations.save(installationKey(made), made);
        logger.info({ installation: installationKey(made) }, 'The Slack app was installed in a workspace.');
      },
      fetchInstallation: () => Promise.reject(new Error('Installations are read by workspaces.ts.')),
    },
    installerOptions: {
      directInstall: true,
      // Beside the Web API, also on slack-gov.com.
      authorizationUrl: new URL('/oauth/v2/authorize', apiUrl).href,
      clientOptions: { slackApiUrl: apiUrl },
    },
  });
  if (!receiver.installer) throw new Defect('slack.no-installer', 'Bolt made no installer.');
  return receiver.installer;
}

function readInstallation(installation: BoltInstallation): SlackInstallation {
  const { bot, team, enterprise, appId, isEnterpriseInstall } = installation;
  if (!bot)
    throw new NotPermitted('slack.no-bot-token', 'Slack granted no bot token. Check the scopes of the app.');
  return {
    isOrgInstall: isEnterpriseInstall === true,
    ...(team ? { teamId: team.id } : {}),
    ...(team?.name ? { teamName: team.name } : {}),
    ...(enterprise ? { enterpriseId: enterprise.id } : {}),
    ...(appId ? { appId } : {}),
    botToken: bot.token,
    botUserId: bot.userId,
    botId: bot.id,
    scopes: bot.scopes,
    ...(bot.refreshToken ? { refreshToken: bot.refreshToken } : {}),
    ...(bot.expiresAt
      ? { expiresAt: new Date(bot.expiresAt > 1e12 ? bot.expiresAt : bot.expiresAt * 1_000) }
      : {}),
  };
}
