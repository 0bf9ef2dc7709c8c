import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { systemClock } from '../core/kernel/clock.js';
import { silentLogger } from '../core/kernel/logger.js';
import { noMetrics } from '../core/kernel/telemetry.js';
import { eventually } from '../tests/support/eventually.js';
import { openTestDatabase, type TestDatabase } from '../tests/support/test-database.js';
import { createScheduler, type JobDatabase, type JobDefinition, type Scheduler } from './scheduler.js';

let test: TestDatabase;
let schedulers: Scheduler[];
let dead: string[];

beforeEach(async () => {
  test = await openTestDatabase([]);
  schedulers = [];
  dead = [];
});
afterEach(async () => {
  for (const scheduler of schedulers) await scheduler.stop();
  jest.useRealTimers();
  await test.close();
});

async function start(id: string, job: JobDefinition): Promise<Scheduler> {
  const scheduler = await createScheduler(test.database.connection.db as JobDatabase, [job], {
    replica: { id, dead: (owners) => Promise.resolve(owners.filter((owner) => dead.includes(owner))) },
    clock: systemClock,
    logger: silentLogger,
    metrics: noMetrics,
  });
  schedulers.push(scheduler);
  await scheduler.start();
  return scheduler;
}

const jobs = () => test.database.connection.collection('jobs');

describe('the scheduler', () => {
  it('runs a job that a dead process had locked, without waiting until the lock runs out', async () => {
    let runs = 0;
    const handle = (): Promise<void> => Promise.resolve(void (runs += 1));
    await start('this', { name: 'tidy', about: '', every: '1 second', handle });
    await eventually(() => expect(runs).toBeGreaterThan(0), 10_000);
    await jobs().updateMany({}, { $set: { lockedAt: new Date(), lastModifiedBy: 'killed' } });
    dead = ['killed'];
    const before = runs;
    await eventually(() => expect(runs).toBeGreaterThan(before), 15_000);
  });

  it('goes on when the clock is set back an hour, and when it is set ahead', async () => {
    // Only what tells the time is a test's; what waits waits for real.
    jest.useFakeTimers({
      advanceTimers: true,
      doNotFake: [
        'hrtime',
        'nextTick',
        'performance',
        'queueMicrotask',
        'setImmediate',
        'clearImmediate',
        'setInterval',
        'clearInterval',
        'setTimeout',
        'clearTimeout',
      ],
    });
    let runs = 0;
    const handle = (): Promise<void> => Promise.resolve(void (runs += 1));
    await start('this', { name: 'tidy', about: '', every: '1 second', handle });
    for (const hours of [0, -1, 1]) {
      jest.setSystemTime(Date.now() + hours * 3_600_000);
      const before = runs;
      await eventually(() => expect(runs).toBeGreaterThan(before + 1), 20_000);
    }
  }, 80_000);
});
