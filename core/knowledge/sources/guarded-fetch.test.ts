import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type WebSite, startWebSite } from '../../../tests/fakes/web-site.js';
import { createGuardedFetch, hostIsListed } from './guarded-fetch.js';
import { createPrivateAddressTest } from './private-address.js';

let site: WebSite;
beforeAll(async () => {
  site = await startWebSite({
    '/page': { body: 'hello', headers: { 'x-kind': 'test' } },
    '/large': { body: 'x'.repeat(5_000) },
    '/away': { status: 302, headers: { location: 'http://10.0.0.1/' } },
  });
});
afterAll(() => site.close());

const port = (): string => site.host.split(':')[1] ?? '';

describe('private addresses', () => {
  it.each([
    ['127.0.0.1', true],
    ['10.1.2.3', true],
    ['172.31.255.255', true],
    ['172.32.0.1', false],
    ['192.168.0.1', true],
    ['169.254.169.254', true],
    ['100.64.0.1', true],
    ['0.0.0.0', true],
    ['224.0.0.1', true],
    ['8.8.8.8', false],
    ['::1', true],
    ['::', true],
    ['::ffff:127.0.0.1', true],
    ['::ffff:8.8.8.8', false],
    ['::ffff:7f00:1', true],
    ['::127.0.0.1', true],
    ['64:ff9b::7f00:1', true],
    ['2002:7f00:1::', true],
    ['fe80::1', true],
    ['fd00::1', true],
    ['2606:4700::1111', false],
    ['localhost', true],
    ['', true],
  ])('%s is private: %s', (address, expected) => {
    expect(createPrivateAddressTest()(address)).toBe(expected);
  });
});

describe('the list of hosts', () => {
  it('matches names exactly and *. for what is below', () => {
    expect(hostIsListed('docs.example.com', ['docs.example.com'])).toBe(true);
    expect(hostIsListed('DOCS.example.com.', ['docs.Example.com'])).toBe(true);
    expect(hostIsListed('a.b.example.com', ['*.example.com'])).toBe(true);
    expect(hostIsListed('example.com', ['*.example.com'])).toBe(false);
    expect(hostIsListed('evilexample.com', ['*.example.com', 'example.com'])).toBe(false);
    expect(hostIsListed('.example.com', ['*.example.com'])).toBe(false);
    expect(hostIsListed('anything', [])).toBe(false);
  });
});

describe('the guarded fetch', () => {
  it('reads a listed private host', async () => {
    const fetch = createGuardedFetch({ hosts: [], privateHosts: ['127.0.0.1'] });
    const response = await fetch(`${site.origin}/page`);
    expect([response.status, response.text(), response.headers.get('x-kind')]).toEqual([
      200,
      'hello',
      'test',
    ]);
    expect(site.requests.at(-1)?.headers['accept-encoding']).toBe('identity');
  });

  it('sends nothing to a host that is not listed', async () => {
    const before = site.requests.length;
    const fetch = createGuardedFetch({ hosts: ['example.com'], privateHosts: [] });
    await expect(fetch(`${site.origin}/page`)).rejects.toMatchObject({ code: 'knowledge.host-not-listed' });
    expect(site.requests.length).toBe(before);
  });

  it('sends nothing to a listed name that leads to a private address, by any of its addresses', async () => {
    const before = site.requests.length;
    for (const addresses of [['127.0.0.1'], ['93.184.216.34', '10.0.0.1'], ['::ffff:127.0.0.1']]) {
      const fetch = createGuardedFetch(
        { hosts: ['docs.example.com'], privateHosts: [] },
        async () => addresses,
      );
      await expect(fetch(`http://docs.example.com:${port()}/page`)).rejects.toMatchObject({
        code: 'knowledge.private-address',
        status: 403,
      });
    }
    expect(site.requests.length).toBe(before);
  });

  it('connects to the address that it checked, whatever the name says a moment later', async () => {
    let lookups = 0;
    const fetch = createGuardedFetch({ hosts: [], privateHosts: ['intranet.example'] }, async () => {
      lookups += 1;
      return lookups === 1 ? ['127.0.0.1'] : ['192.0.2.1'];
    });
    const response = await fetch(`http://intranet.example:${port()}/page`);
    expect([response.text(), lookups]).toEqual(['hello', 1]);
  });

  it.each([
    'http://2130706433/',
    'http://0x7f.1/',
    'http://127.1/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
  ])('is not fooled by %s', async (address) => {
    const fetch = createGuardedFetch({
      hosts: ['2130706433', '0x7f.1', '127.1', '127.0.0.1', '::1', '::ffff:7f00:1'],
      privateHosts: [],
    });
    await expect(fetch(address)).rejects.toMatchObject({ code: 'knowledge.private-address' });
  });

  it('does not follow redirects itself', async () => {
    const fetch = createGuardedFetch({ hosts: [], privateHosts: ['127.0.0.1'] });
    expect((await fetch(`${site.origin}/away`)).status).toBe(302);
  });

  it('stops at the limit of bytes', async () => {
    const fetch = createGuardedFetch({ hosts: [], privateHosts: ['127.0.0.1'] });
    await expect(fetch(`${site.origin}/large`, { maxBytes: 4_999 })).rejects.toMatchObject({
      code: 'knowledge.page-too-large',
    });
  });

  it('refuses other protocols, passwords in addresses and what is no address', async () => {
    const fetch = createGuardedFetch({ hosts: ['example.com'], privateHosts: [] });
    for (const address of [
      'file:///etc/passwd',
      'ftp://example.com/',
      'http://a:b@example.com/',
      'nonsense',
    ]) {
      await expect(fetch(address)).rejects.toMatchObject({ code: 'knowledge.bad-url' });
    }
  });

  it('says that a host does not answer', async () => {
    const fetch = createGuardedFetch({ hosts: ['gone.example'], privateHosts: [] }, () =>
      Promise.reject(new Error('ENOTFOUND')),
    );
    await expect(fetch('http://gone.example/')).rejects.toMatchObject({
      code: 'knowledge.unreachable',
      retryable: true,
    });
  });
});
