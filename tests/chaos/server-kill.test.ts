import { describe, expect, it } from '@jest/globals';
import { killServers } from './server-kill.js';

/** CHAOS_SERVER_KILLS=100 for the long run; half of them hit the one server, half the two. */
const kills = Math.ceil(Number(process.env.CHAOS_SERVER_KILLS ?? 10) / 2);
/** CHAOS_SEED repeats the moments and the traffic of an earlier run. */
const seed = Number(process.env.CHAOS_SEED ?? Math.floor(Math.random() * 2 ** 31));

describe('Steward under SIGKILL, with a company on Teams and Slack', () => {
  it.each([
    ['one server on the built-in store', 1],
    ['two servers on one store', 2],
  ] as const)(
    `%s: answers each acknowledged message once and carries out each approval once in ${kills} kills`,
    async (_, processes) => {
      const report = await killServers(kills, processes, seed);
      process.stderr.write(`${JSON.stringify({ processes, ...report })}\n`);
      expect(report.broken).toEqual([]);
      expect(report.acknowledged).toBeGreaterThan(kills * 5);
      expect(report.approved).toBeGreaterThan(0);
      expect(report.rated).toBeGreaterThan(0);
    },
    kills * 60_000 + 400_000,
  );
});
