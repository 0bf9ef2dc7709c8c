import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { startBotLogin, type BotLogin, type ChannelTokenClaims } from '../fakes/bot-login.js';
import { BOT_APP_ID, payloads, TENANT } from '../fixtures/teams/payloads.js';
import { startTeamsHost, type TeamsHost } from '../support/teams-host.js';

const SERVICE = 'http://127.0.0.1:1/teams/';
const MICROSOFT = 'https://smba.trafficmanager.net/emea/';

describe('The sender of a request, with an app id', () => {
  let login: BotLogin;
  let host: TeamsHost;

  beforeAll(async () => {
    // The SDK writes refused tokens to the console; the operator's log has them already.
    jest.spyOn(console, 'error').mockImplementation(() => {});
    login = await startBotLogin({ appId: BOT_APP_ID, secret: 'not-a-real-secret' });
    host = await startTeamsHost(
      {},
      {
        credentials: {
          appId: BOT_APP_ID,
          appPassword: 'not-a-real-secret',
          tenantId: TENANT,
          appType: 'SingleTenant',
        },
        allowedTenants: [TENANT],
        cloud: {
          loginUrl: login.url,
          openIdMetadataUrl: login.openIdMetadataUrl,
          connectorOrigins: ['http://127.0.0.1:1'],
        },
      },
    );
  });
  afterAll(async () => {
    await host.close();
    await login.close();
    jest.restoreAllMocks();
  });
  beforeEach(() => {
    host.warnings.length = 0;
  });

  const bearer = (claims: Partial<ChannelTokenClaims> = {}): Record<string, string> => ({
    authorization: `Bearer ${login.channelToken({ appId: BOT_APP_ID, serviceUrl: SERVICE, ...claims })}`,
  });

  it('is let in with the connector’s token', async () => {
    const payload = payloads.personalMessage(SERVICE);
    expect((await host.post(payload, bearer())).status).toBe(200);
    expect(host.intake.taken.at(-1)).toMatchObject({ activityId: payload.id });
  });

  it('is let in from Microsoft’s own hosts', async () => {
    const payload = payloads.personalMessage(MICROSOFT);
    expect((await host.post(payload, bearer({ serviceUrl: MICROSOFT }))).status).toBe(200);
  });

  it('has its token’s signature checked once', async () => {
    const headers = bearer();
    for (let count = 0; count < 3; count += 1) {
      expect((await host.post(payloads.personalMessage(SERVICE), headers)).status).toBe(200);
    }
    expect(login.keyFetches()).toBe(1);
  });

  it.each([
    ['no token', {}, 401, 'no bearer token'],
    ['a token that is none', { authorization: 'Bearer a.b.c' }, 401, 'cannot be read'],
    ['another scheme', { authorization: 'Basic c2VjcmV0' }, 401, 'no bearer token'],
    ['an expired token', () => bearer({ expiresIn: -600 }), 401, 'expired'],
    ['a token from the future', () => bearer({ notBefore: 3000 }), 401, 'not valid yet'],
    [
      'a token for another bot',
      () => bearer({ appId: 'c0ffee00-0000-4000-8000-000000000000' }),
      401,
      'another bot',
    ],
    [
      'another issuer',
      () => bearer({ issuer: 'https://sts.windows.net/f8cdef31-a31e-4b4a-93e4-5f571e91255a/' }),
      401,
      'another issuer',
    ],
    ['a forged signature', () => bearer({ forged: true }), 401, 'token was refused'],
    ['a key that nobody announced', () => bearer({ keyId: 'key-9' }), 401, 'token was refused'],
    ['a key that is not endorsed for Teams', () => bearer({ unendorsed: true }), 401, 'token was refused'],
    ['an unsigned token', () => bearer({ algorithm: 'none' }), 401, 'no bearer token'],
    ['a symmetric signature', () => bearer({ algorithm: 'HS256' }), 401, 'RS256'],
    ['a serviceUrl that is not the token’s', () => bearer({ serviceUrl: MICROSOFT }), 401, 'not the token'],
  ] as [string, Record<string, string> | (() => Record<string, string>), number, string][])(
    'is refused with %s, and the operator reads why',
    async (_case, headers, status, reason) => {
      const before = host.intake.taken.length;
      const given = typeof headers === 'function' ? headers() : headers;
      const reply = await host.post(payloads.personalMessage(SERVICE), given);
      expect(reply.status).toBe(status);
      expect(host.intake.taken).toHaveLength(before);
      expect(host.warnings).toHaveLength(1);
      expect(host.warnings[0]?.message).toContain(reason);
      const told = JSON.stringify(reply.body);
      expect(told).not.toContain(reason);
      expect(JSON.stringify(host.warnings)).not.toContain(given.authorization?.split(' ')[1] ?? 'no token');
    },
  );

  it('is refused when its serviceUrl is not Microsoft’s, even in a good token', async () => {
    const evil = 'https://smba.trafficmanager.net.evil.example/';
    const reply = await host.post(payloads.personalMessage(evil), bearer({ serviceUrl: evil }));
    expect(reply.status).toBe(403);
    expect(host.warnings[0]?.message).toContain("not one of Microsoft's");
  });

  it('is refused when a token that is known comes with another serviceUrl', async () => {
    const headers = bearer();
    expect((await host.post(payloads.personalMessage(SERVICE), headers)).status).toBe(200);
    expect((await host.post(payloads.personalMessage('http://127.0.0.1:1/other/'), headers)).status).toBe(
      401,
    );
  });

  it('is refused from a tenant that is not on the list', async () => {
    const payload = payloads.personalMessage(SERVICE, { channelData: { tenant: { id: 'another-tenant' } } });
    expect((await host.post(payload, bearer())).status).toBe(403);
    expect(host.warnings[0]?.message).toContain('tenant');
  });

  it('is refused from a channel that is not Teams', async () => {
    const payload = payloads.personalMessage(SERVICE, { channelId: 'webchat' });
    expect((await host.post(payload, bearer())).status).toBe(403);
  });

  it('is told nothing of the body before it is known', async () => {
    const reply = await host.post({ channelId: 'msteams', serviceUrl: SERVICE, type: 7 });
    expect(reply.status).toBe(401);
  });
});

