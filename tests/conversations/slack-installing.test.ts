import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createSlackInstallations,
  slackInstallationCollection,
} from '../../storage/mongo/slack-installations.js';
import {
  createSlackPayloads,
  createSlackThreads,
  slackPayloadCollection,
  slackThreadCollection,
} from '../../storage/mongo/slack-memory.js';
import type { SlackInstallation } from '../../adapters/slack/installation.js';
import { createFieldCipher } from '../../storage/mongo/field-cipher.js';
import type { CollectionDefinition } from '../../storage/mongo/database.js';
import { openTemporaryDatabase, type TemporaryDatabase } from '../fakes/temporary-database.js';
import { eventually } from '../support/eventually.js';
import { addToSlack, beginInstall, endInstall } from '../support/slack-app.js';
import { slackEvent, slackFixture, startSlackHost, type SlackHost } from '../support/slack-host.js';

const installation = (more: Partial<SlackInstallation> = {}): SlackInstallation => ({
  isOrgInstall: false,
  teamId: 'T0ACME0001',
  botToken: 'xoxb-acme',
  botUserId: 'U0BOTACME1',
  scopes: ['chat:write'],
  ...more,
});
const credentials = (host: {
  signingSecret: string;
}): { signingSecret: string; clientId: string; clientSecret: string } => ({
  signingSecret: host.signingSecret,
  clientId: '1.2',
  clientSecret: 'client-secret',
});
const SECRET = { signingSecret: 'fake-signing-secret' };

const reply = (teamId: string, extra?: Record<string, string>) => ({
  id: `m-${teamId}-${Math.random()}`,
  kind: 'post' as const,
  content: { text: 'Hello' },
  conversation: {
    channel: 'slack' as const,
    channelTenantId: teamId,
    conversationId: 'D0EMPDM001',
    scope: 'personal' as const,
    ...(extra ? { extra } : {}),
  },
});

