import mongoose from 'mongoose';
import type { AccountName, LinkCodeRepository } from '../../core/governance/identity/account-links.js';
import type { CollectionDefinition, Database } from './database.js';
import type { TenantRecord } from './tenant-collection.js';

interface StoredLinkCode extends TenantRecord {
  personId: string;
  /** `channel|accountId`; null for a code that any account may use. */
  account: string | null;
  spent: boolean;
  expiresAt: Date;
}

const schema = new mongoose.Schema<StoredLinkCode>(
  {
    _id: String,
    tenantId: { type: String, required: true },
    personId: { type: String, required: true },
    account: { type: String, default: null },
    spent: { type: Boolean, default: false },
    expiresAt: { type: Date, required: true },
  },
  { versionKey: false },
);
schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

export const linkCodeCollection: CollectionDefinition<StoredLinkCode> = { name: 'link-codes', schema };

/** Codes that bind accounts to people, on MongoDB; one write uses a code up. */
export function createLinkCodeRepository(database: Database, tenantId: string): LinkCodeRepository {
  const collection = database.collection(linkCodeCollection, tenantId);
  const idOf = (hash: string): string => `${tenantId}|${hash}`;
  const keyOf = ({ channel, accountId }: AccountName): string => `${channel}|${accountId}`;
  return {
    add: ({ hash, personId, account, expiresAt }) =>
      collection.insert({
        _id: idOf(hash),
        personId,
        account: account ? keyOf(account) : null,
        spent: false,
        expiresAt,
      }),
    spend: async (hash, account, at) => {
      const spent = await collection.findOneAndUpdate(
        {
          _id: idOf(hash),
          spent: false,
          expiresAt: { $gt: at },
          $or: [{ account: null }, { account: keyOf(account) }],
        },
        { $set: { spent: true } },
      );
      return spent?.personId;
    },
  };
}
