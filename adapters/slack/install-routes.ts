import type { HTTPReceiver } from '@slack/bolt';
import type { Clock } from '../../core/kernel/clock.js';
import { Defect, describeError, NotPermitted } from '../../core/kernel/errors.js';
import type { HttpRequest, HttpRoute } from '../../core/kernel/http-route.js';
import { newId } from '../../core/kernel/ids.js';
import type { Logger } from '../../core/kernel/logger.js';
import { showInstallPage, type InstallTexts } from './install-pages.js';
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
  words: InstallTexts;
  /** The app is in a workspace now, or anew. */
  onInstalled(installation: SlackInstallation): void;
  clock: Clock;
  logger: Logger;
}

type Installer = NonNullable<HTTPReceiver['installer']>;
type BoltInstallation = Parameters<NonNullable<Installer['installationStore']>['storeInstallation']>[0];

const INSTALL_PATH = '/slack/install';
const REDIRECT_PATH = '/slack/oauth_redirect';
/** Bolt's codes for a page that is too old, was opened in another browser, or came from nowhere. */
const EXPIRED = new Set([
  'slack_oauth_missing_state',
  'slack_oauth_invalid_state',
  'slack_oauth_missing_code',
]);

/** What Slack says of a code that comes a second time (a reloaded page), or that is not or no longer one. */
const CODE_OUTCOMES: Record<string, 'used' | 'expired'> = {
  code_already_used: 'used',
  invalid_code: 'expired',
  code_expired: 'expired',
};

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
  const { words, clock, logger } = options;
  const again = { words, href: INSTALL_PATH };

  const redirect = async ({ raw }: HttpRequest): Promise<'sent'> => {
    const { request, response } = raw;
    const refusal = new URL(request.url ?? '', 'http://localhost').searchParams.get('error');
    if (refusal === 'access_denied') {
      logger.info({}, 'Somebody cancelled the installation of the Slack app.');
      showInstallPage(request, response, 'cancelled', again);
      return 'sent';
    }
    const fail = (error: unknown): void => {
      const number = newId(clock.now());
      const fields = { correlationId: number, refusal: refusal?.slice(0, 100), error: describeError(error) };
      logger.warn(fields, 'The Slack app could not be installed in a workspace.');
      showInstallPage(request, response, 'failed', again, number);
    };
    const provider = await installer();
    await provider.handleCallback(request, response, {
      success: ({ team, appId }) => {
        const href = team
          ? `https://slack.com/app_redirect?${appLink(team.id, appId)}`
          : 'https://app.slack.com';
        showInstallPage(request, response, 'done', { words, href });
      },
      failure: (error) => {
        const outcome = refusal ? undefined : outcomeOf(error);
        if (!outcome) return fail(error);
        logger.info({ outcome }, 'A page at the end of an installation was too old or came again.');
        showInstallPage(request, response, outcome, again);
      },
    });
    return 'sent';
  };
  return [
    { method: 'GET', path: INSTALL_PATH, body: 'none', handle: install },
    { method: 'GET', path: REDIRECT_PATH, body: 'none', handle: redirect },
  ];
}

function outcomeOf(error: Error & { code: string }): 'used' | 'expired' | undefined {
  if (EXPIRED.has(error.code)) return 'expired';
  const { data } = error as { data?: { error?: unknown } };
  return typeof data?.error === 'string' ? CODE_OUTCOMES[data.error] : undefined;
}

const appLink = (team: string, app: string | undefined): string =>
  new URLSearchParams({ team, ...(app ? { app } : {}) }).toString();

async function createInstaller(
  { installations, stateSecret, apiUrl, onInstalled, logger }: InstallOptions,
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
        onInstalled(made);
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
  const { bot, team, enterprise, appId, user, isEnterpriseInstall } = installation;
  if (!bot)
    throw new NotPermitted('slack.no-bot-token', 'Slack granted no bot token. Check the scopes of the app.');
  return {
    isOrgInstall: isEnterpriseInstall === true,
    ...(team ? { teamId: team.id } : {}),
    ...(team?.name ? { teamName: team.name } : {}),
    ...(enterprise ? { enterpriseId: enterprise.id } : {}),
    ...(appId ? { appId } : {}),
    ...(user.id ? { installedBy: user.id } : {}),
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
