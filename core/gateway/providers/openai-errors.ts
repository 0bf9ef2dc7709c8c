import { APIConnectionError, APIError, APIUserAbortError } from 'openai';
import { describeError, InvalidInput, StewardError, Unavailable } from '../../kernel/errors.js';

/** Translates what the SDK throws into our errors, once, at this border. `provider` is the configured name. */
export function translateOpenAiError(error: unknown, provider: string, signal?: AbortSignal): StewardError {
  if (error instanceof StewardError) return error;
  if (error instanceof APIUserAbortError || signal?.aborted) {
    return new StewardError('gateway.cancelled', `The call to ${provider} was cancelled.`, { cause: error });
  }
  if (error instanceof APIConnectionError) {
    return new Unavailable('gateway.unreachable', `${provider} does not answer.`, { cause: error });
  }
  if (error instanceof APIError) return fromStatus(error, provider);
  return new Unavailable(
    'gateway.broken-answer',
    `${provider} sent an answer that breaks off or cannot be read: ${describeError(error)}`,
    {
      cause: error,
    },
  );
}

function fromStatus(error: APIError, provider: string): StewardError {
  const status = error.status as number | undefined;
  if (status === 429) {
    const wait = retryAfterMs(error.headers);
    return new Unavailable('gateway.rate-limited', `${provider} asks to slow down.`, {
      cause: { retryAfterMs: wait, message: error.message },
      retryAfterMs: wait,
      userText: 'error.busy',
    });
  }
  if (status === 401 || status === 403) {
    return new StewardError('gateway.credentials', `${provider} refuses the key. Check OPENAI_API_KEY.`, {
      cause: error,
      userText: 'error.unavailable',
    });
  }
  if (status === 404) {
    return new StewardError(
      'gateway.no-such-model',
      `${provider} does not know the model. Check OPENAI_MODEL_*.`,
      {
        cause: error,
        userText: 'error.unavailable',
      },
    );
  }
  if (status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 409) {
    return new InvalidInput('gateway.refused', `${provider} refuses the request (HTTP ${status}).`, {
      cause: error,
    });
  }
  return new Unavailable('gateway.failing', `${provider} fails (HTTP ${status ?? 'unknown'}).`, {
    cause: error,
    retryAfterMs: retryAfterMs(error.headers),
  });
}

function retryAfterMs(headers: unknown): number | undefined {
  if (!(headers instanceof Headers)) return undefined;
  const ms = Number(headers.get('retry-after-ms') ?? Number.NaN);
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  if (Number.isFinite(ms)) return Math.max(0, ms);
  return Number.isFinite(seconds) ? Math.max(0, seconds * 1_000) : undefined;
}