describe('The sender of a request, while the signing keys cannot be had', () => {
  it('is asked to come again', async () => {
    const login = await startBotLogin({ appId: BOT_APP_ID, secret: 'not-a-real-secret' });
    const host = await startTeamsHost(
      {},
      {
        credentials: {
          appId: BOT_APP_ID,
          appPassword: 'not-a-real-secret',
          tenantId: TENANT,
          appType: 'SingleTenant',
        },
        cloud: { openIdMetadataUrl: login.openIdMetadataUrl, connectorOrigins: ['http://127.0.0.1:1'] },
      },
    );
    const authorization = `Bearer ${login.channelToken({ appId: BOT_APP_ID, serviceUrl: SERVICE })}`;
    login.setDown(true);
    expect((await host.post(payloads.personalMessage(SERVICE), { authorization })).status).toBe(503);
    expect(host.warnings[0]?.message).toContain('signing keys');
    login.setDown(false);
    expect((await host.post(payloads.personalMessage(SERVICE), { authorization })).status).toBe(200);
    await host.close();
    await login.close();
  });
});

describe('The sender of a request, without an app id', () => {
  let host: TeamsHost;
  beforeAll(async () => {
    host = await startTeamsHost();
  });
  afterAll(() => host.close());

  it('is let in from this machine', async () => {
    expect((await host.post(payloads.personalMessage(SERVICE))).status).toBe(200);
  });

  it.each(['x-forwarded-for', 'x-forwarded-host', 'forwarded', 'x-real-ip'])(
    'is refused when a tunnel or proxy passed it on (%s)',
    async (header) => {
      const reply = await host.post(payloads.personalMessage(SERVICE), { [header]: '203.0.113.7' });
      expect(reply.status).toBe(401);
    },
  );

  it('is refused when it wants the answer sent to another machine', async () => {
    expect((await host.post(payloads.personalMessage(MICROSOFT))).status).toBe(403);
    expect((await host.post(payloads.personalMessage('http://169.254.169.254/'))).status).toBe(403);
  });

  it('is refused from a channel that is no test client’s', async () => {
    expect((await host.post(payloads.personalMessage(SERVICE, { channelId: 'directline' }))).status).toBe(
      403,
    );
  });
});
