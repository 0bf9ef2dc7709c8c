import type { HttpModule } from '../../core/kernel/http-route.js';
import type { ChannelPort } from '../../core/kernel/outbound-message.js';
import { createMessageUpdates } from '../message-updates.js';
import { createAccessTokens } from './access-token.js';
import { PUBLIC_CLOUD } from './cloud.js';
import { createConnector } from './connector.js';
import type { TeamsAdapterOptions } from './options.js';
import { createPacing, noPacing } from './pacing.js';
import { createReceiver } from './receive.js';
import { createRenderer } from './render.js';
import { createSender } from './send.js';
import { createLateDelivery } from './late-delivery.js';
import { createSenderCheck } from './verify.js';

export type { ConversationMemory, TeamsAdapterOptions, TeamsCredentials } from './options.js';
export { PUBLIC_CLOUD, US_GOVERNMENT_CLOUD, type TeamsCloud } from './cloud.js';

export interface TeamsAdapter {
  port: ChannelPort;
  http: HttpModule;
  /** Stops live replies; whatever waits in the outbox is another's to send. */
  close(): Promise<void>;
}

/** Microsoft's clients wait 10 to 15 s for a click's answer. */
const RESPOND_WITHIN_MS = 8000;

/** Joins the parts of the Teams channel. Nothing is fetched until the first request or message. */
export function createTeamsAdapter(options: TeamsAdapterOptions): TeamsAdapter {
  const { intake, clock, metrics, references, fetch, credentials } = options;
  const logger = options.logger.child({ channel: 'teams' });
  const cloud = { ...PUBLIC_CLOUD, ...options.cloud };
  const hasAppId = credentials.appId !== undefined;
  const closing = new AbortController();

  const renderer = createRenderer({ ...options, logger });
  const tokens = createAccessTokens({ credentials, cloud, fetch, clock });
  const connector = createConnector({ fetch, tokens, cloud, clock, hasAppId });
  const pacing = (options.pacing ?? hasAppId) ? createPacing(clock) : noPacing;
  const updates = createMessageUpdates(clock);
  const port = createSender({
    connector,
    renderer,
    pacing,
    references,
    updates,
    clock,
    logger,
    metrics,
    closing: closing.signal,
    hasAppId,
  });
  const receive = createReceiver({
    senderCheck: createSenderCheck({ appId: credentials.appId, cloud, clock }),
    intake,
    renderer,
    references,
    updates,
    allowedTenants: options.allowedTenants,
    stillWorkingText:
      options.stillWorkingText ?? (() => 'This takes a little longer. The result follows here.'),
    failedText: options.failedText ?? (() => 'That did not work. Please try again.'),
    respondWithinMs: options.respondWithinMs ?? RESPOND_WITHIN_MS,
    deliverLate: createLateDelivery(port, clock),
    clock,
    logger,
    metrics,
  });
  // Microsoft's test clients look whether somebody is there with HEAD, and take 405 as a yes.
  const present = { status: 405, headers: { allow: 'POST' } };
  return {
    port,
    http: {
      routes: [
        { method: 'POST', path: '/api/messages', body: 'json', handle: receive },
        { method: 'HEAD', path: '/api/messages', body: 'none', handle: () => present },
        { method: 'GET', path: '/api/messages', body: 'none', handle: () => present },
      ],
    },
    close: async () => closing.abort(),
  };
}
