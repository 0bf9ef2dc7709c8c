import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSlack, type SlackFake } from '../fakes/slack.js';
import { eventually } from '../support/eventually.js';
import { addToSlack, installableApp } from '../support/slack-app.js';
import { slackEvent } from '../support/slack-host.js';
import { startSteward, type RunningSteward } from '../support/start-steward.js';

const ORG = 'E0HOLDCO01';
const CHIEF = 'U0MANAGER1';
const numbered = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${String(index + 1).padStart(5, '0')}`);
const OF_ORGANISATION = numbered('T0ORG', 230);
const BY_THEMSELVES = numbered('T0OWN', 130);

describe('An app in more than a hundred workspaces', () => {
  let running: RunningSteward;
  let slack: SlackFake;
  beforeAll(async () => {
    slack = await startSlack({ tokens: {} });
    slack.setTeams(OF_ORGANISATION);
    const more = { team_id: OF_ORGANISATION[0], enterprise_user: { enterprise_id: ORG } };
    slack.setUser(CHIEF, { name: 'Mona Chief', email: 'mona@hold.example', more });
    running = await startSteward({ handbook: false, env: installableApp(slack) });
  }, 90_000);
  afterAll(async () => {
    await running.close();
    await slack.close();
  }, 30_000);

  it('makes whoever added it administrator of every workspace of the organisation', async () => {
    await addToSlack(running.url, 'organisation-code');
    const people = running.steward.store.database.connection.collection('people');
    await eventually(async () => {
      const admins = await people.find({ givenRoles: 'admin' }).toArray();
      expect(admins.map(({ tenantId }) => String(tenantId)).sort()).toEqual(
        OF_ORGANISATION.map((team) => `slack-${team}`),
      );
    }, 100_000);
    const greetings = slack.messages.filter((message) =>
      JSON.stringify(message).includes('administrator here'),
    );
    expect(greetings).toHaveLength(1);
  }, 120_000);

  it('answers in each of those that added it by themselves, with the token of that one', async () => {
    for (const team of BY_THEMSELVES) {
      slack.grant(`code-${team}`, { token: `xoxb-${team}`, teamId: team });
      await addToSlack(running.url, `code-${team}`);
    }
    for (const [index, team] of BY_THEMSELVES.entries()) {
      const channel = `D0${team}`;
      slack.setUser(`U0${team}`, { name: team, email: `${team}@own.example`, more: { team_id: team } });
      const { event } = slackEvent('event_message_dm', {
        ...{ user: `U0${team}`, channel, text: 'who am I', team },
        ts: `1795${String(300_000 + index)}.000100`,
      });
      const authorizations = [{ team_id: team, user_id: 'U0BOTACME1', is_enterprise_install: false }];
      const body = { ...event, team_id: team, context_team_id: team, authorizations };
      expect((await slack.send(`${running.url}/slack/events`, { event: body })).status).toBe(200);
    }
    await eventually(() => {
      const answered = slack.calls.flatMap(({ method, token, args, result }) =>
        method === 'chat.postMessage' && result === 'ok' && String(args.channel).startsWith('D0T0OWN')
          ? [`${String(args.channel)} ${String(token)}`]
          : [],
      );
      expect(answered.sort()).toEqual(BY_THEMSELVES.map((team) => `D0${team} xoxb-${team}`));
    }, 60_000);
  }, 120_000);
});
