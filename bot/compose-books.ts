import { createAccounts, type OpenAccount } from '../core/gateway/account.js';
import { watchBudgets } from '../core/gateway/budget-pressure.js';
import { DEFAULT_BUDGETS, type BudgetLimits, type BudgetNotice } from '../core/gateway/budget.js';
import type { CostRecord } from '../core/gateway/cost-record.js';
import type { CallOrigin, ModelTier } from '../core/gateway/model.js';
import type { ModelsFile } from '../core/gateway/models-file.js';
import type { Clock } from '../core/kernel/clock.js';
import { describeError } from '../core/kernel/errors.js';
import type { Logger } from '../core/kernel/logger.js';
import { createBudgetStore } from '../storage/mongo/budget-repository.js';
import { createCostLog } from '../storage/mongo/cost-repository.js';
import type { Database } from '../storage/mongo/database.js';

/** The books that all paid calls of an installation are on. */
export interface Books {
  open: OpenAccount;
  /** Settles what is on record; before the store closes. */
  settled(): Promise<void>;
  /** The highest tier that the budgets of a call leave. */
  highestTier(origin: CallOrigin): ModelTier;
}

export interface BooksOptions {
  file: Pick<ModelsFile, 'budgets' | 'tenants'>;
  database: Database;
  /** Told when a budget runs low and when it is used up. */
  onNotice(notice: BudgetNotice): void;
  /** Told of each call, for a collector of traces. */
  onCall?(record: CostRecord): void;
  /** A command that ends soon settles each call before it goes on. */
  isShortLived?: boolean;
  clock: Clock;
  logger: Logger;
}

/** Budgets and records in the store, with the limits of the operator's file. */
export function openBooks(options: BooksOptions): Books {
  const { file, database, onNotice, onCall, isShortLived = false, clock, logger } = options;
  const budgets = watchBudgets(createBudgetStore(database));
  const limits = (tenantId: string): BudgetLimits => ({
    ...DEFAULT_BUDGETS,
    ...file.budgets,
    ...file.tenants[tenantId]?.budgets,
  });
  const accounts = createAccounts({
    budget: { store: budgets.store, limits, onNotice, ...(isShortLived ? {} : { isFar: budgets.isFar }) },
    record: (record) => {
      onCall?.(record);
      return createCostLog(database, record.origin.tenantId).add(record);
    },
    onBooksFailed: (error) =>
      logger.error({ error: describeError(error) }, 'A model call could not be written into the books.'),
    clock,
  });
  return {
    ...accounts,
    highestTier: (origin) => budgets.highestTier(origin, limits(origin.tenantId), clock.now()),
  };
}
