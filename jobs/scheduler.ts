import { MongoBackend } from '@agendajs/mongo-backend';
import { Agenda, type Job } from 'agenda';
import type { Clock } from '../core/kernel/clock.js';
import { describeError, Unavailable } from '../core/kernel/errors.js';
import type { Logger } from '../core/kernel/logger.js';
import type { Metrics } from '../core/kernel/telemetry.js';

/** A database handle of the MongoDB driver, as Agenda's backend wants it. */
export type JobDatabase = Extract<ConstructorParameters<typeof MongoBackend>[0], { mongo: unknown }>['mongo'];

/** Work that time drives. Handlers must bear being run twice: a lock that ran out lets another process start over. */
export interface JobDefinition {
  name: string;
  /** One sentence for `steward doctor`. */
  about: string;
  /** A cron expression or an interval such as `10 seconds`; without it the job runs only when it is scheduled. */
  every?: string;
  /** After this many ms without an end another process may run it; 10 minutes unless told. */
  lockMs?: number;
  /** @param signal aborts when the process is to stop; long work ends then, to be gone on with later. */
  handle(data: unknown, signal?: AbortSignal): Promise<void>;
}

export interface JobState {
  name: string;
  about: string;
  every?: string;
  nextRunAt?: Date;
  lastRunAt?: Date;
  lastFinishedAt?: Date;
  failedAt?: Date;
  failReason?: string;
}

export interface Scheduler {
  start(): Promise<void>;
  /** Lets running jobs end and unlocks what was not begun. */
  stop(): Promise<void>;
  /** Runs a job once, at an instant or as soon as may be. */
  schedule(name: string, at: Date | 'now', data?: Record<string, unknown>): Promise<void>;
  states(): Promise<JobState[]>;
}

const COLLECTION = 'jobs';
/** How often the scheduler looks for jobs of dead processes, and whether the clock was set back. */
const TEND_MS = 2_000;
/**
 * How often Agenda asks the store about each job. What is due sooner it keeps in timers of its own, so that nothing recurring
 * comes later for it; only what another process scheduled or left waits so long.
 */
const PROCESS_EVERY = '5 seconds';
/** A clock that lost more than this against the process's running time was set back. */
const SET_BACK_MS = 10_000;
const UNIT_MS = { second: 1_000, minute: 60_000, hour: 3_600_000 };

export interface SchedulerOptions {
  /** This process among others. Locks carry its id, so that the jobs of a dead one are freed at once. */
  replica: { id: string; dead(owners: string[]): Promise<string[]> };
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
}

/**
 * Runs jobs by Agenda on the same database as everything else: each run in one process, whichever takes its lock.
 * @throws Unavailable when the database does not answer.
 */
