import mongoose from 'mongoose';
import type { Plan, PlanRepository } from '../../core/agents/plan/plan.js';
import { conversationKey } from '../../core/kernel/conversation-reference.js';
import type { CollectionDefinition, Database } from './database.js';
import type { TenantRecord } from './tenant-collection.js';

interface PlanRecord extends TenantRecord, Omit<Plan, 'id' | 'tenantId'> {
  conversationKey: string;
}

const schema = new mongoose.Schema<PlanRecord>(
  {
    _id: String,
    tenantId: { type: String, required: true },
    title: String,
    goal: String,
    requesterId: String,
    conversation: mongoose.Schema.Types.Mixed,
    conversationKey: String,
    locale: String,
    milestones: [mongoose.Schema.Types.Mixed],
    isOpen: Boolean,
    version: Number,
    createdAt: Date,
  },
  { versionKey: false },
);
schema.index({ tenantId: 1, conversationKey: 1, isOpen: 1, createdAt: -1 });
schema.index({ isOpen: 1, 'milestones.due': 1 });

export const planCollection: CollectionDefinition<PlanRecord> = { name: 'plans', schema };

/** Plans of one tenant on MongoDB; a change is written only to the version that it was made from. */
export function createPlanRepository(database: Database, tenantId: string): PlanRepository {
  const collection = database.collection(planCollection, tenantId);
  const toPlan = ({ _id, conversationKey: _key, ...plan }: PlanRecord): Plan => ({ id: _id, ...plan });
  return {
    create: async ({ id, ...plan }) =>
      void (await collection.insertIfAbsent({
        _id: id,
        ...plan,
        conversationKey: conversationKey(plan.conversation),
      })),
    get: async (id) => {
      const record = await collection.findOne({ _id: id });
      return record && toPlan(record);
    },
    latest: async (conversation) => {
      const [record] = await collection.find(
        { conversationKey: conversationKey(conversation), isOpen: true },
        { sort: { createdAt: -1 }, limit: 1 },
      );
      return record && toPlan(record);
    },
    replace: async ({ id, milestones, isOpen, version }) => {
      const record = await collection.findOneAndUpdate(
        { _id: id, version },
        { $set: { milestones, isOpen, version: version + 1 } },
      );
      return record && toPlan(record);
    },
  };
}

/** Plans of all tenants that hold something late of which nobody was told. */
export function createPlanSweeps(database: Database) {
  return async (now: Date, limit: number): Promise<{ tenantId: string; id: string }[]> => {
    const records = await database
      .acrossTenants(planCollection)
      .find({
        isOpen: true,
        milestones: { $elemMatch: { state: 'open', due: { $lt: now }, isToldLate: { $ne: true } } },
      })
      .sort({ _id: 1 })
      .limit(limit)
      .lean<PlanRecord[]>()
      .exec();
    return records.map(({ _id, tenantId }) => ({ tenantId, id: _id }));
  };
}
