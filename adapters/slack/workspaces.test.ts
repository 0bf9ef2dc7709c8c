import { describe, expect, it } from '@jest/globals';
import { silentLogger } from '../../core/kernel/logger.js';
import { createManualClock } from '../../tests/support/manual-clock.js';
import type { SlackInstallation } from './installation.js';
import { createWorkspaces } from './workspaces.js';

describe('Renewing a Slack token', () => {
  it('does not use a refresh token that another process has used between the look and the claim', async () => {
    const clock = createManualClock();
    const expiresIn = (ms: number): Date => new Date(clock.now().getTime() + ms);
    const base = { isOrgInstall: false, teamId: 'T1', botUserId: 'U1', scopes: [] };
    const old: SlackInstallation = {
      ...base,
      botToken: 'xoxb-old',
      refreshToken: 'refresh-1',
      expiresAt: expiresIn(60_000),
    };
    const renewed = {
      ...old,
      botToken: 'xoxb-new',
      refreshToken: 'refresh-2',
      expiresAt: expiresIn(43_200_000),
    };
    let stored = old;
    let claims = 0;
    const workspaces = createWorkspaces({
      credentials: { signingSecret: 's', clientId: 'id', clientSecret: 'secret' },
      scopes: [],
      installations: {
        find: async () => stored,
        save: async (_key, installation) => {
          stored = installation;
          claims = 0;
        },
        remove: async () => {},
        claimRefresh: async () => {
          stored = renewed; // the other process was done just before
          claims += 1;
          return true;
        },
      },
      fetch: async () => {
        throw new Error('The old refresh token was used again.');
      },
      apiUrl: 'http://localhost/',
      clock,
      logger: silentLogger,
    });
    expect((await workspaces.of({ teamId: 'T1', isOrgInstall: false })).token).toBe('xoxb-new');
    expect({ stored, claims }).toEqual({ stored: renewed, claims: 0 });
  });
});
