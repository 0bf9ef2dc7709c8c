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
  /** Installations whose token Slack took last for no good. */
  refused(): string[];
}

export interface WebApiOptions {
  apiUrl: string;
  fetch: OutboundFetch;
  workspaces: Workspaces;
  pacing: Pacing;
  metrics: Metrics;
}

/** What Slack says of a token that is of no use any more. */
const TOKEN_REFUSED = new Set(['token_revoked', 'account_inactive', 'invalid_auth', 'not_authed']);

export function createWebApi({ apiUrl, fetch, workspaces, pacing, metrics }: WebApiOptions): SlackWebApi {
  const refused = new Set<string>();

  /** With the workspace's token; one that Slack says has expired is exchanged, and the call made again. */
  async function attempt(place: SlackPlace, method: string, args: Arguments): Promise<JsonObject> {
    const { token } = await workspaces.of(place);
    try {
      return await callSlack(fetch, apiUrl, method, args, token);
    } catch (error) {
      if (!(error instanceof SlackRefusal) || error.reason !== 'token_expired') throw error;
      await workspaces.renew(place, token);
      return callSlack(fetch, apiUrl, method, args, (await workspaces.of(place)).token);
    }
  }

  return {
    refused: () => [...refused],
    call: async (place, method, args, { optional = false } = {}) => {
      const channel = typeof args.channel === 'string' ? args.channel : undefined;
      const key = { installation: installationKey(place), method, ...(channel ? { channel } : {}) };
      if (optional) {
        if (!pacing.tryTake(key)) throw faultOf(new SlackRefusal(method, 'ratelimited', DEFAULT_RETRY_MS));
      } else await pacing.take(key);
      try {
        const answer = await attempt(place, method, args);
        refused.delete(key.installation);
        metrics.count('slack_calls_total', { method, result: 'ok' });
        return answer;
      } catch (error) {
        if (!(error instanceof SlackRefusal)) {
          metrics.count('slack_calls_total', { method, result: 'unreachable' });
          throw error;
        }
        metrics.count('slack_calls_total', { method, result: error.reason });
        if (error.retryAfterMs !== undefined) pacing.block(key, error.retryAfterMs);
        if (TOKEN_REFUSED.has(error.reason)) {
          refused.add(key.installation);
          workspaces.forget(place);
        }
        throw faultOf(error);
      }
    },
  };
}
