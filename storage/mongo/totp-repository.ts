import mongoose from 'mongoose';
import type { TotpRepository } from '../../core/governance/identity/totp.js';
import type { CollectionDefinition, Database } from './database.js';
import type { FieldCipher } from './field-cipher.js';
import type { TenantRecord } from './tenant-collection.js';

interface TotpRecord extends TenantRecord {
  personId: string;
  /** Sealed. */
  secret: string;
  confirmed: boolean;
  lastStep: number;
  recovery: string[];
  failures: number;
  lockedUntil: Date | null;
}

const schema = new mongoose.Schema<TotpRecord>(
  {
    _id: String,
    tenantId: { type: String, required: true },
    personId: { type: String, required: true },
    secret: { type: String, required: true },
    confirmed: Boolean,
    lastStep: Number,
    recovery: [String],
    failures: Number,
    lockedUntil: { type: Date, default: null },
  },
  { versionKey: false },
);

export const totpCollection: CollectionDefinition<TotpRecord> = { name: 'authenticators', schema };

/** Authenticators of one tenant on MongoDB. Spending a code is one conditional write, so that it is spent once. */
export function createTotpRepository(
  database: Database,
  cipher: FieldCipher,
  tenantId: string,
): TotpRepository {
  const collection = database.collection(totpCollection, tenantId);
  const idOf = (personId: string): string => `${tenantId}|${personId}`;
  const contextOf = (personId: string): string => `authenticators:${tenantId}:${personId}`;
  return {
    async get(personId) {
      const record = await collection.findOne({ _id: idOf(personId) });
      if (!record) return undefined;
      const { secret } = cipher.open(record.secret, contextOf(personId)) as { secret: string };
      const { confirmed, lastStep, recovery, failures, lockedUntil } = record;
      return {
        personId,
        secret,
        confirmed,
        lastStep,
        recovery,
        failures,
        lockedUntil: lockedUntil ?? undefined,
      };
    },
    async save({ personId, secret, confirmed, lastStep, recovery, failures, lockedUntil }) {
      const sealed = cipher.seal({ secret }, contextOf(personId));
      const fields = {
        personId,
        secret: sealed,
        confirmed,
        lastStep,
        recovery,
        failures,
        lockedUntil: lockedUntil ?? null,
      };
      await collection.updateOne({ _id: idOf(personId) }, { $set: fields }, { upsert: true });
    },
    spendStep: async (personId, step) =>
      (await collection.updateOne(
        { _id: idOf(personId), lastStep: { $lt: step } },
        { $set: { lastStep: step, failures: 0, lockedUntil: null } },
      )) > 0,
    spendRecovery: async (personId, hash) =>
      (await collection.updateOne(
        { _id: idOf(personId), recovery: hash },
        { $pull: { recovery: hash }, $set: { failures: 0, lockedUntil: null } },
      )) > 0,
    async noteFailure(personId, lockedUntil) {
      await collection.updateOne(
        { _id: idOf(personId) },
        lockedUntil ? { $set: { failures: 0, lockedUntil } } : { $inc: { failures: 1 } },
      );
    },
    remove: async (personId) => (await collection.deleteMany({ _id: idOf(personId) })) > 0,
  };
}