export async function createScheduler(
  database: JobDatabase,
  definitions: JobDefinition[],
  { replica, clock, logger, metrics }: SchedulerOptions,
): Promise<Scheduler> {
  const backend = new MongoBackend({ mongo: database, collection: COLLECTION });
  try {
    await backend.connect();
  } catch (error) {
    throw new Unavailable('jobs.unreachable', 'The job store does not answer.', { cause: error });
  }
  const agenda = new Agenda({
    backend,
    name: replica.id,
    processEvery: PROCESS_EVERY,
    defaultLockLifetime: 600_000,
  });
  const jobs = database.collection(COLLECTION);
  const stopping = new AbortController();
  let tending: Promise<void> = Promise.resolve();
  agenda.on('error', (error: unknown) =>
    logger.warn({ error: describeError(error) }, 'The job store has a problem.'),
  );
  for (const definition of definitions) {
    // oxlint-disable-next-line typescript/no-misused-promises -- the overload for promises is Agenda's second
    agenda.define(definition.name, async (job: Job) => run(definition, job.attrs.data), {
      concurrency: 1,
      lockLifetime: definition.lockMs ?? 600_000,
    });
  }

  async function run(definition: JobDefinition, data: unknown): Promise<void> {
    const started = process.hrtime.bigint();
    let result = 'done';
    try {
      await definition.handle(data, stopping.signal);
    } catch (error) {
      result = 'failed';
      logger.error({ job: definition.name, error: describeError(error) }, 'A job failed.');
      throw error; // Agenda records the failure
    } finally {
      metrics.count('jobs_total', { job: definition.name, result });
      metrics.observe('job_seconds', Number(process.hrtime.bigint() - started) / 1e9, {
        job: definition.name,
      });
    }
  }

  /** Frees what dead processes had locked: it would rest until the lock ran out. */
  async function freeJobsOfTheDead(): Promise<void> {
    const isLocked = { lockedAt: { $ne: null } };
    const owners = (await jobs.distinct('lastModifiedBy', isLocked)) as (string | null)[];
    const dead = await replica.dead(owners.filter((owner) => owner !== null));
    if (dead.length > 0)
      await jobs.updateMany({ ...isLocked, lastModifiedBy: { $in: dead } }, { $set: { lockedAt: null } });
  }

  /** After the clock was set back: what runs every few minutes would wait for the old time to come again. */
  async function runAgainFromNow(): Promise<void> {
    await agenda.stop(); // it keeps what is due within seconds in timers of its own
    const now = clock.now();
    for (const { name, every } of definitions) {
      const interval = intervalMs(every);
      if (interval === undefined) continue;
      const isTooLate = { name, nextRunAt: { $gt: new Date(now.getTime() + interval) } };
      await jobs.updateMany(isTooLate, { $set: { nextRunAt: now, lockedAt: null } });
    }
    if (!stopping.signal.aborted) await agenda.start();
  }

  async function tend(): Promise<void> {
    const ahead = (): number => clock.now().getTime() - performance.now();
    let before = ahead();
    while (!stopping.signal.aborted) {
      await clock.sleep(TEND_MS, stopping.signal);
      try {
        await freeJobsOfTheDead();
        if (ahead() < before - SET_BACK_MS) await runAgainFromNow();
        before = ahead();
      } catch (error) {
        logger.warn({ error: describeError(error) }, 'The jobs could not be looked after.');
      }
    }
  }

  return {
    start: async () => {
      await freeJobsOfTheDead();
      await agenda.start();
      for (const { name, every } of definitions)
        if (every) await agenda.every(every, name, undefined, { skipImmediate: true });
      tending = tend();
    },
    stop: async () => {
      stopping.abort();
      await tending;
      await agenda.stop();
    },
    schedule: async (name, at, data = {}) => {
      await (at === 'now' ? agenda.now(name, data) : agenda.schedule(at, name, data));
    },
    states: async () => {
      const { jobs } = await agenda.queryJobs({ names: definitions.map(({ name }) => name) });
      return definitions.map(({ name, about, every }) => {
        const job = jobs.find((candidate) => candidate.name === name);
        const date = (value: unknown): Date | undefined => (value ? new Date(value as Date) : undefined);
        return {
          name,
          about,
          every,
          nextRunAt: date(job?.nextRunAt),
          lastRunAt: date(job?.lastRunAt),
          lastFinishedAt: date(job?.lastFinishedAt),
          failedAt: date(job?.failedAt),
          failReason: job?.failReason ?? undefined,
        };
      });
    },
  };
}

/** @returns what `5 seconds` or `1 hour` is in ms, or undefined for a cron expression, which names instants. */
function intervalMs(every: string | undefined): number | undefined {
  const [, count, unit] = /^(\d+) (second|minute|hour)s?$/.exec(every ?? '') ?? [];
  return unit === undefined ? undefined : Number(count) * UNIT_MS[unit as keyof typeof UNIT_MS];
}

export interface StoredJob {
  name: string;
  nextRunAt?: Date;
  lockedAt?: Date;
  lastFinishedAt?: Date;
  failedAt?: Date;
  failReason?: string;
}

/** The stored jobs as they stand, without running any. */
export async function readJobStates(database: JobDatabase): Promise<StoredJob[]> {
  const fields = {
    name: 1,
    nextRunAt: 1,
    lockedAt: 1,
    lastFinishedAt: 1,
    failedAt: 1,
    failReason: 1,
    _id: 0,
  };
  return database
    .collection(COLLECTION)
    .find({}, { projection: fields })
    .sort({ name: 1 })
    .toArray() as unknown as Promise<StoredJob[]>;
}
