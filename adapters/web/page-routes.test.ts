import { afterEach, describe, expect, it } from '@jest/globals';
import { startWebChatHost, type WebChatHost, type WebChatScript } from '../../tests/support/web-chat-host.js';

const hosts: WebChatHost[] = [];
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.close();
});

async function start(script: WebChatScript = {}): Promise<WebChatHost> {
  const host = await startWebChatHost(script);
  hosts.push(host);
  return host;
}

const takeUp = (host: WebChatHost, body: object, headers = {}): Promise<Response> =>
  fetch(`${host.url}/page/conversations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

interface TakenUp {
  conversationId: string;
  token: string;
  isNew: boolean;
}

describe('the routes of the chat page', () => {
  it('serve a page that runs only our own scripts and can be framed nowhere', async () => {
    const host = await start();
    const page = await fetch(`${host.url}/`);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|https?:/);
    const html = await page.text();
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=|https?:\/\//);
  });

  it('have every file that the page and its scripts ask for', async () => {
    const host = await start();
    const asked = new Set<string>();
    const visit = async (path: string): Promise<void> => {
      if (asked.has(path)) return;
      asked.add(path);
      const response = await fetch(`${host.url}${path}`);
      expect([path, response.status]).toEqual([path, 200]);
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      if (path.includes('vendor') || !/javascript|html|css/.test(response.headers.get('content-type') ?? ''))
        return;
      const text = await response.text();
      for (const [, found] of text.matchAll(/(?:src|href|url\(|from )=?['"]((?:\/page\/|\.\/)[^'"]+)['"]/g)) {
        await visit(found!.replace(/^\.\//, '/page/'));
      }
    };
    await visit('/');
    expect([...asked]).toEqual(
      expect.arrayContaining(['/page/pane.js', '/page/vendor/adaptivecards.js', '/page/inter.woff2']),
    );
    for (const missing of ['/page/index.ts', '/page/..%2Findex.ts', '/page/constructor']) {
      expect((await fetch(`${host.url}${missing}`)).status).toBe(404);
    }
  });

  it('send a file again only when it changed', async () => {
    const host = await start();
    const first = await fetch(`${host.url}/page/page.js`);
    const etag = first.headers.get('etag')!;
    const again = await fetch(`${host.url}/page/page.js`, { headers: { 'if-none-match': etag } });
    expect(again.status).toBe(304);
    const library = await fetch(`${host.url}/page/vendor/adaptivecards.js`);
    expect(library.headers.get('cache-control')).toBe('public, max-age=604800');
  });

  it('tell the sample people to this machine only', async () => {
    const host = await start();
    const people = async (headers: Record<string, string>): Promise<unknown[]> =>
      ((await (await fetch(`${host.url}/page/settings`, { headers })).json()) as { people: unknown[] })
        .people;
    expect(await people({})).toHaveLength(4);
    expect(await people({ 'x-forwarded-for': '203.0.113.7' })).toEqual([]);
    expect(await people({ origin: 'https://evil.example' })).toEqual([]);
  });

  it('give a sample person their own conversation back, and nobody else’s', async () => {
    const host = await start();
    const first = (await (await takeUp(host, { accountId: 'ines' })).json()) as TakenUp;
    expect(first.isNew).toBe(true);
    const { conversationId } = first;
    expect(await (await takeUp(host, { accountId: 'ines', conversationId })).json()).toMatchObject({
      conversationId,
      isNew: false,
    });
    const other = (await (await takeUp(host, { accountId: 'omar', conversationId })).json()) as TakenUp;
    expect(other.isNew).toBe(true);
    expect(other.conversationId).not.toBe(conversationId);
    expect((await takeUp(host, { accountId: 'stranger' })).status).toBe(400);
    expect((await takeUp(host, { accountId: 'ines' }, { origin: 'https://evil.example' })).status).toBe(403);
  });

  it('show a passage as far as the person behind the token may read it', async () => {
    const asked: string[] = [];
    const host = await start({
      options: {
        openPassage: async (documentId, passageId, accountId) => {
          asked.push(`${documentId} ${passageId} ${accountId}`);
          const view = {
            documentId,
            passageId,
            title: 'T',
            path: 'p',
            headings: [],
            text: 'x',
            neighbours: [],
          };
          return accountId === 'ines' ? view : undefined;
        },
      },
    });
    const read = async (accountId?: string): Promise<number> => {
      const { token } = (await (await takeUp(host, { accountId })).json()) as TakenUp;
      const headers: Record<string, string> =
        accountId === undefined ? {} : { authorization: `Bearer ${token}` };
      return (await fetch(`${host.url}/page/passages/d%2F1/p1`, { headers })).status;
    };
    expect(await read('ines')).toBe(200);
    expect(await read('omar')).toBe(404);
    expect(await read()).toBe(401);
    expect(asked).toEqual(['d/1 p1 ines', 'd/1 p1 omar']);
  });
});
