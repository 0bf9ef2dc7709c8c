import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Clock } from '../../core/kernel/clock.js';
import { describeError } from '../../core/kernel/errors.js';
import type { UpgradeRoute } from '../../core/kernel/http-route.js';
import type { Logger } from '../../core/kernel/logger.js';
import { parseWatermark } from './activity-set.js';
import { DIRECT_LINE_PREFIXES } from './direct-line-routes.js';
import type { StreamHub } from './stream-hub.js';
import type { TokenSigner } from './tokens.js';
import { fromTrustedOrigin } from './verify.js';

/** Clients only ever send empty keep-alives. */
const MAX_FROM_CLIENT_BYTES = 65_536;
/** A peer that answers no ping within this time is gone. */
const PING_MS = 30_000;
/** How long clients have to answer the end of a stream. */
const CLOSE_MS = 500;

export interface StreamOptions {
  hub: StreamHub;
  signer: TokenSigner;
  clock: Clock;
  logger: Logger;
}

/** The WebSocket part of Direct Line: the address itself is the permission, for a minute. */
export function streamUpgrades(options: StreamOptions): {
  upgrades: UpgradeRoute[];
  /** Tells clients that we are going away, and waits a moment until they have heard it. */
  close(): Promise<void>;
} {
  const server = new WebSocketServer({ noServer: true, maxPayload: MAX_FROM_CLIENT_BYTES });
  const alive = new WeakSet<WebSocket>();
  const pings = setInterval(() => {
    for (const socket of server.clients) {
      if (!alive.has(socket)) socket.terminate();
      alive.delete(socket);
      socket.ping();
    }
  }, PING_MS);
  pings.unref();

  const handle: UpgradeRoute['handle'] = (request, socket, head) => {
    const query = new URL(request.url ?? '/', 'http://localhost').searchParams;
    const reading = options.signer.read(query.get('t') ?? '', 'stream', options.clock.now());
    const position = parseWatermark(query.get('watermark') ?? '');
    if (reading.kind !== 'valid' || !fromTrustedOrigin(reading.claims, request.headers.origin)) {
      return refuse(socket, '403 Forbidden');
    }
    if (position === undefined) return refuse(socket, '400 Bad Request');
    connect(request, socket, head, reading.claims.conv, position);
  };

  const connect = (
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    conversationId: string,
    position: number,
  ): void => {
    try {
      server.handleUpgrade(request, socket, head, (webSocket) => {
        alive.add(webSocket);
        webSocket.on('pong', () => alive.add(webSocket));
        webSocket.on('error', (error) =>
          options.logger.debug({ reason: describeError(error) }, 'A chat stream broke'),
        );
        const closed = options.hub.open(conversationId, position, {
          send: (data) => webSocket.send(data),
          close: (code, reason) => webSocket.close(code, reason),
          get bufferedAmount() {
            return webSocket.bufferedAmount;
          },
          get isOpen() {
            return webSocket.readyState === webSocket.OPEN;
          },
        });
        webSocket.on('close', closed);
      });
    } catch (error) {
      options.logger.warn({ reason: describeError(error) }, 'A chat stream could not be opened');
      refuse(socket, '500 Internal Server Error');
    }
  };

  return {
    upgrades: DIRECT_LINE_PREFIXES.map((prefix) => ({ path: `${prefix}/stream`, handle })),
    close: async () => {
      clearInterval(pings);
      options.hub.closeAll();
      const gone = [...server.clients].map(
        (socket) => new Promise((resolve) => socket.once('close', resolve)),
      );
      const patience = new AbortController();
      await Promise.race([Promise.all(gone), options.clock.sleep(CLOSE_MS, patience.signal)]);
      patience.abort();
      for (const socket of server.clients) socket.terminate();
      server.close();
    },
  };
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
