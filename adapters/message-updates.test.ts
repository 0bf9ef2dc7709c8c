import { describe, expect, it } from '@jest/globals';
import { testClock } from '../tests/fakes/test-clock.js';
import { createMessageUpdates } from './message-updates.js';

/** A rewrite that ends when it is let. */
function heldBack(): { make: () => Promise<string>; end: () => void } {
  let end = (): void => undefined;
  const held = new Promise<string>((resolve) => {
    end = () => resolve('made');
  });
  return { make: () => held, end: () => end() };
}

describe('rewrites of one message', () => {
  it('are made in their order, and leave out what shows less than stands there', async () => {
    const updates = createMessageUpdates(testClock());
    const newest = heldBack();
    const made: number[] = [];
    const first = updates.run('m', 5, newest.make);
    const older = updates.run('m', 4, () => Promise.resolve(made.push(4)));
    const same = updates.run('m', 5, () => Promise.resolve(made.push(5)));
    expect(updates.isOld('m', 4)).toBe(true); // it is about to show more
    newest.end();
    expect(await first).toBe('made');
    expect(await older).toBeUndefined();
    await same;
    expect(made).toEqual([5]);
    expect(updates.isOld('m', 4)).toBe(true);
    expect(updates.isOld('another', 4)).toBe(false);
  });

  it('goes on after one that failed, whose version does not count as shown', async () => {
    const updates = createMessageUpdates(testClock());
    const failed = updates.run('m', 5, () => Promise.reject(new Error('gone')));
    const older = updates.run('m', 4, () => Promise.resolve('made'));
    await expect(failed).rejects.toThrow('gone');
    expect(await older).toBe('made');
  });

  it('without a version are made, and hide no version that is shown', async () => {
    const clock = testClock();
    const updates = createMessageUpdates(clock);
    const before = clock.now();
    await updates.run('m', 5, () => Promise.resolve('made'));
    clock.advance(10);
    expect(await updates.run('m', undefined, () => Promise.resolve('made'))).toBe('made');
    expect(updates.isOld('m', 4)).toBe(true);
    expect(updates.wereAfter('m', before)).toBe(true);
  });
});
