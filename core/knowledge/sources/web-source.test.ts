import { afterEach, describe, expect, it } from '@jest/globals';
import { type FakePage, type WebSite, startWebSite } from '../../../tests/fakes/web-site.js';
import { createManualClock } from '../../../tests/support/manual-clock.js';
import type { SourceEntry } from '../ingest/document-source.js';
import { DEFAULT_LIMITS } from '../ingest/limits.js';
import { inEnglish } from '../ingest/reason.js';
import { createGuardedFetch } from './guarded-fetch.js';
import { type WebSourceOptions, webSource } from './web-source.js';

let site: WebSite | undefined;
afterEach(() => site?.close());
const clock = createManualClock();

async function crawl(
  pages: Record<string, FakePage>,
  start: string[],
  changes: Partial<WebSourceOptions> = {},
): Promise<Record<string, string>> {
  site = await startWebSite(pages);
  const { origin, host } = site;
  const source = webSource('web:1', {
    urls: start.map((path) => (path.startsWith('/') ? origin + path : path)),
    depth: 2,
    maxPages: 50,
    fetch: createGuardedFetch({ hosts: [], privateHosts: ['127.0.0.1'] }),
    clock,
    limits: DEFAULT_LIMITS,
    ...changes,
  });
  const found: Record<string, string> = {};
  for await (const entry of source.entries()) found[entry.path.replace(host, 'SITE')] = await shown(entry);
  return found;
}

async function shown(entry: SourceEntry): Promise<string> {
  if ('refused' in entry) return `${entry.incomplete ? 'for now' : 'refused'}: ${inEnglish(entry.refused)}`;
  if ('ignored' in entry) return `ignored: ${inEnglish(entry.ignored)}`;
  return Buffer.from((await entry.read()).bytes).toString();
}

const linkTo = (...hrefs: string[]): FakePage => ({
  body: hrefs.map((href) => `<a href="${href}">x</a>`).join(''),
});

