import { StewardError } from '../../core/kernel/errors.js';

/** What somebody has to mend first is kept for a day. */
const MENDED_WITHIN_MS = 86_400_000;

/** Whether something that failed is kept until whoever runs Steward has mended its cause. */
export const waitsForMending = (error: unknown, ageMs: number): error is StewardError =>
  error instanceof StewardError && error.mendable && ageMs < MENDED_WITHIN_MS;

/** ms until it is looked at again: a tenth of its age, from 10 s to 5 min. */
export const mendedAgainMs = (ageMs: number): number => Math.min(Math.max(ageMs / 10, 10_000), 300_000);
