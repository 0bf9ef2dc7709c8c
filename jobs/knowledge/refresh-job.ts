import type { JobDefinition } from '../scheduler.js';

export const REFRESH_JOB = 'knowledge-sources-now';

/** @param refresh takes in every source of a tenant for somebody who waits for it. */
export function refreshJob(refresh: (order: unknown) => Promise<void>): JobDefinition {
  return {
    name: REFRESH_JOB,
    about: 'Takes in the sources when an administrator says so in chat.',
    lockMs: 60 * 60_000,
    handle: refresh,
  };
}
