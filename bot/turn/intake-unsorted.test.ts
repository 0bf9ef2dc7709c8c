import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Activity } from '../../core/kernel/activity.js';
import { conversationKey } from '../../core/kernel/conversation-reference.js';
import { newId } from '../../core/kernel/ids.js';
import { createInbox, inboxCollection, type Inbox, type InboxRecord } from '../../storage/mongo/inbox.js';
import { eventually } from '../../tests/support/eventually.js';
import { intakeDependencies } from '../../tests/support/intake-dependencies.js';
import { openTestDatabase, type TestDatabase } from '../../tests/support/test-database.js';
import { createIntake, type RunningIntake } from './intake.js';

let test: TestDatabase;
let inbox: Inbox;
let intake: RunningIntake;
/** Turns that were run, and conversations that were called off, in their order. */
let ran: InboxRecord[];
let stopped: string[];
/** What is found out of a text; a promise is waited for. */
let found: Map<string, Promise<Partial<Activity> | undefined>>;

beforeAll(async () => {
  test = await openTestDatabase([inboxCollection] as never);
  inbox = createInbox(test.database);
});
afterAll(() => test.close());
beforeEach(async () => {
  ran = [];
  stopped = [];
  found = new Map();
  intake = start();
});
afterEach(async () => {
  await intake.stop(1_000);
  await test.database.acrossTenants(inboxCollection).deleteMany({});
});

const start = (): RunningIntake =>
  createIntake({
    ...intakeDependencies(),
    inbox,
    tenantOf: ({ conversation }) => `slack-${conversation.channelTenantId}`,
    sortOut: async ({ unsorted: _unsorted, ...activity }) => {
      const more = await (found.has(activity.text) ? found.get(activity.text) : Promise.resolve({}));
      return more && { ...activity, addressed: true, ...more };
    },
    overtakes: ({ addressed, text }) => addressed && text === 'stop',
    stopWriting: async (conversation) => void stopped.push(conversationKey(conversation)),
    run: async (record) => void ran.push(record) as undefined,
  });

const said = (text: string, more: Partial<Activity> = {}): Activity => ({
  kind: 'message',
  dedupeKey: text,
  activityId: text,
  conversation: {
    channel: 'slack',
    channelTenantId: 'T1',
    conversationId: 'C1',
    scope: 'channel',
    threadId: '1.0',
  },
  from: { accountId: 'U1' },
  text,
  attachments: [],
  sentAt: new Date(),
  expectsResponse: false,
  addressed: false,
  ...more,
});
const unsorted = (text: string): Activity => said(text, { unsorted: { event: { text } } });
const texts = (): string[] => ran.map(({ activity }) => activity.text);
const records = (): Promise<InboxRecord[]> =>
  test.database.acrossTenants<InboxRecord>(inboxCollection).find({}).lean<InboxRecord[]>().exec();
const later = <T>(): { promise: Promise<T>; tell: (value: T) => void } => {
  let tell: (value: T) => void = () => {};
  const promise = new Promise<T>((resolve) => (tell = resolve));
  return { promise, tell };
};

describe('What is stored before it is known what it is', () => {
  it('is taken at once, and keeps its place before what comes after it', async () => {
    const first = later<Partial<Activity>>();
    found.set('first', first.promise);
    expect(await intake.accept(unsorted('first'))).toBe('accepted');
    await intake.accept(said('second', { addressed: true }));
    await intake.accept(unsorted('third'));
    expect(texts()).toEqual([]);
    first.tell({});
    await eventually(() => expect(texts()).toEqual(['first', 'second', 'third']));
    expect(ran.every(({ activity }) => activity.unsorted === undefined)).toBe(true);
  });

  it('is taken once, however often it comes', async () => {
    await intake.accept(unsorted('once'));
    expect(await intake.accept(unsorted('once'))).toBe('duplicate');
    await eventually(() => expect(texts()).toEqual(['once']));
    expect(await intake.accept(unsorted('once'))).toBe('duplicate');
  });

  it('leaves nothing of what people say to each other', async () => {
    found.set('a secret of theirs', Promise.resolve(undefined));
    await intake.accept(unsorted('a secret of theirs'));
    await eventually(async () => expect((await records()).map(({ done }) => done)).toEqual([true]));
    const [record] = await records();
    expect(JSON.stringify(record?.activity)).not.toContain('secret');
    expect(await intake.accept(unsorted('a secret of theirs'))).toBe('duplicate');
    expect(texts()).toEqual([]);
  });

  it('is looked up by the next process where one died before', async () => {
    const activity = unsorted('left behind');
    await inbox.add({
      _id: newId(new Date()),
      tenantId: 'slack-T1',
      channel: 'slack',
      key: activity.dedupeKey,
      conversation: conversationKey(activity.conversation),
      activity,
      receivedAt: new Date(),
      done: false,
      owner: 'somebody dead',
      attempts: 1,
    });
    await intake.start();
    await eventually(() => expect(texts()).toEqual(['left behind']));
  });

  it('goes into the order of the conversation that it turns out to belong to', async () => {
    const elsewhere = { ...said('x').conversation, channelTenantId: 'T2' };
    found.set('moved', Promise.resolve({ conversation: elsewhere }));
    await intake.accept(unsorted('moved'));
    await eventually(() => expect(texts()).toEqual(['moved']));
    expect(ran[0]).toMatchObject({ tenantId: 'slack-T2', conversation: conversationKey(elsewhere) });
    await eventually(async () =>
      expect(await records()).toMatchObject([{ tenantId: 'slack-T2', done: true }]),
    );
  });

  it('stops what is being written only where it is meant for Steward', async () => {
    found.set('stop', Promise.resolve(undefined));
    await intake.accept(unsorted('stop'));
    await eventually(async () => expect((await records()).map(({ done }) => done)).toEqual([true]));
    expect(stopped).toEqual([]);
    found.clear();
    const { conversation } = said('stop');
    await intake.accept({ ...unsorted('stop'), dedupeKey: 'another' });
    await eventually(() => expect(stopped).toEqual([conversationKey(conversation)]));
    await eventually(() => expect(texts()).toEqual(['stop']));
  });

  it('answers a click once it is known whose it is', async () => {
    found.set('clicked', Promise.resolve(undefined));
    const click = { ...unsorted('clicked'), kind: 'card-action' as const, expectsResponse: true };
    expect(await intake.respond(click)).toEqual({ kind: 'none' });
    expect(texts()).toEqual([]);
    await intake.respond({ ...click, text: 'clicked again', dedupeKey: 'again' });
    expect(texts()).toEqual(['clicked again']);
  });
});
