import type { Clock } from '../../kernel/clock.js';
import { describeError } from '../../kernel/errors.js';
import type { Logger } from '../../kernel/logger.js';
import type { Metrics } from '../../kernel/telemetry.js';
import type { Organisation } from './organisation-file.js';
import type { PeopleRepository } from './people.js';

export interface PeopleRefreshOptions {
  source: 'file' | 'graph';
  read: () => Promise<Organisation>;
  people: PeopleRepository;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
  /** How old the last good reading may be before decisions that rest on it are refused. */
  maxAgeMs: number;
}

export interface PeopleRefresh {
  /** Reads the directory anew. @returns what changed, or undefined when it could not be read. */
  run(): Promise<{ changed: number; left: number } | undefined>;
  /** False once the directory could not be read for too long: better no decision than one by somebody who has left. */
  isFresh(): boolean;
  /** The same after another try, where this process was not the one that read it lately; one try a minute. */
  becomesFresh(): Promise<boolean>;
}

const RETRY_MS = 60_000;

/** Keeps the people as fresh as their directory, or says that they are not. */
export function createPeopleRefresh(options: PeopleRefreshOptions): PeopleRefresh {
  const { source, read, people, clock, logger, metrics, maxAgeMs } = options;
  let lastGood: Date | undefined;
  let lastTry = 0;
  let trying: Promise<unknown> | undefined;

  const isFresh = (): boolean =>
    lastGood !== undefined && clock.now().getTime() - lastGood.getTime() <= maxAgeMs;

  async function run(): Promise<{ changed: number; left: number } | undefined> {
    lastTry = clock.now().getTime();
    try {
      const organisation = await read();
      const result = await people.replaceAll(source, organisation.people);
      if (source === 'file') await people.replaceSchedules(organisation.schedules);
      lastGood = clock.now();
      metrics.gauge('people_refreshed_timestamp_seconds', lastGood.getTime() / 1000);
      if (result.changed + result.left > 0) logger.info({ source, ...result }, 'people refreshed');
      return result;
    } catch (error) {
      metrics.count('people_refresh_failures_total', { source });
      logger.error({ source, error: describeError(error) }, 'people not refreshed');
      return undefined;
    }
  }

  return {
    run,
    isFresh,
    async becomesFresh() {
      if (isFresh()) return true;
      if (clock.now().getTime() - lastTry >= RETRY_MS)
        trying ??= run().finally(() => {
          trying = undefined;
        });
      await trying;
      return isFresh();
    },
  };
}
