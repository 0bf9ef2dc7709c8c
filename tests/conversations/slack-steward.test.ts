import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSlack, type SlackFake } from '../fakes/slack.js';
import { slackEvent } from '../support/slack-host.js';
import { startSteward, type RunningSteward } from '../support/start-steward.js';

describe('Steward as a whole, through the Slack endpoint', () => {
  let running: RunningSteward;
  let slack: SlackFake;
  beforeAll(async () => {
    slack = await startSlack({ tokens: { T0ACME0001: 'xoxb-acme' } });
    slack.setUser('U0EMPLOYE1', { name: 'Eve Employee', email: 'eve@acme.example' });
    running = await startSteward({
      env: {
        SLACK_SIGNING_SECRET: slack.signingSecret,
        SLACK_BOT_TOKEN: 'xoxb-acme',
        SLACK_API_URL: slack.apiUrl,
      },
    });
  }, 60_000);
  afterAll(async () => {
    await running.close();
    await slack.close();
  }, 30_000);

  const send = (body: Parameters<SlackFake['send']>[1]): ReturnType<SlackFake['send']> =>
    slack.send(`${running.url}/slack/events`, body);

  it('answers a direct message with sources, within Slack’s limits', async () => {
    expect((await send(slackEvent('event_message_dm'))).status).toBe(200);
    const [answer] = await slack.waitFor(1, ({ channel }) => channel === 'D0EMPDM001');
    expect(JSON.stringify(answer?.blocks)).toContain('80 days of paid parental leave');
    expect(JSON.stringify(answer?.blocks)).toContain('Parental leave');
    expect(slack.complaints).toEqual([]);
  });
});