describe('An app for several workspaces', () => {
  let host: SlackHost;
  afterEach(() => host.close());

  it('shows a calm page of its own when somebody cancels, comes too late, or Slack does not finish it', async () => {
    host = await startSlackHost({}, { credentials: credentials(SECRET) });
    const german = { 'accept-language': 'de-DE,de;q=0.9' };
    const at = (query: string, headers: Record<string, string> = german): Promise<Response> =>
      fetch(`${host.url}/slack/oauth_redirect?${query}`, { headers });
    const cancelled = await at('error=access_denied&error_description=%3Cscript%3Ealert(1)%3C%2Fscript%3E');
    expect(cancelled.status).toBe(200);
    const page = await cancelled.text();
    expect(page).toContain('<h1>cancelled</h1>');
    expect(page).toContain('lang="de"');
    expect(page).toContain('href="/slack/install"');
    expect(page).not.toContain('<script');
    const late = await at('code=good-code&state=nonsense');
    expect(late.status).toBe(400);
    expect(await late.text()).toContain('<h1>expired</h1>');
    const installing = await beginInstall(host.url);
    host.slack.fail({ method: 'oauth.v2.access', error: 'bad_client_secret' });
    const bad = await endInstall(host.url, 'good-code', installing, german);
    expect(bad.status).toBe(502);
    const failed = await bad.text();
    expect(failed).toContain('<h1>failed</h1>');
    const number = host.warnings.at(-1)?.fields.correlationId;
    expect(failed).toContain(String(number));
    const refused = await at('error=invalid_scope');
    expect(refused.status).toBe(502);
    expect(host.warnings.at(-1)?.fields).toMatchObject({ refusal: 'invalid_scope' });
    expect(host.installations.size).toBe(0);
  });

  it('is added by a browser, and speaks with the token of each workspace', async () => {
    host = await startSlackHost(
      {},
      { credentials: credentials(SECRET), publicUrl: 'https://bot.example.com' },
    );
    const installing = await beginInstall(host.url);
    const { target, state } = installing;
    expect(target.origin + target.pathname).toBe(new URL('/oauth/v2/authorize', host.slack.apiUrl).href);
    expect(target.searchParams.get('scope')).toBe('chat:write,im:history');
    expect(target.searchParams.get('redirect_uri')).toBe('https://bot.example.com/slack/oauth_redirect');

    expect((await endInstall(host.url, 'good-code', { state })).status).toBe(400);
    expect(host.installations.size).toBe(0);

    expect((await endInstall(host.url, 'good-code', installing)).status).toBe(200);
    expect(host.installations.get('T0ACME0001')).toMatchObject({
      botToken: 'xoxb-installed',
      botUserId: 'U0BOTACME1',
    });
    await host.adapter.port.deliver(reply('T0ACME0001'));
    expect(host.slack.calls.at(-1)?.token).toBe('xoxb-installed');
  });

  it('is installed once, and a reloaded page says so calmly', async () => {
    host = await startSlackHost({}, { credentials: credentials(SECRET) });
    const installing = await beginInstall(host.url);
    const end = async (code: string): Promise<number> =>
      (await endInstall(host.url, code, installing)).status;
    expect(await end('good-code')).toBe(200);
    host.slack.fail({ method: 'oauth.v2.access', error: 'code_already_used' });
    expect(await end('good-code')).toBe(400);
    expect(host.installations.size).toBe(1);
    expect(await end('bad-code')).toBe(400);
    host.slack.fail({ method: 'oauth.v2.access', error: 'bad_client_secret' });
    expect(await end('good-code')).toBe(502);
  });

  it('is added for a whole organisation', async () => {
    host = await startSlackHost({}, { credentials: credentials(SECRET) });
    await addToSlack(host.url, 'organisation-code');
    expect(host.installations.get('E0HOLDCO01')).toMatchObject({
      isOrgInstall: true,
      enterpriseId: 'E0HOLDCO01',
      botToken: 'xoxb-organisation',
    });
    expect((await host.send(slackEvent('event_message_enterprise_install'))).status).toBe(200);
  });

  it.each([
    ['a state that nobody gave out', (state: string) => `${state}x`, 'good-code'],
    ['no state', () => '', 'good-code'],
    ['a code that Slack does not know', (state: string) => state, 'bad-code'],
  ])('is not added with %s, and the browser is told', async (_what, change, code) => {
    host = await startSlackHost({}, { credentials: credentials(SECRET) });
    const { state, cookie } = await beginInstall(host.url);
    const end = await endInstall(host.url, code, { state: change(state), cookie });
    expect(end.status).toBeGreaterThanOrEqual(400);
    expect(await end.text()).not.toBe('');
    expect(host.installations.size).toBe(0);
  });

  it('answers nothing from a workspace where it is not installed', async () => {
    host = await startSlackHost({}, { credentials: credentials(SECRET) });
    // Whether it is installed there is looked up once what came is stored and acknowledged.
    await host.send(slackEvent('event_message_dm'));
    await host.send({ payload: slackFixture('block_actions_button') });
    await host.send({ form: slackFixture('slash_command') as Record<string, string> });
    expect(host.intake.taken).toEqual([]);
    expect(host.warnings[0]?.message).toContain('is not installed');
    expect(host.slack.messages).toEqual([]);
    await expect(host.adapter.port.deliver(reply('T0ACME0001'))).rejects.toMatchObject({
      code: 'slack.not-installed',
      retryable: false,
    });
  });

  it('uses one installation for all workspaces of an organisation', async () => {
    const org = installation({
      isOrgInstall: true,
      teamId: undefined,
      enterpriseId: 'E0HOLDCO01',
      botToken: 'xoxb-org',
    });
    host = await startSlackHost({}, { credentials: credentials(SECRET), installed: { E0HOLDCO01: org } });
    expect((await host.send(slackEvent('event_message_enterprise_install'))).status).toBe(200);
    const [activity] = host.intake.taken;
    await host.adapter.port.deliver({ ...reply('x'), conversation: activity?.conversation as never });
    expect(host.slack.calls.at(-1)?.token).toBe('xoxb-org');
  });

  it.each(['event_app_uninstalled', 'event_tokens_revoked'])('forgets its tokens on %s', async (name) => {
    host = await startSlackHost(
      {},
      { credentials: credentials(SECRET), installed: { T0ACME0001: installation() } },
    );
    expect((await host.send(slackEvent(name))).status).toBe(200);
    expect(host.installations.size).toBe(0);
  });

  it('takes the second goodbye of a removed app, for which nothing is left to do', async () => {
    host = await startSlackHost({}, { credentials: credentials(SECRET) });
    for (const name of ['event_app_uninstalled', 'event_tokens_revoked'])
      expect((await host.send(slackEvent(name))).status).toBe(200);
    expect(host.intake.taken).toEqual([]);
  });

  it('forgets an organisation’s tokens, also where the event does not say that it is one', async () => {
    const org = installation({ isOrgInstall: true, teamId: undefined, enterpriseId: 'E0HOLDCO01' });
    host = await startSlackHost({}, { credentials: credentials(SECRET), installed: { E0HOLDCO01: org } });
    const { event } = slackEvent('event_app_uninstalled');
    const bare = { ...event, enterprise_id: 'E0HOLDCO01', authorizations: undefined };
    expect((await host.send({ event: bare })).status).toBe(200);
    expect(host.installations.size).toBe(0);
  });

  it('keeps its tokens when only a person’s were revoked', async () => {
    host = await startSlackHost(
      {},
      { credentials: credentials(SECRET), installed: { T0ACME0001: installation() } },
    );
    await host.send(slackEvent('event_tokens_revoked', { tokens: { oauth: ['U0EMPLOYE1'], bot: [] } }));
    expect(host.installations.size).toBe(1);
  });

  it('renews an expiring token once, also when several messages want it at the same time', async () => {
    const expiring = installation({ refreshToken: 'refresh-0', expiresAt: new Date(Date.now() + 60_000) });
    host = await startSlackHost(
      {},
      { credentials: credentials(SECRET), installed: { T0ACME0001: expiring } },
    );
    await Promise.all([1, 2, 3].map(() => host.adapter.port.deliver(reply('T0ACME0001'))));
    expect(host.slack.calls.filter(({ method }) => method === 'oauth.v2.access')).toHaveLength(1);
    expect(host.installations.get('T0ACME0001')).toMatchObject({
      botToken: 'xoxe.xoxb-1',
      refreshToken: 'refresh-1',
    });
    const posts = host.slack.calls.filter(({ method }) => method === 'chat.postMessage');
    expect(new Set(posts.map(({ token }) => token))).toEqual(new Set(['xoxe.xoxb-1']));
    expect(JSON.stringify(host.warnings)).not.toMatch(/xox[a-z]/);
  });

  it('renews a token that Slack says has expired, whatever was known of its time', async () => {
    const fresh = installation({ refreshToken: 'refresh-0', expiresAt: new Date(Date.now() + 36_000_000) });
    host = await startSlackHost({}, { credentials: credentials(SECRET), installed: { T0ACME0001: fresh } });
    host.slack.fail({ method: 'chat.postMessage', error: 'token_expired' });
    await host.adapter.port.deliver(reply('T0ACME0001'));
    expect(host.installations.get('T0ACME0001')).toMatchObject({ botToken: 'xoxe.xoxb-1' });
    expect(host.slack.messages).toHaveLength(1);
  });

  it('names the workspace whose token is refused, until one is taken', async () => {
    host = await startSlackHost(
      {},
      { credentials: credentials(SECRET), installed: { T0ACME0001: installation() } },
    );
    host.slack.fail({ method: 'chat.postMessage', error: 'token_revoked' });
    await expect(host.adapter.port.deliver(reply('T0ACME0001'))).rejects.toMatchObject({ retryable: false });
    expect(host.adapter.problem()).toContain('T0ACME0001');
    await host.adapter.port.deliver(reply('T0ACME0001'));
    expect(host.adapter.problem()).toBeUndefined();
  });
});

