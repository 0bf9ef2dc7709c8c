import { expect, it } from '@jest/globals';
import { memoryBudgets } from '../../tests/fakes/memory-budgets.js';
import { watchBudgets } from './budget-pressure.js';
import { budgetLines } from './budget.js';

const origin = { tenantId: 't', personId: 'p', sessionId: 's', correlationId: 'c', purpose: 'answer' };
const limits = { session: 1_000, personDay: 100 };
const now = new Date('2026-11-28T10:00:00Z');

it('leaves all tiers to a fresh budget, no heavy one from 80 % on, and the lightest at its end', async () => {
  const { store, highestTier } = watchBudgets(memoryBudgets());
  const spend = async (id: string, cost: number): Promise<void> => {
    const lines = budgetLines(origin, limits, now);
    await store.reserve('t', lines, { id, amount: cost, at: now });
    await store.settle('t', lines, { id, amount: cost, at: now, cost });
  };
  expect(highestTier(origin, limits, now)).toBe('heavy');
  await spend('a', 79);
  expect(highestTier(origin, limits, now)).toBe('heavy');
  await spend('b', 1);
  expect(highestTier(origin, limits, now)).toBe('standard');
  await spend('c', 15);
  expect(highestTier(origin, limits, now)).toBe('light');
  expect(highestTier({ ...origin, personId: 'q', sessionId: 'other' }, limits, now)).toBe('heavy');
  expect(highestTier({ ...origin, tenantId: 'u' }, limits, now)).toBe('heavy');
  expect(highestTier(origin, limits, new Date('2026-11-29T10:00:00Z'))).toBe('heavy');
});

it('lets a settlement wait only far from every limit', async () => {
  const { store, isFar } = watchBudgets(memoryBudgets());
  const lines = budgetLines(origin, limits, now);
  expect(isFar('t', lines, 5)).toBe(true);
  expect(isFar('t', lines, 10)).toBe(false); // a tenth of the day's budget
  await store.settle('t', lines, { id: 'a', amount: 64, at: now, cost: 64 });
  expect(isFar('t', lines, 5)).toBe(true);
  expect(isFar('t', lines, 6)).toBe(false); // 70 %
  expect(isFar('u', lines, 6)).toBe(true);
});
