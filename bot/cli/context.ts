import type { Clock } from '../../core/kernel/clock.js';
import type { Logger } from '../../core/kernel/logger.js';
import type { Config } from '../config.js';

/**
 * What a command of the command line gets. A command is a file `bot/cli/NAME.ts` that exports
 * `NAMECommand(context): Command` (commander) and is listed in `bot/cli/main.ts`.
 */
export interface CliContext {
  config: Config;
  clock: Clock;
  /** Logs go to stderr. */
  logger: Logger;
  /** Writes one JSON line to stdout. */
  emit(value: object): void;
  /** Writes text for a person to stdout. */
  say(text: string): void;
  /** Writes progress to stderr. */
  progress(text: string): void;
  /** Aborts on SIGINT or SIGTERM. */
  signal: AbortSignal;
  /** Sets the exit code: 1 for a failure, 2 for wrong use. */
  fail(code: 1 | 2): void;
}
