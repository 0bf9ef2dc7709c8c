import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RateLimitStore } from '../../core/guardrails/rate-limits.js';
import { openTestDatabase, type TestDatabase } from '../../tests/support/test-database.js';
import type { CollectionDefinition } from './database.js';
import { createMongoRateLimitStore, rateLimitCollection } from './rate-limit-store.js';

const NOW = new Date('2026-03-01T08:00:00Z');
const RULES = [{ limit: 10, windowMs: 60_000 }];

describe('the rate counter on the shared store', () => {
  let test: TestDatabase;
  let one: RateLimitStore;
  let other: RateLimitStore;

  beforeAll(async () => {
    test = await openTestDatabase([rateLimitCollection as unknown as CollectionDefinition<never>]);
    // two counters on one database stand for two processes
    one = createMongoRateLimitStore(test.database);
    other = createMongoRateLimitStore(test.database);
  });
  afterAll(() => test.close());

  it('allows exactly the limit to callers of several processes at the same moment', async () => {
    const takes = await Promise.all(
      Array.from({ length: 40 }, (_, caller) => (caller % 2 ? one : other).take('t1', 'user:a', RULES, NOW)),
    );
    expect(takes.filter(({ allowed }) => allowed)).toHaveLength(10);
    const refused = takes.find((take) => !take.allowed);
    expect(refused).toMatchObject({ retryAt: new Date(NOW.getTime() + 60_000) });
  });

  it('keeps tenants and subjects apart', async () => {
    expect((await one.take('t2', 'user:a', RULES, NOW)).allowed).toBe(true);
    expect((await one.take('t1', 'user:b', RULES, NOW)).allowed).toBe(true);
  });

  it('takes a token back that was not used', async () => {
    const rules = [{ limit: 1, windowMs: 60_000 }];
    const first = await one.take('t1', 'user:c', rules, NOW);
    expect((await other.take('t1', 'user:c', rules, NOW)).allowed).toBe(false);
    if (!first.allowed) throw new Error('the first take was refused');
    await one.giveBack('t1', first.token);
    expect((await other.take('t1', 'user:c', rules, NOW)).allowed).toBe(true);
  });

  it('gives a token again when its window has passed', async () => {
    const rules = [{ limit: 1, windowMs: 60_000 }];
    await one.take('t1', 'user:d', rules, NOW);
    expect((await one.take('t1', 'user:d', rules, new Date(NOW.getTime() + 59_999))).allowed).toBe(false);
    expect((await one.take('t1', 'user:d', rules, new Date(NOW.getTime() + 60_000))).allowed).toBe(true);
  });
});
