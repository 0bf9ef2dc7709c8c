import type { Clock } from '../../kernel/clock.js';
import { describeError, InvalidInput } from '../../kernel/errors.js';
import type { Logger } from '../../kernel/logger.js';
import type { Metrics } from '../../kernel/telemetry.js';
import type { Organisation } from './organisation-file.js';
import type { PeopleRepository } from './people.js';
import { unusualLeave, type Leave } from './unusual-leave.js';

export interface PeopleRefreshOptions {
  source: 'file' | 'graph';
  read: () => Promise<Organisation>;
  people: PeopleRepository;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
  /** How old the last good reading may be before decisions that rest on it are refused. */
  maxAgeMs: number;
  /** Ids of the people of a sample, whom a company's own directory replaces. */
  sample?: () => Promise<ReadonlySet<string>>;
}

/** What a reading of the directory did. */
export interface Refreshed {
  changed: number;
  left: number;
}

export interface PeopleRefresh {
  /** Reads the directory anew. @returns what changed, or undefined when it could not be read or was held back. */
  run(): Promise<Refreshed | undefined>;
  /**
   * The same for whoever wants to know why not, and may let go those for whom it was held back.
   * @param acceptLeaving how many may leave; it has to be the number that `HeldBack` told.
   * @throws HeldBack when unusually many would leave; nothing was changed then.
   */
  take(acceptLeaving?: number): Promise<Refreshed>;
  /** Reads the directory and changes nothing. @throws what `take` would throw. */
  look(): Promise<Organisation>;
  /** False once the directory could not be read for too long: better no decision than one by somebody who has left. */
  isFresh(): boolean;
  /** The same after another try, where this process was not the one that read it lately; one try a minute. */
  becomesFresh(): Promise<boolean>;
  /** What is wrong with the directory, for an operator; undefined when nothing is. */
  problem(): string | undefined;
}

/** A reading of the directory that would take away unusually much; everything is as it was. */
export class HeldBack extends InvalidInput {
  constructor(readonly leave: Leave) {
    super('governance.people-held-back', heldBackText(leave));
  }
}

const RETRY_MS = 60_000;

/** Keeps the people as fresh as their directory, or says that they are not. */
export function createPeopleRefresh(options: PeopleRefreshOptions): PeopleRefresh {
  const { source, read, people, clock, logger, metrics, maxAgeMs, sample } = options;
  let lastGood: Date | undefined;
  let lastFault: unknown;
  let lastTry = 0;
  let trying: Promise<unknown> | undefined;

  const isFresh = (): boolean =>
    lastGood !== undefined && clock.now().getTime() - lastGood.getTime() <= maxAgeMs;

  async function look(acceptLeaving?: number): Promise<Organisation> {
    const organisation = await read();
    const schedules = source === 'file' ? organisation.schedules : undefined;
    const stored = { active: await people.activeOf(source), schedules: await people.schedules() };
    const leave = unusualLeave(stored, { ...organisation, schedules }, (await sample?.()) ?? new Set());
    metrics.gauge('people_held_back', leave?.leaving.length ?? 0);
    if (leave && leave.leaving.length !== acceptLeaving) throw new HeldBack(leave);
    return organisation;
  }

  async function take(acceptLeaving?: number): Promise<Refreshed> {
    const organisation = await look(acceptLeaving);
    const result = await people.replaceAll(source, organisation.people);
    if (source === 'file') await people.replaceSchedules(organisation.schedules);
    return result;
  }

  async function run(): Promise<Refreshed | undefined> {
    lastTry = clock.now().getTime();
    try {
      const result = await take();
      lastGood = clock.now();
      lastFault = undefined;
      metrics.gauge('people_refreshed_timestamp_seconds', lastGood.getTime() / 1000);
      if (result.changed + result.left > 0) logger.info({ source, ...result }, 'people refreshed');
      return result;
    } catch (error) {
      lastFault = error;
      metrics.count('people_refresh_failures_total', { source });
      logger.error(
        { source, error: describeError(error), lastGood: lastGood?.toISOString() ?? 'never' },
        isFresh() ? 'people not refreshed' : `people not refreshed; ${CLOSED}`,
      );
      return undefined;
    }
  }

  return {
    run,
    take,
    look: () => look(),
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
    problem() {
      if (lastFault === undefined) return undefined;
      const since = lastGood ? `last read at ${lastGood.toISOString()}` : 'not read since the start';
      const effect = isFresh() ? 'what was read then still counts' : CLOSED;
      // Whoever may ask for this need not know the people; what is wrong in the file stands in the log.
      const why =
        lastFault instanceof HeldBack ? lastFault.message : 'See "people not refreshed" in the log.';
      return `${since}; ${effect}. ${why}`;
    },
  };
}

const CLOSED = 'nobody can approve or reject until it can be read';

function heldBackText({ leaving, of, schedules }: Leave): string {
  const lost = [
    ...(leaving.length > 0 ? [`set ${leaving.length} of ${of} people inactive`] : []),
    ...(schedules.length > 0 ? [`remove every on-call schedule (${schedules.join(', ')})`] : []),
  ].join(' and ');
  return `The directory was read, and taking it over would ${lost}. It was held back and everybody stays as they were. If it is right, run: npm run -s steward -- people refresh --accept-leaving ${leaving.length}. If not, put the whole directory back; it is read again within 15 minutes.`;
}
