import { z } from 'zod';
import type { Clock } from '../../core/kernel/clock.js';
import type { Intake } from '../../core/kernel/intake.js';
import type { DirectMessages } from './direct-messages.js';
import type { SlackPlace } from './installation.js';
import { inPages, pageOf } from './pages.js';
import { patiently } from './patiently.js';
import { referenceTo } from './place.js';
import type { SlackWebApi } from './web-api.js';

export interface GreetInstallerOptions {
  intake: Pick<Intake, 'accept'>;
  api: SlackWebApi;
  directMessages: DirectMessages;
  clock: Clock;
}

/** Where the app was added, and by whom. */
export interface Added extends SlackPlace {
  installedBy?: string;
}

const PAGE = 200;
/** 20,000 workspaces, more than any organisation has. */
const MAX_PAGES = 100;
/** A greeting comes after the installation; nobody waits for it. */
const LONGEST_WAIT_MS = 120_000;

const teamList = pageOf({ teams: z.array(z.looseObject({ id: z.string() })) });

/**
 * Tells the rest of Steward that somebody added the app, as an installation in their direct messages. An organisation's
 * workspaces are tenants of their own: whoever added it is greeted in the first and only becomes known in the others.
 * @returns a function that takes what was added; `teamIds`: of an organisation only these, else all that the app may enter.
 */
export function createGreetInstaller({ intake, api, directMessages, clock }: GreetInstallerOptions) {
  const workspacesOf = async (added: Added): Promise<string[]> => {
    if (!added.isOrgInstall) return added.teamId ? [added.teamId] : [];
    const ids: string[] = [];
    const pages = inPages(teamList, MAX_PAGES, (cursor) =>
      patiently(clock, LONGEST_WAIT_MS, () => api.call(added, 'auth.teams.list', { limit: PAGE, cursor })),
    );
    for await (const { page } of pages) ids.push(...(page?.teams ?? []).map(({ id }) => id));
    return ids;
  };

  return async (added: Added, teamIds?: readonly string[]): Promise<void> => {
    const { installedBy: account } = added;
    const teams = teamIds ?? (await workspacesOf(added));
    if (!account || teams.length === 0) return;
    const channel = await directMessages.open(added, account);
    for (const [position, teamId] of teams.entries()) {
      const now = clock.now();
      await intake.accept({
        kind: position === 0 ? 'install' : 'members-added',
        dedupeKey: [teamId, channel, 'added', now.getTime()].join('|'),
        activityId: '',
        conversation: referenceTo({ ...added, teamId }, { channel, scope: 'personal', account }),
        from: { accountId: account },
        text: '',
        attachments: [],
        sentAt: now,
        expectsResponse: false,
        addressed: position === 0,
      });
    }
  };
}
