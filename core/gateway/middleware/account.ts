import type { CallOutcome, OpenAccount } from '../account.js';
import type { Clock } from '../../kernel/clock.js';
import { StewardError } from '../../kernel/errors.js';
import type { Metrics } from '../../kernel/telemetry.js';
import { InterruptedStream } from '../interrupted-stream.js';
import type { Model, ModelEvent, ModelRequest, ModelResult, TokenUsage } from '../model.js';

export interface ModelAccountOptions {
  open: OpenAccount;
  /** The most that a call can cost, in micro-dollars. */
  highestPrice(request: ModelRequest): number;
  /** What a call that was left half-way came to, from the text that came. */
  estimate(request: ModelRequest, text: string): { usage: TokenUsage; costMicroUsd: number };
  metrics: Metrics;
  clock: Clock;
}

/** One entry in the books per call, also for those that were cached, stopped or failed. */
export function withAccount(inner: Model, options: ModelAccountOptions): Model {
  const { highestPrice, estimate, clock } = options;
  const open = async (request: ModelRequest): Promise<(ended: Ended) => Promise<void>> => {
    try {
      const account = await options.open(request.origin, highestPrice(request), request.signal);
      return async (ended) => {
        const outcome = outcomeOf(ended);
        count(options.metrics, request, outcome, await account.close(outcome));
      };
    } catch (error) {
      count(options.metrics, request, outcomeOf({ error }), 0);
      throw error;
    }
  };
  return {
    name: inner.name,
    generate: async (request) => {
      const close = await open(request);
      let ended: Ended = {};
      try {
        const result = await inner.generate(request);
        ended = { known: result };
        return result;
      } catch (error) {
        ended = { known: partialOf(error), error };
        throw error;
      } finally {
        await close(ended);
      }
    },
    async *stream(request): AsyncIterable<ModelEvent> {
      const close = await open(request);
      const started = clock.now().getTime();
      let firstTokenMs: number | undefined;
      let seen = '';
      let ended: Ended | undefined;
      try {
        for await (const event of inner.stream(request)) {
          firstTokenMs ??= clock.now().getTime() - started;
          if (event.kind === 'end') ended = { known: event.result, firstTokenMs };
          else seen += event.text;
          yield event;
        }
      } catch (error) {
        ended = { known: partialOf(error), error };
        throw error;
      } finally {
        // a reader that leaves half-way ends the loop without a result or a fault
        await close(ended ?? { known: seen ? estimate(request, seen) : undefined, error: new ReaderLeft() });
      }
    },
  };
}

class ReaderLeft extends StewardError {
  constructor() {
    super('gateway.left', 'The reader left.');
  }
}

interface Ended {
  /** What is known of the call, though it may have failed in the end. */
  known?: Partial<ModelResult> & Pick<ModelResult, 'usage' | 'costMicroUsd'>;
  error?: unknown;
  firstTokenMs?: number;
}

const partialOf = (error: unknown): ModelResult | undefined =>
  error instanceof InterruptedStream ? error.partial : undefined;

function outcomeOf({ known, error, firstTokenMs }: Ended): CallOutcome {
  const { usage } = known ?? {};
  return {
    model: known?.model,
    inputTokens: usage?.inputTokens ?? 0,
    outputTokens: usage?.outputTokens ?? 0,
    cachedInputTokens: usage?.cachedInputTokens ?? 0,
    reported: usage?.reported ?? true,
    costMicroUsd: known?.costMicroUsd ?? 0,
    firstTokenMs,
    cached: known?.cached ?? false,
    fellBackFrom: known?.fellBackFrom ?? [],
    besides: known?.besides,
    fault: error === undefined ? undefined : error instanceof StewardError ? error.code : 'gateway.defect',
  };
}

function count(metrics: Metrics, { tier }: ModelRequest, outcome: CallOutcome, latencyMs: number): void {
  const { model = 'none', fault, cached, firstTokenMs, costMicroUsd } = outcome;
  metrics.count('model_calls_total', { tier, model, outcome: fault ?? (cached ? 'cached' : 'done') });
  metrics.observe('model_call_seconds', latencyMs / 1_000, { tier });
  if (firstTokenMs !== undefined)
    metrics.observe('model_first_token_seconds', firstTokenMs / 1_000, { tier });
  metrics.count('model_cost_micro_usd_total', { tier }, costMicroUsd);
}
