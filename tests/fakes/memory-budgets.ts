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
    reserve: (_tenantId, lines, { id, amount }) => {
      const usedUp = lines.find(({ key, limit }) => {
        const { spent, reserved } = of(key);
        return spent + [...reserved.values()].reduce((sum, each) => sum + each, 0) >= limit;
      });
      if (!usedUp) for (const { key } of lines) of(key).reserved.set(id, amount);
      return Promise.resolve(usedUp);
    },
    settle: (_tenantId, lines, { id, cost }) =>
      Promise.resolve(
        lines.map((line) => {
          const record = of(line.key);
          record.reserved.delete(id);
          record.spent += cost;
          return { line, spent: record.spent };
        }),
      ),
    spent: (_tenantId, key) => Promise.resolve(of(key).spent),
  };
}
