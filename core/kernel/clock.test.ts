import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { systemClock } from './clock.js';
import { shippedFile } from './package-root.js';

describe("the system's clock", () => {
  it('lets any number wait for one stop without a warning of a leak', async () => {
    // Node writes such warnings on the error stream of a process of its own.
    const { stderr } = await promisify(execFile)(process.execPath, [
      '--input-type=module',
      '--eval',
      `import { systemClock } from ${JSON.stringify(shippedFile('dist', 'core', 'kernel', 'clock.js'))};
      const stop = new AbortController();
      const waiting = Array.from({ length: 40 }, () => systemClock.sleep(60_000, stop.signal));
      setImmediate(() => stop.abort());
      await Promise.all(waiting);`,
    ]);
    expect(stderr).toBe('');
  });

  it('does not wait at all once it was stopped', async () => {
    await systemClock.sleep(60_000, AbortSignal.abort());
  });
});
