import type { Clock } from '../kernel/clock.js';
import { StewardError } from '../kernel/errors.js';
import { newId } from '../kernel/ids.js';
import {
  budgetLines,
  noticeOf,
  type BudgetLimits,
  type BudgetLine,
  type BudgetNotice,
  type BudgetState,
  type BudgetStore,
  type Reservation,
} from './budget.js';
import type { CostRecord } from './cost-record.js';
import type { CallOrigin } from './model.js';

export interface AccountOptions {
  budget: {
    store: BudgetStore;
    limits(tenantId: string): BudgetLimits;
    /** Told when a budget passes 80 % and when it is used up; once by each process that sees it. */
    onNotice(notice: BudgetNotice): void;
    /** Whether so many micro-dollars leave all lines far from their limits, where nothing depends on knowing at once. */
    isFar?(tenantId: string, lines: BudgetLine[], cost: number): boolean;
  };
  /** Keeps a record. */
  record(record: CostRecord): Promise<void>;
  /** The books could not be written; that never fails the call, whose reservation stands until it is found stale. */
  onBooksFailed(error: unknown): void;
  clock: Clock;
}

/** The budget is used up until it starts afresh, or calls under way hold what is left of it. */
export class BudgetUsedUp extends StewardError {
  constructor(
    readonly line: BudgetLine,
    isHeld: boolean,
  ) {
    const why = isHeld ? 'is held by calls under way' : `is used up until ${line.until.toISOString()}`;
    super('gateway.budget', `The budget ${line.key} ${why}.`, { userText: 'error.budget', status: 429 });
  }
}

/** What a call came to, as far as the one who makes it knows. */
export type CallOutcome = Omit<CostRecord, 'id' | 'origin' | 'at' | 'latencyMs'>;

/** One call that may be made, on the books from its begin to its end. */
export interface Account {
  /** Keeps the call's record, by which it is settled in any case. @returns how long the call took, in ms. */
  close(outcome: CallOutcome): Promise<number>;
}

export interface Accounts {
  /**
   * Waits a while where calls under way hold what is left of a budget: they mostly cost far less than they hold.
   * @throws BudgetUsedUp, which is on record as well.
   */
  open(origin: CallOrigin, highestPrice: number, signal?: AbortSignal): Promise<Account>;
  /** Settles what is on record, and resolves when that is done. */
  settled(): Promise<void>;
}

const NOTHING: CallOutcome = {
  inputTokens: 0,
  outputTokens: 0,
  cachedInputTokens: 0,
  reported: true,
  costMicroUsd: 0,
  cached: false,
  fellBackFrom: [],
};
const MOST_TOLD = 10_000;
/** How long a settlement waits for a reservation that it can go with. */
const SETTLE_MS = 100;
/** How long a call waits for what others hold; it looks ever more rarely. */
const HELD_MS = 30_000;
const FIRST_LOOK_MS = 100;
const LAST_LOOK_MS = 2_000;

/**
 * The books of paid calls. Opening an account reserves the call's highest price on every budget that it counts against;
 * closing it keeps the record of what the call cost. Both bear the same id, so the record alone settles a call: budgets
 * learn of it at once where a limit is near, else in the same command as the next reservation or soon after; what a
 * process that died left is settled by the record. Until then the highest price stays reserved: nothing is admitted too early.
 */
export function createAccounts({ budget, record, onBooksFailed, clock }: AccountOptions): Accounts {
  const { store, limits, onNotice, isFar = () => false } = budget;
  const told = new Set<string>();

  const tell = (states: BudgetState[], origin: CallOrigin): void => {
    for (const state of states) {
      const kind = noticeOf(state);
      const notice = `${origin.tenantId}|${state.line.key}|${kind}`;
      if (!kind || told.has(notice)) continue;
      if (told.size >= MOST_TOLD) told.clear(); // told again, which the outbox knows
      told.add(notice);
      onNotice({ kind, tenantId: origin.tenantId, line: state.line, spent: state.spent, origin });
    }
  };
  const safely = (work: Promise<void>): Promise<void> => work.catch(onBooksFailed);

  let waiting: (() => Promise<void>)[] = [];
  const settling = new Set<Promise<void>>();
  const run = (settlement: () => Promise<void>): Promise<void> => {
    const work = safely(settlement()).finally(() => settling.delete(work));
    settling.add(work);
    return work;
  };
  const settle = (): void => {
    const due = waiting;
    waiting = [];
    for (const each of due) void run(each);
  };
  const settleSoon = (work: () => Promise<void>): void => {
    waiting.push(work);
    if (waiting.length === 1) void clock.sleep(SETTLE_MS).then(settle);
  };

  /** @returns the line that is used up, and what is spent on it; undefined once the call is admitted. */
  const reserved = async (
    tenantId: string,
    lines: BudgetLine[],
    call: Reservation,
    signal: AbortSignal | undefined,
  ): Promise<BudgetState | undefined> => {
    const patience = clock.now().getTime() + HELD_MS;
    for (let look = FIRST_LOOK_MS; ; look = Math.min(look * 2, LAST_LOOK_MS)) {
      const refused = await store.reserve(tenantId, lines, call);
      if (!refused) return undefined;
      const states = await Promise.all(
        lines.map(async (line) => ({ line, spent: await store.spent(tenantId, line.key) })),
      );
      const full = states.find(({ line, spent }) => spent >= line.limit);
      const held = states.find(({ line }) => line === refused);
      if (full || clock.now().getTime() >= patience) return full ?? held;
      await clock.sleep(look, signal);
      if (signal?.aborted) throw new StewardError('gateway.cancelled', 'The call was cancelled.');
      settle();
    }
  };

  const open = async (origin: CallOrigin, highestPrice: number, signal?: AbortSignal): Promise<Account> => {
    const { tenantId } = origin;
    const at = clock.now();
    const call = { id: newId(at), amount: highestPrice, at };
    const lines = budgetLines(origin, limits(tenantId), at);
    const { besides = [], ...whose } = origin;
    const keep = async (outcome: CallOutcome, latencyMs: number): Promise<void> =>
      record({
        id: call.id,
        origin: whose,
        at,
        latencyMs,
        ...outcome,
        besides: [...besides, ...(outcome.besides ?? [])],
      });
    const since = (): number => clock.now().getTime() - at.getTime();

    settle();
    const usedUp = lines.length > 0 ? await reserved(tenantId, lines, call, signal) : undefined;
    if (usedUp) {
      // whoever filled it may have died before it told
      if (usedUp.spent > 0) tell([usedUp], origin);
      const refusal = new BudgetUsedUp(usedUp.line, usedUp.spent < usedUp.line.limit);
      await safely(keep({ ...NOTHING, fault: refusal.code }, since()));
      throw refusal;
    }
    return {
      close: async (outcome) => {
        const latencyMs = since();
        const cost = outcome.costMicroUsd;
        const settlement = async (): Promise<void> => {
          if (lines.length > 0) tell(await store.settle(tenantId, lines, { ...call, cost }), origin);
        };
        const mayWait = isFar(tenantId, lines, cost);
        await Promise.all([safely(keep(outcome, latencyMs)), mayWait ? undefined : run(settlement)]);
        if (mayWait) settleSoon(settlement);
        return latencyMs;
      },
    };
  };

  return {
    open,
    settled: async () => {
      settle();
      while (settling.size > 0) await Promise.all(settling);
    },
  };
}

export type OpenAccount = Accounts['open'];
