import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../core/kernel/clock.js';
import { isLoopbackAddress, isLoopbackUrl, isTrustedServiceUrl, PUBLIC_CLOUD } from './cloud.js';
import { createSenderCheck } from './verify.js';

describe('A client without a token, while no app id is set', () => {
  const { check } = createSenderCheck({ appId: undefined, cloud: PUBLIC_CLOUD, clock: systemClock });
  const envelope = { channelId: 'msteams', serviceUrl: 'http://localhost:56150/_connector' };
  const from = (remoteAddress: string, host = 'localhost:3978') => ({ remoteAddress, headers: { host } });

  it.each(['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1'])('is served from %s', async (address) => {
    expect(await check(from(address), envelope)).toEqual({ ok: true });
  });

  it.each([
    '10.0.0.5',
    '192.168.1.2',
    '::ffff:10.0.0.5',
    'fe80::1',
    '',
    '1270.0.0.1',
    '127.0.0.1.example.com',
  ])('is refused from %j', async (address) => {
    expect(await check(from(address), envelope)).toMatchObject({ ok: false, status: 401 });
  });

  it('is refused when a web page has rebound its name to this machine', async () => {
    const verdict = await check(from('127.0.0.1', 'rebound.example:3978'), envelope);
    expect(verdict).toMatchObject({ ok: false, status: 401 });
  });
});

describe('A serviceUrl', () => {
  it.each([
    'https://smba.trafficmanager.net/emea/',
    'https://smba.trafficmanager.net/de/6f0b1c52-3c1e-4a5e-9d9e-0c6d2b7f4a10/',
    'https://smba.infra.gcc.teams.microsoft.com/gcc',
    'https://smba.infra.gov.teams.microsoft.us/gcch',
    'https://webchat.botframework.com/',
    'https://api.botframework.azure.us/',
  ])('is trusted: %s', (address) => {
    expect(isTrustedServiceUrl(address, PUBLIC_CLOUD)).toBe(true);
  });

  it.each([
    'http://smba.trafficmanager.net/emea/',
    'https://smba.trafficmanager.net:8443/',
    'https://evil.trafficmanager.net/',
    'https://smba.trafficmanager.net.evil.example/',
    'https://botframework.com.evil.example/',
    'https://evilbotframework.com/',
    'https://smba.trafficmanager.net@evil.example/',
    'https://user@smba.trafficmanager.net/',
    'http://127.0.0.1/',
    'file:///etc/passwd',
    'nonsense',
    '',
  ])('is not trusted: %j', (address) => {
    expect(isTrustedServiceUrl(address, PUBLIC_CLOUD)).toBe(false);
  });

  it('of another cloud is trusted when the operator names its origin', () => {
    const cloud = { ...PUBLIC_CLOUD, connectorOrigins: ['https://smba.sovereign.example'] };
    expect(isTrustedServiceUrl('https://smba.sovereign.example/x/', cloud)).toBe(true);
    expect(isTrustedServiceUrl('https://smba.sovereign.example.evil/x/', cloud)).toBe(false);
  });

  it('on this machine is told from one elsewhere', () => {
    expect(['http://localhost:1/', 'http://127.0.0.1/x', 'http://[::1]:9/'].every(isLoopbackUrl)).toBe(true);
    expect(
      ['http://localhost.evil.example/', 'ftp://localhost/', 'http://10.0.0.1/'].some(isLoopbackUrl),
    ).toBe(false);
    expect(isLoopbackAddress('::ffff:127.1.2.3')).toBe(true);
  });
});
