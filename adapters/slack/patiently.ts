import type { Clock } from '../../core/kernel/clock.js';
import { StewardError } from '../../core/kernel/errors.js';
import { DEFAULT_RETRY_MS } from './call-slack.js';

/**
 * Asks again while Slack is busy, for what an answer cannot do without.
 * @param longestMs all waiting together; afterwards the last refusal is thrown.
 */
export async function patiently<Result>(
  clock: Clock,
  longestMs: number,
  work: () => Promise<Result>,
): Promise<Result> {
  for (let waited = 0, pause = DEFAULT_RETRY_MS; ; pause *= 2) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StewardError) || !error.retryable) throw error;
      const wait = error.retryAfterMs ?? pause;
      if (waited + wait > longestMs) throw error;
      waited += wait;
      await clock.sleep(wait);
    }
  }
}
