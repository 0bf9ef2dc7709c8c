import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../core/kernel/ids.js';
import { startSteward, type RunningSteward } from '../support/start-steward.js';
import { eventually } from '../support/eventually.js';

let first: RunningSteward;
let second: RunningSteward;

/** The second process works on the first one's store, as replicas do on one MongoDB. */
beforeAll(async () => {
  first = await startSteward();
  second = await startSteward({ env: { MONGODB_URI: first.steward.store.uri }, handbook: false });
}, 60_000);
afterAll(async () => {
  await second.close();
  await first.close();
}, 30_000);

const message = (conversation: string, id: string, text: string): Record<string, unknown> => ({
  type: 'message',
  id,
  timestamp: '2026-11-21T09:00:00.000Z',
  channelId: 'msteams',
  from: { id: `29:${conversation}`, name: 'Ann Example' },
  recipient: { id: '28:steward', name: 'Steward' },
  conversation: { id: conversation, conversationType: 'personal', tenantId: 'acme' },
  channelData: { tenant: { id: 'acme' } },
  text,
});

/** Delivers to the second process; its answers go to the one connector that there is in truth. */
const toSecond = async (activity: Record<string, unknown>): Promise<void> => {
  const response = await fetch(`${second.url}/api/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...activity, serviceUrl: first.connector.serviceUrl }),
  });
  expect(response.status).toBe(200);
};

/** Messages that reached a conversation, in their order. */
const answersIn = (conversation: string): string[] =>
  first.connector
    .messages()
    .filter(({ conversationId }) => conversationId === conversation)
    .map(({ activity }) => JSON.stringify(activity));

describe('two processes on one store', () => {
  it('answer a message once, whichever of them it is delivered to, and how often', async () => {
    const activity = message('a:both', 'same', 'help');
    await Promise.all([first.teams(activity), toSecond(activity), first.teams(activity), toSecond(activity)]);
    await eventually(() => expect(answersIn('a:both').length).toBeGreaterThan(0));
    await toSecond(message('a:both', 'next', 'help'));
    await eventually(() => expect(answersIn('a:both')).toHaveLength(2), 10_000);
  });

  it('keep the order of a conversation whose messages they share', async () => {
    await first.teams(message('a:order', 'one', 'How many days of parental leave do I get?'));
    await toSecond(message('a:order', 'two', 'help'));
    await eventually(() => expect(answersIn('a:order')).toHaveLength(2), 15_000);
    const [one, two] = answersIn('a:order');
    expect(one).toContain('80 days');
    expect(two).toContain('What I can do');
  });

  it('find what the other took in', async () => {
    await eventually(async () => {
      await toSecond(message('a:knows', newId(new Date()), 'How many days of parental leave do I get?'));
      expect(answersIn('a:knows').some((text) => text.includes('80 days'))).toBe(true);
    }, 15_000);
  });

  it('take over what a dead process left, and answer it once', async () => {
    const inbox = first.steward.store.database.connection.collection('inbox');
    const activity = message('a:left', 'left', 'help');
    await first.teams(activity);
    await eventually(() => expect(answersIn('a:left')).toHaveLength(1));
    const taken = await inbox.findOne({ conversation: { $regex: 'a:left' } });
    const orphan = {
      ...taken,
      _id: newId(new Date()),
      key: 'never-answered',
      done: false,
      owner: 'a-dead-process',
    };
    await inbox.insertOne(orphan as never);
    await eventually(() => expect(answersIn('a:left')).toHaveLength(2), 15_000);
    await eventually(async () =>
      expect(await inbox.countDocuments({ key: 'never-answered', done: true })).toBe(1),
    );
    expect(answersIn('a:left')).toHaveLength(2);
  });

  it('keep one audit chain that verifies', async () => {
    await eventually(async () => {
      const waiting = first.steward.store.database.connection.collection('outcomes');
      expect(await waiting.countDocuments({ audited: false })).toBe(0);
    }, 10_000);
    const { entries, faults } = await first.steward.audit.verify('home');
    expect(entries).toBeGreaterThan(0);
    expect(faults).toEqual([]);
  });
});
