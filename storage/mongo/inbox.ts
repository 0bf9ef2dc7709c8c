import { Schema } from 'mongoose';
import type { Activity } from '../../core/kernel/activity.js';
import type { Database } from './database.js';

/** An activity that was taken and waits for, or has, its turn. */
export interface InboxRecord {
  /** Also the id of its turn. */
  _id: string;
  tenantId: string;
  channel: string;
  /** `Activity.dedupeKey`; unique per channel. */
  key: string;
  conversation: string;
  activity: Activity;
  receivedAt: Date;
  done: boolean;
  /** The process that works on it. */
  owner: string;
  /** How often a process began its turn. */
  attempts: number;
}

const schema = new Schema<InboxRecord>(
  {
    _id: String,
    tenantId: { type: String, required: true },
    channel: String,
    key: String,
    conversation: String,
    activity: Schema.Types.Mixed,
    receivedAt: Date,
    done: Boolean,
    owner: String,
    attempts: Number,
  },
  { versionKey: false, minimize: false },
);
schema.index({ channel: 1, key: 1 }, { unique: true });
schema.index({ done: 1, _id: 1 }, { partialFilterExpression: { done: false } });
schema.index({ conversation: 1, _id: 1 }, { partialFilterExpression: { done: false } });

export const inboxCollection = { name: 'inbox', schema };

/** The durable front door: every activity once, until its turn has an outcome. */
export interface Inbox {
  /** Safe on disk when it returns. @returns false when the same activity was taken before. */
  add(record: InboxRecord): Promise<boolean>;
  /** Marks a turn as finished; written together with what is written next. */
  finish(turnId: string): Promise<void>;
  /** Keeps what was found out about a record that was stored unsorted. */
  sorted(record: InboxRecord): Promise<void>;
  /** Nothing stays of what was not for Steward but that it came. */
  discard(turnId: string): Promise<void>;
  /** A turn that was begun and had to wait counts as begun for the first time. */
  beginAnew(turnId: string): Promise<void>;
  /** Who owns unfinished records beside the given processes. */
  ownersBeside(known: string[]): Promise<string[]>;
  /** Records of dead processes, oldest first, now owned by `owner`. */
  takeOver(owner: string, dead: string[], limit: number): Promise<InboxRecord[]>;
  /** Gives a record to the process that owns its conversation. */
  giveTo(turnId: string, owner: string): Promise<void>;
  /** Records that another process gave to `owner` and that it does not know yet. */
  given(owner: string, known: (turnId: string) => boolean): Promise<InboxRecord[]>;
  /** Those of the records that have no outcome yet, in any order. */
  unfinished(turnIds: string[]): Promise<InboxRecord[]>;
  /** Unfinished messages of the same conversation that came before, oldest first, now owned by the record's owner. */
  takeEarlier(record: InboxRecord): Promise<InboxRecord[]>;
  waiting(): Promise<number>;
  /** Deletes finished records that were received before an instant. */
  sweep(before: Date): Promise<number>;
}

export function createInbox(database: Database): Inbox {
  const model = database.acrossTenants<InboxRecord>(inboxCollection);
  return {
    add: (record) => database.batch.insert(inboxCollection.name, { ...record }),
    finish: (turnId) => database.batch.markSoon(inboxCollection.name, turnId, { done: true }),
    sorted: async ({ _id, tenantId, conversation, activity }) => {
      const found = { tenantId, conversation, activity };
      await database.batch.update(inboxCollection.name, { _id, done: false }, { $set: found });
    },
    discard: async (turnId) => {
      const nothing = { done: true, activity: { kind: 'other', text: '' } };
      await database.batch.update(inboxCollection.name, { _id: turnId }, { $set: nothing });
    },
    beginAnew: async (turnId) => {
      await model.updateOne({ _id: turnId, done: false }, { $set: { attempts: 1 } });
    },
    ownersBeside: (known) => model.distinct('owner', { done: false, owner: { $nin: known } }).exec(),
    takeOver: async (owner, dead, limit) => {
      const taken: InboxRecord[] = [];
      const orphans = { done: false, owner: { $in: dead } };
      while (dead.length > 0 && taken.length < limit) {
        const record = await model
          .findOneAndUpdate(
            orphans,
            { $set: { owner }, $inc: { attempts: 1 } },
            { sort: { _id: 1 }, returnDocument: 'after' },
          )
          .lean<InboxRecord>();
        if (!record) break;
        taken.push(record);
      }
      return taken;
    },
    giveTo: async (turnId, owner) => {
      await model.updateOne({ _id: turnId, done: false }, { $set: { owner } });
    },
    given: async (owner, known) => {
      const ids = await model
        .find({ done: false, owner }, { _id: 1 }, { sort: { _id: 1 }, limit: 500 })
        .lean();
      const fresh = ids.map((record) => record._id).filter((id) => !known(id));
      if (fresh.length === 0) return [];
      return model
        .find({ _id: { $in: fresh }, done: false }, undefined, { sort: { _id: 1 } })
        .lean<InboxRecord[]>();
    },
    unfinished: (turnIds) =>
      model
        .find({ _id: { $in: turnIds }, done: false })
        .lean<InboxRecord[]>()
        .exec(),
    takeEarlier: async ({ _id, conversation, owner }) => {
      // Clicks wait in no queue: whoever took one in works on it at once.
      const earlier = {
        conversation,
        done: false,
        _id: { $lt: _id },
        'activity.expectsResponse': { $ne: true },
      };
      const found = await model.find(earlier, undefined, { sort: { _id: 1 } }).lean<InboxRecord[]>();
      if (found.length > 0) await model.updateMany(earlier, { $set: { owner } });
      return found.map((record) => ({ ...record, owner }));
    },
    waiting: () => model.countDocuments({ done: false }).exec(),
    sweep: async (before) =>
      (await model.deleteMany({ done: true, receivedAt: { $lt: before } })).deletedCount,
  };
}
