import { describe, expect, it } from '@jest/globals';
import { createManualClock } from '../../tests/support/manual-clock.js';
import { createPacing, type PacingKey } from './pacing.js';

const keyOf = (method: string, channel?: string): PacingKey => ({
  installation: 'T1',
  method,
  ...(channel ? { channel } : {}),
});

describe('Pacing of Slack calls', () => {
  it('lets a few posts through at once in each channel, and one a second after that', async () => {
    const clock = createManualClock();
    const pacing = createPacing(clock);
    const posts = Array.from({ length: 6 }, () => pacing.tryTake(keyOf('chat.postMessage', 'C1')));
    expect(posts).toEqual([true, true, true, true, true, false]);
    expect(pacing.tryTake(keyOf('chat.postMessage', 'C2'))).toBe(true);
    await clock.advance(1_000);
    expect(pacing.tryTake(keyOf('chat.postMessage', 'C1'))).toBe(true);
  });

  it('leaves out interim updates when the tier of the workspace is used up, whatever their channel', async () => {
    const clock = createManualClock();
    const pacing = createPacing(clock);
    const starts = Array.from({ length: 30 }, (_none, index) =>
      pacing.tryTake(keyOf('chat.startStream', `C${index}`)),
    );
    expect(starts.filter(Boolean)).toHaveLength(20);
    expect(pacing.tryTake({ ...keyOf('chat.startStream', 'C1'), installation: 'T2' })).toBe(true);
    await clock.advance(3_000);
    expect(pacing.tryTake(keyOf('chat.startStream', 'C40'))).toBe(true);
    expect(pacing.tryTake(keyOf('chat.startStream', 'C41'))).toBe(false);
  });

  it('holds nothing that has to be sent back for other channels, and lets it use up the tier', async () => {
    const pacing = createPacing(createManualClock());
    for (let index = 0; index < 60; index += 1) await pacing.take(keyOf('chat.update', `C${index}`));
    expect(pacing.tryTake(keyOf('chat.update', 'C99'))).toBe(false);
    await pacing.take(keyOf('chat.update', 'C99'));
  });

  it('waits in one channel for as long as Slack asked', async () => {
    const clock = createManualClock();
    const pacing = createPacing(clock);
    pacing.block(keyOf('chat.postMessage', 'C1'), 8_000);
    await expect(pacing.take(keyOf('chat.postMessage', 'C1'))).rejects.toMatchObject({
      code: 'slack.sending-limit',
      cause: { retryAfterMs: 8_000 },
    });
    await pacing.take(keyOf('chat.postMessage', 'C2'));
    await clock.advance(8_000);
    await pacing.take(keyOf('chat.postMessage', 'C1'));
  });
});
