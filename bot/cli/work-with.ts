import { StewardError } from '../../core/kernel/errors.js';
import type { CliContext } from './context.js';

/**
 * Makes a function that opens what a command works on, does the task and closes again. A refusal becomes a line on stderr and
 * exit code 2, a failure of something outside exit code 1; faults of ours are thrown on.
 */
export function workWith<Opened extends { close(): Promise<void> }>(
  context: CliContext,
  open: () => Promise<Opened>,
): (task: (opened: Opened) => Promise<void>) => Promise<void> {
  return async (task) => {
    const opened = await open();
    try {
      await task(opened);
    } catch (error) {
      if (!(error instanceof StewardError)) throw error;
      context.progress(`${error.message}\n`);
      context.fail(error.status < 500 ? 2 : 1);
    } finally {
      await opened.close();
    }
  };
}
