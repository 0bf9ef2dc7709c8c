import { Unavailable } from '../../kernel/errors.js';
import type { Clock } from '../../kernel/clock.js';
import type { Model, ModelEvent, ModelRequest } from '../model.js';

/** All in ms. The time to connect is the client's own limit (see `OpenAiOptions.connectTimeoutMs`). */
export interface Timeouts {
  /** Until the first piece of a streamed reply. */
  firstTokenMs: number;
  /** Between two pieces. */
  idleMs: number;
  /** Until the whole reply is there. */
  totalMs: number;
}

export const DEFAULT_TIMEOUTS: Timeouts = { firstTokenMs: 30_000, idleMs: 20_000, totalMs: 120_000 };

/** Ends a call that takes too long, at the endpoint as well, and says which limit it was. */
export function withTimeouts(inner: Model, limits: Timeouts, clock: Clock): Model {
  return {
    name: inner.name,
    generate: async (request) => {
      const watch = new Watch(request, inner.name, clock);
      watch.start('total', limits.totalMs);
      return watch.during(inner.generate(watch.request));
    },
    async *stream(request): AsyncIterable<ModelEvent> {
      const watch = new Watch(request, inner.name, clock);
      watch.start('total', limits.totalMs);
      watch.start('first-token', limits.firstTokenMs);
      const events = inner.stream(watch.request)[Symbol.asyncIterator]();
      try {
        for (;;) {
          const next = await watch.step(events.next());
          watch.stop('first-token');
          watch.stop('idle');
          if (next.done) return;
          yield next.value;
          watch.start('idle', limits.idleMs);
        }
      } finally {
        watch.end();
        // a reply that nobody reads any more is ended; what that throws is of no interest
        await events.return?.()?.catch(() => undefined);
      }
    },
  };
}

type Limit = 'first-token' | 'idle' | 'total';

/** The timers of one call. */
class Watch {
  readonly request: ModelRequest;
  private readonly cut = new AbortController();
  private readonly timers = new Map<Limit, AbortController>();
  private passed: Limit | undefined;
  /** Rejects when a limit has passed. */
  private readonly late: Promise<never>;

  constructor(
    request: ModelRequest,
    private readonly name: string,
    private readonly clock: Clock,
  ) {
    const signals = request.signal ? [request.signal, this.cut.signal] : [this.cut.signal];
    this.request = { ...request, signal: AbortSignal.any(signals) };
    this.late = new Promise((_resolve, reject) => {
      this.cut.signal.addEventListener('abort', () => reject(this.fault()), { once: true });
    });
    this.late.catch(() => undefined); // nobody may be waiting when it passes
  }

  start(limit: Limit, ms: number): void {
    this.stop(limit);
    const timer = new AbortController();
    this.timers.set(limit, timer);
    void this.clock.sleep(ms, timer.signal).then(() => {
      if (timer.signal.aborted) return;
      this.passed = limit;
      this.cut.abort();
    });
  }

  stop(limit: Limit): void {
    this.timers.get(limit)?.abort();
    this.timers.delete(limit);
  }

  end(): void {
    for (const limit of this.timers.keys()) this.stop(limit);
  }

  async during<T>(work: Promise<T>): Promise<T> {
    try {
      return await this.step(work);
    } finally {
      this.end();
    }
  }

  /** Does not wait for an endpoint that ignores its signal. */
  async step<T>(work: Promise<T>): Promise<T> {
    try {
      return await Promise.race([work, this.late]);
    } catch (error) {
      throw this.passed ? this.fault() : error;
    }
  }

  private fault(): Unavailable {
    return new Unavailable(`gateway.timeout-${this.passed ?? 'total'}`, `${this.name} takes too long.`);
  }
}