describe('a web source', () => {
  it('takes the start page and, to a depth, what it links to below its folder', async () => {
    const found = await crawl(
      {
        '/docs/': linkTo(
          'a.html',
          '/docs/b',
          '/other/c.html',
          'a.html#part',
          'd?page=1',
          'https://elsewhere.example/',
        ),
        '/docs/a.html': linkTo('deep/e'),
        '/docs/b': { type: 'text/markdown', body: '# B' },
        '/docs/deep/e': linkTo('f'),
        '/docs/deep/f': { body: 'too deep' },
        '/other/c.html': { body: 'outside' },
      },
      ['/docs/'],
    );
    expect(Object.keys(found).sort()).toEqual([
      'SITE/docs/a.html',
      'SITE/docs/b.md',
      'SITE/docs/deep/e.html',
      'SITE/docs/index.html',
    ]);
    expect(found['SITE/docs/b.md']).toBe('# B');
  });

  it('asks as itself and honours robots.txt', async () => {
    const found = await crawl(
      {
        '/robots.txt': { type: 'text/plain', body: 'User-agent: *\nDisallow: /private' },
        '/': linkTo('/open', '/private/x'),
        '/open': { body: 'open' },
        '/private/x': { body: 'private' },
      },
      ['/'],
    );
    expect(found['SITE/private/x']).toContain('ignored');
    expect(found['SITE/open.html']).toBe('open');
    expect(site?.requests.map((request) => request.path)).toEqual(['/robots.txt', '/', '/open']);
    expect(site?.requests[1]?.headers['user-agent']).toMatch(/^steward/);
  });

  it('honours a robots.txt that was moved', async () => {
    const found = await crawl(
      {
        '/robots.txt': { status: 301, headers: { location: '/site/robots.txt' } },
        '/site/robots.txt': { type: 'text/plain', body: 'User-agent: *\nDisallow: /private' },
        '/private/x': { body: 'secret' },
      },
      ['/private/x'],
    );
    expect(found['SITE/private/x']).toContain('robots.txt does not allow it');
  });

  it('reads a page in the letters that its server names', async () => {
    const words = '会議室の予約は総務部へ。';
    const found = await crawl(
      {
        '/a': { type: 'text/html; charset=ISO-8859-2', body: Buffer.from([0xb1, 0xe6]) },
        '/b': { body: words },
      },
      ['/a', '/b'],
    );
    expect(found['SITE/a.html']).toBe('ąć');
    expect(found['SITE/b.html']).toBe(words);
  });

  it('reads nothing from a site whose robots.txt fails', async () => {
    const found = await crawl({ '/robots.txt': { status: 503 }, '/': { body: 'x' } }, ['/']);
    expect(found['SITE/index']).toContain('robots.txt');
  });

  it('follows redirects one by one and checks each', async () => {
    const found = await crawl(
      {
        '/a': { status: 301, headers: { location: '/b' } },
        '/b': { status: 302, headers: { location: '/c' } },
        '/c': { body: 'arrived' },
        '/inside': { status: 302, headers: { location: 'http://10.0.0.1/secret' } },
        '/loop': { status: 302, headers: { location: '/loop' } },
        '/file': { status: 302, headers: { location: 'file:///etc/passwd' } },
      },
      ['/a', '/inside', '/loop', '/file'],
    );
    expect(found['SITE/c.html']).toBe('arrived');
    expect(found['SITE/inside']).toContain('not on the list');
    expect(found['SITE/loop']).toContain('more than 5 times');
    expect(found['SITE/file']).toContain('no web address');
  });

  it('tells pages that fail for now from pages that are gone', async () => {
    const found = await crawl({ '/': linkTo('/busy', '/gone'), '/busy': { status: 503 } }, ['/']);
    expect(found['SITE/busy']).toBe('for now: The server answered 503.');
    expect(found['SITE/gone']).toBeUndefined();
  });

  it('tells a start page that is gone, since nobody would notice otherwise', async () => {
    expect(await crawl({}, ['/none'])).toEqual({ 'SITE/none': 'for now: The server answered 404.' });
  });

  it('refuses pages that are too large or of a type that is not read', async () => {
    const found = await crawl(
      {
        '/': linkTo('/big', '/pic'),
        '/big': { body: 'x'.repeat(2_000) },
        '/pic': { type: 'image/png', body: 'x' },
      },
      ['/'],
      { limits: { ...DEFAULT_LIMITS, maxFileBytes: 1_000 } },
    );
    expect(found['SITE/big']).toContain('more than 1000 bytes');
    expect(found['SITE/pic']).toContain('image/png');
  });

  it('stops at the limit of bytes of all pages together, and removes nothing then', async () => {
    const large = { body: 'x'.repeat(600) };
    const pages = {
      '/': linkTo('a.html', 'b.html', 'c.html'),
      '/a.html': large,
      '/b.html': large,
      '/c.html': large,
    };
    const limits = { ...DEFAULT_LIMITS, maxCrawlBytes: 1_000 };
    const found = await crawl(pages, ['/'], { limits });
    expect(Object.keys(found)).toEqual(['SITE/index.html', 'SITE/a.html', 'SITE/b.html']);
    expect(found['SITE/b.html']).toMatch(/^for now: The pages come to more than 1000 bytes/);
    expect(site?.requests.map(({ path }) => path)).not.toContain('/c.html');
  });

  it('stops at the limit of pages', async () => {
    const found = await crawl(
      {
        '/': linkTo('/1', '/2', '/3'),
        '/1': { body: 'one' },
        '/2': { body: 'two' },
        '/3': { body: 'three' },
      },
      ['/'],
      { maxPages: 2 },
    );
    expect(found['SITE/2']).toContain('More than 2 pages');
    expect(found['SITE/3.html']).toBeUndefined();
  });

  it('waits between pages when the site asks for it', async () => {
    const waits: number[] = [];
    await crawl(
      {
        '/robots.txt': { type: 'text/plain', body: 'User-agent: *\nCrawl-delay: 3' },
        '/': linkTo('/a'),
        '/a': { body: 'a' },
      },
      ['/'],
      { clock: { now: () => clock.now(), sleep: async (ms) => void waits.push(ms) } },
    );
    expect(waits).toEqual([3_000, 3_000]);
  });

  it('dates a page by what the server says', async () => {
    site = await startWebSite({
      '/x': { body: 'x', headers: { 'last-modified': 'Mon, 02 Feb 2026 08:00:00 GMT' } },
    });
    const source = webSource('web:1', {
      urls: [`${site.origin}/x`],
      depth: 0,
      maxPages: 1,
      fetch: createGuardedFetch({ hosts: [], privateHosts: ['127.0.0.1'] }),
      clock,
      limits: DEFAULT_LIMITS,
    });
    for await (const entry of source.entries()) {
      if (!('read' in entry)) throw new Error('refused');
      const { modifiedAt, url } = await entry.read();
      expect(modifiedAt).toEqual(new Date('2026-02-02T08:00:00Z'));
      expect(url).toBe(`${site.origin}/x`);
    }
    expect.assertions(2);
  });
});
