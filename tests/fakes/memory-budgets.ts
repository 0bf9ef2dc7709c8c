import type { BudgetStore } from '../../core/gateway/budget.js';

/** Budgets in a Map, with the same rule as the real store: admitted while spent and reserved are below the limit. */
export function memoryBudgets(): BudgetStore {
  const records = new Map<string, { spent: number; reserved: Map<string, number> }>();
  const of = (key: string) => {
    const record = records.get(key) ?? { spent: 0, reserved: new Map<string, number>() };
    records.set(key, record);
    return record;
  };
  return {
    reserve: (_tenantId, line, { id, amount }) => {
      const record = of(line.key);
      const committed = record.spent + [...record.reserved.values()].reduce((sum, each) => sum + each, 0);
      if (committed >= line.limit) return Promise.resolve(false);
      record.reserved.set(id, amount);
      return Promise.resolve(true);
    },
    settle: (_tenantId, line, { id, cost }) => {
      const record = of(line.key);
      record.reserved.delete(id);
      record.spent += cost;
      return Promise.resolve({ line, spent: record.spent, added: cost });
    },
    spent: (_tenantId, key) => Promise.resolve(of(key).spent),
  };
}
