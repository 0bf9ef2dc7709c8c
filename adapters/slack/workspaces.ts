import { z } from 'zod';
import type { Clock } from '../../core/kernel/clock.js';
import { describeError, NotPermitted } from '../../core/kernel/errors.js';
import { createKept } from '../../core/kernel/kept.js';
import type { Logger } from '../../core/kernel/logger.js';
import type { OutboundFetch } from '../../core/kernel/outbound-fetch.js';
import { faultOf, SlackRefusal } from './api-fault.js';
import {
  installationKey,
  type SlackInstallation,
  type SlackInstallationStore,
  type SlackPlace,
} from './installation.js';
import { grantedBy, missingOf } from './examine.js';
import type { SlackCredentials } from './options.js';
import { callSlack } from './call-slack.js';
import type { SlackOrigin } from './place.js';

export interface Workspace {
  token: string;
  botUserId?: string;
  botId?: string;
}

/** With which token Steward speaks where. */
export interface Workspaces {
  /** Asks what should be known before the first event comes; a Slack that does not answer holds nothing up for long. */
  start(): Promise<void>;
  /** @throws NotPermitted when the app is not installed there; Unavailable when a new token could not be had. */
  of(place: SlackPlace): Promise<Workspace>;
  /** The one workspace there is, where the app is in one only and has been told which. */
  own(): Promise<SlackOrigin | undefined>;
  /** Whether what comes from there can be answered. Nobody is turned away while that is not known. */
  knows(place: SlackPlace): Promise<boolean>;
  /** The same as far as it is known without asking anybody; undefined when it is not. */
  peek(place: SlackPlace): boolean | undefined;
  /** Account of whoever added the app there, where that is known. */
  installerOf(place: SlackPlace): Promise<string | undefined>;
  /** Gets a new token, where they expire; also before its time when Slack says that `rejected` has expired. */
  renew(place: SlackPlace, rejected?: string): Promise<void>;
  /** Forgets what is remembered in this process. */
  forget(place: SlackPlace): void;
  /** The app was removed, or its token revoked. */
  remove(place: SlackPlace): Promise<void>;
}

export interface WorkspacesOptions {
  credentials: SlackCredentials;
  installations: SlackInstallationStore;
  fetch: OutboundFetch;
  apiUrl: string;
  /** What the current manifest asks for. */
  scopes: readonly string[];
  clock: Clock;
  logger: Logger;
}

const KEPT_MS = 60_000;
/** Installations in memory; beyond them the store is asked. */
const MAX_KEPT = 10_000;
/** An expiring token is replaced this long before. */
const RENEW_BEFORE_MS = 10 * 60_000;
const RENEW_LEASE_MS = 30_000;
const RENEW_POLL_MS = 250;

const whoAmI = z.looseObject({
  team_id: z.string(),
  enterprise_id: z.string().nullish(),
  user_id: z.string(),
  bot_id: z.string().nullish(),
});
const renewed = z.looseObject({
  access_token: z.string().min(1),
  refresh_token: z.string().optional(),
  expires_in: z.number().optional(),
});

export function createWorkspaces(options: WorkspacesOptions): Workspaces {
  return options.credentials.botToken
    ? singleWorkspace(options, options.credentials.botToken)
    : installedWorkspaces(options);
}

/** How long an event waits for Slack to say whose token it is, once; it has to be acknowledged in three seconds. */
const FIRST_LOOK_MS = 1_000;
const LOOK_AGAIN_MS = 30_000;
const MISSING_SCOPES =
  'The Slack app lacks permissions, and does without what they are for. Install it again with the current manifest.';

/** One workspace by its token; who that is, is asked once. */
function singleWorkspace(
  { fetch, apiUrl, scopes, clock, logger }: WorkspacesOptions,
  token: string,
): Workspaces {
  let own: { teamId: string; enterpriseId?: string; workspace: Workspace } | undefined;
  let asking: Promise<void> | undefined;
  let lookedAt = 0;

  const ask = (): Promise<void> =>
    (asking ??= callSlack(fetch, apiUrl, 'auth.test', {}, token, (headers) => {
      const missing = missingOf(scopes, grantedBy(headers));
      if (missing.length > 0) logger.warn({ missing }, MISSING_SCOPES);
    })
      .then((answer) => {
        const { data } = whoAmI.safeParse(answer);
        if (!data) return;
        own = {
          teamId: data.team_id,
          ...(data.enterprise_id ? { enterpriseId: data.enterprise_id } : {}),
          workspace: { token, botUserId: data.user_id, ...(data.bot_id ? { botId: data.bot_id } : {}) },
        };
      })
      .catch((error: unknown) => {
        logger.warn({ error: describeError(error) }, 'Slack did not say whose token SLACK_BOT_TOKEN is.');
      })
      .finally(() => {
        asking = undefined;
      }));

  const look = async (): Promise<void> => {
    const now = clock.now().getTime();
    if (own || now - lookedAt < LOOK_AGAIN_MS) return;
    const answered = new AbortController();
    await Promise.race([ask().finally(() => answered.abort()), clock.sleep(FIRST_LOOK_MS, answered.signal)]);
    lookedAt = now;
  };

  const isOwn = ({ teamId, enterpriseId }: SlackPlace): boolean | undefined =>
    own && (teamId === own.teamId || (enterpriseId !== undefined && enterpriseId === own.enterpriseId));

  return {
    start: look,
    of: async () => own?.workspace ?? { token },
    own: async () => {
      await look();
      const { teamId, enterpriseId, workspace } = own ?? {};
      return teamId === undefined
        ? undefined
        : { teamId, enterpriseId, botUserId: workspace?.botUserId, isOrgInstall: false };
    },
    knows: async (place) => {
      await look();
      return isOwn(place) ?? true;
    },
    peek: isOwn,
    installerOf: async () => undefined,
    renew: async () => {
      throw faultOf(new SlackRefusal('auth.test', 'token_expired'));
    },
    forget: () => {},
    remove: async () => {
      logger.error(
        {},
        'The Slack app was removed from its workspace. Install it again and set SLACK_BOT_TOKEN.',
      );
    },
  };
}

