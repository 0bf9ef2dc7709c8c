import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { effectId } from '../../core/kernel/effect.js';
import { openTestDatabase, type TestDatabase } from '../../tests/support/test-database.js';
import { createOutcomes, newOutcome, outcomeCollection, type Outcomes } from './outcomes.js';

const AT = new Date('2026-11-21T09:00:00Z');
const later = (ms: number): Date => new Date(AT.getTime() + ms);

describe('outcomes that are due', () => {
  let test: TestDatabase;
  let outcomes: Outcomes;
  beforeAll(async () => {
    test = await openTestDatabase([outcomeCollection] as never);
    outcomes = createOutcomes(test.database);
  });
  afterAll(() => test.close());
  beforeEach(async () => {
    await test.database.acrossTenants(outcomeCollection).deleteMany({});
  });

  const put = (id: string, createdAt: Date, owner = 'me'): Promise<boolean> => {
    const message = {
      id,
      kind: 'post' as const,
      content: { text: id },
      conversation: {
        channel: 'web' as const,
        channelTenantId: 'w',
        conversationId: 'c',
        scope: 'personal' as const,
      },
    };
    return outcomes.add(newOutcome(id, 't1', { messages: [message], audit: [] }, owner, createdAt));
  };
  const take = async (replica: { living?: string[]; dead?: string[] } = {}): Promise<string[]> => {
    const { living = ['me'], dead = [] } = replica;
    const due = await outcomes.takeDue(
      { id: 'me', living: async () => living, dead: async () => dead },
      later(3_600_000),
      100,
      () => false,
    );
    return due.map(({ _id }) => _id);
  };

  it('come in the order of their versions where they were made in the same instant', async () => {
    const ids = [12, 2, 1, 10, 3].map((version) => effectId('approval', { id: 'a1', version }));
    for (const id of ids) await put(id, AT);
    expect(await take()).toEqual(
      [1, 2, 3, 10, 12].map((version) => effectId('approval', { id: 'a1', version })),
    );
  });

  it('come in the order in which they were made before that', async () => {
    await put('b', later(2));
    await put('c', later(1));
    await put('a', later(3));
    expect(await take()).toEqual(['c', 'b', 'a']);
  });

  it('leave what a living process sends to it, and take what a dead one left', async () => {
    await put('mine', AT);
    await put('theirs', later(1), 'other');
    await put('left', later(2), 'gone');
    expect(await take({ living: ['me', 'other'], dead: ['gone'] })).toEqual(['mine', 'left']);
  });
});
