import { AsyncLocalStorage } from 'node:async_hooks';
import type { Doc } from './bson.js';
import { StoreError } from './errors.js';
import { isNumeric, toDouble } from './numbers.js';

/** Until when the command that runs may work, by `performance.now()`. */
const limits = new AsyncLocalStorage<number>();

/** Runs a command within its `maxTimeMS`; without one, or with 0, as long as it takes. */
export function withinTime<Result>({ maxTimeMS }: Doc, work: () => Result): Result {
  const limit = isNumeric(maxTimeMS) ? toDouble(maxTimeMS) : 0;
  return limit > 0 ? limits.run(performance.now() + limit, work) : work();
}

/** Runs what goes on in the background after a command, whose time is not its own. */
export const beyondTime = <Result>(work: () => Result): Result => limits.exit(work);

/** @throws StoreError 50 when the command that runs has had its time. Looked at between two turns of long work. */
export function checkTime(): void {
  const until = limits.getStore();
  if (until !== undefined && performance.now() > until)
    throw new StoreError(50, 'operation exceeded time limit');
}
