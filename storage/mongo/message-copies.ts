import { Schema } from 'mongoose';
import type { Database } from './database.js';
import type { TenantRecord } from './tenant-collection.js';

interface CopyRecord extends TenantRecord {
  copyKey: string;
  activityId: string;
  /** The outgoing message that it was sent or last rewritten by. */
  messageId?: string;
  /** What it shows, where that is counted. */
  version?: number;
  /** The highest version that some process has begun to show, and the outcome whose message does. */
  wanted?: number;
  wantedIn?: string;
  /** The process that has. */
  wantedBy?: string;
  /** How many rewritings were begun since the last one of which the end is known. */
  begun?: number;
  /** Until when a rewriting whose end nobody knows may still arrive. */
  unsureUntil?: Date;
  at: Date;
}

const schema = new Schema<CopyRecord>(
  {
    _id: String,
    tenantId: { type: String, required: true },
    copyKey: String,
    activityId: String,
    messageId: String,
    version: Number,
    wanted: Number,
    wantedIn: String,
    wantedBy: String,
    begun: Number,
    unsureUntil: Date,
    at: Date,
  },
  { versionKey: false },
);
schema.index({ tenantId: 1, activityId: 1 });

export const messageCopyCollection = { name: 'message-copies', schema };

/** A message in a channel, which version of its content it shows, and by which message it does. */
export type MessageCopy = Pick<
  CopyRecord,
  'activityId' | 'version' | 'messageId' | 'wanted' | 'wantedIn' | 'wantedBy' | 'begun' | 'unsureUntil'
>;

/** The channels' ids of messages that may be rewritten later. */
export interface MessageCopies {
  find(copyKey: string, conversation: string): Promise<MessageCopy | undefined>;
  /** The keys under which a message was sent, by the channel's id of it. */
  keysOf(activityId: string): Promise<string[]>;
  /** The copies that a message is, by the channel's id of it, each with the conversation's key. */
  ofActivity(activityId: string): Promise<(MessageCopy & { copyKey: string; place: string })[]>;
  put(copyKey: string, conversation: string, copy: MessageCopy, at: Date): Promise<void>;
  /**
   * Says, before a message is rewritten, what it is to show; nothing changes where more is wanted already.
   * @returns the copy as it stands then.
   */
  want(
    copyKey: string,
    conversation: string,
    version: number,
    by: { outcomeId: string; process: string },
  ): Promise<MessageCopy | undefined>;
  /** The channel has refused a rewriting that was begun: it will not arrive any more. */
  giveUp(copyKey: string, conversation: string): Promise<void>;
  /** Notes a rewriting that was wanted. @returns false when another process has begun to show more meanwhile. */
  putWanted(
    copyKey: string,
    conversation: string,
    copy: MessageCopy & { version: number },
    at: Date,
  ): Promise<boolean>;
}

export function createMessageCopies(database: Database, tenantId: string): MessageCopies {
  const collection = database.collection<CopyRecord>(messageCopyCollection, tenantId);
  const idOf = (copyKey: string, conversation: string): string => `${tenantId}|${copyKey}|${conversation}`;
  const ofActivity = (activityId: string): Promise<CopyRecord[]> =>
    collection.find({ activityId }, { limit: 10 });
  return {
    find: (copyKey, conversation) => collection.findOne({ _id: idOf(copyKey, conversation) }),
    keysOf: async (activityId) => (await ofActivity(activityId)).map(({ copyKey }) => copyKey),
    ofActivity: async (activityId) =>
      (await ofActivity(activityId)).map((copy) => ({
        ...copy,
        place: copy._id.slice(idOf(copy.copyKey, '').length),
      })),
    giveUp: async (copyKey, conversation) =>
      void (await collection.updateOne({ _id: idOf(copyKey, conversation) }, { $inc: { begun: -1 } })),
    want: async (copyKey, conversation, version, { outcomeId: wantedIn, process: wantedBy }) => {
      const _id = idOf(copyKey, conversation);
      const free = { _id, $or: [{ wanted: { $exists: false } }, { wanted: { $lte: version } }] };
      const wanting = { $set: { wanted: version, wantedIn, wantedBy }, $inc: { begun: 1 } };
      return (await collection.findOneAndUpdate(free, wanting)) ?? collection.findOne({ _id });
    },
    putWanted: (copyKey, conversation, { activityId, version, messageId, unsureUntil }, at) =>
      collection.upsertInBatch(
        { _id: idOf(copyKey, conversation), wanted: version },
        {
          $set: {
            copyKey,
            activityId,
            at,
            version,
            begun: 0,
            ...(messageId !== undefined && { messageId }),
            ...(unsureUntil && { unsureUntil }),
          },
        },
      ),
    put: (copyKey, conversation, { activityId, version, messageId }, at) =>
      collection.putInBatch(idOf(copyKey, conversation), {
        copyKey,
        activityId,
        at,
        ...(version !== undefined && { version }),
        ...(messageId !== undefined && { messageId }),
      }),
  };
}
