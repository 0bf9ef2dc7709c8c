import mongoose from 'mongoose';
import type { Notification, NotificationRepository } from '../../core/approvals/notify/notification.js';
import type { JsonObject } from '../../core/kernel/json.js';
import type { CollectionDefinition, Database } from './database.js';
import { waitOver } from './lease-over.js';
import { isDuplicateKey, type TenantRecord } from './tenant-collection.js';

interface NotificationRecord extends TenantRecord, Omit<Notification, 'id' | 'tenantId' | 'data'> {
  orderId: string;
  /** JSON: its member names are not ours. */
  data: string;
  /** When the wait until `dueAt` began. */
  waitsSince: Date;
}

const schema = new mongoose.Schema<NotificationRecord>(
  {
    _id: String,
    tenantId: { type: String, required: true },
    orderId: { type: String, required: true },
    by: { type: String, required: true },
    to: { type: String, required: true },
    subject: String,
    text: String,
    data: String,
    state: { type: String, required: true },
    attempts: Number,
    dueAt: Date,
    waitsSince: Date,
    lastError: String,
    createdAt: Date,
  },
  { versionKey: false },
);
schema.index({ state: 1, dueAt: 1 });

export const notificationCollection: CollectionDefinition<NotificationRecord> = {
  name: 'notifications',
  schema,
};

/** Notifications on MongoDB. */
export function createNotificationRepository(database: Database): NotificationRepository {
  const model = database.acrossTenants(notificationCollection);
  const idOf = ({ tenantId, id }: Pick<Notification, 'tenantId' | 'id'>): string => `${tenantId}|${id}`;
  return {
    async accept(tenantId, orders, now) {
      for (const { id, data, ...order } of orders) {
        const record = {
          _id: idOf({ tenantId, id }),
          orderId: id,
          ...order,
          data: JSON.stringify(data),
          state: 'waiting' as const,
          attempts: 0,
          dueAt: now,
          waitsSince: now,
          createdAt: now,
        };
        try {
          await database.collection(notificationCollection, tenantId).insert(record);
        } catch (error) {
          if (!isDuplicateKey(error)) throw error;
        }
      }
    },
    async take(now, leaseUntil, limit) {
      const taken: Notification[] = [];
      while (taken.length < limit) {
        const record = await model
          .findOneAndUpdate(
            { state: 'waiting', ...waitOver(now) },
            { $set: { dueAt: leaseUntil, waitsSince: now } },
            { sort: { dueAt: 1 }, returnDocument: 'after' },
          )
          .lean<NotificationRecord>()
          .exec();
        if (!record) break;
        taken.push(toNotification(record));
      }
      return taken;
    },
    async sent(notification) {
      await model
        .updateOne({ _id: idOf(notification) }, { $set: { state: 'sent' }, $inc: { attempts: 1 } })
        .exec();
    },
    async failed(notification, next, error) {
      const state =
        next === 'give-up' ? { state: 'given-up' as const } : { dueAt: next.dueAt, waitsSince: next.since };
      await model
        .updateOne(
          { _id: idOf(notification) },
          { $set: { ...state, lastError: error }, $inc: { attempts: 1 } },
        )
        .exec();
    },
    async health(now, graceMs) {
      const count = (state: Notification['state']): Promise<number> => model.countDocuments({ state }).exec();
      return {
        waiting: await count('waiting'),
        sent: await count('sent'),
        'given-up': await count('given-up'),
        overdue: await model
          .countDocuments({ state: 'waiting', dueAt: { $lt: new Date(now.getTime() - graceMs) } })
          .exec(),
      };
    },
  };
}

function toNotification({
  _id,
  orderId,
  data,
  waitsSince: _since,
  ...record
}: NotificationRecord): Notification {
  return { ...record, id: orderId, data: JSON.parse(data) as JsonObject };
}
