import type { Clock } from '../../core/kernel/clock.js';
import { Unavailable } from '../../core/kernel/errors.js';

/** Sends that one conversation takes: https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit */
const CONVERSATION_WINDOWS = [
  { ms: 1000, sends: 7 },
  { ms: 2000, sends: 8 },
  { ms: 30_000, sends: 60 },
  { ms: 3_600_000, sends: 1800 },
];
/** Requests that one app may make in one tenant. */
const TENANT_WINDOWS = [{ ms: 1000, sends: 50 }];
/** A longer wait is given back to the outbox, which does other work meanwhile. */
const LONGEST_WAIT_MS = 5000;
const SWEEP_ABOVE = 5000;

/** Keeps within Microsoft's sending limits, so that 429 stays the exception. */
export interface Pacing {
  /**
   * Waits for a free slot and takes it.
   * @throws Unavailable with `retryAfterMs` when none comes free within five seconds.
   */
  take(tenantId: string, conversationId: string): Promise<void>;
  /** Takes a slot if one is free now; for what may be left out, such as an interim update. */
  tryTake(tenantId: string, conversationId: string): boolean;
}

export const noPacing: Pacing = { take: () => Promise.resolve(), tryTake: () => true };

type Window = { ms: number; sends: number };

/** @returns a pacing that remembers its sends in this process; several processes share the limits by 429 alone. */
export function createPacing(clock: Clock): Pacing {
  const sends = new Map<string, number[]>();

  const waitFor = (key: string, windows: Window[], now: number): number => {
    const times = sends.get(key);
    if (!times) return 0;
    let wait = 0;
    for (const window of windows) {
      const oldest = times.at(-window.sends);
      if (oldest !== undefined) wait = Math.max(wait, oldest + window.ms - now);
    }
    return wait;
  };

  const record = (key: string, windows: Window[], now: number): void => {
    const times = sends.get(key) ?? [];
    times.push(now);
    const longest = windows.at(-1)?.sends ?? 0;
    if (times.length > longest) times.splice(0, times.length - longest);
    sends.set(key, times);
    if (sends.size > SWEEP_ABOVE) sweep(now);
  };

  const sweep = (now: number): void => {
    for (const [key, times] of sends) if ((times.at(-1) ?? 0) < now - 3_600_000) sends.delete(key);
  };

  const nextWait = (tenantId: string, conversationId: string): number => {
    const now = clock.now().getTime();
    const wait = Math.max(
      waitFor(`c|${conversationId}`, CONVERSATION_WINDOWS, now),
      waitFor(`t|${tenantId}`, TENANT_WINDOWS, now),
    );
    if (wait > 0) return wait;
    record(`c|${conversationId}`, CONVERSATION_WINDOWS, now);
    record(`t|${tenantId}`, TENANT_WINDOWS, now);
    return 0;
  };

  return {
    take: async (tenantId, conversationId) => {
      for (let waited = 0; ;) {
        const wait = nextWait(tenantId, conversationId);
        if (wait === 0) return;
        waited += wait;
        if (waited > LONGEST_WAIT_MS) {
          throw new Unavailable(
            'teams.sending-limit',
            'The conversation has had as many messages as Teams allows for now; the message is sent later.',
            { status: 429, retryAfterMs: wait, cause: { retryAfterMs: wait } },
          );
        }
        await clock.sleep(wait);
      }
    },
    tryTake: (tenantId, conversationId) => nextWait(tenantId, conversationId) === 0,
  };
}
