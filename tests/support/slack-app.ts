import { expect } from '@jest/globals';
import type { SlackFake } from '../fakes/slack.js';

/** What makes Steward an app that workspaces add by themselves. */
export const installableApp = (slack: SlackFake): NodeJS.ProcessEnv => ({
  SLACK_SIGNING_SECRET: slack.signingSecret,
  SLACK_CLIENT_ID: '1.2',
  SLACK_CLIENT_SECRET: 'client-secret',
  SLACK_API_URL: slack.apiUrl,
  STEWARD_RATE_LIMITS: '0',
});

/** A browser on its way to Slack and back. */
export interface Installing {
  /** Where Steward sent it. */
  target: URL;
  state: string;
  cookie: string;
}

/** "Add to Slack", up to where Slack asks for consent. */
export async function beginInstall(url: string): Promise<Installing> {
  const begin = await fetch(`${url}/slack/install`, { redirect: 'manual' });
  expect(begin.status).toBe(302);
  const target = new URL(begin.headers.get('location') ?? '');
  return {
    target,
    state: target.searchParams.get('state') ?? '',
    cookie: (begin.headers.get('set-cookie') ?? '').split(';')[0] ?? '',
  };
}

/** Slack sends the browser back with a code. */
export const endInstall = (
  url: string,
  code: string,
  { state, cookie }: { state: string; cookie?: string },
  headers: Record<string, string> = {},
): Promise<Response> =>
  fetch(`${url}/slack/oauth_redirect?code=${code}&state=${encodeURIComponent(state)}`, {
    headers: { ...headers, ...(cookie ? { cookie } : {}) },
  });

/** The whole way, which has to succeed. */
export async function addToSlack(url: string, code = 'good-code'): Promise<void> {
  expect((await endInstall(url, code, await beginInstall(url))).status).toBe(200);
}
