import { IncomingMessage, ServerResponse, type RequestListener } from 'node:http';
import { Socket } from 'node:net';
import helmet from 'helmet';
import restify from 'restify';
import type { Clock } from '../core/kernel/clock.js';
import { Defect, describeError, StewardError } from '../core/kernel/errors.js';
import type {
  HttpModule,
  HttpReply,
  HttpRequest,
  HttpRoute,
  UpgradeRoute,
} from '../core/kernel/http-route.js';
import { newId } from '../core/kernel/ids.js';
import type { Logger } from '../core/kernel/logger.js';
import type { Metrics } from '../core/kernel/telemetry.js';
import { parseJsonBody, readBody } from './read-body.js';

const DEFAULT_MAX_BYTES = 1_048_576;

/** A request with the values of its path's `:name` parts, which restify's router adds. */
type RawRequest = IncomingMessage & { params?: unknown };

export interface ServerOptions {
  modules: HttpModule[];
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
}

export interface Server {
  /** @returns the address that clients on this machine use. @throws when the port is taken. */
  listen(port: number, host: string): Promise<{ port: number; host: string }>;
  /** Takes no new connections, lets running requests end for `graceMs`, then cuts what is left. */
  close(graceMs: number): Promise<void>;
}

/** The web server: every route of every module, security headers, bounded bodies, request ids, one shape of error. */
export function createServer({ modules, clock, logger, metrics }: ServerOptions): Server {
  const server = restify.createServer({ name: 'steward', ignoreTrailingSlash: true });
  const sockets = new Set<Socket>();
  const upgrades = modules.flatMap((module) => module.upgrades ?? []);
  const securityHeaders = Object.entries(securityHeadersOf());

  server.pre((_request, response, next) => {
    secure(response);
    next();
  });
  const routes = modules.flatMap((module) => module.routes);
  const isHeadKnown = (path: string): boolean =>
    routes.some(({ method, path: other }) => method === 'HEAD' && other === path);
  for (const route of routes) {
    addRoute(route);
    // HTTP wants HEAD wherever there is GET (RFC 9110, 9.1); Node leaves the body out.
    if (route.method === 'GET' && !isHeadKnown(route.path)) addRoute({ ...route, method: 'HEAD' });
  }
  server.on('NotFound', (request, response, _error, done: () => void) => {
    sendError(response, notFound(request));
    done();
  });
  server.on('MethodNotAllowed', (_request, response, _error, done: () => void) => {
    sendError(response, problem(405, 'bot.method', 'This address does not take that method.'));
    done();
  });
  server.on('restifyError', (_request, response, error: unknown, done: () => void) => {
    if (response.headersSent) return done();
    logger.error({ error: describeError(error) }, 'A request ended in a fault of the server.');
    sendError(response, problem(500, 'bot.fault', 'Something went wrong.'));
    done();
  });
  // What channels post comes often and has a fixed address: it needs no router. Everything else is restify's.
  const fixed = new Map(routes.filter(isFixed).map((route) => [`${route.method} ${route.path}`, route]));
  const [viaRestify] = server.server.listeners('request') as RequestListener[];
  server.server.removeAllListeners('request');
  server.server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const route = fixed.get(`${request.method} ${request.url}`);
    if (!route) return viaRestify?.(request, response);
    secure(response);
    void answer(route, request, response);
  });
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) =>
    upgrade(upgrades, request, socket, head),
  );

  function secure(response: ServerResponse): void {
    for (const [name, value] of securityHeaders) response.setHeader(name, value);
  }

  function addRoute(route: HttpRoute): void {
    const verb = (
      {
        GET: 'get',
        HEAD: 'head',
        POST: 'post',
        PUT: 'put',
        PATCH: 'patch',
        DELETE: 'del',
        OPTIONS: 'opts',
      } as const
    )[route.method];
    server[verb](route.path, (request: restify.Request, response: restify.Response, next: restify.Next) => {
      void answer(route, request, response).finally(() => next(false));
    });
  }

  async function answer(route: HttpRoute, raw: RawRequest, response: ServerResponse): Promise<void> {
    const started = clock.now().getTime();
    const requestId = requestIdOf(raw) ?? newId(clock.now());
    response.setHeader('x-request-id', requestId);
    let status = 500;
    try {
      const request = await readRequest(route, raw, response, requestId);
      const reply = await route.handle(request);
      if (reply === 'sent') status = response.statusCode;
      else status = sendReply(response, reply).status;
    } catch (error) {
      status = sendReply(response, explain(error, requestId)).status;
      const fields = {
        requestId,
        path: route.path,
        status,
        error: describeError(error),
        cause: causeOf(error),
      };
      if (status >= 500) logger.error(fields, 'A request failed.');
      else logger.info(fields, 'A request was refused.');
    } finally {
      const labels = { method: route.method, route: route.path, status: String(status) };
      metrics.observe('http_request_seconds', (clock.now().getTime() - started) / 1000, labels);
    }
  }

  return {
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        // restify passes its server's errors on, and throws those that nobody hears on itself.
        server.once('error', reject);
        server.listen(port, host, () => {
          const address = server.address();
          resolve({ port: address.port, host });
        });
      }),
    close: async (graceMs) => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      (server.server as { closeIdleConnections?: () => void }).closeIdleConnections?.();
      const cut = setTimeout(() => sockets.forEach((socket) => socket.destroy()), graceMs);
      await closed;
      clearTimeout(cut);
    },
  };
}

