import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { createManualClock } from '../../tests/support/manual-clock.js';
import { createPacing } from './pacing.js';

describe('Pacing', () => {
  it('lets seven messages through at once and makes the eighth wait', async () => {
    const clock = createManualClock();
    const pacing = createPacing(clock);
    const taken = Array.from({ length: 8 }, () => pacing.tryTake('t', 'c'));
    expect(taken).toEqual([true, true, true, true, true, true, true, false]);
    await clock.advance(1000);
    expect([pacing.tryTake('t', 'c'), pacing.tryTake('t', 'c')]).toEqual([true, false]);
  });

  it('counts every conversation on its own, and the tenant as a whole', () => {
    const pacing = createPacing(createManualClock());
    const taken = Array.from({ length: 60 }, (_none, index) => pacing.tryTake('t', `c${index}`));
    expect(taken.filter(Boolean)).toHaveLength(50);
    expect(pacing.tryTake('another', 'c0-elsewhere')).toBe(true);
  });

  it('gives a long wait back with the time after which to come again', async () => {
    const clock = createManualClock();
    const pacing = createPacing(clock);
    for (let sent = 0; sent < 60; sent += 1) {
      while (!pacing.tryTake('t', 'c')) await clock.advance(100);
    }
    await expect(pacing.take('t', 'c')).rejects.toMatchObject({
      retryable: true,
      retryAfterMs: expect.any(Number),
    });
  });

  it('never exceeds a window, whatever the rhythm', async () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 900 }), { maxLength: 120 });
    await fc.assert(
      fc.asyncProperty(gaps, async (pauses) => {
        const clock = createManualClock();
        const pacing = createPacing(clock);
        const sends: number[] = [];
        for (const pause of pauses) {
          await clock.advance(pause);
          if (pacing.tryTake('t', 'c')) sends.push(clock.now().getTime());
        }
        for (const [ms, limit] of [
          [1000, 7],
          [2000, 8],
          [30_000, 60],
        ] as const) {
          for (const start of sends) {
            expect(sends.filter((at) => at >= start && at < start + ms).length).toBeLessThanOrEqual(limit);
          }
        }
      }),
      { numRuns: 50 },
    );
  });
});
