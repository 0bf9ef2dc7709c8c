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

  it('runs no more patient work at once than its limit, and lets everything else go past it', async () => {
    const queue = createConversationQueue(10, { current: () => 2, measuredEveryMs: 1 });
    const gates = Array.from({ length: 4 }, gate);
    const log: string[] = [];
    const works = gates.map(({ passed }, index) =>
      queue.run(
        `question ${index}`,
        async () => {
          log.push(`question ${index}`);
          await passed;
        },
        true,
      ),
    );
    await queue.run('command', async () => void log.push('command'));
    expect(log).toEqual(['question 0', 'question 1', 'command']);
    gates[0]?.open();
    await works[0];
    expect(log).toEqual(['question 0', 'question 1', 'command', 'question 2']);
    for (const { open } of gates) open();
    await Promise.all(works);
    expect(log.at(-1)).toBe('question 3');
  });

  it('lets patient work in when its limit goes up, though nothing ended', async () => {
    let limit = 1;
    const queue = createConversationQueue(10, { current: () => limit, measuredEveryMs: 1 });
    const first = gate();
    const one = queue.run('a', () => first.passed, true);
    const two = queue.run('b', async () => 'in', true);
    limit = 2;
    expect(await two).toBe('in');
    first.open();
    await one;
  });
});
