import { describe, expect, it } from '@jest/globals';
import type { ConversationReference } from '../kernel/conversation-reference.js';
import { silentLogger } from '../kernel/logger.js';
import type { Person } from '../kernel/person.js';
import { mayRead } from './access.js';
import { createConversationAudience } from './conversation-audience.js';

const person = (id: string, changes: Partial<Person> = {}): Person => ({
  id,
  tenantId: 't',
  name: id,
  roles: ['viewer'],
  groups: [],
  accounts: [],
  active: true,
  ...changes,
});
const channel: ConversationReference = {
  channel: 'slack',
  channelTenantId: 'T1',
  conversationId: 'C1',
  scope: 'channel',
};
const internal = { classification: 'internal' } as const;

function setUp(list: () => Promise<string[] | undefined>, persons: Record<string, Person>) {
  let now = 0;
  let asked = 0;
  const audience = createConversationAudience({
    members: () => {
      asked += 1;
      return list();
    },
    personOf: async (_conversation, account) => persons[account],
    clock: { now: () => new Date(now), sleep: async () => {} },
    logger: silentLogger,
    freshMs: 1_000,
  });
  return { audience, pass: (ms: number) => (now += ms), asked: () => asked };
}

describe('the audience of a conversation', () => {
  const people = { u1: person('p1'), u2: person('p2') };

  it('is the asker alone in a personal conversation', async () => {
    const { audience, asked } = setUp(async () => ['u1', 'u2'], people);
    const found = await audience.audienceOf({ ...channel, scope: 'personal' }, people.u1);
    expect(found).toMatchObject({ kind: 'person', reader: { personId: 'p1' } });
    expect(asked()).toBe(0);
  });

  it('is every member elsewhere, and a stranger among them closes what is internal', async () => {
    const { audience } = setUp(async () => ['u1', 'u2'], people);
    expect(mayRead(internal, await audience.audienceOf(channel, people.u1))).toBe(true);
    const withGuest = setUp(async () => ['u1', 'guest'], people).audience;
    expect(mayRead(internal, await withGuest.audienceOf(channel, people.u1))).toBe(false);
  });

  it('is unknown when the channel does not tell or fails', async () => {
    for (const list of [async () => undefined, async () => Promise.reject(new Error('slow'))]) {
      const { audience } = setUp(list, people);
      expect(mayRead(internal, await audience.audienceOf(channel, people.u1))).toBe(false);
    }
  });

  it('remembers members for a while, over threads, and does not believe an old list when a new one fails', async () => {
    let list: string[] | undefined = ['u1'];
    const { audience, pass, asked } = setUp(async () => list, people);
    await audience.audienceOf(channel, people.u1);
    await audience.audienceOf({ ...channel, threadId: '1.2' }, people.u1);
    expect(asked()).toBe(1);
    list = undefined;
    pass(999);
    expect(mayRead(internal, await audience.audienceOf(channel, people.u1))).toBe(true);
    pass(1);
    expect(mayRead(internal, await audience.audienceOf(channel, people.u1))).toBe(false);
  });

  it('asks again at once when it was told that members changed', async () => {
    const { audience, asked } = setUp(async () => ['u1'], people);
    await audience.audienceOf(channel, people.u1);
    audience.forget({ ...channel, threadId: '9' });
    await audience.audienceOf(channel, people.u1);
    expect(asked()).toBe(2);
  });

  it('counts the asker as a reader even when the list is a moment behind', async () => {
    const { audience } = setUp(async () => ['u2'], people);
    const contractor = person('p3', { active: false });
    expect(mayRead(internal, await audience.audienceOf(channel, contractor))).toBe(false);
  });
});
