import { describeError } from '../../core/kernel/errors.js';
import { createOutboundFetch } from '../../core/kernel/outbound-fetch.js';
import { slackManifest } from '../../manifest/slack.js';
import type { CliContext } from './context.js';
import type { Finding } from './doctor.js';

const AGAIN = 'Install the app again with the current manifest (docs/slack.md), and set the new token.';

/** What Slack says of the token of a single workspace; other installations are told of by a running server's /readyz. */
export async function examineSlack({ config }: Pick<CliContext, 'config'>): Promise<Finding[]> {
  const { botToken, apiUrl = 'https://slack.com/api/', appToken } = config.slack;
  if (!botToken) return [];
  const { examineToken } = await import('../../adapters/slack/examine.js');
  const { scopes } = slackManifest({ socketMode: appToken !== undefined }).oauth_config;
  const slack = {
    fetch: createOutboundFetch(() => true),
    apiUrl: apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/`,
    scopes: scopes.bot,
  };
  try {
    const { team, missing } = await examineToken(slack, botToken);
    return [
      missing.length === 0
        ? { part: 'Slack token', state: 'on', detail: `of ${team}` }
        : {
            part: 'Slack token',
            state: 'problem',
            detail: `of ${team}, without ${missing.join(', ')}${missing.includes('users:read') ? '; everybody counts as an outsider who reads public documents alone' : ''}`,
            fix: AGAIN,
          },
    ];
  } catch (error) {
    return [{ part: 'Slack token', state: 'problem', detail: describeError(error), fix: AGAIN }];
  }
}
