import { afterEach, describe, expect, it } from '@jest/globals';
import { connect } from 'node:net';
import { systemClock } from '../core/kernel/clock.js';
import { InvalidInput, Unavailable } from '../core/kernel/errors.js';
import type { HttpRoute, UpgradeRoute } from '../core/kernel/http-route.js';
import { silentLogger } from '../core/kernel/logger.js';
import { noMetrics } from '../core/kernel/telemetry.js';
import { createServer, type Server } from './server.js';

let server: Server | undefined;
afterEach(() => server?.close(100));

async function serve(routes: HttpRoute[], upgrades: UpgradeRoute[] = []): Promise<string> {
  server = createServer({
    modules: [{ routes, upgrades }],
    clock: systemClock,
    logger: silentLogger,
    metrics: noMetrics,
  });
  const { port } = await server.listen(0, '127.0.0.1');
  return `http://127.0.0.1:${port}`;
}

const echo: HttpRoute = {
  method: 'POST',
  path: '/echo/:name',
  body: 'json',
  handle: ({ body, params, query }) => ({
    status: 200,
    body: { body, params, query: Object.fromEntries(query) },
  }),
};

const post = (
  url: string,
  body: RequestInit['body'],
  headers: Record<string, string> = { 'content-type': 'application/json' },
) => fetch(url, { method: 'POST', body, headers });

describe('the web server', () => {
  it('says that the port is taken instead of crashing', async () => {
    const port = Number(new URL(await serve([echo])).port);
    const options = { modules: [], clock: systemClock, logger: silentLogger, metrics: noMetrics };
    await expect(createServer(options).listen(port, '127.0.0.1')).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });

  it('hands path parts, query and parsed body to a route', async () => {
    const base = await serve([echo]);
    const response = await post(`${base}/echo/a%20b?x=1`, '{"y":2}');
    expect(await response.json()).toEqual({ body: { y: 2 }, params: { name: 'a b' }, query: { x: '1' } });
  });

  it.each([
    ['malformed JSON', '{"a":', 'application/json', 400],
    ['a body that is no UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 'application/json', 400],
    ['another content type', '{}', 'text/plain', 415],
    ['no content type', new Uint8Array([0x7b, 0x7d]), '', 415],
    ['more than 1 MB', `"${'a'.repeat(1_100_000)}"`, 'application/json', 413],
  ])('refuses %s', async (_name, body, contentType, status) => {
    const base = await serve([echo]);
    const response = await post(`${base}/echo/x`, body, contentType ? { 'content-type': contentType } : {});
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({
      error: expect.objectContaining({ message: expect.any(String) }),
    });
  });

  it('stops reading a body that is sent in pieces once it is too large', async () => {
    const base = await serve([{ ...echo, maxBytes: 10 }]);
    const stream = new ReadableStream({
      pull: async (controller) => {
        await new Promise(setImmediate); // a pull that never pauses would leave no time to hear the refusal
        controller.enqueue(new TextEncoder().encode('"aaaaaaaaaaaaaaaa'));
      },
    });
    const response = await fetch(`${base}/echo/x`, {
      method: 'POST',
      body: stream,
      headers: { 'content-type': 'application/json' },
      duplex: 'half',
    } as RequestInit).catch(() => undefined); // the server may cut the connection while we still send
    expect(response?.status ?? 413).toBe(413);
  });

  it('answers an expected refusal with its reason and a fault with nothing but an id', async () => {
    const refusing: HttpRoute = {
      method: 'GET',
      path: '/no',
      body: 'none',
      handle: () => Promise.reject(new InvalidInput('x.y', 'Say it so.')),
    };
    const failing: HttpRoute = {
      method: 'GET',
      path: '/bad',
      body: 'none',
      handle: () => Promise.reject(new Error('password=hunter2')),
    };
    const busy: HttpRoute = {
      method: 'GET',
      path: '/busy',
      body: 'none',
      handle: () => Promise.reject(new Unavailable('x.z', 'db at 10.0.0.1')),
    };
    const base = await serve([refusing, failing, busy]);
    expect(await (await fetch(`${base}/no`)).json()).toMatchObject({
      error: { code: 'x.y', message: 'Say it so.' },
    });
    const fault = await fetch(`${base}/bad`);
    const text = await fault.text();
    expect(fault.status).toBe(500);
    expect(text).not.toContain('hunter2');
    expect(text).toContain(fault.headers.get('x-request-id') ?? 'no id');
    const unavailable = await fetch(`${base}/busy`);
    expect([unavailable.status, unavailable.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await unavailable.text()).not.toContain('10.0.0.1');
  });

  it('answers 404 and 405 in the same shape', async () => {
    const base = await serve([echo]);
    expect((await fetch(`${base}/nowhere`)).status).toBe(404);
    const wrong = await fetch(`${base}/echo/x`);
    expect(wrong.status).toBe(405);
    expect(await wrong.json()).toHaveProperty('error.message');
  });

  it('sends security headers and an id with every answer, taking over a harmless one', async () => {
    const base = await serve([echo]);
    const response = await post(`${base}/echo/x`, '1', {
      'content-type': 'application/json',
      'x-request-id': 'caller-id-1',
    });
    expect(response.headers.get('x-request-id')).toBe('caller-id-1');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'self'");
    const odd = await post(`${base}/echo/x`, '1', {
      'content-type': 'application/json',
      'x-request-id': '<script>',
    });
    expect(odd.headers.get('x-request-id')).not.toBe('<script>');
  });

  it('lets a running request end when it closes, and cuts what does not end', async () => {
    let release: () => void = () => {};
    const slow: HttpRoute = {
      method: 'GET',
      path: '/slow',
      body: 'none',
      handle: () =>
        new Promise((resolve) => (release = () => resolve({ status: 200, body: { done: true } }))),
    };
    const base = await serve([slow, { ...slow, path: '/never', handle: () => new Promise(() => {}) }]);
    const running = fetch(`${base}/slow`);
    const stuck = fetch(`${base}/never`).catch(() => 'cut');
    await new Promise((resolve) => setTimeout(resolve, 50));
    const closed = server?.close(300);
    release();
    expect(await (await running).json()).toEqual({ done: true });
    expect(await stuck).toBe('cut');
    await closed;
  });

  it('gives an upgrade to the route of its path and refuses others', async () => {
    const base = await serve(
      [],
      [{ path: '/stream/:id', handle: (_request, socket) => void socket.end('HTTP/1.1 101 Hello\r\n\r\n') }],
    );
    expect(await upgrade(base, '/stream/1')).toContain('101');
    expect(await upgrade(base, '/other')).toContain('404');
  });
});

function upgrade(base: string, path: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(base).port), '127.0.0.1', () =>
      socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n`),
    );
    let text = '';
    socket.on('data', (data) => (text += data.toString()));
    socket.on('close', () => resolve(text));
  });
}

it('answers HEAD wherever it answers GET, without a body', async () => {
  const page: HttpRoute = {
    method: 'GET',
    path: '/page',
    body: 'none',
    handle: () => ({ status: 200, body: 'words' }),
  };
  const base = await serve([page]);
  const response = await fetch(`${base}/page`, { method: 'HEAD' });
  expect([response.status, await response.text()]).toEqual([200, '']);
});
