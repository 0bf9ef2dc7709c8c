import type { Clock } from '../../kernel/clock.js';
import { StewardError } from '../../kernel/errors.js';
import type { EmbeddingEndpoint, Model, ModelEvent } from '../model.js';

export interface RetryOptions {
  /** Calls in all, the first included. */
  attempts: number;
  /** Doubles with each attempt; a random share of it is waited, so that callers do not come back together. */
  baseMs: number;
  /** Whoever asks us to wait longer than this is left to the next endpoint. */
  longestMs: number;
  clock: Clock;
  /** 0 to 1. */
  random(): number;
  onRetry?(fault: StewardError, attempt: number): void;
}

/** Tries a failed call again while that can help: nothing was shown yet, and the fault is a passing one. */
export function withRetry(inner: Model, options: RetryOptions): Model {
  return {
    name: inner.name,
    generate: (request) => retried(() => inner.generate(request), request.signal, options),
    async *stream(request): AsyncIterable<ModelEvent> {
      for (let attempt = 1; ; attempt += 1) {
        let isShown = false;
        try {
          for await (const event of inner.stream(request)) {
            isShown ||= event.kind === 'end' || event.text !== '';
            yield event;
          }
          return;
        } catch (error) {
          if (isShown) throw error;
          await pauseOrThrow(error, attempt, request.signal, options);
        }
      }
    },
  };
}

/** The same for texts that are turned into vectors and that nobody waits for. */
export function withEmbeddingRetry(inner: EmbeddingEndpoint, options: RetryOptions): EmbeddingEndpoint {
  return {
    ...inner,
    embed: (texts, how = {}) =>
      how.isPatient ? retried(() => inner.embed(texts, how), how.signal, options) : inner.embed(texts, how),
  };
}

async function retried<T>(
  call: () => Promise<T>,
  signal: AbortSignal | undefined,
  options: RetryOptions,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      await pauseOrThrow(error, attempt, signal, options);
    }
  }
}

async function pauseOrThrow(
  error: unknown,
  attempt: number,
  signal: AbortSignal | undefined,
  { attempts, baseMs, longestMs, clock, random, onRetry }: RetryOptions,
): Promise<void> {
  const isPassing = error instanceof StewardError && error.retryable && error.code !== 'gateway.circuit-open';
  if (!isPassing || attempt >= attempts || signal?.aborted) throw error;
  const asked = error.retryAfterMs;
  if (asked !== undefined && asked > longestMs) throw error;
  const window = Math.min(longestMs, baseMs * 2 ** (attempt - 1));
  onRetry?.(error, attempt);
  await clock.sleep((asked ?? window / 2) + (random() * window) / 2, signal);
  if (signal?.aborted) throw new StewardError('gateway.cancelled', 'The call was cancelled.');
}
