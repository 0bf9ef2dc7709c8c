import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import mongoose from 'mongoose';
import { systemClock } from '../../core/kernel/clock.js';
import { silentLogger } from '../../core/kernel/logger.js';
import { startEmbeddedStore } from '../../storage/embedded/index.js';

const folder = mkdtempSync(join(tmpdir(), 'steward-full-'));
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'none', folder]).status === 0;

describe('the built-in store on a full disk', () => {
  afterAll(() => {
    if (mounted) spawnSync('umount', [folder]);
    rmSync(folder, { recursive: true, force: true });
  });

  (mounted ? it : it.skip)(
    'fails the command, keeps what it has acknowledged, and opens again (needs the right to mount)',
    async () => {
      const strays: unknown[] = [];
      const note = (reason: unknown): void => void strays.push(reason);
      process.on('unhandledRejection', note);
      const spare = join(folder, 'spare');
      writeFileSync(spare, Buffer.alloc(1024 * 1024));
      const open = async (): Promise<[mongoose.mongo.Collection, () => Promise<void>]> => {
        const store = await startEmbeddedStore({
          dataDir: join(folder, 'data'),
          clock: systemClock,
          logger: silentLogger,
        });
        const client = new mongoose.mongo.MongoClient(store.uri);
        return [client.db().collection('things'), () => client.close().then(() => store.close())];
      };

      const [things, close] = await open();
      await things.createIndex({ n: 1 }, { unique: true });
      let acknowledged = 0;
      let failure: unknown;
      while (failure === undefined && acknowledged < 5_000) {
        await things.insertOne({ n: acknowledged, text: 'x'.repeat(8_000) }).then(
          () => (acknowledged += 1),
          (error: unknown) => (failure = error),
        );
      }
      expect(failure).toMatchObject({ code: 14031 });
      expect(await things.countDocuments({})).toBe(acknowledged);
      expect(await things.findOne({ n: acknowledged - 1 })).not.toBeNull();
      await close();

      rmSync(spare);
      const [again, closeAgain] = await open();
      expect(await again.countDocuments({})).toBe(acknowledged);
      await again.insertOne({ n: acknowledged });
      expect(await again.findOne({ n: acknowledged })).not.toBeNull();
      await closeAgain();
      process.off('unhandledRejection', note);
      expect(strays).toEqual([]);
    },
  );
});
