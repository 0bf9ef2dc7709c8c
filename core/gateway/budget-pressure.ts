import { budgetLines, WARN_SHARE, type BudgetLimits, type BudgetLine, type BudgetStore } from './budget.js';
import type { CallOrigin, ModelTier } from './model.js';

/** From here on only the cheapest tier is paid for. */
const SHORT_SHARE = 0.95;
const MOST_LINES = 10_000;
/** Below this share, and for a call that takes less than a tenth of a budget, nothing happens that has to be known at once. */
const FAR_SHARE = 0.7;
const SMALL_SHARE = 0.1;

export interface WatchedBudgets {
  store: BudgetStore;
  /** The highest tier that the fullest budget of a call leaves: all below 80 %, no heavy one from there, the lightest at the end. */
  highestTier(origin: CallOrigin, limits: BudgetLimits, now: Date): ModelTier;
  /** Whether so many micro-dollars more leave all lines far from where anything happens. */
  isFar(tenantId: string, lines: BudgetLine[], cost: number): boolean;
}

/**
 * Remembers how full budgets are from what was settled by this process, so that a call is routed without asking the store
 * once more; a line that others fill is known from the next call that is settled on it.
 */
export function watchBudgets(inner: BudgetStore): WatchedBudgets {
  const shares = new Map<string, number>();
  const keyOf = (tenantId: string, key: string): string => `${tenantId}|${key}`;
  return {
    store: {
      reserve: (tenantId, lines, call) => inner.reserve(tenantId, lines, call),
      spent: (tenantId, key) => inner.spent(tenantId, key),
      settle: async (tenantId, lines, call) => {
        const states = await inner.settle(tenantId, lines, call);
        for (const { line, spent } of states) {
          const key = keyOf(tenantId, line.key);
          shares.delete(key); // the order of insertion is the order of use
          shares.set(key, spent / line.limit);
          const oldest = shares.keys().next().value;
          if (shares.size > MOST_LINES && oldest !== undefined) shares.delete(oldest);
        }
        return states;
      },
    },
    isFar: (tenantId, lines, cost) =>
      lines.every(({ key, limit }) => {
        const share = cost / limit;
        return share < SMALL_SHARE && (shares.get(keyOf(tenantId, key)) ?? 0) + share < FAR_SHARE;
      }),
    highestTier: (origin, limits, now) => {
      const fullest = Math.max(
        0,
        ...budgetLines(origin, limits, now).map(({ key }) => shares.get(keyOf(origin.tenantId, key)) ?? 0),
      );
      return fullest >= SHORT_SHARE ? 'light' : fullest >= WARN_SHARE ? 'standard' : 'heavy';
    },
  };
}
