import type { SocketModeClient } from '@slack/socket-mode';
import type { Clock } from '../../core/kernel/clock.js';
import { describeError } from '../../core/kernel/errors.js';
import type { Logger } from '../../core/kernel/logger.js';
import type { Acknowledgement } from './acknowledgement.js';
import { sdkLogger } from './sdk-logger.js';

export interface SocketMode {
  /** Resolves when the connection stands, or cannot be had; the log tells which. */
  start(): Promise<void>;
  /** Whether it stands. */
  isConnected(): boolean;
  close(): Promise<void>;
}

export interface SocketModeOptions {
  appToken: string;
  apiUrl: string;
  take(body: unknown): Promise<Acknowledgement>;
  clock: Clock;
  logger: Logger;
}

interface Envelope {
  body: unknown;
  ack(response?: object): Promise<void>;
  accepts_response_payload?: boolean;
}

/** How long to wait for a sign of life, and before a lost connection is opened anew. */
const PATIENCE_MS = 3_000;
/** A connection that Slack recycles is opened anew without keeping people waiting. */
const FIRST_PAUSE_MS = 500;
/** Refusals of Slack may last until somebody mends the app; what was lost for a moment comes back sooner. */
const LONGEST_PAUSE_MS = 60_000;
const CLOSE_WITHIN_MS = 2_000;

/**
 * Slack's connection for apps without a public address; what comes is acknowledged after it was stored, and what could
 * not be stored is not acknowledged, so that Slack sends it again. A lost connection is opened anew here, because the
 * SDK's own way ends the process when Slack refuses.
 */
export function createSocketMode({ appToken, apiUrl, take, clock, logger }: SocketModeOptions): SocketMode {
  const closing = new AbortController();
  let client: SocketModeClient | undefined;
  let isConnected = false;
  let reconnecting: Promise<void> | undefined;

  const receive = async ({ body, ack, accepts_response_payload: takesBody }: Envelope): Promise<void> => {
    try {
      const { body: answer } = await take(body);
      await ack(takesBody && typeof answer === 'object' ? answer : undefined);
    } catch (error) {
      logger.warn({ error: describeError(error) }, 'An envelope was not acknowledged; Slack sends it again.');
    }
  };

  /** @returns whether the connection stands. */
  const connect = async (): Promise<boolean> => {
    try {
      await client?.start();
      isConnected = true;
      logger.info({}, 'Connected to Slack by Socket Mode.');
      return true;
    } catch (error) {
      logger.error(
        { error: describeError(error) },
        'Slack refused Socket Mode and is asked again. Check SLACK_APP_TOKEN (scope connections:write) and that Socket Mode is enabled.',
      );
      return false;
    }
  };

  const reconnect = async (): Promise<void> => {
    let pause = FIRST_PAUSE_MS;
    while (!closing.signal.aborted) {
      await clock.sleep(pause, closing.signal);
      if (closing.signal.aborted || (await connect())) return;
      pause = Math.min(Math.max(2 * pause, PATIENCE_MS), LONGEST_PAUSE_MS);
    }
  };
  /** One attempt at a time, however often the SDK says that the connection is gone. */
  const keepConnected = (): void => {
    isConnected = false;
    if (closing.signal.aborted) return;
    reconnecting ??= reconnect().finally(() => {
      reconnecting = undefined;
    });
  };

  return {
    isConnected: () => isConnected,
    start: async () => {
      const { SocketModeClient: Client } = await import('@slack/socket-mode');
      client = new Client({
        appToken,
        logger: sdkLogger(logger),
        autoReconnectEnabled: false,
        clientPingTimeout: PATIENCE_MS,
        clientOptions: { slackApiUrl: apiUrl, retryConfig: { retries: 0 } },
      });
      takeAnyFrame(client, logger);
      client.on('slack_event', (envelope: Envelope) => void receive(envelope));
      await connect();
      client.on('disconnected', keepConnected);
      if (!isConnected) keepConnected();
    },
    close: async () => {
      closing.abort();
      if (!client) return;
      client.removeAllListeners('slack_event');
      const closed = new AbortController();
      const disconnected = client.disconnect().finally(() => closed.abort());
      await Promise.race([disconnected, clock.sleep(CLOSE_WITHIN_MS, closed.signal)]);
    },
  };
}

type FrameHandler = (data: string, isBinary: boolean) => Promise<void>;

/**
 * The SDK takes each frame for well-formed, and one that is not would end the process. Envelopes without an inner event
 * (`app_rate_limited`) go the way of those that have none by their kind.
 */
function takeAnyFrame(client: SocketModeClient, logger: Logger): void {
  const handlers = client.listeners('ws_message') as unknown as FrameHandler[];
  client.removeAllListeners('ws_message');
  client.on('ws_message', (data: unknown, isBinary: boolean) => {
    const frame = isBinary ? undefined : readableFrame(data);
    if (frame === undefined) {
      logger.warn({}, 'A frame that is no envelope came from Slack and was left out.');
      return;
    }
    for (const handle of handlers)
      handle(frame, false).catch((error: unknown) =>
        logger.warn({ error: describeError(error) }, 'A frame of Slack could not be taken.'),
      );
  });
}

function readableFrame(data: unknown): string | undefined {
  try {
    const text = typeof data === 'string' ? data : new TextDecoder().decode(data as ArrayBuffer);
    const frame = JSON.parse(text) as { type?: unknown; payload?: { event?: { type?: unknown } } } | null;
    if (typeof frame?.type !== 'string') return undefined;
    const isOuter = frame.type === 'events_api' && typeof frame.payload?.event?.type !== 'string';
    return isOuter ? JSON.stringify({ ...frame, type: 'events_api_outer' }) : text;
  } catch {
    return undefined;
  }
}
