import type { JsonObject } from './json.js';

/** One Direct Line conversation: one person and Steward. */
export interface WebConversation {
  id: string;
  /** Who the conversation belongs to; set once, by the token or by the first activity, and never changed. */
  accountId?: string;
  accountName?: string;
  createdAt: Date;
}

/** One activity of a conversation's log, as clients see it. */
export interface WebLogEntry {
  /** From 1, without gaps; the watermark that a client holds is the sequence of the last entry it saw. */
  sequence: number;
  activityId: string;
  activity: JsonObject;
  /**
   * Set on an entry that only repeats an earlier one with new content: the sequence of that earlier one, whose own
   * content was rewritten as well. Whoever reads both needs only the earlier.
   */
  rewrites?: number;
}

export interface AppendRequest {
  conversationId: string;
  /** The same key again appends nothing and returns the entry that is there. */
  onceKey: string;
  at: Date;
  /** Makes the activity once its id is known; may be called again when another process took the place. */
  make(activityId: string): JsonObject;
  /** Makes this entry a repetition of the earlier one, under its id. */
  rewrites?: { activityId: string; sequence: number };
}

/** A file that a person uploaded; kept for a day, as Direct Line does. */
export interface WebUpload {
  id: string;
  conversationId: string;
  name: string;
  contentType: string;
  bytes: Buffer;
  at: Date;
}

/** Keeps the conversations of `adapters/web` over restarts. Implemented by `storage/mongo/web-conversation-store.ts`. */
export interface WebConversationStore {
  /** Does nothing when the id is known. @returns whether it was new. */
  create(conversation: WebConversation): Promise<boolean>;
  find(conversationId: string): Promise<WebConversation | undefined>;
  /** Gives a conversation its owner unless it has one. @returns the conversation as it stands. */
  bindAccount(
    conversationId: string,
    owner: { accountId: string; accountName?: string },
  ): Promise<WebConversation | undefined>;
  /** Appends at the end; two that append at once get different places, and no reader ever sees a gap. */
  append(request: AppendRequest): Promise<{ entry: WebLogEntry; added: boolean }>;
  entriesAfter(conversationId: string, sequence: number, limit: number): Promise<WebLogEntry[]>;
  /** 0 for an empty conversation. */
  lastSequence(conversationId: string): Promise<number>;
  /** The activity under this id, not its repetitions. */
  entry(conversationId: string, activityId: string): Promise<WebLogEntry | undefined>;
  /** Replaces the content of one activity in place. */
  rewrite(conversationId: string, activityId: string, activity: JsonObject): Promise<void>;
  keepUpload(upload: WebUpload): Promise<void>;
  upload(conversationId: string, uploadId: string): Promise<WebUpload | undefined>;
}

/** How the id of the n-th activity of a conversation looks, as Direct Line writes them: `CONVERSATION|0000007`. */
export function activityIdAt(conversationId: string, sequence: number): string {
  return `${conversationId}|${String(sequence).padStart(7, '0')}`;
}
