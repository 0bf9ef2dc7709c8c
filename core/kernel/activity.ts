import type { ConversationReference } from './conversation-reference.js';
import type { JsonObject } from './json.js';

/** Who sent an activity, in the channel's own words. */
export interface ActivitySender {
  accountId: string;
  name?: string;
  email?: string;
  /** Entra object id, where the channel vouches for it. */
  directoryId?: string;
  /** IANA name, where the channel tells it. */
  timeZone?: string;
  /** BCP 47, where the channel tells it of the person and not of each message. */
  locale?: string;
  /**
   * A full member of the organisation, by the channel's own directory: no guest, no bot, nobody of another company (`false`).
   * Undefined where the channel does not say.
   */
  isMember?: boolean;
}

export interface InboundAttachment {
  name: string;
  contentType: string;
  /** Where to fetch it, with the channel's credentials, or a `data:` URL. */
  url?: string;
  sizeBytes?: number;
}

/** What kind of thing happened; everything a channel can tell us maps to one of these. */
export type ActivityKind =
  | 'message'
  | 'message-edit'
  | 'message-delete'
  | 'card-action'
  | 'card-refresh'
  | 'feedback'
  | 'reaction'
  | 'install'
  | 'uninstall'
  | 'members-added'
  | 'members-removed'
  | 'home-opened'
  | 'typing'
  | 'other';

/** A click on one of our cards: `verb` names the action, `data` is what the card carried merged with its inputs. */
export interface CardAction {
  verb: string;
  data: JsonObject;
  /** The channel's id of the message that holds the card. */
  cardActivityId?: string;
}

/** One raw channel event, translated once at the channel's border; nothing inside knows the channel's own types. */
export interface Activity {
  kind: ActivityKind;
  /**
   * What the activity *is*, unique within the channel: the same message delivered again has the same key, also when
   * the delivery's own id differs (Slack: team, channel, user and ts; Teams: conversation and activity id).
   */
  dedupeKey: string;
  /** The channel's id of the message or event, for replies and edits. */
  activityId: string;
  conversation: ConversationReference;
  from: ActivitySender;
  /** Plain text with mentions of Steward removed; empty where there is none. */
  text: string;
  action?: CardAction;
  feedback?: { rating: 'up' | 'down'; reason?: string; activityId?: string; answerId?: string };
  members?: ActivitySender[];
  attachments: InboundAttachment[];
  /** BCP 47, when the channel says. */
  locale?: string;
  /** When the sender acted, by the channel's clock. */
  sentAt: Date;
  /** The channel waits for a body in the same request (Teams invokes, Slack interactions). */
  expectsResponse: boolean;
  /** Steward was addressed: personal scope, a mention, a command, or a click. */
  addressed: boolean;
  /**
   * What the channel sent, where its adapter has to look something up before it is known whose the activity is, or whether
   * it is for Steward at all. It is stored and acknowledged first; `ChannelPort.sortOut` decides afterwards.
   */
  unsorted?: JsonObject;
  /** Counted against the rate limits when it was taken in, so the turn must not count it again. */
  counted?: true;
}
