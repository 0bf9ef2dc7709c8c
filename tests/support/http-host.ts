import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StewardError } from '../../core/kernel/errors.js';
import type { HttpModule, HttpReply, HttpRoute } from '../../core/kernel/http-route.js';

export interface HttpHost {
  url: string;
  close(): Promise<void>;
}

/**
 * Serves HTTP modules on loopback, as the product's server does: bounded bodies, JSON parsed before the handler,
 * upgrades by path. For tests that want an adapter without the rest of Steward.
 */
export async function startHttpHost(modules: HttpModule[], port = 0): Promise<HttpHost> {
  const routes = modules
    .flatMap((module) => module.routes)
    .map((route) => ({ route, match: matcher(route.path) }));
  const upgrades = modules.flatMap((module) => module.upgrades ?? []);
  let requests = 0;

  const server = createServer((request, response) => {
    requests += 1;
    answer(request, response, `request-${requests}`).catch((error: unknown) => {
      const status = error instanceof StewardError ? error.status : 500;
      write(response, { status, body: { error: { code: String(status), message: 'refused' } } });
    });
  });
  const answer = async (
    request: IncomingMessage,
    response: ServerResponse,
    requestId: string,
  ): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    for (const { route, match } of routes) {
      const params = route.method === request.method ? match(url.pathname) : undefined;
      if (!params) continue;
      const bytes =
        route.body === 'none' ? Buffer.alloc(0) : await readBody(request, route.maxBytes ?? 1_048_576);
      const aborted = new AbortController();
      response.once('close', () => aborted.abort());
      const reply = await route.handle({
        method: route.method,
        path: url.pathname,
        params,
        query: url.searchParams,
        headers: request.headers as Record<string, string | undefined>,
        body: route.body === 'json' ? parseJson(request, bytes) : undefined,
        bytes,
        remoteAddress: request.socket.remoteAddress ?? '',
        requestId,
        signal: aborted.signal,
        raw: { request, response },
      });
      return reply === 'sent' ? undefined : write(response, reply);
    }
    write(response, { status: 404, body: { error: { code: 'NotFound', message: 'not found' } } });
  };
  server.on('upgrade', (request, socket, head) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const route = upgrades.find(({ path }) => path === pathname);
    if (route) route.handle(request, socket, head);
    else socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function matcher(path: HttpRoute['path']): (pathname: string) => Record<string, string> | undefined {
  const names: string[] = [];
  const source = path
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replace(/\*$/, '.*')
    .replace(/:(\w+)/g, (_all, name: string) => {
      names.push(name);
      return '([^/]+)';
    });
  const pattern = new RegExp(`^${source}$`);
  return (pathname) => {
    const found = pattern.exec(pathname);
    return found
      ? Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(found[index + 1] ?? '')]))
      : undefined;
  };
}

async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > maxBytes) throw new StewardError('test.too-large', 'The body is too large.', { status: 413 });
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

function parseJson(request: IncomingMessage, bytes: Buffer): unknown {
  if (!/json/.test(request.headers['content-type'] ?? '')) {
    throw new StewardError('test.content-type', 'Not JSON.', { status: 415 });
  }
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new StewardError('test.json', 'Malformed JSON.', { status: 400 });
  }
}

function write(response: ServerResponse, { status, headers = {}, body }: HttpReply): void {
  if (response.headersSent) return;
  const isObject = typeof body === 'object' && !Buffer.isBuffer(body);
  response.writeHead(status, { ...(isObject && { 'content-type': 'application/json' }), ...headers });
  response.end(isObject ? JSON.stringify(body) : body);
}
