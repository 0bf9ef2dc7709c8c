import mongoose from 'mongoose';
import type { Delegation, DelegationRepository } from '../../core/governance/identity/people.js';
import type { CollectionDefinition, Database } from './database.js';
import type { TenantRecord } from './tenant-collection.js';

interface DelegationRecord extends TenantRecord, Omit<Delegation, 'id'> {}

const schema = new mongoose.Schema<DelegationRecord>(
  {
    _id: String,
    tenantId: { type: String, required: true },
    fromId: String,
    toId: String,
    from: Date,
    until: Date,
    strength: String,
  },
  { versionKey: false },
);
schema.index({ tenantId: 1, fromId: 1, until: 1 });

export const delegationCollection: CollectionDefinition<DelegationRecord> = { name: 'delegations', schema };

/** Delegations of one tenant on MongoDB. */
export function createDelegationRepository(database: Database, tenantId: string): DelegationRepository {
  const collection = database.collection(delegationCollection, tenantId);
  return {
    add: async ({ id, ...delegation }) => {
      await collection.insertIfAbsent({ _id: id, ...delegation });
    },
    async of(personId, at) {
      const found = await collection.findOne(
        { fromId: personId, from: { $lte: at }, until: { $gt: at } },
        { sort: { _id: -1 } },
      );
      return (
        found && {
          id: found._id,
          fromId: found.fromId,
          toId: found.toId,
          from: found.from,
          until: found.until,
          ...(found.strength ? { strength: found.strength } : {}),
        }
      );
    },
    end: (personId, at) =>
      collection.updateMany({ fromId: personId, until: { $gt: at } }, { $set: { until: at } }),
  };
}
