import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createOutboundFetch } from './outbound-fetch.js';

describe('The outbound fetch', () => {
  let server: Server;
  let url = '';
  let handle: RequestListener = (_request, response) => void response.end();
  let connections = 0;
  const fetch = createOutboundFetch((to) => to.hostname === '127.0.0.1');

  beforeAll(async () => {
    server = createServer((request, response) => handle(request, response));
    server.on('connection', () => {
      connections += 1;
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterAll(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );

  it('sends method, headers and body, and reads status, headers and JSON', async () => {
    handle = (request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += String(chunk);
      });
      request.on('end', () => {
        response.writeHead(201, {
          'content-type': 'application/json',
          'x-seen': request.headers['x-test'] ?? '',
        });
        response.end(JSON.stringify({ method: request.method, body, agent: request.headers['user-agent'] }));
      });
    };
    const response = await fetch(url, { method: 'PUT', headers: { 'x-test': 'yes' }, body: 'größer' });
    expect([response.status, response.headers.get('X-Seen')]).toEqual([201, 'yes']);
    expect(response.json()).toEqual({ method: 'PUT', body: 'größer', agent: 'steward' });
  });

  it('keeps its connection', async () => {
    handle = (_request, response) => void response.end('ok');
    await fetch(url);
    const before = connections;
    for (let count = 0; count < 3; count += 1) await fetch(url);
    expect(connections).toBe(before);
  });

  it('sends again what met a kept connection that had been closed, unless it must not go twice', async () => {
    const seen = new WeakSet<object>();
    handle = ({ socket }, response) => {
      if (seen.has(socket)) socket.destroy();
      else response.end('ok');
      seen.add(socket);
    };
    const keptThen = async (request: Parameters<typeof fetch>[1]) => {
      await fetch(url, { method: 'POST', repeatable: true });
      return (await fetch(url, request)).text();
    };
    expect(await keptThen({})).toBe('ok');
    expect(await keptThen({ method: 'POST', body: 'twice or once', repeatable: true })).toBe('ok');
    await expect(keptThen({ method: 'POST', body: 'once' })).rejects.toMatchObject({
      code: 'kernel.unreachable',
    });
  });

  it('does not follow redirects', async () => {
    handle = (_request, response) => {
      response.writeHead(302, { location: 'http://169.254.169.254/' });
      response.end();
    };
    const response = await fetch(url);
    expect([response.status, response.headers.get('location')]).toEqual([302, 'http://169.254.169.254/']);
  });

  it.each([
    ['gzip', gzipSync('packed words')],
    ['br', brotliCompressSync('packed words')],
  ])('unpacks %s', async (encoding, bytes) => {
    handle = (_request, response) => {
      response.writeHead(200, { 'content-encoding': encoding });
      response.end(bytes);
    };
    expect((await fetch(url)).text()).toBe('packed words');
  });

  it.each([
    ['sent', {}, Buffer.alloc(2000)],
    ['unpacked', { 'content-encoding': 'gzip' }, gzipSync(Buffer.alloc(100_000))],
  ])('refuses an answer that is too large when %s', async (_case, headers, bytes) => {
    handle = (_request, response) => {
      response.writeHead(200, headers);
      response.end(bytes);
    };
    await expect(fetch(url, { maxBytes: 1000 })).rejects.toMatchObject({ code: 'kernel.response-too-large' });
  });

  it('gives up on a server that does not answer in time', async () => {
    handle = () => {};
    await expect(fetch(url, { timeoutMs: 20 })).rejects.toMatchObject({
      code: 'kernel.unreachable',
      retryable: true,
    });
  });

  it('stops when its signal aborts, before and while it waits', async () => {
    handle = () => {};
    const later = new AbortController();
    const waiting = fetch(url, { signal: later.signal });
    later.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'kernel.unreachable' });
    await expect(fetch(url, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'kernel.unreachable',
    });
  });

  it('reports an answer that breaks off, and a server that is not there', async () => {
    handle = (_request, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('half');
      setImmediate(() => response.destroy());
    };
    await expect(fetch(url)).rejects.toMatchObject({ code: 'kernel.unreachable' });
    await expect(fetch('http://127.0.0.1:1/')).rejects.toMatchObject({ code: 'kernel.unreachable' });
  });

  it('refuses hosts off the list and what is no web address', async () => {
    await expect(fetch('http://example.com/')).rejects.toMatchObject({ code: 'kernel.host-not-allowed' });
    await expect(fetch('file:///etc/passwd')).rejects.toMatchObject({ code: 'kernel.bad-url' });
    await expect(fetch('nonsense')).rejects.toMatchObject({ code: 'kernel.bad-url' });
  });
});
