import { afterEach, describe, expect, it } from '@jest/globals';
import { startSlack, type SlackFake } from '../../tests/fakes/slack.js';
import { slackManifest } from '../../manifest/slack.js';
import { loadConfig } from '../config.js';
import { examineSlack } from './examine-slack.js';

describe('What doctor says of the Slack token', () => {
  let slack: SlackFake;
  afterEach(() => slack.close());
  const all = slackManifest({ socketMode: false }).oauth_config.scopes.bot;
  const examine = (token: string) =>
    examineSlack({
      config: loadConfig({ SLACK_BOT_TOKEN: token, SLACK_SIGNING_SECRET: 's', SLACK_API_URL: slack.apiUrl }),
    });

  it('is whose it is', async () => {
    slack = await startSlack({ tokens: { T0ACME0001: 'xoxb-acme' }, scopes: all.join(',') });
    expect(await examine('xoxb-acme')).toMatchObject([{ state: 'on', detail: 'of T0ACME0001' }]);
  });

  it('is what it may not do, and what comes of that', async () => {
    const scopes = all.filter((scope) => scope !== 'users:read' && scope !== 'chat:write').join(', ');
    slack = await startSlack({ tokens: { T0ACME0001: 'xoxb-acme' }, scopes });
    const [finding] = await examine('xoxb-acme');
    expect(finding?.state).toBe('problem');
    expect(finding?.detail).toMatch(/without chat:write, users:read; everybody counts as an outsider/);
  });

  it('is that Slack refuses it', async () => {
    slack = await startSlack({ tokens: { T0ACME0001: 'xoxb-acme' } });
    expect(await examine('xoxb-old')).toMatchObject([
      { state: 'problem', detail: expect.stringContaining('invalid_auth') },
    ]);
  });
});
