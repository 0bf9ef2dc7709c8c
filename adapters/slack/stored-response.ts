import type { Activity } from '../../core/kernel/activity.js';
import type { Intake } from '../../core/kernel/intake.js';
import type { ActionResponse } from '../../core/kernel/outbound-message.js';

const WITHIN_MS = 60_000;

/** Something that Slack wants answered: when it is safe to acknowledge, and what is answered in the end. */
export interface StoredResponse {
  stored: Promise<unknown>;
  work: Promise<ActionResponse>;
}

/** Hands an activity in. The acknowledgement waits for `stored`; the answer is for nobody's acknowledgement to wait for. */
export function respondStored(intake: Intake, activity: Activity): StoredResponse {
  let isStored = (): void => {};
  const whenStored = new Promise<void>((resolve) => {
    isStored = resolve;
  });
  const work = intake.respond(activity, { stored: isStored, withinMs: WITHIN_MS });
  return { stored: Promise.race([whenStored, work]), work };
}
