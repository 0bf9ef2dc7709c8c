import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSlack, type PostedMessage, type SlackFake } from '../fakes/slack.js';
import { eventually } from '../support/eventually.js';
import { addToSlack, installableApp } from '../support/slack-app.js';
import { slackEvent, slackFixture } from '../support/slack-host.js';
import { startSteward, type RunningSteward } from '../support/start-steward.js';

type Json = Record<string, unknown>;

const TENANT = 'slack-T0ACME0001';
const INSTALLER = 'U0MANAGER1';
const COLLEAGUE = 'U0EMPLOYE1';
const QUESTION = 'What does the canteen serve on Thursday?';

describe('A workspace that added Steward by itself', () => {
  let running: RunningSteward;
  let slack: SlackFake;
  beforeAll(async () => {
    slack = await startSlack({ tokens: { T0ACME0001: 'xoxb-installed' } });
    slack.setUser(INSTALLER, { name: 'Mona Chief', email: 'mona@acme.example' });
    slack.setUser(COLLEAGUE, { name: 'Priya Nair', email: 'priya@acme.example' });
    running = await startSteward({ handbook: false, env: installableApp(slack) });
  }, 90_000);
  afterAll(async () => {
    await running.close();
    await slack.close();
  }, 30_000);

  const words = (message: unknown): string => JSON.stringify(message);
  const send = (body: Parameters<SlackFake['send']>[1]) => slack.send(`${running.url}/slack/events`, body);
  let counter = 0;
  const say = (user: string, text: string, more: object = {}) => {
    counter += 1;
    const ts = `17952199${String(counter).padStart(2, '0')}.000100`;
    const channel = `D${user.slice(1)}`;
    return send(slackEvent('event_message_dm', { user, channel, text, ts, ...more }));
  };
  const press = async (user: string, message: PostedMessage, verb: string): Promise<void> => {
    const buttons = message.blocks.flatMap(({ elements }) => (elements ?? []) as Json[]);
    const button = buttons.find(({ action_id: id }) => String(id).startsWith(`act:${verb}`));
    expect(button).toBeDefined();
    counter += 1;
    const payload = {
      ...slackFixture('block_actions_button'),
      user: { id: user, team_id: 'T0ACME0001' },
      container: { type: 'message', message_ts: message.ts, channel_id: message.channel },
      channel: { id: message.channel },
      message: { ts: message.ts },
      response_url: slack.responseUrl(),
      trigger_id: slack.trigger(),
      state: { values: {} },
      actions: [{ ...button, action_ts: `1795219999.${counter}` }],
    };
    expect((await send({ payload })).status).toBe(200);
  };
  const answerTo = async (user: string): Promise<string> => {
    const before = slack.messages.length;
    await say(user, QUESTION);
    let answer = '';
    await eventually(() => {
      const [found] = slack.messages
        .slice(before)
        .filter(({ channel, state }) => channel === `D${user.slice(1)}` && state !== 'streaming');
      expect(found).toBeDefined();
      answer = words(found);
    }, 15_000);
    return answer;
  };
  const roleChanges = async (): Promise<Json[]> => {
    const entries: Json[] = [];
    for await (const { event } of running.steward.audit.read(TENANT, { action: 'role-give' }))
      entries.push(event as unknown as Json);
    return entries;
  };

  it('makes whoever added it the first administrator, and tells them in direct messages', async () => {
    await addToSlack(running.url);
    await slack.waitFor(1, (message) => words(message).includes('You are an administrator here'), 15_000);
    const changes = await roleChanges();
    expect(changes).toHaveLength(1);
    expect(changes[0]).toMatchObject({
      actor: { kind: 'system', id: 'first-admin' },
      after: expect.arrayContaining(['admin']),
    });
  }, 40_000);

  it('greets and appoints nobody twice when it is added again', async () => {
    const greeted = slack.messages.length;
    await addToSlack(running.url);
    await say(INSTALLER, 'who am I');
    await slack.waitFor(1, (message) => words(message).includes('Mona Chief'), 15_000);
    expect(words(slack.messages.slice(greeted))).not.toContain('You are an administrator here');
    expect(await roleChanges()).toHaveLength(1);
  }, 40_000);

  it('gives a colleague no more than others have', async () => {
    await say(COLLEAGUE, 'give Priya Nair the role admin');
    await slack.waitFor(1, (message) => words(message).includes('Only administrators give and take roles'));
  }, 20_000);

  it('answers from the administrator’s file for them alone, then for all, and as before when that is taken back', async () => {
    const files = [slack.upload('canteen.md', '# Canteen\n\nOn Thursday the canteen serves plum stew.\n')];
    await say(INSTALLER, '', { subtype: 'file_share', files });
    const [received] = await slack.waitFor(1, (message) => words(message).includes('canteen.md'), 20_000);
    expect(words(received)).toContain('Only you are answered from it');
    expect(await answerTo(INSTALLER)).toContain('plum stew');
    expect(await answerTo(COLLEAGUE)).not.toContain('plum');

    const card = received as PostedMessage;
    await press(INSTALLER, card, 'file.share');
    await eventually(() => expect(words(card)).toContain('All colleagues are answered from canteen.md now'));
    expect(await answerTo(COLLEAGUE)).toContain('plum stew');

    await press(INSTALLER, card, 'file.unshare');
    await eventually(() => expect(words(card)).toContain('Only you are answered from canteen.md again'));
    expect(await answerTo(COLLEAGUE)).not.toContain('plum');

    await press(INSTALLER, card, 'file.remove');
    await eventually(() => expect(words(card)).toContain('is out of the knowledge base'));
    expect(await answerTo(INSTALLER)).not.toContain('plum');
  }, 90_000);

  it('does nothing to a file for somebody who did not send it', async () => {
    const files = [slack.upload('rota.md', '# Rota\n\nThe night rota begins on 3 August.\n')];
    await say(INSTALLER, '', { subtype: 'file_share', files });
    const [received] = await slack.waitFor(1, (message) => words(message).includes('rota.md'), 20_000);
    await press(COLLEAGUE, received as PostedMessage, 'file.share');
    await eventually(() =>
      expect(words([...slack.responses, ...slack.messages])).toContain('You may not do this'),
    );
    const [document] = await running.steward.knowledge.documents(TENANT).list('uploads');
    expect(document?.access.classification).toBe('restricted');
  }, 60_000);
});