/** What helmet sets on every response alike, asked for once. */
function securityHeadersOf(): Record<string, string> {
  const setHeaders = helmet({
    contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } },
    strictTransportSecurity: false,
    crossOriginResourcePolicy: false,
  });
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  setHeaders(response.req, response, (error?: unknown) => {
    if (error) throw new Defect('bot.security-headers', 'helmet cannot set its headers.', { cause: error });
  });
  return response.getHeaders() as Record<string, string>;
}

const isFixed = ({ body, path }: HttpRoute): boolean =>
  (body === 'json' || body === 'bytes') && !/[:*]/.test(path);

async function readRequest(
  route: HttpRoute,
  raw: RawRequest,
  response: ServerResponse,
  requestId: string,
): Promise<HttpRequest> {
  let gone: AbortController | undefined;
  const reads = route.body === 'json' || route.body === 'bytes';
  const bytes = reads ? await readBody(raw, route.maxBytes ?? DEFAULT_MAX_BYTES) : Buffer.alloc(0);
  const [path = '/', query = ''] = (raw.url ?? '/').split('?', 2);
  return {
    method: raw.method ?? route.method,
    path,
    params: (raw.params ?? {}) as Record<string, string>,
    get query() {
      return new URLSearchParams(query);
    },
    headers: raw.headers as Record<string, string | undefined>,
    body: route.body === 'json' ? parseJsonBody(bytes, raw.headers['content-type']) : undefined,
    bytes,
    remoteAddress: raw.socket.remoteAddress ?? '',
    requestId,
    get signal() {
      return (gone ??= abortedWhenGone(response)).signal;
    },
    raw: { request: raw, response },
  };
}

/** Made for routes that ask: most are done before anybody could go away. */
function abortedWhenGone(response: ServerResponse): AbortController {
  const gone = new AbortController();
  const look = (): void => {
    if (!response.writableFinished) gone.abort();
  };
  if (response.destroyed) look();
  else response.once('close', look);
  return gone;
}

function sendReply(response: ServerResponse, reply: HttpReply): HttpReply {
  if (response.headersSent || response.destroyed) {
    reply.left?.();
    return reply;
  }
  if (reply.left) response.once('close', reply.left);
  const isText = typeof reply.body === 'string' || Buffer.isBuffer(reply.body);
  const body =
    reply.body === undefined
      ? undefined
      : isText
        ? (reply.body as string | Buffer)
        : JSON.stringify(reply.body);
  if (body !== undefined && !isText) response.setHeader('content-type', 'application/json; charset=utf-8');
  for (const [name, value] of Object.entries(reply.headers ?? {})) response.setHeader(name, value);
  if (body !== undefined) response.setHeader('content-length', Buffer.byteLength(body));
  response.statusCode = reply.status;
  response.end(body);
  return reply;
}

/** restify sends its own text for an error unless it knows that one was sent, which only its own way of sending tells it. */
function sendError(response: restify.Response, { status, body }: HttpReply): void {
  response.sendRaw(status, JSON.stringify(body), { 'content-type': 'application/json; charset=utf-8' });
}

const problem = (status: number, code: string, message: string, requestId?: string): HttpReply => ({
  status,
  body: { error: { code, message, ...(requestId ? { requestId } : {}) } },
});

/** Expected refusals say what to do; faults say nothing but the id under which the log has them. */
function explain(error: unknown, requestId: string): HttpReply {
  if (error instanceof StewardError && error.status < 500) {
    const reply = problem(error.status, error.code, error.message, requestId);
    // What is left of a body that is too large is not read.
    return error.status === 413 ? { ...reply, headers: { connection: 'close' } } : reply;
  }
  const status = error instanceof StewardError ? error.status : 500;
  const reply = problem(
    status,
    'bot.fault',
    'Something went wrong. Please try again, and give this id to your operator.',
    requestId,
  );
  return status === 503 ? { ...reply, headers: { 'retry-after': '5' } } : reply;
}

const notFound = (request: IncomingMessage): HttpReply =>
  problem(404, 'bot.not-found', `There is nothing at ${(request.url ?? '/').split('?')[0]?.slice(0, 200)}.`);

/** Takes over a caller's id when it is a harmless one. */
function requestIdOf(request: IncomingMessage): string | undefined {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && /^[\w-]{8,64}$/.test(given) ? given : undefined;
}

const causeOf = (error: unknown): string | undefined =>
  error instanceof Error && error.cause !== undefined ? describeError(error.cause) : undefined;

function upgrade(routes: UpgradeRoute[], request: IncomingMessage, socket: Socket, head: Buffer): void {
  const path = (request.url ?? '/').split('?')[0] ?? '/';
  const route = routes.find((candidate) => matches(candidate.path, path));
  if (route) route.handle(request, socket, head);
  else socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n');
}

function matches(pattern: string, path: string): boolean {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (pattern.endsWith('*')) return path.startsWith(pattern.slice(0, -1));
  return (
    wanted.length === given.length &&
    wanted.every((part, index) => part.startsWith(':') || part === given[index])
  );
}
