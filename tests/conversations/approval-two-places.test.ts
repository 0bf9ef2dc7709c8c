import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { entraId, type Shown } from '../support/chat-people.js';
import { eventually } from '../support/eventually.js';
import { startSlackChat, type SlackChat } from '../support/slack-chat.js';
import { buttonOf } from '../support/teams-people.js';

/** Max is at home in Slack and in Teams, so a request comes to him twice. */
describe('one approver with a card in two conversations', () => {
  let people: SlackChat;
  let counter = 0;
  const fromTeams = (more: object): ReturnType<SlackChat['running']['teams']> =>
    people.running.teams({
      id: `teams-${(counter += 1)}`,
      timestamp: '2026-11-21T09:00:00.000Z',
      channelId: 'msteams',
      from: { id: '29:max', name: 'Max', aadObjectId: entraId('max') },
      recipient: { id: '28:steward', name: 'Steward' },
      conversation: { id: 'a:max', conversationType: 'personal', tenantId: 'acme' },
      channelData: { tenant: { id: 'acme' } },
      ...more,
    });
  const inTeams = (words: string): unknown =>
    people.running.connector
      .messages()
      .filter(({ conversationId }) => conversationId === 'a:max')
      .map(({ activity }) => activity)
      .findLast((activity) => JSON.stringify(activity).includes(words));
  const inSlack = (who: string, ...words: string[]): Promise<Shown> => {
    let found: Shown | undefined;
    return eventually(() => {
      found = people.shown(who).findLast((each) => words.every((word) => each.words.includes(word)));
      expect(found).toBeDefined();
    }, 10_000).then(() => found as Shown);
  };
  const clickInTeams = async (card: unknown): Promise<string> => {
    const { data } = buttonOf(card, 'approval.approve');
    const action = { type: 'Action.Execute', verb: 'approval.approve', data };
    const { body } = await fromTeams({
      type: 'invoke',
      name: 'adaptiveCard/action',
      value: { action, trigger: 'manual' },
    });
    return JSON.stringify(body);
  };
  const asked = async (costCentre: string): Promise<{ slack: Shown; teams: unknown }> => {
    await people.say('priya', `please raise a laptop request for Lee, 16 inch, cost centre ${costCentre}`);
    const slack = await inSlack('max', `cost centre ${costCentre}`, 'approval.approve');
    let teams: unknown;
    await eventually(() => {
      teams = inTeams(`cost centre ${costCentre}`);
      expect(JSON.stringify(teams)).toContain('approval.approve');
    });
    return { slack, teams: structuredClone(teams) };
  };
  const tickets = (costCentre: string): Promise<number> =>
    people.running.steward.store.database.connection
      .collection('tickets')
      .countDocuments({ 'details.costCentre': costCentre });

  beforeAll(async () => {
    people = await startSlackChat({ handbook: false, env: { STEWARD_RATE_LIMITS: '0' } });
    await people.say('max', 'help');
    await fromTeams({ type: 'message', text: 'help' });
    await inSlack('max', 'What I can do');
    await eventually(() => expect(inTeams('What I can do')).toBeDefined());
  }, 60_000);
  afterAll(() => people.close(), 30_000);

  it('decides on one, and the other shows the result and takes no second decision', async () => {
    const { slack, teams } = await asked('3001');
    await people.press('max', slack, 'approval.approve');
    await eventually(() => expect(JSON.stringify(inTeams('cost centre 3001'))).toMatch(/T-\d+/), 10_000);
    expect(await clickInTeams(teams)).not.toContain('approval.approve');
    await inSlack('max', 'cost centre 3001', 'T-');
    expect(await tickets('3001')).toBe(1);
  });

  it('counts once when both are clicked in the same moment', async () => {
    const { slack, teams } = await asked('3002');
    await Promise.all([people.press('max', slack, 'approval.approve'), clickInTeams(teams)]);
    await eventually(() => expect(JSON.stringify(inTeams('cost centre 3002'))).toMatch(/T-\d+/), 10_000);
    await inSlack('max', 'cost centre 3002', 'T-');
    await inSlack('priya', 'cost centre 3002', 'T-');
    expect(await tickets('3002')).toBe(1);
  });
});
