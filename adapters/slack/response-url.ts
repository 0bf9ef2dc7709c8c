import { StewardError } from '../../core/kernel/errors.js';
import type { JsonObject } from '../../core/kernel/json.js';
import type { OutboundFetch } from '../../core/kernel/outbound-fetch.js';
import { isSlackHost } from './slack-host.js';

/** A click's own way back: five uses in thirty minutes. It is a secret and is never logged. */
export interface ResponseUrls {
  send(url: string, body: JsonObject): Promise<void>;
}

export const isLastingUrl = (url: string | null | undefined): url is string =>
  typeof url === 'string' && URL.canParse(url);

/** @param apiUrl a test's own Slack; otherwise only Slack's host is written to. */
export function createResponseUrls(fetch: OutboundFetch, apiUrl: string): ResponseUrls {
  const isSlack = isSlackHost(apiUrl, /^hooks\.slack(?:-gov)?\.com$/);
  return {
    send: async (url, body) => {
      if (!isSlack(new URL(url))) {
        throw new StewardError('slack.foreign-response-url', 'A click named a way back that is not Slack’s.');
      }
      const { status } = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      if (status !== 200) {
        throw new StewardError(
          'slack.response-url',
          `Slack refused the answer to a click (status ${status}).`,
        );
      }
    },
  };
}
