import { afterEach, describe, expect, it } from '@jest/globals';
import { startSlack, type SlackFake } from '../fakes/slack.js';
import { slackEvent } from '../support/slack-host.js';
import { startSteward, type RunningSteward } from '../support/start-steward.js';

const REQUEST = 'please raise a laptop request for Ben, 16 inch, cost centre 4711';

describe('the first request in a workspace that was connected as the documentation says', () => {
  let slack: SlackFake;
  let running: RunningSteward;
  const start = async (admins: string | undefined): Promise<void> => {
    slack = await startSlack({ tokens: { T0ACME0001: 'xoxb-acme' } });
    slack.setUser('U0BEN', { name: 'Ben', email: 'ben@acme.test' });
    slack.setUser('U0ADA', { name: 'Ada', email: 'ada@acme.test' });
    running = await startSteward({
      handbook: false,
      env: {
        SLACK_SIGNING_SECRET: slack.signingSecret,
        SLACK_BOT_TOKEN: 'xoxb-acme',
        SLACK_API_URL: slack.apiUrl,
        ...(admins ? { STEWARD_ADMINS: admins } : {}),
      },
    });
  };
  const say = (user: string, text: string, ts: string): Promise<unknown> =>
    slack.send(
      `${running.url}/slack/events`,
      slackEvent('event_message_dm', { user, text, ts, channel: `D${user.slice(1)}` }),
    );
  afterEach(async () => {
    await running.close();
    await slack.close();
  }, 30_000);

  it('waits for the administrator who set it up, though they never wrote, and for nobody of the sample company', async () => {
    await start('Ada@acme.test');
    await say('U0BEN', REQUEST, '1795219901.000100');
    const [card] = await slack.waitFor(1, ({ channel }) => channel === 'D0ADA');
    expect(JSON.stringify(card?.blocks)).toContain('act:approval.approve');
    const [own] = await slack.waitFor(1, ({ channel }) => channel === 'D0BEN');
    expect(JSON.stringify(own?.blocks)).toContain('ada@acme.test');
    expect(JSON.stringify(slack.messages)).not.toMatch(/Zoe|Ana Ruiz|Tom Okafor/);
    // Whoever was known by the address alone has a name once they write.
    await say('U0ADA', 'who am I', '1795219902.000100');
    await slack.waitFor(1, (message) => JSON.stringify(message).includes('You are *Ada*'));
  }, 60_000);

  it('is not sent where nobody is named, and says who can change that', async () => {
    await start(undefined);
    await say('U0BEN', REQUEST, '1795219903.000100');
    const [answer] = await slack.waitFor(1, ({ channel }) => channel === 'D0BEN');
    expect(JSON.stringify(answer)).toContain('whoever runs Steward');
  }, 60_000);
});
