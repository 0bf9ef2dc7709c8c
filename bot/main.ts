// The first import, so that it comes before all others.
import { growYoungSpaceUnderLoad } from '../core/kernel/young-space.js';
import { systemClock } from '../core/kernel/clock.js';
import { describeError } from '../core/kernel/errors.js';
import { composeSteward, type Steward } from './compose.js';
import { ConfigError, loadConfig, type Config } from './config.js';
import { firstIngest } from './first-ingest.js';
import { banner } from './banner.js';
import { logStrayFaults } from './stray-faults.js';
import { createLogger } from './telemetry/logger.js';

const STOP_WITHIN_MS = 10_000;

/** `npm start`: starts everything, says where to click, and stops cleanly on SIGTERM and SIGINT. */
async function main(): Promise<void> {
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  const started = systemClock.now().getTime();
  let config: Config;
  try {
    config = loadConfig();
  } catch (error) {
    say(error instanceof ConfigError ? error.message : describeError(error));
    process.exitCode = error instanceof ConfigError ? 2 : 1;
    return;
  }
  const logger = createLogger(config.logLevel);
  logStrayFaults(process, logger, () => process.exit(1));
  let steward: Steward | undefined;
  try {
    steward = await composeSteward(config, { clock: systemClock, logger });
    stopOnSignal(steward, say);
    growYoungSpaceUnderLoad();
    await firstIngest(steward, say);
    const address = await steward.start();
    say(banner({ config, steward, address, startedInMs: systemClock.now().getTime() - started }));
  } catch (error) {
    say(`\nSteward could not start: ${explain(error, config)}`);
    logger.error(
      { error: describeError(error), cause: describeError((error as Error).cause) },
      'The start failed.',
    );
    await steward?.stop().catch(() => undefined); // the first fault is the one to report
    process.exit(1);
  }
}

function explain(error: unknown, { server }: Config): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE')
    return `port ${server.port} is taken. Stop what uses it, or set PORT to another one.`;
  if (code === 'EACCES')
    return `port ${server.port} may not be used by this account. Set PORT to one above 1023.`;
  return describeError(error);
}

function stopOnSignal(steward: Steward, say: (text: string) => void): void {
  let isStopping = false;
  const stop = (signal: string): void => {
    if (isStopping) process.exit(1);
    isStopping = true;
    say(`\n${signal}: finishing what runs …`);
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
    steward.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        say(`The stop was not clean: ${describeError(error)}`);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
}

await main();
