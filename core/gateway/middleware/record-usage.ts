import type { Clock } from '../../kernel/clock.js';
import { StewardError } from '../../kernel/errors.js';
import { newId } from '../../kernel/ids.js';
import type { Metrics } from '../../kernel/telemetry.js';
import type { CostRecord } from '../cost-record.js';
import { InterruptedStream } from '../interrupted-stream.js';
import type { Model, ModelEvent, ModelRequest, ModelResult } from '../model.js';

export interface RecordOptions {
  /** Keeps a record; a failure of its own never fails the call. */
  record(record: CostRecord): Promise<void>;
  onRecordFailed(error: unknown): void;
  metrics: Metrics;
  clock: Clock;
}

/** Writes one record per call, also for those that were cached, stopped or failed. */
export function withRecording(inner: Model, options: RecordOptions): Model {
  return {
    name: inner.name,
    generate: async (request) => {
      const started = options.clock.now();
      try {
        const result = await inner.generate(request);
        await keep(options, request, { started, result });
        return result;
      } catch (error) {
        await keep(options, request, { started, error });
        throw error;
      }
    },
    async *stream(request): AsyncIterable<ModelEvent> {
      const started = options.clock.now();
      let firstTokenMs: number | undefined;
      let result: ModelResult | undefined;
      let fault: unknown = new StewardError('gateway.left', 'The reader left.');
      try {
        for await (const event of inner.stream(request)) {
          firstTokenMs ??= options.clock.now().getTime() - started.getTime();
          if (event.kind === 'end') result = event.result;
          yield event;
        }
      } catch (error) {
        fault = error;
        throw error;
      } finally {
        await keep(options, request, result ? { started, result, firstTokenMs } : { started, error: fault });
      }
    },
  };
}

interface Ended {
  started: Date;
  result?: ModelResult;
  error?: unknown;
  firstTokenMs?: number;
}

async function keep(
  { record, onRecordFailed, metrics, clock }: RecordOptions,
  { origin, tier }: ModelRequest,
  { started, result, error, firstTokenMs }: Ended,
): Promise<void> {
  const latencyMs = clock.now().getTime() - started.getTime();
  const known = result ?? (error instanceof InterruptedStream ? error.partial : undefined);
  const fault = result ? undefined : error instanceof StewardError ? error.code : 'gateway.defect';
  const usage = known?.usage;
  const isCached = known?.cached ?? false;
  metrics.count('model_calls_total', {
    tier,
    model: known?.model ?? 'none',
    outcome: fault ?? (isCached ? 'cached' : 'done'),
  });
  metrics.observe('model_call_seconds', latencyMs / 1_000, { tier });
  if (firstTokenMs !== undefined)
    metrics.observe('model_first_token_seconds', firstTokenMs / 1_000, { tier });
  metrics.count('model_cost_micro_usd_total', { tier }, known?.costMicroUsd ?? 0);
  try {
    await record({
      id: newId(started),
      origin,
      at: started,
      model: known?.model,
      inputTokens: usage?.inputTokens ?? 0,
      outputTokens: usage?.outputTokens ?? 0,
      cachedInputTokens: usage?.cachedInputTokens ?? 0,
      reported: usage?.reported ?? true,
      costMicroUsd: known?.costMicroUsd ?? 0,
      latencyMs,
      firstTokenMs,
      cached: isCached,
      fellBackFrom: known?.fellBackFrom ?? [],
      fault,
    });
  } catch (failure) {
    onRecordFailed(failure);
  }
}
