import type { Activity, ActivitySender } from './activity.js';
import type { Citation } from './answer.js';
import type { ChannelName, ConversationReference } from './conversation-reference.js';
import type { JsonObject } from './json.js';

/** A card to show: a template of `cards/templates` and the data it is bound to. The channel's adapter renders it. */
export interface CardContent {
  template: string;
  data: JsonObject;
}

/** Something to say in a conversation. The same content goes to every channel; the adapter renders it. */
export interface OutboundContent {
  /** Markdown; always there: notification text, screen readers, channels without cards. */
  text: string;
  card?: CardContent;
  citations?: Citation[];
  /** Shows the channel's "AI generated" label where there is one. */
  aiGenerated?: boolean;
  /** The end of the text, which Steward says of it in its own words: no source has to support that. */
  remark?: string;
  /** Shows the channel's feedback buttons, for this answer. */
  feedbackFor?: string;
  /** Prompts that a click sends as the person's own words. */
  suggestions?: string[];
  /** People of the conversation to notify by name; the adapter writes the channel's own mention for each. */
  mentions?: { accountId: string; name: string }[];
}

/** One message on its way out; `id` makes its delivery idempotent. */
export interface OutboundMessage {
  id: string;
  conversation: ConversationReference;
  /** `post` makes a new message, `update` rewrites the one that was posted under `copyKey`. */
  kind: 'post' | 'update';
  content: OutboundContent;
  /** Names this copy of a card, so that a later `update` finds it (`approval:ID:CONVERSATION`). */
  copyKey?: string;
  /** Counts up with what the copy shows: an older one that comes late does not overwrite a newer one. */
  copyVersion?: number;
  /** The channel's id of the message this one answers. */
  replyToActivityId?: string;
  /** Account of whoever alone may see it, among others; a channel that cannot show it to one person leaves it out. */
  onlyFor?: string;
}

/** What a channel said of a message that it took. */
export interface SentReceipt {
  activityId?: string;
}

/** Text that grows in a conversation until the final message replaces it. */
export interface LiveReply {
  /** Shows what is being done ("searching"); never longer than a line. */
  status(text: string): void;
  /** Adds to the visible text. */
  append(text: string): void;
  /** True once the person pressed stop or the channel refused to go on. */
  readonly stopped: boolean;
  /** Aborts when the person presses stop; channels without a Stop button have none. */
  readonly whenStopped?: AbortSignal;
}

/**
 * A live reply as the adapter makes it. `finish` replaces what was streamed with the final message and returns its
 * receipt; `undefined` means that the channel could not and the caller posts an ordinary message.
 */
export interface LiveReplyChannel extends LiveReply {
  finish(message: OutboundMessage): Promise<SentReceipt | undefined>;
  /** The person said stop elsewhere: nothing more is shown until `finish`. */
  stop?(): void;
  abandon(): Promise<void>;
}

/** A channel as the rest of Steward sees it. Implemented by `adapters/<channel>/send.ts`. */
export interface ChannelPort {
  readonly channel: ChannelName;
  /**
   * Posts or updates one message.
   * @param knownActivityId for `update`: the id that the channel gave the copy, if it is known.
   * @throws Unavailable (retryable) or StewardError with `retryable: false` when it can never be delivered.
   */
  deliver(message: OutboundMessage, knownActivityId?: string): Promise<SentReceipt>;
  /** Starts a live reply to one activity; channels without streaming show "typing". */
  startLive(conversation: ConversationReference, replyToActivityId: string): LiveReplyChannel;
  /**
   * Looks up what an `unsorted` activity left open; asked again for the same one after a fault or a crash.
   * @returns the activity as it is to be worked on; undefined for what is not for Steward.
   */
  sortOut?(activity: Activity): Promise<Activity | undefined>;
  /** Account ids of all who can read the conversation; `undefined` when the channel does not tell. */
  readers(conversation: ConversationReference): Promise<string[] | undefined>;
  /** What the channel says of one of them: the directory id or address by which somebody who never wrote is known. */
  whoIs?(conversation: ConversationReference, accountId: string): Promise<ActivitySender | undefined>;
  /**
   * Opens the personal conversation with somebody who never wrote.
   * @param near a conversation of the same organisation in this channel, if one is known.
   * @returns undefined when the channel does not know the person, or has no place to look for them in.
   * @throws StewardError when the channel says no, or says nothing in a few seconds.
   */
  openPersonal?(
    person: ReachablePerson,
    near: ConversationReference | undefined,
  ): Promise<ConversationReference | undefined>;
  /** The channels that Steward can write to in the workspace or team of a conversation, by the names that people know. */
  channelsNear?(near: ConversationReference): Promise<NamedChannel[]>;
}

/** A conversation of many and its name, without a `#`. */
export interface NamedChannel {
  name: string;
  conversation: ConversationReference;
}

/** By what a channel finds a person. */
export interface ReachablePerson {
  email?: string;
  /** `entra` names the object id in the company's directory. */
  accounts: readonly { channel: ChannelName | 'entra'; accountId: string }[];
}

/** The answer to a click inside the request that brought it. */
export type ActionResponse =
  | { kind: 'none' }
  /**
   * @param errors what is wrong with a form that comes back, by input; a channel with an open form shows them there.
   * @param copyVersion as of a message, where the card is a copy that others rewrite as well.
   */
  | { kind: 'card'; content: OutboundContent; errors?: Record<string, string>; copyVersion?: number }
  | { kind: 'message'; text: string }
  | { kind: 'field-errors'; errors: Record<string, string> }
  | { kind: 'error'; status: number; text: string };
