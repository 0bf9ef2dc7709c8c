import { createHash } from 'node:crypto';
import type { CostRecord } from '../../core/gateway/cost-record.js';
import type { Clock } from '../../core/kernel/clock.js';
import { describeError } from '../../core/kernel/errors.js';
import type { Logger } from '../../core/kernel/logger.js';
import { createOutboundFetch, type OutboundFetch } from '../../core/kernel/outbound-fetch.js';
import type { Config } from '../config.js';

/** One turn as a trace shows it: ids and outcomes, never what was said. */
export interface TurnSpan {
  correlationId: string;
  tenantId: string;
  channel: string;
  kind: string;
  result: string;
  startedAt: Date;
  endedAt: Date;
}

/** Sends turns and the model calls within them to an OpenTelemetry collector. */
export interface Traces {
  turn(span: TurnSpan): void;
  call(record: CostRecord): void;
  /** Sends what is left. */
  stop(): Promise<void>;
}

export interface TracesOptions {
  /** Base address of the collector, as `OTEL_EXPORTER_OTLP_ENDPOINT` gives it. */
  endpoint: string;
  fetch: OutboundFetch;
  clock: Clock;
  logger: Logger;
}

const SEND_EVERY_MS = 5_000;
/** A collector that is away costs no memory and no turn; what does not fit is left out. */
const MOST_WAITING = 2_000;
const OK = 1;
const ERROR = 2;

type Attributes = Record<string, string | number | undefined>;

/** Traces where a collector is named; nothing otherwise. */
export const tracesOf = (
  { otlpEndpoint }: Config['telemetry'],
  options: Pick<TracesOptions, 'clock' | 'logger'>,
): Traces | undefined =>
  otlpEndpoint === undefined
    ? undefined
    : createTraces({ ...options, endpoint: otlpEndpoint, fetch: createOutboundFetch(() => true) });

/** OTLP over HTTP in its JSON form: https://opentelemetry.io/docs/specs/otlp/#otlphttp-request. */
export function createTraces({ endpoint, fetch, clock, logger }: TracesOptions): Traces {
  const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`;
  const stopping = new AbortController();
  let waiting: object[] = [];
  let sending: Promise<void> | undefined;

  const send = async (): Promise<void> => {
    const spans = waiting;
    waiting = [];
    if (spans.length === 0) return;
    const body = JSON.stringify({
      resourceSpans: [
        {
          resource: { attributes: attributesOf({ 'service.name': 'steward' }) },
          scopeSpans: [{ scope: { name: 'steward' }, spans }],
        },
      ],
    });
    try {
      const { status } = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      if (status >= 300)
        logger.warn({ status, spans: spans.length }, 'The collector of traces took no spans.');
    } catch (error) {
      logger.warn(
        { error: describeError(error), spans: spans.length },
        'The collector of traces does not answer; spans are left out.',
      );
    }
  };
  const sendLater = async (): Promise<void> => {
    await clock.sleep(SEND_EVERY_MS, stopping.signal);
    await send();
    sending = undefined;
    if (waiting.length > 0 && !stopping.signal.aborted) sending = sendLater();
  };
  const add = (span: object): void => {
    if (waiting.length < MOST_WAITING) waiting.push(span);
    if (!stopping.signal.aborted) sending ??= sendLater();
  };

  return {
    turn: ({ correlationId, tenantId, channel, kind, result, startedAt, endedAt }) =>
      add({
        traceId: hexId(correlationId, 16),
        spanId: hexId(`turn|${correlationId}`, 8),
        name: `turn ${kind}`,
        kind: 2, // SERVER
        startTimeUnixNano: nanoseconds(startedAt),
        endTimeUnixNano: nanoseconds(endedAt),
        attributes: attributesOf({
          'steward.correlation_id': correlationId,
          'steward.tenant': tenantId,
          'steward.channel': channel,
          'steward.result': result,
        }),
        status: { code: result === 'failed' ? ERROR : OK },
      }),
    call: ({ id, origin, at, model, inputTokens, outputTokens, costMicroUsd, latencyMs, fault }) =>
      add({
        traceId: hexId(origin.correlationId, 16),
        spanId: hexId(`call|${id}`, 8),
        parentSpanId: hexId(`turn|${origin.correlationId}`, 8),
        name: `model ${origin.purpose}`,
        kind: 3, // CLIENT
        startTimeUnixNano: nanoseconds(new Date(at.getTime() - latencyMs)),
        endTimeUnixNano: nanoseconds(at),
        attributes: attributesOf({
          'steward.tenant': origin.tenantId,
          'gen_ai.request.model': model,
          'gen_ai.usage.input_tokens': inputTokens,
          'gen_ai.usage.output_tokens': outputTokens,
          'steward.cost_micro_usd': costMicroUsd,
          'error.type': fault,
        }),
        status: { code: fault === undefined ? OK : ERROR },
      }),
    stop: async () => {
      stopping.abort();
      await sending;
      await send();
    },
  };
}

const hexId = (text: string, bytes: number): string =>
  createHash('sha256')
    .update(text)
    .digest('hex')
    .slice(0, 2 * bytes);
const nanoseconds = (at: Date): string => `${at.getTime()}000000`;
const attributesOf = (values: Attributes): object[] =>
  Object.entries(values).flatMap(([key, value]) => {
    if (value === undefined) return [];
    return [{ key, value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value } }];
  });
