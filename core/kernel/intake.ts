import type { Activity } from './activity.js';
import type { ConversationReference } from './conversation-reference.js';
import type { ActionResponse } from './outbound-message.js';

/** What adapters hand activities to: the front of the turn pipeline. */
export interface Intake {
  /**
   * Stores an activity once and returns as soon as it is safe on disk; the work follows. The adapter acknowledges after.
   * @returns `duplicate` when the same activity was taken before.
   * @throws Unavailable when it could not be stored: the adapter answers with an error, so that the channel tries again.
   */
  accept(activity: Activity): Promise<'accepted' | 'duplicate'>;
  /** Stores and handles an activity whose request waits for a body (`expectsResponse`); never throws for expected outcomes. */
  respond(activity: Activity, options?: RespondOptions): Promise<ActionResponse>;
  /**
   * The answer to a click is shown. Another process may have rewritten the same card meanwhile, and nobody knows which of
   * the two the channel took last: then the card shows its newest state once more.
   */
  shown(activity: Activity, response: ActionResponse): void;
  /** The person pressed Stop: what is being written in the conversation ends, in whichever process that is. */
  stopWriting(conversation: ConversationReference): Promise<void>;
}

/** A place that a message took in its sender's rate limits, or when there will be one. */
export type Admission =
  | { allowed: true; /** The message was not taken after all. */ giveBack(): Promise<void> }
  | { allowed: false; retryAfterSeconds: number; /** For the sender, in their language. */ text: string };

export interface RespondOptions {
  /** Called once the activity is safe on disk, for channels that acknowledge before they show the answer. */
  stored?(): void;
  /** How long to wait for the answer, in ms; by default as long as the channel keeps the request open. */
  withinMs?: number;
}
