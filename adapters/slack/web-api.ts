import type { JsonObject } from '../../core/kernel/json.js';
import type { OutboundFetch } from '../../core/kernel/outbound-fetch.js';
import type { Metrics } from '../../core/kernel/telemetry.js';
import { faultOf, SlackRefusal } from './api-fault.js';
import { callSlack, DEFAULT_RETRY_MS, type Arguments } from './call-slack.js';
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

export interface WebApiOptions {
  apiUrl: string;
  fetch: OutboundFetch;
  workspaces: Workspaces;
  pacing: Pacing;
  metrics: Metrics;
}

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
