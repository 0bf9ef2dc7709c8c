import type { Activity } from '../../core/kernel/activity.js';
import type { ConversationReference } from '../../core/kernel/conversation-reference.js';
import type { Intake } from '../../core/kernel/intake.js';
import type { ActionResponse, ChannelPort } from '../../core/kernel/outbound-message.js';

export interface ScriptedIntake extends Intake {
  /** Everything that was handed in, first of its key only, in order. */
  readonly taken: Activity[];
  /** The same as they were stored, before anything was looked up. */
  readonly stored: Activity[];
  /** Conversations in which somebody pressed Stop. */
  readonly stopped: ConversationReference[];
  /** Throws this at the next `accept` or `respond`. */
  failNext(error: Error): void;
  /** How the channel finds out what an unsorted activity is, once it was acknowledged. */
  sortWith(sortOut: ChannelPort['sortOut']): void;
  /** Resolves when it is known of everything that was stored what it is. */
  sortedAll(): Promise<void>;
}

/** The front of the turn pipeline with a script behind it: takes each activity once and answers by the functions given. */
export function createScriptedIntake(script: {
  onActivity?: (activity: Activity) => void | Promise<void>;
  onResponse?: (activity: Activity) => ActionResponse | Promise<ActionResponse>;
  /** How long the store takes to write. */
  whenWritten?: () => Promise<void>;
}): ScriptedIntake {
  const taken: Activity[] = [];
  const stored: Activity[] = [];
  const stopped: ConversationReference[] = [];
  const keys = new Set<string>();
  let failure: Error | undefined;
  let sortOut: ChannelPort['sortOut'];
  const sorting = new Set<Promise<unknown>>();
  const sorted = (activity: Activity): Promise<Activity | undefined> => {
    const found = Promise.resolve(sortOut ? sortOut(activity) : activity).then((own) => {
      if (own) taken.push(own);
      return own;
    });
    sorting.add(found);
    return found.finally(() => sorting.delete(found));
  };
  const admit = (activity: Activity): boolean => {
    if (failure) {
      const error = failure;
      failure = undefined;
      throw error;
    }
    if (keys.has(activity.dedupeKey)) return false;
    keys.add(activity.dedupeKey);
    stored.push(activity);
    if (!activity.unsorted) taken.push(activity);
    return true;
  };
  return {
    taken,
    stored,
    stopped,
    failNext: (error) => {
      failure = error;
    },
    accept: async (activity) => {
      await script.whenWritten?.();
      if (!admit(activity)) return 'duplicate';
      // As in the product, the work follows the acknowledgement.
      if (activity.unsorted)
        sorted(activity).then(
          (own) => own && script.onActivity?.(own),
          () => undefined, // the product would try again
        );
      else setImmediate(() => void script.onActivity?.(activity));
      return 'accepted';
    },
    shown: () => undefined,
    stopWriting: async (conversation) => {
      stopped.push(conversation);
    },
    respond: async (activity, { stored: tellStored } = {}) => {
      await script.whenWritten?.();
      admit(activity);
      tellStored?.();
      const own = activity.unsorted ? await sorted(activity) : activity;
      return (own && (await script.onResponse?.(own))) ?? { kind: 'none' };
    },
    sortWith: (by) => {
      sortOut = by;
    },
    sortedAll: async () => void (await Promise.all(sorting)),
  };
}
