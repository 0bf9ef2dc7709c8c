import type { Clock } from '../../core/kernel/clock.js';
import { describeError } from '../../core/kernel/errors.js';
import type { HttpReply, HttpRequest } from '../../core/kernel/http-route.js';
import type { Logger } from '../../core/kernel/logger.js';
import type { Metrics } from '../../core/kernel/telemetry.js';
import type { Acknowledgement } from './acknowledgement.js';
import type { EventHandler } from './handle-event.js';
import type { InteractionHandler } from './handle-interaction.js';
import { verifySignature } from './verify.js';

export interface ReceiverOptions {
  signingSecret: string | undefined;
  events: EventHandler;
  interactions: InteractionHandler;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
}

export interface Receiver {
  http(request: HttpRequest): Promise<HttpReply>;
  /** What Socket Mode brings, already parsed and vouched for by the connection. */
  socket(body: unknown): Promise<Acknowledgement>;
}

/** Takes what Slack posts: check the signature, read it, store it, acknowledge. */
export function createReceiver(options: ReceiverOptions): Receiver {
  const { signingSecret, events, interactions, clock, logger, metrics } = options;

  async function dispatch(body: unknown): Promise<Acknowledgement> {
    const type =
      typeof body === 'object' && body !== null ? (body as { type?: unknown; command?: unknown }) : {};
    if (typeof type.command === 'string') return interactions.command(body);
    switch (type.type) {
      case 'url_verification':
        return challenge(body);
      case 'event_callback':
        return events.handle(body);
      case 'app_rate_limited':
        metrics.count('slack_rate_limited_total');
        logger.error(
          {},
          'Slack held events back: more than 30,000 in an hour. People may have to repeat a message.',
        );
        return { status: 200 };
      default:
        return interactions.handle(body);
    }
  }

  async function http(request: HttpRequest): Promise<HttpReply> {
    const verdict = verifySignature(signingSecret, request.headers, request.bytes, clock);
    if (!verdict.ok) return refused(request, verdict.reason);
    const read = readBody(request);
    if (read === 'ssl-check') return { status: 200 };
    if (read === undefined) return malformed(request);
    const { status, body, final } = await dispatch(read);
    return {
      status,
      ...(body === undefined ? {} : { body }),
      ...(final ? { headers: { 'x-slack-no-retry': '1' } } : {}),
    };
  }

  function refused(request: HttpRequest, reason: string): HttpReply {
    metrics.count('slack_refused_total', { status: '401' });
    logger.warn(
      { requestId: request.requestId, remoteAddress: request.remoteAddress },
      `A request to the Slack endpoint was refused: ${reason}.`,
    );
    return problem(401, 'This request is not signed by Slack.', request.requestId);
  }

  function malformed(request: HttpRequest): HttpReply {
    metrics.count('slack_refused_total', { status: '400' });
    logger.info({ requestId: request.requestId }, 'A request to the Slack endpoint could not be read.');
    return {
      ...problem(400, 'The body is neither an event, an interaction nor a command.', request.requestId),
      headers: { 'x-slack-no-retry': '1' },
    };
  }

  return {
    http,
    socket: async (body) => {
      try {
        return await dispatch(body);
      } catch (error) {
        logger.error({ error: describeError(error) }, 'Something that came by Socket Mode was not taken.');
        throw error;
      }
    },
  };
}

function challenge(body: unknown): Acknowledgement {
  const { challenge: words } = body as { challenge?: unknown };
  return typeof words === 'string' && words.length <= 1_000
    ? { status: 200, body: { challenge: words } }
    : { status: 400, final: true };
}

/** Events are JSON; clicks are JSON in one form field; commands are form fields. */
function readBody({ headers, bytes }: HttpRequest): unknown {
  const contentType = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  const text = bytes.toString('utf8');
  if (contentType === 'application/json') return parse(text);
  if (contentType !== 'application/x-www-form-urlencoded') return undefined;
  const form = new URLSearchParams(text);
  const payload = form.get('payload');
  if (payload !== null) return parse(payload);
  if (form.get('ssl_check') === '1') return 'ssl-check';
  return form.has('command') ? Object.fromEntries(form) : undefined;
}

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const problem = (status: number, message: string, requestId: string): HttpReply => ({
  status,
  body: { error: { code: 'slack.refused', message, requestId } },
});
