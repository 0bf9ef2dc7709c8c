import type { Clock } from '../../core/kernel/clock.js';
import type { Intake } from '../../core/kernel/intake.js';
import type { DirectMessages } from './direct-messages.js';
import type { SlackInstallation } from './installation.js';
import { referenceTo } from './place.js';

export interface GreetInstallerOptions {
  intake: Pick<Intake, 'accept'>;
  directMessages: DirectMessages;
  clock: Clock;
}

/**
 * Tells the rest of Steward that somebody added the app, as an installation in their direct messages. One for a whole
 * organisation names no workspace: there nobody is written to first.
 */
export function createGreetInstaller({ intake, directMessages, clock }: GreetInstallerOptions) {
  return async (installation: SlackInstallation): Promise<void> => {
    const { teamId, installedBy: account } = installation;
    if (!teamId || !account || installation.isOrgInstall) return;
    const now = clock.now();
    const channel = await directMessages.open(installation, account);
    await intake.accept({
      kind: 'install',
      dedupeKey: [teamId, channel, 'added', now.getTime()].join('|'),
      activityId: '',
      conversation: referenceTo(installation, { channel, scope: 'personal', account }),
      from: { accountId: account },
      text: '',
      attachments: [],
      sentAt: now,
      expectsResponse: false,
      addressed: true,
    });
  };
}
