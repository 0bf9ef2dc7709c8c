import { describeError } from '../../core/kernel/errors.js';
import type { Logger } from '../../core/kernel/logger.js';
import type { Acknowledgement } from './receive.js';
import { sdkLogger } from './sdk-logger.js';

export interface SocketMode {
  close(): Promise<void>;
}

export interface SocketModeOptions {
  appToken: string;
  apiUrl: string;
  take(body: unknown): Promise<Acknowledgement>;
  logger: Logger;
}

interface Envelope {
  body: unknown;
  ack(response?: object): Promise<void>;
  accepts_response_payload?: boolean;
}

/**
 * Opens Slack's connection for apps without a public address. The SDK keeps it open and opens it anew; what comes is
 * acknowledged after it was stored, and what could not be stored is not acknowledged, so that Slack sends it again.
 */
export async function startSocketMode({
  appToken,
  apiUrl,
  take,
  logger,
}: SocketModeOptions): Promise<SocketMode> {
  const { SocketModeClient } = await import('@slack/socket-mode');
  const client = new SocketModeClient({
    appToken,
    logger: sdkLogger(logger),
    clientOptions: { slackApiUrl: apiUrl },
  });
  client.on('slack_event', ({ body, ack, accepts_response_payload: takesBody }: Envelope) => {
    take(body)
      .then(
        ({ body: answer }) => ack(takesBody && typeof answer === 'object' ? answer : undefined),
        (error: unknown) => logger.warn({ error: describeError(error) }, 'An envelope was not acknowledged.'),
      )
      .catch((error: unknown) => {
        logger.warn(
          { error: describeError(error) },
          'An acknowledgement did not reach Slack; it sends again.',
        );
      });
  });
  await client.start();
  logger.info({}, 'Connected to Slack by Socket Mode.');
  return {
    close: async () => {
      client.removeAllListeners('slack_event');
      await client.disconnect();
    },
  };
}
