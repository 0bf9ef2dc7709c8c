import { describe, expect, it } from '@jest/globals';
import { createConversationQueue } from './conversation-queue.js';

function gate(): { open: () => void; passed: Promise<void> } {
  let open: () => void = () => {};
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { open, passed };
}

describe('the conversation queue', () => {
  it('runs the work of one conversation in order and that of others beside it', async () => {
    const queue = createConversationQueue(10);
    const first = gate();
    const log: string[] = [];
    const a1 = queue.run('a', () => first.passed.then(() => void log.push('a1')));
    const a2 = queue.run('a', async () => void log.push('a2'));
    await queue.run('b', async () => void log.push('b1'));
    first.open();
    await Promise.all([a1, a2]);
    expect(log).toEqual(['b1', 'a1', 'a2']);
  });

  it('goes on after work that failed', async () => {
    const queue = createConversationQueue(10);
    const failing = queue.run('a', () => Promise.reject(new Error('no')));
    const next = queue.run('a', async () => 'next');
    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe('next');
  });

  it('runs no more than its number at once', async () => {
    const queue = createConversationQueue(2);
    const gates = [gate(), gate(), gate()];
    let running = 0;
    let most = 0;
    const works = gates.map(({ passed }, index) =>
      queue.run(String(index), async () => {
        running += 1;
        most = Math.max(most, running);
        await passed;
        running -= 1;
      }),
    );
    for (const { open } of gates) open();
    await Promise.all(works);
    expect(most).toBe(2);
  });

  it('tells when it is idle', async () => {
    const queue = createConversationQueue(2);
    const one = gate();
    const work = queue.run('a', () => one.passed);
    expect([queue.size, queue.isBusy('a'), queue.isBusy('b')]).toEqual([1, true, false]);
    const idle = queue.idle();
    one.open();
    await work;
    await idle;
    expect([queue.size, queue.isBusy('a')]).toEqual([0, false]);
  });
});
