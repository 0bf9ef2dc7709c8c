import { describe, expect, it } from '@jest/globals';
import { killRepeatedly } from './embedded-kill.js';

/** 200 in the long run of CI; set CHAOS_KILLS for another number. */
const kills = Number(process.env.CHAOS_KILLS ?? 10);

describe('the built-in store under SIGKILL', () => {
  it(
    `loses nothing that it acknowledged in ${kills} kills under 20 writers`,
    async () => {
      const report = await killRepeatedly(kills);
      expect(report.problems).toEqual([]);
      expect(report.acknowledged).toBeGreaterThan(kills * 50);
    },
    kills * 10_000,
  );
});
