import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../core/kernel/clock.js';
import { openTestDatabase, type TestDatabase } from '../../tests/support/test-database.js';
import { joinReplicas, replicaCollection, type Replica } from './replicas.js';

let test: TestDatabase;
let joined: Replica[] = [];
let uptime = 0;

beforeAll(async () => {
  test = await openTestDatabase([replicaCollection] as never);
});
afterEach(async () => {
  await Promise.all(joined.map((replica) => replica.close()));
  await test.database.acrossTenants(replicaCollection).deleteMany({});
  joined = [];
});
afterAll(async () => {
  await test.close();
});

async function join(clock = systemClock): Promise<Replica> {
  const replica = await joinReplicas(test.database, clock, () => uptime);
  joined.push(replica);
  return replica;
}

/** A process of another machine, of which only its record is left. */
async function leftBehind(id: string): Promise<void> {
  const record = { _id: id, tenantId: '*', host: 'elsewhere', pid: 1, began: 1, beat: 7 };
  await test.database.acrossTenants(replicaCollection).create(record);
}

/** Time goes by while a process looks as often as it does at work. */
async function watchFor(replica: Replica, ms: number): Promise<void> {
  for (const end = uptime + ms; uptime < end; uptime += 500) await replica.living();
}

describe('the processes on one store', () => {
  it('do not take one that has just joined for dead, however fresh their list is', async () => {
    const first = await join();
    expect(await first.living()).toEqual([first.id]);
    const second = await join();
    expect(await first.dead([second.id, first.id])).toEqual([]);
  });

  it('take an owner for dead at once that left or never joined', async () => {
    const first = await join();
    const second = await join();
    await first.living();
    await second.close();
    uptime += 2_000;
    expect(await first.dead([second.id, 'nobody', first.id])).toEqual([second.id, 'nobody']);
  });

  it('take one for dead whose heartbeat stands still for eight seconds while they look', async () => {
    await leftBehind('silent');
    const first = await join();
    await watchFor(first, 6_000);
    expect(await first.dead(['silent'])).toEqual([]);
    await watchFor(first, 4_000);
    expect(await first.dead(['silent'])).toEqual(['silent']);
    expect(await first.living()).toEqual([first.id]);
  });

  it('kill nobody after a time in which they could not look themselves', async () => {
    await leftBehind('as-silent-as-we');
    const first = await join();
    await watchFor(first, 1_000);
    uptime += 60_000;
    expect(await first.dead(['as-silent-as-we'])).toEqual([]);
    expect(await first.living()).toContain('as-silent-as-we');
  });

  it('live on when their clocks are hours apart', async () => {
    const ahead = { ...systemClock, now: () => new Date(Date.now() + 3 * 3_600_000) };
    const [first, second] = [await join(), await join(ahead)];
    expect(await first.living()).toContain(second.id);
    expect(await second.living()).toContain(first.id);
  });

  it('know when they were silent themselves for so long that others may have taken over', async () => {
    const first = await join();
    uptime += 5_000;
    expect(first.isSure()).toBe(true);
    uptime += 2_000;
    expect(first.isSure()).toBe(false);
  });

  it('forget records of the dead in the end', async () => {
    await leftBehind('old');
    const first = await join();
    await watchFor(first, 10_000);
    uptime += 600_000;
    await watchFor(first, 4_000);
    expect(await test.database.acrossTenants(replicaCollection).countDocuments({ _id: 'old' })).toBe(0);
  });
});
