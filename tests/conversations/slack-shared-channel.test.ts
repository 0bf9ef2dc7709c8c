import { afterEach, describe, expect, it } from '@jest/globals';
import { startSlack, type Grant, type PostedMessage, type SlackFake } from '../fakes/slack.js';
import { eventually } from '../support/eventually.js';
import { addToSlack, installableApp } from '../support/slack-app.js';
import { slackEvent, slackFixture } from '../support/slack-host.js';
import { startSteward, type RunningSteward } from '../support/start-steward.js';

type Json = Record<string, unknown>;

const ORG = 'E0HOLDCO01';
const ONE = 'T0ONE00001';
const TWO = 'T0TWO00002';
const BOB = 'U0BOB00002';
const CHANNEL = 'C0SHARED01';

/** How Steward is there: once for the organisation, or added by each workspace with a bot of its own. */
const WHOLE: Record<string, Grant> = { org: { token: 'xoxb-org', enterpriseId: ORG } };
const APART: Record<string, Grant> = {
  one: { token: 'xoxb-one', teamId: ONE, enterpriseId: ORG, botUserId: 'U0BOTONE01' },
  two: { token: 'xoxb-two', teamId: TWO, enterpriseId: ORG, botUserId: 'U0BOTTWO02' },
};

describe.each([
  ['that added Steward once for all', WHOLE, { [ONE]: 'U0BOTACME1', [TWO]: 'U0BOTACME1' }],
  ['whose workspaces added Steward each', APART, { [ONE]: 'U0BOTONE01', [TWO]: 'U0BOTTWO02' }],
] as [string, Record<string, Grant>, Record<string, string>][])(
  'A channel that workspaces of one organisation share, %s',
  (_how, grants, bots) => {
    let running: RunningSteward;
    let slack: SlackFake;
    afterEach(async () => {
      await running.close();
      await slack.close();
    });

    const words = (message: unknown): string => JSON.stringify(message);
    const inThread = (thread: string): PostedMessage[] =>
      slack.messages.filter(({ threadTs, state }) => threadTs === thread && state !== 'streaming');
    const tokens = (): Set<string | undefined> =>
      new Set(
        slack.calls
          .filter(({ args, method }) => args.channel === CHANNEL && method.startsWith('chat.'))
          .map(({ token }) => token),
      );
    let counter = 0;
    /** Slack tells of one post through the workspaces that are named, under an event id for each. */
    const say = async (teams: string[], text: string, ts: string, more: Json = {}): Promise<void> => {
      const sent = teams.map((team) => {
        counter += 1;
        const place = { channel: CHANNEL, channel_type: 'channel', team: TWO, user_team: TWO };
        const { event } = slackEvent('event_app_mention', {
          user: BOB,
          text,
          ts,
          event_ts: ts,
          ...place,
          ...more,
        });
        const isWhole = grants === WHOLE;
        const authorization = { enterprise_id: ORG, team_id: team, user_id: bots[team] };
        const body = {
          ...event,
          ...{ team_id: team, context_team_id: team, enterprise_id: ORG, context_enterprise_id: ORG },
          ...{ event_id: `Ev${counter}`, is_ext_shared_channel: false },
          authorizations: [{ ...authorization, is_bot: true, is_enterprise_install: isWhole }],
        };
        return slack.send(`${running.url}/slack/events`, { event: body });
      });
      for (const reply of await Promise.all(sent)) expect(reply.status).toBe(200);
    };
    const press = async (message: PostedMessage, verb: string, team: string): Promise<void> => {
      const elements = message.blocks.flatMap(({ elements: inner }) => (inner ?? []) as Json[]);
      const button = elements.find(({ action_id: id }) => String(id).startsWith(`act:${verb}`));
      expect(button).toBeDefined();
      const payload = {
        ...slackFixture('block_actions_button'),
        team: { id: team, enterprise_id: ORG },
        enterprise: { id: ORG, name: 'Holdco' },
        is_enterprise_install: grants === WHOLE,
        user: { id: BOB, name: 'bob', team_id: TWO },
        container: {
          type: 'message',
          message_ts: message.ts,
          channel_id: CHANNEL,
          thread_ts: message.threadTs,
        },
        channel: { id: CHANNEL },
        message: { ts: message.ts, thread_ts: message.threadTs },
        response_url: slack.responseUrl(),
        trigger_id: slack.trigger(),
        state: { values: {} },
        actions: [{ ...button, action_ts: '1795219999.0001' }],
      };
      expect((await slack.send(`${running.url}/slack/events`, { payload })).status).toBe(200);
    };

    const begin = async (): Promise<void> => {
      slack = await startSlack({ tokens: {} });
      for (const [code, to] of Object.entries(grants)) slack.grant(code, to);
      slack.setTeams([ONE, TWO]);
      const more = { team_id: TWO, enterprise_user: { enterprise_id: ORG } };
      slack.setUser('U0MANAGER1', { name: 'Mona Chief', email: 'mona@hold.example', more });
      slack.setUser(BOB, { name: 'Bob', email: 'bob@hold.example', more });
      slack.setMembers(CHANNEL, [BOB, ...Object.values(bots)]);
      running = await startSteward({ handbook: false, env: installableApp(slack) });
      for (const code of Object.keys(grants)) await addToSlack(running.url, code);
      await eventually(() => expect(words(slack.messages)).toContain('You are an administrator'), 15_000);
    };

    it('is one conversation with one answer to each post, by one bot', async () => {
      await begin();
      const root = '1795219600.000100';
      await say([ONE], `<@${bots[ONE]}> help`, root);
      await eventually(() => expect(words(inThread(root))).toContain('What I can do'), 15_000);
      await say([TWO, ONE], `<@${bots[ONE]}> help`, root);

      const reply = { type: 'message', thread_ts: root, parent_user_id: BOB };
      await say([TWO], 'my requests', '1795219601.000100', reply);
      await eventually(() => expect(words(inThread(root))).toContain('not asked for anything yet'), 15_000);
      await say([ONE, TWO], 'who am I', '1795219602.000100', reply);
      await eventually(() => expect(words(inThread(root))).toContain('You are *Bob*'), 15_000);
      await say([TWO], `<@${bots[TWO]}> thanks`, '1795219603.000100', {
        thread_ts: root,
        parent_user_id: BOB,
      });
      await eventually(() => expect(inThread(root)).toHaveLength(4), 15_000);

      const kept = await running.steward.store.database.connection
        .collection('inbox')
        .find({ 'activity.conversation.conversationId': CHANNEL })
        .toArray();
      expect(kept).toHaveLength(4);
      expect(new Set(kept.map(({ conversation }) => String(conversation)))).toHaveProperty('size', 1);
      expect(tokens()).toEqual(new Set([grants === WHOLE ? 'xoxb-org' : 'xoxb-one']));
    }, 90_000);

    it('takes a click there for one in the thread’s own workspace', async () => {
      await begin();
      const root = '1795219700.000100';
      await say(
        [ONE],
        `<@${bots[ONE]}> please raise a laptop request for Bob, 16 inch, cost centre 4711`,
        root,
      );
      let card: PostedMessage | undefined;
      await eventually(() => {
        card = inThread(root).find((message) => words(message).includes('act:approval.cancel'));
        expect(card).toBeDefined();
      }, 15_000);
      await press(card as PostedMessage, 'approval.cancel', TWO);
      await eventually(() => expect(words(card)).toContain('taken back'), 15_000);
      expect(tokens()).toEqual(new Set([grants === WHOLE ? 'xoxb-org' : 'xoxb-one']));
    }, 90_000);
  },
);