function installedWorkspaces(options: WorkspacesOptions): Workspaces {
  const { installations, clock, logger } = options;
  const kept = createKept<SlackInstallation | undefined>(clock, MAX_KEPT);

  /** What is installed in a workspace; where a payload does not tell, for its whole organisation. */
  const find = async (place: SlackPlace): Promise<SlackInstallation | undefined> => {
    const { isOrgInstall, enterpriseId } = place;
    const own = await at(installationKey(place));
    if (own || isOrgInstall || !enterpriseId) return own;
    const ofOrganisation = await at(enterpriseId);
    return ofOrganisation?.isOrgInstall ? ofOrganisation : undefined;
  };

  const at = async (key: string): Promise<SlackInstallation | undefined> => {
    const known = kept.get(key);
    if (known) return known.value;
    const installation = await installations.find(key);
    kept.set(key, installation, installation ? KEPT_MS : 1_000);
    return installation;
  };

  const isOld = ({ expiresAt }: SlackInstallation, withinMs: number): boolean =>
    expiresAt !== undefined && expiresAt.getTime() - clock.now().getTime() < withinMs;

  const mustRenew = (stored: SlackInstallation, rejected: string | undefined): boolean =>
    isOld(stored, RENEW_BEFORE_MS) || (stored.refreshToken !== undefined && stored.botToken === rejected);

  /** A refresh token works once: one process uses it, the others wait for what it stores. */
  const renew = async (place: SlackPlace, rejected?: string): Promise<void> => {
    const key = installationKey((await find(place)) ?? place);
    const deadline = clock.now().getTime() + RENEW_LEASE_MS;
    while (clock.now().getTime() < deadline) {
      kept.delete(key);
      const stored = await installations.find(key);
      if (!stored || !mustRenew(stored, rejected)) return;
      if (await installations.claimRefresh(key, new Date(clock.now().getTime() + RENEW_LEASE_MS))) {
        await renewClaimed(key, rejected);
        return;
      }
      await clock.sleep(RENEW_POLL_MS);
    }
  };

  /** Between the look and the claim another may have renewed it; saving gives the claim back. */
  const renewClaimed = async (key: string, rejected: string | undefined): Promise<void> => {
    const current = await installations.find(key);
    if (!current) return;
    if (!mustRenew(current, rejected)) return installations.save(key, current);
    await installations.save(key, await exchange(options, current));
    logger.info({ installation: key }, 'A Slack token was renewed.');
  };

  return {
    start: async () => {},
    of: async (place) => {
      let installation = await find(place);
      if (installation && isOld(installation, RENEW_BEFORE_MS)) {
        await renew(place).catch((error: unknown) => {
          logger.warn({ error: describeError(error) }, 'A Slack token could not be renewed yet.');
        });
        installation = await find(place);
      }
      if (!installation) {
        throw new NotPermitted(
          'slack.not-installed',
          'The Slack app is not installed there any more. Install it again.',
          { mendable: true },
        );
      }
      const { botToken, botUserId, botId } = installation;
      return { token: botToken, botUserId, ...(botId ? { botId } : {}) };
    },
    own: async () => undefined,
    knows: async (place) => (await find(place)) !== undefined,
    peek: (place) => {
      const { isOrgInstall, enterpriseId } = place;
      const own = kept.get(installationKey(place));
      if (own?.value) return true;
      if (!own || isOrgInstall || !enterpriseId) return own && false;
      const ofOrganisation = kept.get(enterpriseId);
      return ofOrganisation && ofOrganisation.value?.isOrgInstall === true;
    },
    installerOf: async (place) => (await find(place))?.installedBy,
    renew,
    forget: (place) => kept.delete(installationKey(place)),
    remove: async (place) => {
      const found = await find(place);
      const key = installationKey(found ?? place);
      kept.delete(key);
      await installations.remove(key);
      logger.info({ installation: key }, 'The Slack app was removed from a workspace.');
    },
  };
}

/** https://docs.slack.dev/authentication/using-token-rotation */
async function exchange(
  { credentials, fetch, apiUrl, clock }: WorkspacesOptions,
  installation: SlackInstallation,
): Promise<SlackInstallation> {
  const answer = await callSlack(fetch, apiUrl, 'oauth.v2.access', {
    grant_type: 'refresh_token',
    refresh_token: installation.refreshToken,
    client_id: credentials.clientId,
    client_secret: credentials.clientSecret,
  });
  const { data } = renewed.safeParse(answer);
  if (!data) throw faultOf(new SlackRefusal('oauth.v2.access', 'internal_error'));
  return {
    ...installation,
    botToken: data.access_token,
    ...(data.refresh_token ? { refreshToken: data.refresh_token } : {}),
    ...(data.expires_in ? { expiresAt: new Date(clock.now().getTime() + data.expires_in * 1_000) } : {}),
  };
}
