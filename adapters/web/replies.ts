import type { HttpReply, HttpRequest } from '../../core/kernel/http-route.js';

/** Direct Line's way to say no: `{ error: { code, message } }`. */
export function refusal(status: number, code: string, message: string): HttpReply {
  return { status, body: { error: { code, message } } };
}

/**
 * Lets pages of other origins talk to Direct Line, as the chat controls that companies embed do. No cookie is ever
 * used, so the browser's allowance gives nothing away: what counts is the bearer token.
 */
export function withCors(request: HttpRequest, reply: HttpReply): HttpReply {
  const origin = request.headers['origin'];
  const cors: Record<string, string> = origin
    ? {
        'access-control-allow-origin': origin,
        'access-control-allow-credentials': 'true',
        'access-control-expose-headers': 'retry-after, x-request-id',
        vary: 'Origin',
      }
    : {};
  return {
    ...reply,
    headers: { 'cache-control': 'no-store', 'x-request-id': request.requestId, ...cors, ...reply.headers },
  };
}

/** The answer to a browser's question before the real request. */
export function preflight(request: HttpRequest): HttpReply {
  return withCors(request, {
    status: 204,
    headers: {
      'access-control-allow-methods': 'GET, POST, OPTIONS',
      'access-control-allow-headers':
        request.headers['access-control-request-headers'] ?? 'authorization, content-type, x-ms-bot-agent',
      'access-control-max-age': '7200',
    },
  });
}
