import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApprovalSweeps } from '../../core/approvals/approval-repository.js';
import { systemClock } from '../../core/kernel/clock.js';
import { silentLogger } from '../../core/kernel/logger.js';
import { startEmbeddedStore, type EmbeddedStore } from '../embedded/index.js';
import { approvalCollection, createApprovalSweeps } from './approval-repository.js';
import { openDatabase, type Database } from './database.js';

const NOW = new Date('2026-11-30T09:00:00Z');
const HOUR_MS = 3_600_000;
const inHours = (hours: number): Date => new Date(NOW.getTime() + hours * HOUR_MS);

describe('sweeps over approvals', () => {
  let folder: string;
  let store: EmbeddedStore;
  let database: Database;
  let sweeps: ApprovalSweeps;
  const commands: Record<string, unknown>[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'steward-approvals-'));
    store = await startEmbeddedStore({
      dataDir: folder,
      clock: systemClock,
      logger: silentLogger,
      watch: (command) => void commands.push(command),
    });
    database = await openDatabase(store.uri, [approvalCollection] as never, store.command);
    sweeps = createApprovalSweeps(database);
    await stored('done', 200, { state: 'done', dueAt: null });
    await stored('waits', 200, { state: 'pending', dueAt: inHours(4) });
    await stored('late', 2, { state: 'pending', dueAt: inHours(-2) });
    await stored('later', 1, { state: 'executing', dueAt: inHours(-1) });
    await stored('set-back', 1, { state: 'executing', dueAt: inHours(5) });
    await stored('leased', 1, { state: 'executing', dueAt: inHours(0.1) });
  });
  afterAll(async () => {
    await database.close();
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });

  const stored = async (
    name: string,
    count: number,
    fields: { state: string; dueAt: Date | null },
  ): Promise<void> => {
    const records = Array.from({ length: count }, (_, at) => ({
      _id: `${name}-${at}`,
      requestKey: `${name}-${at}`,
      tenantId: at % 2 === 0 ? 'home' : 'away',
      version: 1,
      body: 'sealed',
      expiresAt: inHours(24),
      ...fields,
    }));
    await database.acrossTenants(approvalCollection).insertMany(records as never);
  };

  /** How many documents the reads of some work look at, as the store explains them. */
  const examined = async (work: () => Promise<unknown>): Promise<number> => {
    commands.length = 0;
    await work();
    const reads = commands.filter((command) => 'find' in command || 'distinct' in command);
    expect(reads.length).toBeGreaterThan(0);
    let documents = 0;
    for (const { find, filter, sort, limit, distinct, key, query } of reads) {
      const asked = find ? { find, filter, sort, limit } : { distinct, key, query };
      const known = Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined));
      const { db } = database.connection;
      if (!db) throw new Error('The connection is closed.');
      const { executionStats } = await db.command({ explain: known, verbosity: 'executionStats' });
      documents += (executionStats as { totalDocsExamined: number }).totalDocsExamined;
    }
    return documents;
  };

  it('find what is due, the longest due first, and what a clock that was set back left far ahead', async () => {
    expect((await sweeps.due(NOW, 10)).map(({ id }) => id)).toEqual([
      'late-0',
      'late-1',
      'later-0',
      'set-back-0',
    ]);
    expect(await sweeps.due(NOW, 2)).toEqual([
      { id: 'late-0', tenantId: 'home' },
      { id: 'late-1', tenantId: 'away' },
    ]);
  });

  it('read little more than what is due, however many wait or are done', async () => {
    expect(await examined(() => sweeps.due(NOW, 10))).toBeLessThanOrEqual(6);
  });

  it('count states and tell whose approvals wait, reading the unfinished ones alone', async () => {
    expect(await sweeps.tenantsWithPending()).toEqual(['away', 'home']);
    expect(await examined(() => sweeps.tenantsWithPending())).toBeLessThanOrEqual(202);
    const { counts, forgotten } = await sweeps.health(NOW, HOUR_MS / 2);
    expect(counts).toMatchObject({ pending: 202, done: 200, executing: 3 });
    expect(forgotten).toBe(3);
  });
});
