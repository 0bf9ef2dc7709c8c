import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import mongoose from 'mongoose';
import { systemClock } from '../../core/kernel/clock.js';
import { silentLogger } from '../../core/kernel/logger.js';
import { shippedFile } from '../../core/kernel/package-root.js';
import { startEmbeddedStore } from '../../storage/embedded/index.js';

export interface KillReport {
  kills: number;
  acknowledged: number;
  problems: string[];
}

/** What the parent was told and must find again. */
interface Told {
  there: Set<number>;
  counted: Set<number>;
  gone: Set<number>;
  highest: number;
}

/** Kills a store under 20 writers again and again, and looks each time for what was acknowledged and for indexes that do not fit. */
export async function killRepeatedly(kills: number): Promise<KillReport> {
  const dataDir = mkdtempSync(join(tmpdir(), 'steward-chaos-'));
  const told: Told = { there: new Set(), counted: new Set(), gone: new Set(), highest: 0 };
  const problems: string[] = [];
  try {
    for (let round = 0; round < kills && problems.length === 0; round += 1) {
      await writeUntilKilled(dataDir, told, 100 + ((round * 37) % 400));
      problems.push(
        ...(await examine(dataDir, told)).map((problem) => `after kill ${round + 1}: ${problem}`),
      );
    }
    return { kills, acknowledged: told.there.size + told.counted.size + told.gone.size, problems };
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Lets the writers go on until so many writes are acknowledged, then kills the process without warning. */
async function writeUntilKilled(dataDir: string, told: Told, acknowledgements: number): Promise<void> {
  const child = spawn(
    process.execPath,
    [
      shippedFile('tests', 'chaos', 'embedded-writer.mjs'),
      shippedFile('dist'),
      dataDir,
      String(told.highest + 1),
    ],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const ended = once(child, 'exit');
  let heard = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    const [word, number] = line.split(' ') as [string, string | undefined];
    if (number !== undefined) note(told, word, Number(number));
    heard += 1;
    if (heard === acknowledgements) child.kill('SIGKILL');
  }
  await ended;
}

function note(told: Told, word: string, n: number): void {
  told.highest = Math.max(told.highest, Math.abs(n) + 40);
  if (word === 'ok') told.there.add(n);
  else if (word === 'up') told.counted.add(n);
  else told.gone.add(n);
}

async function examine(dataDir: string, told: Told): Promise<string[]> {
  const store = await startEmbeddedStore({ dataDir, clock: systemClock, logger: silentLogger });
  const client = new mongoose.mongo.MongoClient(store.uri);
  const problems: string[] = [];
  try {
    const db = client.db();
    const found = new Map<number, number>();
    for await (const { n, v } of db.collection<{ n: number; v: number }>('things').find()) {
      if (found.has(n)) problems.push(`document ${n} is there twice`);
      found.set(n, v);
    }
    for (const n of told.there)
      if (!found.has(n) && n % 15 !== 0) problems.push(`document ${n} was acknowledged and is lost`);
    for (const n of told.counted)
      if (found.has(n) && found.get(n) !== 1)
        problems.push(`the update of ${n} was acknowledged and is lost`);
    for (const n of told.gone)
      if (found.has(n)) problems.push(`the removal of ${n} was acknowledged and is lost`);
    for (const name of ['things', 'slots']) {
      const { valid, errors } = (await db.command({ validate: name })) as {
        valid: boolean;
        errors: string[];
      };
      if (!valid) problems.push(`${name}: ${errors.slice(0, 3).join(', ')}`);
    }
    const slots = await db.collection('slots').find().toArray();
    if (new Set(slots.map(({ slot }) => slot as number)).size !== slots.length)
      problems.push('a slot was given twice');
  } finally {
    await client.close();
    await store.close();
  }
  return problems;
}
