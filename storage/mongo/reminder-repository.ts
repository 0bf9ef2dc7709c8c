import mongoose from 'mongoose';
import type {
  OwnReminders,
  Reminder,
  ReminderRepository,
} from '../../core/agents/tools/built-in/office-tools.js';
import type { Effect } from '../../core/kernel/effect.js';
import type { CollectionDefinition, Database } from './database.js';
import { toField, type WithEffects } from './effects.js';

interface ReminderRecord extends WithEffects, Omit<Reminder, 'id'> {
  state: 'pending' | 'given' | 'cancelled';
}

const schema = new mongoose.Schema<ReminderRecord>(
  {
    _id: String,
    tenantId: { type: String, required: true },
    personId: String,
    text: String,
    conversation: mongoose.Schema.Types.Mixed,
    dueAt: Date,
    createdAt: Date,
    state: String,
    effects: [{ _id: false, id: String, json: String }],
  },
  { versionKey: false },
);
schema.index({ state: 1, dueAt: 1 });
schema.index({ 'effects.id': 1 });
schema.index({ tenantId: 1, personId: 1, state: 1 });

export const reminderCollection: CollectionDefinition<ReminderRecord> = { name: 'reminders', schema };

/** Reminders of one tenant on MongoDB. */
export function createReminderRepository(
  database: Database,
  tenantId: string,
): ReminderRepository & OwnReminders {
  const collection = database.collection(reminderCollection, tenantId);
  const change = async (
    own: Pick<ReminderRecord, '_id' | 'personId' | 'state'> & { dueAt?: { $gt: Date } },
    state: ReminderRecord['state'],
  ): Promise<Reminder | undefined> => {
    const changed = await collection.updateOne(own, { $set: { state } });
    const record = changed > 0 ? await collection.findOne({ _id: own._id }) : undefined;
    return record && toReminder(record);
  };
  return {
    create: async ({ id, ...reminder }) => {
      await collection.insertIfAbsent({ _id: id, ...reminder, state: 'pending', effects: [] });
    },
    cancel: async (id) =>
      (await collection.updateOne({ _id: id, state: 'pending' }, { $set: { state: 'cancelled' } })) > 0,
    cancelOwn: (id, personId) => change({ _id: id, personId, state: 'pending' }, 'cancelled'),
    restore: (id, personId, now) =>
      change({ _id: id, personId, state: 'cancelled', dueAt: { $gt: now } }, 'pending'),
    pendingOf: async (personId) =>
      (await collection.find({ personId, state: 'pending' }, { sort: { dueAt: 1 }, limit: 50 })).map(
        toReminder,
      ),
  };
}

/** Gives reminders whose time has come: the change and the message are one write, so each is given once. */
export interface ReminderSweeps {
  give(
    now: Date,
    limit: number,
    effectOf: (reminder: Reminder) => Effect,
  ): Promise<{ tenantId: string; id: string }[]>;
}

export function createReminderSweeps(database: Database): ReminderSweeps {
  const model = database.acrossTenants(reminderCollection);
  return {
    async give(now, limit, effectOf) {
      const due = await model
        .find({ state: 'pending', dueAt: { $lte: now } }, undefined, { sort: { dueAt: 1 }, limit })
        .lean<ReminderRecord[]>()
        .exec();
      const given: { tenantId: string; id: string }[] = [];
      for (const record of due) {
        const result = await model
          .updateOne(
            { _id: record._id, state: 'pending' },
            { $set: { state: 'given' }, $push: { effects: toField(effectOf(toReminder(record))) } },
          )
          .exec();
        if (result.matchedCount > 0) given.push({ tenantId: record.tenantId, id: record._id });
      }
      return given;
    },
  };
}

function toReminder(record: ReminderRecord): Reminder {
  const { _id: id, personId, text, conversation, dueAt, createdAt, state } = record;
  return { id, personId, text, conversation, dueAt, createdAt, state };
}
