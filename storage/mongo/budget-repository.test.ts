import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTemporaryDatabase, type TemporaryDatabase } from '../../tests/fakes/temporary-database.js';
import type { BudgetLine } from '../../core/gateway/budget.js';
import { budgetCollection, createBudgetStore } from './budget-repository.js';
import { costCollection, createCostLog } from './cost-repository.js';

let store: TemporaryDatabase;
beforeAll(async () => {
  store = await openTemporaryDatabase([budgetCollection, costCollection]);
});
afterAll(() => store.close());

const at = new Date('2026-11-18T10:00:00Z');
const line = (key: string, limit = 100): BudgetLine => ({
  scope: 'person',
  key,
  limit,
  until: new Date('2026-11-19T00:00:00Z'),
});

describe('budgets in the store', () => {
  it('admit calls of two processes together only until the limit is reserved', async () => {
    const [one, two] = [createBudgetStore(store.database), createBudgetStore(await store.connectAgain())];
    const admitted = await Promise.all(
      Array.from({ length: 30 }, (_, call) =>
        (call % 2 ? one : two).reserve('t', line('race'), { id: `c${call}`, amount: 30, at }),
      ),
    );
    // 30, 60, 90 and the one that goes over
    expect(admitted.filter(Boolean)).toHaveLength(4);
  });

  it('give back what a call did not use', async () => {
    const budgets = createBudgetStore(store.database);
    await budgets.reserve('t', line('back'), { id: 'a', amount: 100, at });
    expect(await budgets.reserve('t', line('back'), { id: 'b', amount: 1, at })).toBe(false);
    expect(await budgets.settle('t', line('back'), { id: 'a', cost: 40 })).toMatchObject({
      spent: 40,
      added: 40,
    });
    expect(await budgets.reserve('t', line('back'), { id: 'b', amount: 1, at })).toBe(true);
    expect(await budgets.spent('t', 'back')).toBe(40);
  });

  it('let go what a process reserved that died, and count it once if it lived after all', async () => {
    const budgets = createBudgetStore(store.database);
    await budgets.reserve('t', line('dead'), { id: 'a', amount: 100, at });
    const later = new Date(at.getTime() + 11 * 60_000);
    expect(await budgets.reserve('t', line('dead'), { id: 'b', amount: 10, at: later })).toBe(true);
    expect((await budgets.settle('t', line('dead'), { id: 'a', cost: 25 })).spent).toBe(25);
    expect((await budgets.settle('t', line('dead'), { id: 'b', cost: 5 })).spent).toBe(30);
  });

  it('are kept apart by tenant', async () => {
    const budgets = createBudgetStore(store.database);
    await budgets.reserve('t', line('own'), { id: 'a', amount: 100, at });
    expect(await budgets.reserve('u', line('own'), { id: 'a', amount: 100, at })).toBe(true);
  });
});

describe('the record of calls', () => {
  it('sums by model and tells the calls of a run, for its own tenant', async () => {
    const call = (id: string, tenantId: string, model: string, costMicroUsd: number) =>
      createCostLog(store.database, tenantId).add({
        id,
        origin: { tenantId, runId: 'r1', agent: 'analyst', correlationId: 'c', purpose: 'think' },
        at,
        model,
        inputTokens: 10,
        outputTokens: 5,
        cachedInputTokens: 0,
        reported: true,
        costMicroUsd,
        latencyMs: 12,
        cached: false,
        fellBackFrom: [],
      });
    await call('1', 't', 'a/small', 5);
    await call('2', 't', 'a/large', 50);
    await call('3', 't', 'a/small', 6);
    await call('4', 'u', 'a/small', 7);
    const log = createCostLog(store.database, 't');
    expect(await log.totals('model', at)).toEqual([
      { name: 'a/large', calls: 1, inputTokens: 10, outputTokens: 5, costMicroUsd: 50 },
      { name: 'a/small', calls: 2, inputTokens: 20, outputTokens: 10, costMicroUsd: 11 },
    ]);
    expect((await log.ofRun('r1')).map(({ id, origin }) => [id, origin.agent])).toEqual([
      ['1', 'analyst'],
      ['2', 'analyst'],
      ['3', 'analyst'],
    ]);
  });
});
