import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startTeamsTraffic, type TeamsTraffic } from '../load/teams-traffic.js';
import { freePort } from '../load/subject.js';
import { eventually } from '../support/eventually.js';
import { serveStore } from './serve-store.js';
import { StewardServer } from './steward-server.js';

const PATIENCE_MS = 60_000;

let folder: string;
let traffic: TeamsTraffic;
let server: StewardServer | undefined;
/** Answers by the id of the message. */
let answers: Map<string, number>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'steward-store-trouble-'));
  traffic = await startTeamsTraffic();
  answers = new Map();
  traffic.onAnswer(({ inReplyTo, isUpdate }) => {
    if (inReplyTo && !isUpdate) answers.set(inReplyTo, (answers.get(inReplyTo) ?? 0) + 1);
  });
});
afterEach(async () => {
  await server?.kill();
  await traffic.close();
  rmSync(folder, { recursive: true, force: true });
});

async function startOn(env: Record<string, string>): Promise<StewardServer> {
  server = new StewardServer(await freePort(), { STEWARD_RATE_LIMITS: 'off', ...env });
  await server.start();
  return server;
}

/** Posts once. @returns the status; 0 when there was no answer in time. */
const say = ({ port }: StewardServer, id: string, text = 'help'): Promise<number> =>
  Promise.race([traffic.send(port, `c-${id}`, id, text).catch(() => 0), pause(20_000, 0)]);

/** Posts until it is acknowledged, as a channel does. */
const deliver = (to: StewardServer, id: string): Promise<void> =>
  eventually(async () => expect(await say(to, id)).toBe(200), PATIENCE_MS);

const answeredOnce = (ids: string[]): Promise<void> =>
  eventually(
    () => expect(ids.map((id) => [id, answers.get(id) ?? 0])).toEqual(ids.map((id) => [id, 1])),
    PATIENCE_MS,
  );

describe('a store in trouble', () => {
  it('that is restarted under a running server is found again, and no acknowledged message is lost', async () => {
    const dataDir = join(folder, 'store');
    const port = await freePort();
    let store = await serveStore(dataDir, port);
    try {
      const running = await startOn({ MONGODB_URI: store.uri, STEWARD_DATA_DIR: join(folder, 'server') });
      const sent: string[] = [];
      const acknowledged = new Set<string>();
      for (let n = 0; n < 20; n += 1) {
        const id = `m${n}`;
        sent.push(id);
        if ((await say(running, id)) === 200) acknowledged.add(id);
        if (n === 9) await store.kill();
      }
      expect(acknowledged.size).toBeLessThan(sent.length);
      await eventually(async () => expect(await running.readiness()).toBe(503), PATIENCE_MS);
      expect(await running.metric('steward_part_ok{part="store"}')).toBe(0);
      expect(running.isRunning).toBe(true);

      store = await serveStore(dataDir, port);
      await eventually(async () => expect(await running.readiness()).toBe(200), PATIENCE_MS);
      for (const id of sent) await deliver(running, id);
      await answeredOnce(sent);
      await pause(12_000); // as long as a second copy could take
      await answeredOnce(sent);
    } finally {
      await store.kill();
    }
  }, 300_000);

  const disk = mkdtempSync(join(tmpdir(), 'steward-small-disk-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'none', disk]).status === 0;
  (mounted ? it : it.skip)(
    'whose disk is full makes the server refuse messages, and take them again when there is space (needs the right to mount)',
    async () => {
      const spare = join(disk, 'spare');
      try {
        mkdirSync(join(disk, 'data'));
        const running = await startOn({ STEWARD_DATA_DIR: join(disk, 'data') });
        await deliver(running, 'before');
        await answeredOnce(['before']);
        fill(spare);
        const refused: string[] = [];
        const taken: string[] = [];
        for (let n = 0; n < 400 && refused.length < 3; n += 1) {
          const id = `full-${n}`;
          const status = await say(running, id, `help ${'x'.repeat(3_000)}`);
          if (status === 200) taken.push(id);
          else {
            if (status < 500)
              throw new Error(`status ${status} for ${id}; the server:\n${running.lastWords}`);
            refused.push(id);
          }
        }
        expect(refused).toHaveLength(3);
        await eventually(async () => expect(await running.readiness()).toBe(503), PATIENCE_MS);
        expect(running.isRunning).toBe(true);
        rmSync(spare);
        for (const id of refused) await deliver(running, id);
        await answeredOnce([...taken, ...refused]);
        await eventually(async () => expect(await running.readiness()).toBe(200), PATIENCE_MS);
      } finally {
        await server?.kill();
        spawnSync('umount', [disk]);
        rmSync(disk, { recursive: true, force: true });
      }
    },
    300_000,
  );
});

/** Writes a file until the disk is full. */
function fill(file: string): void {
  const block = Buffer.alloc(64 * 1024);
  try {
    for (;;) writeFileSync(file, block, { flag: 'a' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  }
}
