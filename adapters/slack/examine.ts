import type { OutboundFetch } from '../../core/kernel/outbound-fetch.js';
import { callSlack } from './call-slack.js';

export interface TokenExamination {
  team: string;
  /** Permissions that the current manifest asks for and the token does not have; empty where Slack does not tell. */
  missing: string[];
}

/**
 * Asks Slack whose token it is, and what it may do.
 * @throws SlackRefusal when Slack takes the token for nothing, Unavailable when it does not answer.
 */
export async function examineToken(
  { fetch, apiUrl, scopes }: { fetch: OutboundFetch; apiUrl: string; scopes: readonly string[] },
  token: string,
): Promise<TokenExamination> {
  let granted: string[] | undefined;
  const answer = await callSlack(fetch, apiUrl, 'auth.test', {}, token, (headers) => {
    granted = grantedBy(headers);
  });
  const { team, team_id: id } = answer;
  return {
    team: [team, id].find((name) => typeof name === 'string' && name !== '') as string,
    missing: missingOf(scopes, granted),
  };
}

/** Slack tells with every answer what the token may do. */
export const grantedBy = (headers: { get(name: string): string | null }): string[] | undefined =>
  headers
    .get('x-oauth-scopes')
    ?.split(',')
    .map((scope) => scope.trim());

export const missingOf = (scopes: readonly string[], granted: readonly string[] | undefined): string[] =>
  granted ? scopes.filter((scope) => !granted.includes(scope)) : [];
