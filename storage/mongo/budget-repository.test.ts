import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTemporaryDatabase, type TemporaryDatabase } from '../../tests/fakes/temporary-database.js';
import type { BudgetLine } from '../../core/gateway/budget.js';
import type { CostRecord } from '../../core/gateway/cost-record.js';
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

const callOf = (id: string, tenantId: string, model: string, costMicroUsd: number): CostRecord => ({
  id,
  origin: { tenantId, correlationId: 'c', purpose: 'think' },
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

describe('budgets in the store', () => {
  it('admit calls of two processes together only until the limit is reserved', async () => {
    const [one, two] = [createBudgetStore(store.database), createBudgetStore(await store.connectAgain())];
    const refused = await Promise.all(
      Array.from({ length: 30 }, (_, call) =>
        (call % 2 ? one : two).reserve('t', [line('race')], { id: `c${call}`, amount: 30, at }),
      ),
    );
    // 30, 60, 90 and the one that goes over
    expect(refused.filter((usedUp) => usedUp === undefined)).toHaveLength(4);
    expect(refused.find((usedUp) => usedUp !== undefined)).toMatchObject({ key: 'race' });
  });

  it('hold nothing on any line when one of them is used up', async () => {
    const budgets = createBudgetStore(store.database);
    const [wide, narrow] = [line('wide', 1_000), line('narrow', 10)];
    await budgets.reserve('t', [narrow], { id: 'full', amount: 10, at });
    for (const id of ['a', 'b'])
      expect(await budgets.reserve('t', [wide, narrow], { id, amount: 900, at })).toEqual(narrow);
    expect(await budgets.reserve('t', [wide], { id: 'c', amount: 900, at })).toBeUndefined();
  });

  it('give back what a call did not use', async () => {
    const budgets = createBudgetStore(store.database);
    const back = line('back');
    await budgets.reserve('t', [back], { id: 'a', amount: 100, at });
    expect(await budgets.reserve('t', [back], { id: 'b', amount: 1, at })).toEqual(back);
    expect(await budgets.settle('t', [back], { id: 'a', amount: 100, at, cost: 40 })).toEqual([
      { line: back, spent: 40 },
    ]);
    expect(await budgets.reserve('t', [back], { id: 'b', amount: 1, at })).toBeUndefined();
    expect(await budgets.spent('t', 'back')).toBe(40);
  });

  it('let go what a process reserved that died, and count it once if it lived after all', async () => {
    const budgets = createBudgetStore(store.database);
    const dead = [line('dead')];
    await budgets.reserve('t', dead, { id: 'a', amount: 100, at });
    const soon = new Date(at.getTime() + 9 * 60_000);
    expect(await budgets.reserve('t', dead, { id: 'b', amount: 10, at: soon })).toBeDefined();
    const later = new Date(at.getTime() + 11 * 60_000);
    expect(await budgets.reserve('t', dead, { id: 'b', amount: 10, at: later })).toBeUndefined();
    const settled = async (id: string, amount: number, cost: number): Promise<number | undefined> =>
      (await budgets.settle('t', dead, { id, amount, at, cost }))[0]?.spent;
    expect(await settled('a', 100, 25)).toBe(25);
    expect(await settled('b', 10, 5)).toBe(30);
  });

  it('count what is on record of a call whose process died before it settled', async () => {
    const budgets = createBudgetStore(store.database);
    const paid = line('paid');
    await budgets.reserve('v', [paid], { id: 'paid-call', amount: 100, at });
    await createCostLog(store.database, 'v').add(callOf('paid-call', 'v', 'a/small', 60));
    const later = new Date(at.getTime() + 11 * 60_000);
    expect(await budgets.reserve('v', [paid], { id: 'next', amount: 50, at: later })).toBeUndefined();
    expect(await budgets.spent('v', 'paid')).toBe(60);
    expect(await budgets.reserve('v', [paid], { id: 'third', amount: 1, at: later })).toEqual(paid);
  });

  it('are kept apart by tenant', async () => {
    const budgets = createBudgetStore(store.database);
    await budgets.reserve('t', [line('own')], { id: 'a', amount: 100, at });
    expect(await budgets.reserve('u', [line('own')], { id: 'a', amount: 100, at })).toBeUndefined();
  });
});

describe('the record of calls', () => {
  it('sums by model and tells the calls of a run, for its own tenant', async () => {
    const call = (...told: Parameters<typeof callOf>) =>
      createCostLog(store.database, told[1]).add({
        ...callOf(...told),
        origin: { tenantId: told[1], runId: 'r1', agent: 'analyst', correlationId: 'c', purpose: 'think' },
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
