import { APIConnectionError, APIError, APIUserAbortError } from 'openai';
import { describeError, InvalidInput, StewardError, Unavailable } from '../../kernel/errors.js';
import type { JsonObject } from '../../kernel/json.js';

export interface ErrorPlace {
  /** The endpoint's configured name. */
  provider: string;
  /** The model that was asked for. */
  model?: string;
  baseUrl?: string;
  isAzure?: boolean;
  signal?: AbortSignal;
}

/** Translates what the SDK throws into our errors, once, at this border. */
export function translateOpenAiError(error: unknown, place: ErrorPlace): StewardError {
  const { provider, baseUrl = 'the endpoint', signal } = place;
  if (error instanceof StewardError) return error;
  // what the token's giver said, which the SDK wraps
  if (error instanceof Error && error.cause instanceof StewardError) return error.cause;
  if (error instanceof APIUserAbortError || signal?.aborted) {
    return new StewardError('gateway.cancelled', `The call to ${provider} was cancelled.`, { cause: error });
  }
  if (error instanceof APIConnectionError) {
    return new Unavailable(
      'gateway.unreachable',
      `${provider} does not answer at ${baseUrl}. Is it running?`,
      {
        cause: error,
      },
    );
  }
  if (error instanceof APIError) {
    const status = error.status as number | undefined;
    return fromStatus({ status, said: said(error), headers: error.headers, cause: error }, place);
  }
  return new Unavailable(
    'gateway.broken-answer',
    `${provider} sent an answer that breaks off or cannot be read: ${describeError(error)}`,
    { cause: error },
  );
}

/** An error that came in an answer with HTTP 200, also in the middle of a stream. */
export function errorFromBody(error: JsonObject, place: ErrorPlace): StewardError {
  const words = JSON.stringify(error);
  const told = [error.status, error.code, error.status_code]
    .map(Number)
    .find((code) => code >= 400 && code < 600);
  const status =
    told ??
    (/rate.?limit|too many requests/i.test(words)
      ? 429
      : /authenti|api.?key|unauthorized/i.test(words)
        ? 401
        : /not.?found|does not exist/i.test(words)
          ? 404
          : /invalid.?request/i.test(words)
            ? 400
            : 500);
  return fromStatus(
    { status, said: words, headers: undefined, cause: new Error(words.slice(0, 500)) },
    place,
  );
}

/**
 * Fetches with refusals in the one form that the SDK reads (`{error: …}`): Gemini wraps them in a list, vLLM and FastAPI
 * write `message` or `detail`, and what they say is lost otherwise.
 */
export async function fetchReadably(...request: Parameters<typeof fetch>): Promise<Response> {
  const response = await fetch(...request);
  if (response.status < 400 || !response.headers.get('content-type')?.includes('json')) return response;
  const { status, statusText } = response;
  const headers = new Headers(response.headers);
  for (const name of ['content-encoding', 'content-length']) headers.delete(name);
  return new Response(readableRefusal(await response.text()), { status, statusText, headers });
}

function readableRefusal(text: string): string {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return text;
  }
  const told: unknown = Array.isArray(body) ? body[0] : body;
  return JSON.stringify(
    typeof told === 'object' && told !== null && 'error' in told ? told : { error: told },
  );
}

interface Refusal {
  status: number | undefined;
  said: string;
  headers: unknown;
  cause: unknown;
}

/** `retryable` is for the same endpoint; what another endpoint may do better is `helpsElsewhere` in the fallback chain. */
function fromStatus({ status, said, headers, cause }: Refusal, place: ErrorPlace): StewardError {
  const { provider, model = 'the model', baseUrl = 'the endpoint', isAzure } = place;
  const wait = retryAfterMs(headers) ?? waitIn(said);
  if (isQuotaUsedUp(status, said, wait)) {
    return new StewardError('gateway.quota', `${provider} says that the account's quota is used up.`, {
      cause,
      userText: 'error.unavailable',
    });
  }
  if (status === 429) {
    return new Unavailable('gateway.rate-limited', `${provider} asks to slow down.`, {
      cause: { retryAfterMs: wait, message: said.slice(0, 500) },
      retryAfterMs: wait,
      userText: 'error.busy',
    });
  }
  if (
    status === 401 ||
    status === 403 ||
    (status === 400 && /api.?key.{0,3}(?:not valid|invalid)/i.test(said))
  ) {
    return new StewardError(
      'gateway.credentials',
      `${provider} refuses the key. Check ${isAzure ? 'AZURE_OPENAI_API_KEY, or the role "Cognitive Services OpenAI User"' : 'OPENAI_API_KEY'}.`,
      {
        cause,
        userText: 'error.unavailable',
      },
    );
  }
  if (status === 404) {
    const isModel = /model|deployment/i.test(said);
    return new StewardError(
      'gateway.no-such-model',
      isModel
        ? `${provider} does not know the model "${model}". Check OPENAI_MODEL_*.`
        : `${provider} has no chat completions at ${baseUrl}. Check OPENAI_BASE_URL; it usually ends in /v1.`,
      { cause, userText: 'error.unavailable' },
    );
  }
  if (status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 409) {
    if (
      /model .{0,80}(?:does not exist|not found|is not available)|model_not_found|invalid model/i.test(said)
    )
      return fromStatus({ status: 404, said: `model ${said}`, headers, cause }, place);
    const [code, why] =
      /context.?(?:length|window|size)|maximum context|too many tokens|prompt is too long/i.test(said)
        ? ['gateway.too-long', 'finds the request too long']
        : /(?:does not|doesn't|not) support.{0,20}tools?|tool.{0,20}not supported|enable-auto-tool-choice/i.test(
              said,
            )
          ? ['gateway.no-tools', `offers no tool calls with "${model}"; name another model in OPENAI_MODEL_*`]
          : ['gateway.refused', 'refuses the request'];
    return new InvalidInput(code, `${provider} ${why} (HTTP ${status}).`, { cause });
  }
  return new Unavailable('gateway.failing', `${provider} fails (HTTP ${status ?? 'unknown'}).`, {
    cause,
    retryAfterMs: wait,
  });
}

/** Nothing is left to pay with, which no waiting helps. Gemini says the same of a limit per minute, but says how long to wait. */
const isQuotaUsedUp = (status: number | undefined, said: string, wait: number | undefined): boolean =>
  status === 402 ||
  /insufficient_quota|insufficient balance|credit balance is too low|budget.?(?:has been )?exceeded/i.test(
    said,
  ) ||
  (status === 429 && wait === undefined && /exceeded your current quota|billing/i.test(said));

/** Gemini's `retryDelay: "34s"`, which stands in the body. */
function waitIn(said: string): number | undefined {
  const seconds = /"retryDelay":\s*"(\d+(?:\.\d+)?)s"/.exec(said)?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1_000;
}

const said = (error: APIError): string =>
  `${error.code ?? ''} ${error.type ?? ''} ${error.message} ${JSON.stringify(error.error ?? '')}`;

/** `retry-after-ms`, or `retry-after` as seconds or as a date, which is measured by the server's own clock. */
export function retryAfterMs(headers: unknown): number | undefined {
  if (!(headers instanceof Headers)) return undefined;
  const ms = Number(headers.get('retry-after-ms') ?? Number.NaN);
  if (Number.isFinite(ms)) return Math.max(0, ms);
  const asked = headers.get('retry-after')?.trim();
  if (!asked) return undefined;
  const seconds = Number(asked);
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1_000);
  const wait = Date.parse(asked) - Date.parse(headers.get('date') ?? '');
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined;
}
