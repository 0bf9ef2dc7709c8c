import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { packageRoot } from '../../core/kernel/package-root.js';
import { startTeamsHost, type TeamsHost } from '../support/teams-host.js';

/** Requests recorded from Microsoft's Agents Playground; its licence keeps them out of this repository. */
const RECORDINGS = join(packageRoot, '..', 'shared', 'fixtures', 'teams', 'inbound');
const names = existsSync(RECORDINGS) ? readdirSync(RECORDINGS).filter((name) => name.endsWith('.json')) : [];

interface Recording {
  request: { method: string; body: Record<string, unknown> | null };
}

/** What each kind of recording is for Steward; anything else is acknowledged and ignored. */
const KINDS: [RegExp, string][] = [
  [/^message-(?:personal|group|channel|compose|suggested)/, 'message'],
  [/^message-submit/, 'card-action'],
  [/^messageupdate/, 'message-edit'],
  [/^messagedelete/, 'message-delete'],
  [/^messagereaction/, 'reaction'],
  [/^invoke-adaptivecard/, 'card-action'],
  [/^invoke-message-submitaction/, 'feedback'],
  [/^installationupdate-add/, 'install'],
  [/^(?:installationupdate-remove|conversationupdate-bot-removed)/, 'uninstall'],
  [/^conversationupdate-user-added/, 'members-added'],
  [/^conversationupdate-user-removed/, 'members-removed'],
  [/^conversationupdate/, 'other'],
];

describe('Requests recorded from Microsoft’s test client', () => {
  if (names.length === 0) {
    it.skip('are replayed (skipped: the folder with the recordings is not beside this checkout)', () => {});
    return;
  }
  let host: TeamsHost;
  beforeAll(async () => {
    host = await startTeamsHost({ onResponse: () => ({ kind: 'message', text: 'Done.' }) });
  });
  afterAll(() => host.close());

  it.each(names)('%s is answered as its client expects', async (name) => {
    const { request } = JSON.parse(readFileSync(join(RECORDINGS, name), 'utf8')) as Recording;
    if (!request.body) {
      const response = await fetch(host.url, { method: request.method });
      return expect(response.status).toBe(405);
    }
    const before = host.intake.taken.length;
    const { status, body } = await host.post(request.body);
    const kind = KINDS.find(([pattern]) => pattern.test(name))?.[1];
    const taken = host.intake.taken.slice(before).map((activity) => activity.kind);
    expect(taken).toEqual(kind ? [kind] : []);
    const isUnoffered = request.body.type === 'invoke' && !kind;
    expect(status).toBe(isUnoffered && /fetchtask/.test(name) ? 501 : 200);
    if (request.body.type === 'invoke') expect(body).toBeInstanceOf(Object);
  });
});
