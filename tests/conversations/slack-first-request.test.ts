import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { silentLogger, type Logger } from '../../core/kernel/logger.js';
import { startSlack, type SlackFake } from '../fakes/slack.js';
import { eventually } from '../support/eventually.js';
import { slackEvent } from '../support/slack-host.js';
import { startSteward, type RunningSteward } from '../support/start-steward.js';

const REQUEST = 'please raise a laptop request for Ben, 16 inch, cost centre 4711';

/** A directory that names nobody an administrator. */
function writeOrganisation(folder: string): string {
  const file = join(folder, 'organisation.yaml');
  writeFileSync(
    file,
    'people:\n  - { id: cora, name: Cora, roles: [viewer, manager], email: cora@acme.test }\n',
  );
  return file;
}

describe('the first request in a workspace that was connected as the documentation says', () => {
  let slack: SlackFake;
  let running: RunningSteward;
  const words = (shown: unknown): string => JSON.stringify(shown);
  const administrators = async (): Promise<string | undefined> => {
    const { parts } = (await (await fetch(`${running.url}/readyz`)).json()) as {
      parts: { name: string; problem?: string }[];
    };
    return parts.find(({ name }) => name === 'administrators')?.problem;
  };
  const start = async (
    admins: string | undefined,
    logger: Logger = silentLogger,
    env: Record<string, string> = {},
  ): Promise<void> => {
    slack = await startSlack({ tokens: { T0ACME0001: 'xoxb-acme' } });
    slack.setUser('U0BEN', { name: 'Ben', email: 'ben@acme.test' });
    slack.setUser('U0ADA', { name: 'Ada', email: 'ada@acme.test' });
    running = await startSteward({
      handbook: false,
      logger: { ...logger, child: () => logger },
      env: {
        SLACK_SIGNING_SECRET: slack.signingSecret,
        SLACK_BOT_TOKEN: 'xoxb-acme',
        SLACK_API_URL: slack.apiUrl,
        ...(admins ? { STEWARD_ADMINS: admins } : {}),
        ...env,
      },
    });
  };
  const say = (user: string, text: string, ts: string): Promise<unknown> =>
    slack.send(
      `${running.url}/slack/events`,
      slackEvent('event_message_dm', { user, text, ts, channel: `D${user.slice(1)}` }),
    );
  afterEach(async () => {
    await running.close();
    await slack.close();
  }, 30_000);

  it('waits for the administrator who set it up, though they never wrote, and for nobody of the sample company', async () => {
    await start('Ada@acme.test');
    await say('U0BEN', REQUEST, '1795219901.000100');
    const [card] = await slack.waitFor(1, ({ channel }) => channel === 'D0ADA');
    expect(JSON.stringify(card?.blocks)).toContain('act:approval.approve');
    const [own] = await slack.waitFor(1, ({ channel }) => channel === 'D0BEN');
    expect(JSON.stringify(own?.blocks)).toContain('ada@acme.test');
    expect(JSON.stringify(slack.messages)).not.toMatch(/Zoe|Ana Ruiz|Tom Okafor/);
    // Whoever was known by the address alone has a name once they write.
    await say('U0ADA', 'who am I', '1795219902.000100');
    await slack.waitFor(1, (message) => JSON.stringify(message).includes('You are *Ada*'));
  }, 60_000);

  it('is not sent where nobody is named, and says who can change that', async () => {
    await start(undefined);
    await say('U0BEN', REQUEST, '1795219903.000100');
    await slack.waitFor(
      1,
      (shown) => shown.channel === 'D0BEN' && words(shown).includes('whoever runs Steward'),
    );
  }, 60_000);

  it('says to operator and people that nobody decides, until the workspace’s owner has written', async () => {
    const lines: string[] = [];
    await start(undefined, { ...silentLogger, warn: (_fields, line) => void lines.push(line) });
    expect(lines.join()).toMatch(/nobody decides approvals.*set STEWARD_ADMINS, or have an owner/);
    expect(await administrators()).toContain('set STEWARD_ADMINS');
    await slack.send(`${running.url}/slack/events`, slackEvent('event_app_home_opened', { user: 'U0BEN' }));
    await eventually(() => expect(words(slack.homes.get('U0BEN'))).toContain('An owner or administrator'));
    for (const [text, ts] of [
      ['help', '1795219904.000100'],
      ['who am I', '1795219905.000100'],
    ] as const)
      await say('U0BEN', text, ts);
    await slack.waitFor(1, (shown) => words(shown).includes('You are *Ben* (roles: viewer)'));
    await eventually(() =>
      expect(
        slack.messages.filter((shown) => words(shown).includes('An owner or administrator of this Slack')),
      ).toHaveLength(1),
    );

    slack.setUser('U0ADA', { name: 'Ada', email: 'ada@acme.test', more: { is_admin: true, is_owner: true } });
    await say('U0ADA', 'who am I', '1795219906.000100');
    await slack.waitFor(
      1,
      (shown) => shown.channel === 'D0ADA' && /You are \*Ada\* \(roles: [^)]*admin/.test(words(shown)),
    );
    await slack.waitFor(
      1,
      (shown) => shown.channel === 'D0ADA' && words(shown).includes('You are an administrator here'),
    );
    expect(await administrators()).toBeUndefined();
    await say('U0BEN', REQUEST, '1795219907.000100');
    await slack.waitFor(
      1,
      (shown) => shown.channel === 'D0ADA' && words(shown).includes('act:approval.approve'),
    );
    const given: unknown[] = [];
    for await (const { event } of running.steward.audit.read('home', { action: 'role-give' }))
      given.push(event);
    expect(given).toMatchObject([
      {
        actor: { kind: 'system', id: 'first-admin' },
        reason: 'Runs the Slack workspace of an organisation that had no administrator.',
      },
    ]);
  }, 60_000);

  it('leaves the roles to the directory where there is one, and says nothing of administrators', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'steward-first-request-'));
    await start(undefined, silentLogger, { STEWARD_ORG_FILE: writeOrganisation(folder) });
    slack.setUser('U0ADA', { name: 'Ada', email: 'ada@acme.test', more: { is_admin: true, is_owner: true } });
    await say('U0BEN', 'who am I', '1795219909.000100');
    await slack.waitFor(1, (shown) => words(shown).includes('You are *Ben* (roles: viewer)'));
    await say('U0ADA', 'who am I', '1795219910.000100');
    await slack.waitFor(1, (shown) => words(shown).includes('You are *Ada* (roles: viewer)'));
    expect(words(slack.messages)).not.toMatch(/administrator/);
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  it.each([
    ['of another workspace', { is_owner: true, team_id: 'T0OTHER001' }],
    ['whose address is not confirmed', { is_admin: true, is_email_confirmed: false }],
    ['who is a guest', { is_admin: true, is_restricted: true }],
  ])(
    'appoints no owner %s',
    async (_who, more) => {
      await start(undefined);
      slack.setUser('U0ADA', { name: 'Ada', email: 'ada@acme.test', more });
      await say('U0ADA', 'who am I', '1795219908.000100');
      await slack.waitFor(1, (shown) => /You are \*(Ada|U0ADA)\* \(roles: viewer\)/.test(words(shown)));
      expect(await administrators()).toContain('set STEWARD_ADMINS');
    },
    60_000,
  );

  it('appoints no owner beside an administrator who is named', async () => {
    await start('boss@acme.test');
    slack.setUser('U0ADA', { name: 'Ada', email: 'ada@acme.test', more: { is_owner: true } });
    await say('U0ADA', 'who am I', '1795219909.000100');
    await slack.waitFor(1, (shown) => words(shown).includes('You are *Ada* (roles: viewer)'));
    expect(await administrators()).toBeUndefined();
  }, 60_000);
});