describe('Socket Mode', () => {
  let host: SlackHost;
  beforeAll(async () => {
    host = await startSlackHost(
      { onResponse: () => ({ kind: 'field-errors', errors: { reason: 'Too short.' } }) },
      { credentials: { appToken: 'xapp-1', botToken: 'xoxb-acme' } },
    );
    await host.adapter.start();
  });
  afterAll(() => host.close());

  it('takes events over its own connection and acknowledges them when they are stored', async () => {
    await host.slack.sendSocket('events_api', slackEvent('event_message_dm').event);
    expect(host.intake.taken).toHaveLength(1);
  });

  it('outlives envelopes without an inner event, and frames that are none', async () => {
    await host.slack.sendSocket('events_api', slackFixture('event_app_rate_limited'));
    for (const payload of [null, 'x', { event: null }]) void host.slack.sendSocket('events_api', payload);
    const before = host.intake.taken.length;
    await host.slack.sendSocket(
      'events_api',
      slackEvent('event_message_dm', { ts: '1795219201.000777' }).event,
    );
    expect(host.intake.taken).toHaveLength(before + 1);
  });

  it('connects again after Slack has refused to, and says meanwhile that it is not connected', async () => {
    host.slack.fail({ method: 'apps.connections.open', error: 'invalid_auth' });
    host.slack.dropSockets();
    await eventually(() => expect(host.adapter.problem()).toContain('not connected'), 5_000);
    await eventually(
      () => expect(JSON.stringify(host.warnings)).toContain('Slack refused Socket Mode'),
      10_000,
    );
    await eventually(() => expect(host.slack.socketConnections).toBe(1), 15_000);
    await eventually(() => expect(host.adapter.problem()).toBeUndefined(), 5_000);
    const before = host.intake.taken.length;
    await host.slack.sendSocket(
      'events_api',
      slackEvent('event_message_dm', { ts: '1795219201.000888' }).event,
    );
    expect(host.intake.taken).toHaveLength(before + 1);
  }, 40_000);

  it('answers a modal within its envelope', async () => {
    const view = {
      ...(slackFixture('view_submission').view as object),
      private_metadata: JSON.stringify({ v: 'approval.reject', d: {}, o: {} }),
      blocks: [{ type: 'input', block_id: 'value|i|reason', element: { action_id: 'reason' } }],
      state: { values: {} },
    };
    const body = await host.slack.sendSocket('interactive', { ...slackFixture('view_submission'), view });
    expect(body).toEqual({ response_action: 'errors', errors: { 'value|i|reason': 'Too short.' } });
  });

  it('refuses what comes over HTTP, because nothing there is signed for it', async () => {
    expect((await host.send(slackEvent('event_message_dm', { ts: '1795219201.000999' }))).status).toBe(401);
  });

  it('connects again when Slack recycles the connection', async () => {
    const opened = host.slack.calls.filter(({ method }) => method === 'apps.connections.open').length;
    host.slack.dropSockets();
    await host.slack.waitForCalls(opened + 1, 'apps.connections.open', 9_000);
    await eventually(() => expect(host.slack.socketConnections).toBeGreaterThan(0));
    await eventually(async () => {
      await host.slack.sendSocket('slash_commands', slackFixture('slash_command'));
      expect(host.intake.taken.at(-1)?.text).toContain('rail');
    });
  });
});

