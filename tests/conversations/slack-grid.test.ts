import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSlack, type PostedMessage, type SlackFake } from '../fakes/slack.js';
import { eventually } from '../support/eventually.js';
import { addToSlack, installableApp } from '../support/slack-app.js';
import { slackEvent, slackFixture } from '../support/slack-host.js';
import { startSteward, type RunningSteward } from '../support/start-steward.js';

type Json = Record<string, unknown>;

const ORG = 'E0HOLDCO01';
const ONE = 'T0ONE00001';
const TWO = 'T0TWO00002';
/** Who added the app for the organisation, an employee of each workspace, and somebody of another company. */
const CHIEF = 'U0MANAGER1';
const ANNE = 'U0ANNE0001';
const BOB = 'U0BOB00002';
const STRANGER = 'U0STRANGE1';

const REQUEST = 'please raise a laptop request for Anne, 16 inch, cost centre 4711';

describe('An Enterprise Grid organisation with one installation for its workspaces', () => {
  let running: RunningSteward;
  let slack: SlackFake;
  beforeAll(async () => {
    slack = await startSlack({ tokens: { [ORG]: 'xoxb-organisation' } });
    const of = (team: string, enterprise: string | undefined, more: Json = {}): Json => ({
      team_id: team,
      ...(enterprise ? { enterprise_user: { enterprise_id: enterprise } } : {}),
      ...more,
    });
    slack.setUser(CHIEF, { name: 'Mona Chief', email: 'mona@hold.example', more: of(ONE, ORG) });
    slack.setUser(ANNE, {
      name: 'Anne',
      email: 'anne@hold.example',
      more: of(ONE, ORG, { locale: 'de-DE' }),
    });
    slack.setUser(BOB, { name: 'Bob', email: 'bob@hold.example', more: of(TWO, ORG) });
    slack.setUser(STRANGER, { name: 'Sly', email: 'mona@hold.example', more: of('T0SLY', 'E0SLY') });
    slack.setTeams([ONE, TWO]);
    running = await startSteward({ handbook: false, env: installableApp(slack) });
    await addToSlack(running.url, 'organisation-code');
  }, 90_000);
  afterAll(async () => {
    await running.close();
    await slack.close();
  }, 30_000);

  const words = (message: unknown): string => JSON.stringify(message);
  const inDirect = (user: string): PostedMessage[] =>
    slack.messages.filter(({ channel, state }) => channel === `D${user.slice(1)}` && state !== 'streaming');
  let counter = 0;
  const nextTs = (): string => `17952195${String((counter += 1)).padStart(2, '0')}.000100`;
  const say = async (team: string, user: string, text: string, more: Json = {}, envelope: Json = {}) => {
    const ts = nextTs();
    const { event } = slackEvent('event_message_enterprise_install', {
      ...{ user, text, ts, event_ts: ts, team, channel: `D${user.slice(1)}` },
      ...more,
    });
    const authorizations = [
      { enterprise_id: ORG, team_id: team, user_id: 'U0BOTACME1', is_bot: true, is_enterprise_install: true },
    ];
    const body = { ...event, team_id: team, context_team_id: team, authorizations, ...envelope };
    expect((await slack.send(`${running.url}/slack/events`, { event: body })).status).toBe(200);
    return ts;
  };
  /** @param home the workspace that Slack says the clicker is of; `team` where the click happened. */
  const click = async (message: PostedMessage, verb: string, user: string, team: string, home: string) => {
    const elements = message.blocks.flatMap(({ elements: inner }) => (inner ?? []) as Json[]);
    const button = elements.find(({ action_id: id }) => String(id).startsWith(`act:${verb}`));
    expect(button).toBeDefined();
    const payload = {
      ...slackFixture('block_actions_button'),
      team: { id: team, domain: 'hold', enterprise_id: ORG },
      enterprise: { id: ORG, name: 'Holdco' },
      is_enterprise_install: true,
      user: { id: user, name: 'somebody', team_id: home },
      container: { type: 'message', message_ts: message.ts, channel_id: message.channel },
      channel: { id: message.channel },
      message: { ts: message.ts, team: ONE },
      response_url: slack.responseUrl(),
      trigger_id: slack.trigger(),
      state: { values: {} },
      actions: [{ ...button, action_ts: nextTs() }],
    };
    expect((await slack.send(`${running.url}/slack/events`, { payload })).status).toBe(200);
  };
  const cardOf = async (user: string, verb: string): Promise<PostedMessage> => {
    let found: PostedMessage | undefined;
    await eventually(() => {
      found = inDirect(user).find((message) => words(message).includes(`act:${verb}`));
      expect(found).toBeDefined();
    }, 15_000);
    return found as PostedMessage;
  };

  it('greets whoever added it, once, and makes them administrator of each workspace', async () => {
    await eventually(() => expect(inDirect(CHIEF)).toHaveLength(1), 15_000);
    expect(words(inDirect(CHIEF))).toContain('administrator');
    for (const team of [ONE, TWO]) {
      await say(team, CHIEF, 'who am I');
      await eventually(() => expect(words(inDirect(CHIEF).at(-1))).toMatch(/Mona Chief.*roles: .*admin/));
    }
  }, 60_000);

  it('lets somebody decide whom a click calls one of a sibling workspace, and records it as theirs', async () => {
    await say(ONE, ANNE, REQUEST);
    const card = await cardOf(CHIEF, 'approval.approve');
    await click(card, 'approval.approve', CHIEF, TWO, TWO);
    await eventually(() => expect(words(inDirect(ANNE))).toContain('T-1'), 15_000);
    const people = await running.steward.store.database
      .collection({ name: 'people' } as never, `slack-${ONE}`)
      .find({});
    expect(words(people)).not.toContain(`${TWO}:`);
  }, 60_000);

  it('takes a colleague of a sibling workspace for one in a shared channel, and a stranger for a stranger', async () => {
    const place = { channel: 'C0SHARED01', channel_type: 'channel' };
    slack.setMembers('C0SHARED01', [ANNE, BOB, STRANGER, 'U0BOTACME1']);
    const ask = async (user: string, team: string): Promise<string> => {
      const text = '<@U0BOTACME1> I want to talk to a person';
      const more = { ...place, user_team: team, team, type: 'app_mention' };
      const ts = await say(ONE, user, text, more, { is_ext_shared_channel: true });
      let answer = '';
      await eventually(() => {
        const found = slack.messages.find(({ threadTs }) => threadTs === ts);
        expect(found).toBeDefined();
        answer = words(found);
      }, 15_000);
      return answer;
    };
    expect(await ask(BOB, TWO)).toContain('I have called');
    expect(await ask(STRANGER, 'T0SLY')).not.toContain('I have called');
  }, 60_000);

  it('keeps the workspaces apart', async () => {
    await say(TWO, BOB, 'my requests');
    await eventually(() => expect(words(inDirect(BOB))).toContain('not asked for anything'), 15_000);
    await say(TWO, CHIEF, 'who approved');
    await eventually(() => expect(words(inDirect(CHIEF).at(-1))).not.toContain('Laptop'));
    await say(TWO, BOB, REQUEST.replace('Anne', 'Bob'));
    await eventually(() => expect(words(inDirect(BOB).at(-1))).toContain('Laptop'), 15_000);
    await eventually(() => expect(words(inDirect(CHIEF).at(-1))).toContain('for Bob'), 15_000);
    await say(ONE, CHIEF, 'what waits for me');
    await eventually(() => expect(words(inDirect(CHIEF).at(-1))).toContain('Nothing waits for you'), 15_000);
    await say(TWO, CHIEF, 'what waits for me');
    await eventually(() => expect(words(inDirect(CHIEF).at(-1))).toContain('for Bob'), 15_000);
  }, 60_000);

  it('greets in a workspace that is let in later', async () => {
    const before = inDirect(CHIEF).length;
    await say('T0NEW00003', CHIEF, '', {
      type: 'team_access_granted',
      team_ids: ['T0NEW00003'],
      user: undefined,
    });
    await eventually(() => {
      const greetings = inDirect(CHIEF).slice(before).map(words);
      expect(greetings.filter((each) => each.includes('administrator'))).toHaveLength(1);
    }, 15_000);
  }, 60_000);

  it('speaks somebody’s own language about a button that it does not know', async () => {
    await say(ONE, ANNE, 'wer bin ich');
    await eventually(() => expect(inDirect(ANNE).length).toBeGreaterThan(1));
    const [any] = inDirect(ANNE);
    const strange = {
      type: 'actions',
      elements: [{ type: 'button', action_id: 'act:gone:1', value: 'junk' }],
    };
    await click({ ...(any as PostedMessage), blocks: [strange as never] }, 'gone', ANNE, ONE, ONE);
    await eventually(() => expect(words(slack.responses.at(-1))).toContain('kenne ich nicht'), 15_000);
  }, 60_000);
});
