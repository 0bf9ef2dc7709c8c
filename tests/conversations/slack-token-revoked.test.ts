import { afterEach, describe, expect, it } from '@jest/globals';
import { startSlack, type PostedMessage, type SlackFake } from '../fakes/slack.js';
import { eventually } from '../support/eventually.js';
import { addToSlack, installableApp } from '../support/slack-app.js';
import { slackEvent } from '../support/slack-host.js';
import { startSteward, type RunningSteward } from '../support/start-steward.js';

const NEWCOMER = 'U0NEWCOMER';
const DIRECT = 'D0NEWCOMER';

describe('A newcomer who writes while Slack refuses the workspace’s token', () => {
  let running: RunningSteward;
  let slack: SlackFake;
  afterEach(async () => {
    await running.close();
    await slack.close();
  });

  const words = (message: unknown): string => JSON.stringify(message);
  const answers = (): PostedMessage[] => slack.messages.filter(({ channel }) => channel === DIRECT);
  let counter = 0;
  const say = async (text: string): Promise<void> => {
    counter += 1;
    const ts = `17952197${String(counter).padStart(2, '0')}.000100`;
    const event = slackEvent('event_message_dm', { user: NEWCOMER, channel: DIRECT, text, ts });
    expect((await slack.send(`${running.url}/slack/events`, event)).status).toBe(200);
  };
  const channelProblem = async (): Promise<string> => {
    const { parts } = (await (await fetch(`${running.url}/readyz`)).json()) as {
      parts: { name: string; problem?: string }[];
    };
    return parts.find(({ name }) => name === 'channels')?.problem ?? '';
  };
  const meet = (more: object = {}): void =>
    slack.setUser(NEWCOMER, { name: 'Nia Newcomer', email: 'nia@acme.example', more: { ...more } });

  it('is kept, in order, and answered as who they are once the app is installed again', async () => {
    slack = await startSlack({ tokens: {} });
    meet();
    running = await startSteward({ handbook: false, env: installableApp(slack) });
    await addToSlack(running.url);
    slack.revoke('xoxb-installed');
    await say('who am I');
    await say('help');
    await eventually(async () => {
      expect(await channelProblem()).toMatch(/refuses the token of T0ACME0001; install the app there again/);
      expect(await channelProblem()).toContain('2 messages are kept');
    }, 15_000);
    expect(answers()).toEqual([]);

    slack.grant('again', { token: 'xoxb-again', teamId: 'T0ACME0001' });
    await addToSlack(running.url, 'again');
    await eventually(() => expect(answers()).toHaveLength(2), 25_000);
    expect(words(answers()[0])).toMatch(/Nia Newcomer.*I know this account by its mail address/);
    expect(words(answers()[1])).toContain('What I can do');
    await eventually(async () => expect(await channelProblem()).toBe(''));
  }, 90_000);

  it('is answered by the process that starts with a new token, however often it was started before', async () => {
    slack = await startSlack({ tokens: { first: 'xoxb-old' } });
    meet();
    const env = { SLACK_SIGNING_SECRET: slack.signingSecret, SLACK_API_URL: slack.apiUrl };
    const withToken = { ...env, SLACK_BOT_TOKEN: 'xoxb-old', STEWARD_ADMINS: 'boss@acme.example' };
    running = await startSteward({ handbook: false, env: withToken });
    slack.revoke('xoxb-old');
    await say('who am I');
    for (let starts = 0; starts < 4; starts += 1) {
      await eventually(async () => expect(await channelProblem()).toContain('1 messages are kept'), 15_000);
      const { dataDir } = running;
      await running.close({ keepData: true });
      running = await startSteward({ handbook: false, dataDir, env: withToken });
    }
    const { dataDir } = running;
    await running.close({ keepData: true });
    await slack.close();
    slack = await startSlack({ tokens: { first: 'xoxb-new' } });
    meet();
    const renewed = { ...withToken, SLACK_BOT_TOKEN: 'xoxb-new', SLACK_API_URL: slack.apiUrl };
    running = await startSteward({ handbook: false, dataDir, env: renewed });
    await eventually(() => expect(answers()).toHaveLength(1), 20_000);
    expect(words(answers()[0])).toContain('Nia Newcomer');
  }, 120_000);

  it('does not keep the event of the removal itself', async () => {
    slack = await startSlack({ tokens: {} });
    running = await startSteward({ handbook: false, env: installableApp(slack) });
    await addToSlack(running.url);
    slack.revoke('xoxb-installed');
    const event = slackEvent('event_app_uninstalled');
    expect((await slack.send(`${running.url}/slack/events`, event)).status).toBe(200);
    const closed: unknown[] = [];
    await eventually(async () => {
      const { audit } = running.steward;
      for await (const entry of audit.read('slack-T0ACME0001', { action: 'conversation-close' }))
        closed.push(entry);
      expect(closed).not.toEqual([]);
    });
    expect(await channelProblem()).not.toContain('are kept');
  }, 60_000);

  it('is known for a guest afterwards, who is answered from public documents alone', async () => {
    slack = await startSlack({ tokens: {} });
    meet({ is_restricted: true });
    running = await startSteward({ env: installableApp(slack) });
    await addToSlack(running.url);
    slack.revoke('xoxb-installed');
    await say('who am I');
    await eventually(async () => expect(await channelProblem()).toContain('1 messages are kept'), 15_000);
    slack.grant('again', { token: 'xoxb-again', teamId: 'T0ACME0001' });
    await addToSlack(running.url, 'again');
    await eventually(() => expect(answers()).toHaveLength(1), 25_000);
    const [person] = (await running.steward.store.database
      .collection({ name: 'people' } as never, 'slack-T0ACME0001')
      .find({ name: 'Nia Newcomer' } as never)) as { accounts?: { guest?: boolean }[] }[];
    expect(person?.accounts?.[0]?.guest).toBe(true);
  }, 90_000);
});
