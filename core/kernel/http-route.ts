import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** One HTTP request as a route sees it; the web server behind it is known to `bot/server.ts` alone. */
export interface HttpRequest {
  method: string;
  /** Path without the query. */
  path: string;
  /** Values of `:name` parts of the route's path, decoded. */
  params: Record<string, string>;
  query: URLSearchParams;
  /** Lower-case names. */
  headers: Record<string, string | undefined>;
  /** Parsed JSON for routes with `body: 'json'`, else undefined. */
  body: unknown;
  /** The exact bytes, for routes with `body: 'json' | 'bytes'`. */
  bytes: Buffer;
  remoteAddress: string;
  requestId: string;
  /** Aborts when the client goes away. */
  signal: AbortSignal;
  /** For SDKs that want to read and write the socket themselves (`body: 'untouched'`). */
  raw: { request: IncomingMessage; response: ServerResponse };
}

export interface HttpReply {
  status: number;
  headers?: Record<string, string>;
  /** An object is sent as JSON. */
  body?: string | Buffer | object;
  /** Called once the reply has left, or its client has gone. */
  left?(): void;
}

export interface HttpRoute {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';
  /** With `:name` parts; a trailing `*` matches the rest. */
  path: string;
  /** How the body is read: bounded JSON (400 and 413 are answered before the handler), bounded bytes, or not at all. */
  body: 'none' | 'json' | 'bytes' | 'untouched';
  /** Bytes; 1 MB unless told. */
  maxBytes?: number;
  /** Replies; `'sent'` when the handler wrote to `raw.response` itself. Throwing answers by the error's `status`. */
  handle(request: HttpRequest): Promise<HttpReply | 'sent'> | HttpReply | 'sent';
}

/** Takes over an `Upgrade` request on a path (a WebSocket). */
export interface UpgradeRoute {
  path: string;
  handle(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** What an adapter or the API adds to the server. */
export interface HttpModule {
  routes: HttpRoute[];
  upgrades?: UpgradeRoute[];
}