describe('What Slack needs remembered', () => {
  let temporary: TemporaryDatabase;
  beforeAll(async () => {
    temporary = await openTemporaryDatabase([
      slackInstallationCollection,
      slackThreadCollection,
      slackPayloadCollection,
    ] as unknown as CollectionDefinition<never>[]);
  }, 30_000);
  afterAll(() => temporary.close());
  let time = new Date('2026-11-21T09:00:00Z');
  const now = (): Date => time;
  const cipher = createFieldCipher([{ id: 'k', key: Buffer.alloc(32, 7) }]);

  it('keeps installations sealed, and opens them for their own workspace only', async () => {
    const store = createSlackInstallations<SlackInstallation>(temporary.database, 'home', cipher, now);
    const expiresAt = new Date('2026-11-21T21:00:00Z');
    await store.save('T1', installation({ refreshToken: 'refresh', expiresAt }));
    expect(await store.find('T1')).toEqual(installation({ refreshToken: 'refresh', expiresAt }));
    const raw = temporary.database.connection.collection<{ _id: string }>('slack-installations');
    const record = await raw.findOne({ _id: 'T1' });
    expect(JSON.stringify(record)).not.toMatch(/xoxb|refresh"/);
    await raw.insertOne({ ...record, _id: 'T2' } as never);
    await expect(store.find('T2')).rejects.toThrow('changed outside');
    await store.remove('T1');
    expect(await store.find('T1')).toBeUndefined();
  });

  it('lets one process use a refresh token, and another when the first did not come back', async () => {
    const store = createSlackInstallations<SlackInstallation>(temporary.database, 'home', cipher, now);
    await store.save('T3', installation());
    const until = new Date(time.getTime() + 30_000);
    const claims = await Promise.all([store.claimRefresh('T3', until), store.claimRefresh('T3', until)]);
    expect(claims.filter(Boolean)).toHaveLength(1);
    time = new Date(time.getTime() + 31_000);
    expect(await store.claimRefresh('T3', new Date(time.getTime() + 30_000))).toBe(true);
    await store.save('T3', installation({ botToken: 'new' }));
    expect(await store.claimRefresh('T3', new Date(time.getTime() + 30_000))).toBe(true);
  });

  it('knows joined threads and kept buttons after a restart', async () => {
    const threads = createSlackThreads(temporary.database, 'home', now);
    expect(await threads.find('T|C|1')).toBeUndefined();
    const as = { teamId: 'T', isOrgInstall: false, botUserId: 'U1' };
    expect(await threads.add('T|C|1', as)).toEqual(as);
    expect(await threads.add('T|C|1', { teamId: 'T2' })).toEqual(as);
    expect(await createSlackThreads(temporary.database, 'home', now).find('T|C|1')).toEqual(as);
    const payloads = createSlackPayloads(temporary.database, 'home', now);
    await payloads.put('key', { v: 'x', d: { empty: {}, list: [] } });
    expect(await payloads.get('key')).toEqual({ v: 'x', d: { empty: {}, list: [] } });
    expect(await payloads.get('other')).toBeUndefined();
  });
});
