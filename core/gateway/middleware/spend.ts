import type { Clock } from '../../kernel/clock.js';
import { StewardError } from '../../kernel/errors.js';
import { newId } from '../../kernel/ids.js';
import {
  budgetLines,
  noticeOf,
  type BudgetLimits,
  type BudgetLine,
  type BudgetNotice,
  type BudgetStore,
} from '../budget.js';
import { InterruptedStream } from '../interrupted-stream.js';
import type { Model, ModelEvent, ModelRequest } from '../model.js';

export interface SpendOptions {
  store: BudgetStore;
  limits(tenantId: string): BudgetLimits;
  /** The most that a call can cost, in micro-dollars. */
  highestPrice(request: ModelRequest): number;
  /** What a call that was left half-way cost, from the text that came. */
  priceOf(request: ModelRequest, text: string): number;
  /** Told once when a budget passes 80 % and once when it is used up. */
  onNotice(notice: BudgetNotice): void;
  clock: Clock;
}

/** The budget is used up. `until` is when it starts afresh. */
export class BudgetUsedUp extends StewardError {
  constructor(readonly line: BudgetLine) {
    super('gateway.budget', `The budget ${line.key} is used up until ${line.until.toISOString()}.`, {
      userText: 'error.budget',
      status: 429,
    });
  }
}

/** Reserves a call's highest price on every budget it counts against, and settles what it cost in the end. */
export function withBudget(inner: Model, options: SpendOptions): Model {
  return {
    name: inner.name,
    generate: async (request) => {
      const hold = await reserve(request, options);
      let cost = 0;
      try {
        const result = await inner.generate(request);
        cost = result.costMicroUsd;
        return result;
      } catch (error) {
        cost = costOfFault(error);
        throw error;
      } finally {
        await hold.settle(cost);
      }
    },
    async *stream(request): AsyncIterable<ModelEvent> {
      const hold = await reserve(request, options);
      let seen = '';
      let cost: number | undefined;
      try {
        for await (const event of inner.stream(request)) {
          if (event.kind === 'end') cost = event.result.costMicroUsd;
          else seen += event.text;
          yield event;
        }
      } catch (error) {
        cost = costOfFault(error);
        throw error;
      } finally {
        // a reader that leaves half-way ends the loop without a result or a fault
        await hold.settle(cost ?? (seen ? options.priceOf(request, seen) : 0));
      }
    },
  };
}

const costOfFault = (error: unknown): number =>
  error instanceof InterruptedStream ? error.partial.costMicroUsd : 0;

async function reserve(
  request: ModelRequest,
  { store, limits, highestPrice, onNotice, clock }: SpendOptions,
): Promise<{ settle(cost: number): Promise<void> }> {
  const { origin } = request;
  const { tenantId } = origin;
  const at = clock.now();
  const id = newId(at);
  const amount = highestPrice(request);
  const lines = budgetLines(origin, limits(tenantId), at);
  const admitted = await Promise.all(lines.map((line) => store.reserve(tenantId, line, { id, amount, at })));
  const held = lines.filter((_, index) => admitted[index]);
  const settle = async (cost: number): Promise<void> => {
    const states = await Promise.all(held.map((line) => store.settle(tenantId, line, { id, cost })));
    for (const state of states) {
      const kind = noticeOf(state);
      if (kind) onNotice({ kind, tenantId, line: state.line, spent: state.spent, origin });
    }
  };
  const usedUp = lines.find((_, index) => !admitted[index]);
  if (!usedUp) return { settle };
  await settle(0);
  throw new BudgetUsedUp(usedUp);
}
