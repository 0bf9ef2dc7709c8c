import type { Activity } from '../../core/kernel/activity.js';
import type { ConversationReference } from '../../core/kernel/conversation-reference.js';
import type { Intake } from '../../core/kernel/intake.js';
import type { ActionResponse } from '../../core/kernel/outbound-message.js';

export interface ScriptedIntake extends Intake {
  /** Everything that was handed in, first of its key only, in order. */
  readonly taken: Activity[];
  /** Conversations in which somebody pressed Stop. */
  readonly stopped: ConversationReference[];
  /** Throws this at the next `accept` or `respond`. */
  failNext(error: Error): void;
}

/** The front of the turn pipeline with a script behind it: takes each activity once and answers by the functions given. */
export function createScriptedIntake(script: {
  onActivity?: (activity: Activity) => void | Promise<void>;
  onResponse?: (activity: Activity) => ActionResponse | Promise<ActionResponse>;
}): ScriptedIntake {
  const taken: Activity[] = [];
  const stopped: ConversationReference[] = [];
  const keys = new Set<string>();
  let failure: Error | undefined;
  const admit = (activity: Activity): boolean => {
    if (failure) {
      const error = failure;
      failure = undefined;
      throw error;
    }
    if (keys.has(activity.dedupeKey)) return false;
    keys.add(activity.dedupeKey);
    taken.push(activity);
    return true;
  };
  return {
    taken,
    stopped,
    failNext: (error) => {
      failure = error;
    },
    accept: async (activity) => {
      if (!admit(activity)) return 'duplicate';
      // As in the product, the work follows the acknowledgement.
      setImmediate(() => void script.onActivity?.(activity));
      return 'accepted';
    },
    stopWriting: async (conversation) => {
      stopped.push(conversation);
    },
    respond: async (activity, { stored } = {}) => {
      admit(activity);
      stored?.();
      return (await script.onResponse?.(activity)) ?? { kind: 'none' };
    },
  };
}
