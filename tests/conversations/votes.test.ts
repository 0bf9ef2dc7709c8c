import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createAnswerLessons } from '../../storage/mongo/answer-lessons.js';
import type { AnswerRecord } from '../../storage/mongo/answers.js';
import { entraId, organisationFile } from '../support/chat-people.js';
import { eventually } from '../support/eventually.js';
import { startSteward, type RunningSteward } from '../support/start-steward.js';
import { teamsActivity } from '../support/teams-activity.js';

type Json = Record<string, unknown>;

const QUESTION = 'Which gifts of a supplier may I accept?';
const ROOM = '19:gifts@thread.tacv2;messageid=1';
const TEAM = '19:team-gifts@thread.tacv2';

let running: RunningSteward;
const organisation = organisationFile();
beforeAll(async () => {
  running = await startSteward({ env: { STEWARD_ORG_FILE: organisation.path } });
  const visitor = { id: '29:visitor', aadObjectId: entraId('visitor'), tenantId: 'acme', userRole: 'guest' };
  running.connector.setMembers('a:visitor', [visitor]);
  running.connector.setMembers(TEAM, ['29:tom', '29:max', '29:ana', visitor]);
  for (const who of ['tom', 'max', 'ana', 'sam', 'visitor']) await post(who, personal(who), { text: 'help' });
}, 60_000);
afterAll(async () => {
  await running.close();
  organisation.remove();
}, 30_000);

let counter = 0;
const personal = (who: string): Json => ({
  conversation: { id: `a:${who}`, conversationType: 'personal', tenantId: 'acme' },
  channelData: { tenant: { id: 'acme' } },
});
const inRoom: Json = {
  conversation: { id: ROOM, conversationType: 'channel', isGroup: true, tenantId: 'acme' },
  channelData: { tenant: { id: 'acme' }, team: { id: TEAM }, channel: { id: '19:gifts@thread.tacv2' } },
  entities: [{ type: 'mention', text: '<at>Steward</at>', mentioned: { id: '28:steward', name: 'Steward' } }],
};

const post = (who: string, where: Json, more: Json): Promise<unknown> =>
  running.teams(teamsActivity(who, { type: 'message', id: `vote-${(counter += 1)}`, ...where, ...more }));

/** Teams' own thumb below a message, as it comes in. */
const vote = (who: string, where: Json, replyToId: string | undefined, reaction: 'like' | 'dislike') =>
  post(who, where, {
    type: 'invoke',
    name: 'message/submitAction',
    replyToId,
    value: { actionName: 'feedback', actionValue: { reaction, feedback: '{"feedbackText":""}' } },
  });

async function answered(who: string, where: Json, text: string): Promise<string | undefined> {
  const { id } = where.conversation as { id: string };
  const before = running.connector.messages().length;
  await post(who, where, { text });
  let found: string | undefined;
  await eventually(() => {
    const [last] = running.connector
      .messages()
      .slice(before)
      .filter(
        ({ conversationId, activity }) => conversationId === id && /35 euros/.test(JSON.stringify(activity)),
      );
    expect(last).toBeDefined();
    found = last?.id;
  }, 20_000);
  return found;
}

const counted = async (): Promise<string[]> => {
  const lessons = createAnswerLessons(running.steward.store.database, 'home');
  return (await lessons.votes(new Date(0))).map(({ personId, rating }) => `${personId} ${rating}`).sort();
};
const kept = () =>
  running.steward.store.database.connection
    .collection<AnswerRecord>('answers')
    .find({ votes: { $ne: undefined } })
    .toArray();

describe('votes on answers, through Teams', () => {
  it('count once for each person in a channel, the latest one, and a guest’s not at all', async () => {
    const message = await answered('tom', inRoom, `<at>Steward</at> ${QUESTION}`);
    for (const who of ['tom', 'max', 'ana']) await vote(who, inRoom, message, 'like');
    for (let more = 0; more < 10; more += 1) await vote('visitor', inRoom, message, 'dislike');
    await vote('ana', inRoom, message, 'dislike');
    await eventually(async () => expect(await counted()).toEqual(['ana down', 'max up', 'tom up']));
    await eventually(async () => expect((await kept())[0]?.votes).toHaveLength(4));
  }, 60_000);

  it('are refused on what somebody else was answered alone', async () => {
    const message = await answered('tom', personal('tom'), QUESTION);
    await vote('sam', personal('sam'), message, 'dislike');
    await vote('tom', personal('tom'), message, 'like');
    await eventually(async () => expect(await kept()).toHaveLength(2));
    expect((await counted()).filter((each) => each.startsWith('sam'))).toEqual([]);
  }, 60_000);
});
