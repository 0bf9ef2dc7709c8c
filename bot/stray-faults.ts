import type { EventEmitter } from 'node:events';
import { describeError } from '../core/kernel/errors.js';
import type { LogFields, Logger } from '../core/kernel/logger.js';

/**
 * What nothing caught, told in the log instead of ending the process mute: a rejection that nobody waited for belongs to
 * one piece of work, whose record stays leased and is taken up again, so the others go on; an exception out of the event
 * loop leaves unknown state behind, so `end` is called (what was acknowledged is stored).
 * @param process emits `unhandledRejection` and `uncaughtException`, as Node's does.
 */
export function logStrayFaults(process: EventEmitter, logger: Logger, end: () => void): void {
  process.on('unhandledRejection', (reason: unknown) =>
    logger.error(told(reason), 'Work that nothing waited for failed; Steward goes on.'),
  );
  process.on('uncaughtException', (error: unknown) => {
    logger.error(told(error), 'A fault that nothing caught ends this process.');
    end();
  });
}

const told = (fault: unknown): LogFields => ({
  error: describeError(fault),
  stack: fault instanceof Error ? fault.stack : undefined,
});
