import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RosterMember } from '../fakes/connector.js';
import { createStandardAnswerStore } from '../../storage/mongo/standard-answer-store.js';
import { entraId, organisationFile } from '../support/chat-people.js';
import { startSteward, type RunningSteward } from '../support/start-steward.js';
import { teamsActivity } from '../support/teams-activity.js';

const RISES = 'How high is the budget for salary rises in 2026?';
const HERON = 'What is the price for the second plant in Sollmark?';

let running: RunningSteward;
const organisation = organisationFile();
beforeAll(async () => {
  running = await startSteward({ env: { STEWARD_ORG_FILE: organisation.path } });
}, 60_000);
afterAll(async () => {
  await running.close();
  organisation.remove();
}, 30_000);

let asked = 0;

/** All that reaches the conversation of one question, up to the answer to a "help" that follows it. */
async function ask(who: string, text: string, members?: (string | RosterMember)[]): Promise<string> {
  asked += 1;
  const id = members ? `19:channel-${asked}@thread.tacv2` : `a:${who}-${asked}`;
  const team = `19:team-${asked}@thread.tacv2`;
  if (members)
    running.connector.setMembers(
      team,
      members.map((member) => (typeof member === 'string' ? `29:${member}` : member)),
    );
  const channel = members
    ? {
        conversation: {
          id: `${id};messageid=1`,
          conversationType: 'channel',
          isGroup: true,
          tenantId: 'acme',
        },
        channelData: { tenant: { id: 'acme' }, team: { id: team }, channel: { id } },
        entities: [
          {
            type: 'mention',
            text: '<at>Steward</at>',
            mentioned: { id: '28:steward', name: 'Steward' },
          },
        ],
      }
    : {
        conversation: { id, conversationType: 'personal', tenantId: 'acme' },
        channelData: { tenant: { id: 'acme' } },
      };
  const say = (words: string, activityId: string): Promise<unknown> =>
    running.teams(
      teamsActivity(who, {
        type: 'message',
        id: `${activityId}-${asked}`,
        text: members ? `<at>Steward</at> ${words}` : words,
        ...channel,
      }),
    );
  const isHere = ({ conversationId }: { conversationId: string }): boolean => conversationId.startsWith(id);
  await say(text, 'question');
  await say('help', 'end');
  await running.connector.waitFor(
    1,
    (sent) => isHere(sent) && JSON.stringify(sent.activity).includes('What I can do'),
    20_000,
  );
  return JSON.stringify(running.connector.sent.filter(isHere).map(({ activity }) => activity));
}

/** A person is known to a channel's list once they have written from that account. */
const introduce = async (...people: string[]): Promise<void> => {
  for (const who of people) await ask(who, 'help');
};

describe('members of a channel who never wrote to Steward', () => {
  const LEAVE = 'How many days of parental leave do I get?';
  const newcomer = (more: Partial<RosterMember>): RosterMember => ({
    id: '29:newcomer',
    aadObjectId: '3f2c1a6e-0000-4000-8000-0000000000bb',
    tenantId: 'acme',
    ...more,
  });

  it('count as colleagues when Teams calls them users of the company', async () => {
    expect(await ask('tom', LEAVE, ['tom', newcomer({ userRole: 'user' })])).toContain('80 days');
  }, 60_000);

  it.each([
    ['a guest', newcomer({ userRole: 'guest' })],
    ['somebody of another company', newcomer({ userRole: 'user', tenantId: 'partner' })],
    ['somebody of whom Teams says nothing', newcomer({})],
  ])(
    'limit answers to what is public as %s',
    async (_who, member) => {
      expect(await ask('tom', LEAVE, ['tom', member])).not.toContain('80 days');
    },
    60_000,
  );

  it('limit them as a guest even after the guest has written', async () => {
    await introduce('guest');
    const guest = { id: '29:guest', aadObjectId: entraId('guest'), tenantId: 'acme', userRole: 'guest' };
    expect(await ask('tom', LEAVE, ['tom', guest])).not.toContain('80 days');
  }, 60_000);
});

describe('a guest who asks alone', () => {
  it('is answered from what is public, and may not ask for anything', async () => {
    const member = { id: '29:visitor', aadObjectId: entraId('visitor'), tenantId: 'acme', userRole: 'guest' };
    for (const next of [1, 2, 3]) running.connector.setMembers(`a:visitor-${asked + next}`, [member]);
    expect(await ask('visitor', 'How many days of parental leave do I get?')).not.toContain('80 days');
    expect(await ask('visitor', 'Which gifts of a supplier may I accept?')).toContain('35 euros');
    const refused = await ask('visitor', 'raise a laptop request for Priya, 16 inch, cost centre 4711');
    expect(refused).not.toContain('Who decides');
  }, 60_000);
});

describe('who may read what, through Teams', () => {
  it('gives a manager the salary bands alone, and in a channel nobody hears that there are any', async () => {
    await introduce('max', 'priya');
    expect(await ask('max', RISES)).toContain('3.4 %');

    const inChannel = await ask('max', RISES, ['max', 'priya']);
    expect(inChannel).not.toContain('3.4 %');
    expect(inChannel).not.toContain('Salary bands');
    expect(inChannel).not.toContain('visible to you');
  }, 60_000);

  it('tells somebody who may not read the bands nothing of them, not even their number', async () => {
    for (const members of [undefined, ['max', 'priya']]) {
      const seen = await ask('priya', RISES, members);
      expect(seen).not.toContain('3.4 %');
      expect(seen).not.toContain('visible to you');
    }
  }, 60_000);

  it('never quotes a restricted page in a channel, even if every member may read it', async () => {
    expect(await ask('zoe', HERON)).toContain('11.5 million');
    const inChannel = await ask('zoe', HERON, ['zoe']);
    expect(inChannel).not.toContain('11.5 million');
    expect(inChannel).not.toContain('Heron');
    expect(inChannel).not.toContain('more source');
  }, 60_000);

  it('uses only what is public while the members of a channel are unknown', async () => {
    running.connector.fail({ status: 403, times: 4, when: ({ path }) => path.includes('pagedmembers') });
    const seen = await ask('max', 'How many days of parental leave do I get?', ['max']);
    expect(seen).not.toContain('80 days');
  }, 60_000);
});

describe('a standard answer', () => {
  it('is given word for word to those it is meant for, before the documents are asked', async () => {
    const store = createStandardAnswerStore(running.steward.store.database, 'home');
    await store.put({
      id: 'parking',
      phrasings: ['Where can I park my car?'],
      answer: 'Park on deck B. Deck A is for visitors.',
      owner: 'zoe@example.com',
      reviewBy: new Date('2999-01-01T00:00:00Z'),
      access: { classification: 'confidential' },
      enabled: true,
    });
    const given = await ask('max', 'where can I park my car');
    expect(given).toContain('Park on deck B. Deck A is for visitors.');
    expect(given).toContain('Agreed wording of your company.');
    expect(await ask('priya', 'Where can I park my car?')).not.toContain('deck B');
  }, 60_000);
});
