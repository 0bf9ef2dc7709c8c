import { z } from 'zod';
import { Unavailable } from '../../core/kernel/errors.js';
import type { JsonObject, JsonValue } from '../../core/kernel/json.js';
import type { OutboundFetch, OutboundResponse } from '../../core/kernel/outbound-fetch.js';
import type { Metrics } from '../../core/kernel/telemetry.js';
import { faultOf, SlackRefusal } from './api-fault.js';
import { installationKey, type SlackPlace } from './installation.js';
import type { Pacing } from './pacing.js';
import type { Workspaces } from './workspaces.js';

export interface CallOptions {
  /** Leaves the call out when the limit is reached, instead of waiting. */
  optional?: boolean;
}

/**
 * Slack's Web API, in plain form fields: https://docs.slack.dev/apis/web-api. The SDK's client would stop every channel
 * when one is rate limited, and keeps a dead connection for half an hour.
 */
export interface SlackWebApi {
  /**
   * @param args texts and numbers go as they are, everything else as JSON.
   * @throws StewardError as `api-fault.ts` says; its cause is a SlackRefusal where Slack gave a reason.
   */
  call(place: SlackPlace, method: string, args: Arguments, options?: CallOptions): Promise<JsonObject>;
}

export type Arguments = Record<string, JsonValue | undefined>;

export interface WebApiOptions {
  apiUrl: string;
  fetch: OutboundFetch;
  workspaces: Workspaces;
  pacing: Pacing;
  metrics: Metrics;
}

const reply = z.looseObject({ ok: z.boolean(), error: z.string().max(200).optional() });
const TIMEOUT_MS = 15_000;
const DEFAULT_RETRY_MS = 1_000;

export function createWebApi({ apiUrl, fetch, workspaces, pacing, metrics }: WebApiOptions): SlackWebApi {
  async function attempt(place: SlackPlace, method: string, args: Arguments): Promise<JsonObject> {
    const { token } = await workspaces.of(place);
    return callSlack(fetch, apiUrl, method, args, token);
  }

  return {
    call: async (place, method, args, { optional = false } = {}) => {
      const channel = typeof args.channel === 'string' ? args.channel : undefined;
      const key = { installation: installationKey(place), method, ...(channel ? { channel } : {}) };
      if (optional) {
        if (!pacing.tryTake(key)) throw faultOf(new SlackRefusal(method, 'ratelimited', DEFAULT_RETRY_MS));
      } else await pacing.take(key);
      try {
        const answer = await attempt(place, method, args).catch(async (error: unknown) => {
          if (!(error instanceof SlackRefusal) || error.reason !== 'token_expired') throw error;
          await workspaces.renew(place);
          return attempt(place, method, args);
        });
        metrics.count('slack_calls_total', { method, result: 'ok' });
        return answer;
      } catch (error) {
        if (!(error instanceof SlackRefusal)) {
          metrics.count('slack_calls_total', { method, result: 'unreachable' });
          throw error;
        }
        metrics.count('slack_calls_total', { method, result: error.reason });
        if (error.retryAfterMs !== undefined) pacing.block(key, error.retryAfterMs);
        if (error.reason === 'token_revoked' || error.reason === 'account_inactive') workspaces.forget(place);
        throw faultOf(error);
      }
    },
  };
}

/**
 * One call, without limits or retries.
 * @throws SlackRefusal when Slack said no, Unavailable when it said nothing that can be read.
 */
export async function callSlack(
  fetch: OutboundFetch,
  apiUrl: string,
  method: string,
  args: Arguments,
  token?: string,
): Promise<JsonObject> {
  const response = await fetch(`${apiUrl}${method}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    },
    body: formOf(args),
    timeoutMs: TIMEOUT_MS,
  });
  if (response.status === 429) throw new SlackRefusal(method, 'ratelimited', retryAfterOf(response));
  const parsed = response.status < 500 ? parse(response) : undefined;
  if (!parsed) {
    throw new Unavailable('slack.unreadable', `Slack answered ${method} with status ${response.status}.`);
  }
  if (!parsed.ok) {
    const reason = parsed.error ?? 'unknown_error';
    throw new SlackRefusal(method, reason, reason === 'ratelimited' ? retryAfterOf(response) : undefined);
  }
  return parsed as JsonObject;
}

function parse(response: OutboundResponse): z.output<typeof reply> | undefined {
  try {
    return reply.safeParse(response.json()).data;
  } catch {
    return undefined;
  }
}

function formOf(args: Arguments): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(args)) {
    if (value === undefined || value === null) continue;
    form.append(name, typeof value === 'object' ? JSON.stringify(value) : String(value));
  }
  return form.toString();
}

function retryAfterOf({ headers }: OutboundResponse): number {
  const seconds = Number(headers.get('retry-after') ?? '');
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : DEFAULT_RETRY_MS;
}
