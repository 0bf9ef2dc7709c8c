import { Command, CommanderError } from 'commander';
import { systemClock } from '../../core/kernel/clock.js';
import { describeError, StewardError } from '../../core/kernel/errors.js';
import { ConfigError, loadConfig, type Config } from '../config.js';
import { createLogger } from '../telemetry/logger.js';
import { addCommands } from './commands.js';
import type { CliContext } from './context.js';

/** The command line. Data goes to stdout, everything else to stderr; 0 is success, 1 a failure, 2 wrong use. */
async function main(): Promise<void> {
  let config: Config;
  try {
    config = loadConfig();
  } catch (error) {
    process.stderr.write(`${describeError(error)}\n`);
    process.exitCode = error instanceof ConfigError ? 2 : 1;
    return;
  }
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  process.once('SIGTERM', () => stop.abort());
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0); // the reader has enough
  });
  const context: CliContext = {
    config,
    clock: systemClock,
    logger: createLogger(config.logLevel === 'info' ? 'warn' : config.logLevel, 'stderr'),
    emit: (value) => void process.stdout.write(`${JSON.stringify(value)}\n`),
    say: (text) => void process.stdout.write(`${text}\n`),
    progress: (text) => void process.stderr.write(text),
    signal: stop.signal,
    fail: (code) => {
      process.exitCode = code;
    },
  };
  const program = new Command('steward')
    .description('Steward on the command line')
    .showHelpAfterError('(add --help for the options)')
    .exitOverride();
  addCommands(program, context);
  try {
    await program.parseAsync();
  } catch (error) {
    report(error, context);
  }
}

function report(error: unknown, context: CliContext): void {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
    return;
  }
  context.progress(`${describeError(error)}\n`);
  if (!(error instanceof StewardError))
    context.logger.error({ error: error instanceof Error ? error.stack : error }, 'A command failed.');
  context.fail(error instanceof StewardError && error.status === 400 ? 2 : 1);
}

await main();
