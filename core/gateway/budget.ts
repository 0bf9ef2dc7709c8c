import type { CallOrigin } from './model.js';

export type BudgetScope = 'session' | 'person' | 'project' | 'tenant';

/** An amount that may be spent under one key until it starts afresh. */
export interface BudgetLine {
  scope: BudgetScope;
  /** Scope, whose, and the period: `person:p1:2026-11-21`. */
  key: string;
  /** Micro-dollars. */
  limit: number;
  until: Date;
}

export interface BudgetLimits {
  /** Micro-dollars; a limit that is absent does not hold. */
  session?: number;
  personDay?: number;
  projectMonth?: number;
  tenantMonth?: number;
}

/** $2 a session, $10 a person and day; monthly limits are the operator's to set. */
export const DEFAULT_BUDGETS: BudgetLimits = { session: 2_000_000, personDay: 10_000_000 };

const DAY_MS = 86_400_000;

/** The budgets that a call counts against. Days and months are UTC; a session's budget starts afresh each day. */
export function budgetLines(origin: CallOrigin, limits: BudgetLimits, now: Date): BudgetLine[] {
  const day = now.toISOString().slice(0, 10);
  const month = day.slice(0, 7);
  const endOfDay = new Date(Date.parse(day) + DAY_MS);
  const endOfMonth = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1));
  const line = (
    scope: BudgetScope,
    owner: string | undefined,
    limit: number | undefined,
    period: [string, Date],
  ): BudgetLine[] =>
    owner === undefined || limit === undefined
      ? []
      : [{ scope, key: `${scope}:${owner}:${period[0]}`, limit, until: period[1] }];
  return [
    ...line('session', origin.sessionId, limits.session, [day, endOfDay]),
    ...line('person', origin.personId, limits.personDay, [day, endOfDay]),
    ...line('project', origin.project, limits.projectMonth, [month, endOfMonth]),
    ...line('tenant', origin.tenantId, limits.tenantMonth, [month, endOfMonth]),
  ];
}

/** What stands on a line after a call was settled. */
export interface BudgetState {
  line: BudgetLine;
  /** Micro-dollars. */
  spent: number;
}

/** The most that a call may cost, kept free for it on its budgets. The record of its cost has the same id. */
export interface Reservation {
  id: string;
  /** Micro-dollars. */
  amount: number;
  at: Date;
}

/**
 * Spending by key. `reserve` admits a call while what is spent and reserved is below the limit, by one conditional write a
 * line: with the call's highest price reserved, calls that run side by side overshoot by one call at most.
 * Implemented by `storage/mongo/budget-repository.ts`.
 */
export interface BudgetStore {
  /** Reserves on all lines or on none. @returns the first line that is used up, if one is. */
  reserve(tenantId: string, lines: BudgetLine[], call: Reservation): Promise<BudgetLine | undefined>;
  /** Replaces a reservation by what the call cost; called once per reservation. */
  settle(tenantId: string, lines: BudgetLine[], call: Reservation & { cost: number }): Promise<BudgetState[]>;
  /** Micro-dollars spent under a key. */
  spent(tenantId: string, key: string): Promise<number>;
}

export interface BudgetNotice {
  kind: 'warning' | 'stopped';
  tenantId: string;
  line: BudgetLine;
  spent: number;
  origin: CallOrigin;
}

export const WARN_SHARE = 0.8;

/** What is to be told of a line, by how full it is. */
export function noticeOf({ line, spent }: BudgetState): BudgetNotice['kind'] | undefined {
  if (spent >= line.limit) return 'stopped';
  return spent >= line.limit * WARN_SHARE ? 'warning' : undefined;
}
