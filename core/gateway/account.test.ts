import { expect, it } from '@jest/globals';
import { memoryBudgets } from '../../tests/fakes/memory-budgets.js';
import { testClock } from '../../tests/fakes/test-clock.js';
import { createAccounts, type CallOutcome } from './account.js';
import { watchBudgets } from './budget-pressure.js';
import type { BudgetNotice } from './budget.js';

const origin = { tenantId: 't', personId: 'ann', correlationId: 'c', purpose: 'answer' };
const outcome = (costMicroUsd: number): CallOutcome => ({
  inputTokens: 1,
  outputTokens: 1,
  cachedInputTokens: 0,
  reported: true,
  costMicroUsd,
  cached: false,
  fellBackFrom: [],
});

function booksOf(personDay: number) {
  const done: string[] = [];
  const notices: BudgetNotice[] = [];
  const inner = memoryBudgets();
  let pass = (): void => {};
  const clock = {
    ...testClock('2026-11-28T10:00:00Z'),
    sleep: () => new Promise<void>((resolve) => (pass = resolve)),
  };
  const { store, isFar } = watchBudgets({
    ...inner,
    reserve: (...told) => (done.push('reserve'), inner.reserve(...told)),
    settle: (...told) => (done.push('settle'), inner.settle(...told)),
  });
  const accounts = createAccounts({
    budget: { store, isFar, limits: () => ({ personDay }), onNotice: (notice) => void notices.push(notice) },
    record: ({ costMicroUsd }) => Promise.resolve(void done.push(`record ${costMicroUsd}`)),
    onBooksFailed: (error) => {
      throw error;
    },
    clock,
  });
  const spent = (): Promise<number> => inner.spent('t', 'person:ann:2026-11-28');
  return { ...accounts, done, notices, spent, pass: () => pass() };
}

it('settles a call together with the next reservation, and nothing is lost when none comes', async () => {
  const books = booksOf(1_000_000);
  await (await books.open(origin, 500)).close(outcome(100));
  expect(books.done).toEqual(['reserve', 'record 100']);
  await (await books.open(origin, 500)).close(outcome(50));
  expect(books.done).toEqual(['reserve', 'record 100', 'settle', 'reserve', 'record 50']);
  await books.settled();
  expect(await books.spent()).toBe(150);
});

it('settles by itself soon after the last call', async () => {
  const books = booksOf(1_000_000);
  await (await books.open(origin, 500)).close(outcome(100));
  expect(await books.spent()).toBe(0);
  books.pass();
  await new Promise((resolve) => setImmediate(resolve));
  expect(await books.spent()).toBe(100);
});

it('settles and tells at once where a limit is near, so that it stops the very next call', async () => {
  const books = booksOf(1_000);
  await (await books.open(origin, 500)).close(outcome(850));
  expect(books.notices.map(({ kind }) => kind)).toEqual(['warning']);
  await (await books.open(origin, 500)).close(outcome(150));
  expect(books.notices.map(({ kind }) => kind)).toEqual(['warning', 'stopped']);
  await expect(books.open(origin, 500)).rejects.toMatchObject({ code: 'gateway.budget' });
});
