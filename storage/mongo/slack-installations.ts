import { Schema } from 'mongoose';
import type { Database } from './database.js';
import type { FieldCipher } from './field-cipher.js';
import type { TenantRecord } from './tenant-collection.js';

interface InstallationRecord extends TenantRecord {
  /** Tokens and all that goes with them, sealed. */
  sealed: string;
  at: Date;
  /** Until when one process may use the refresh token. */
  refreshUntil?: Date;
}

const schema = new Schema<InstallationRecord>(
  {
    _id: String,
    tenantId: { type: String, required: true },
    sealed: String,
    at: Date,
    refreshUntil: Date,
  },
  { versionKey: false },
);
schema.index({ tenantId: 1, at: -1 });

export const slackInstallationCollection = { name: 'slack-installations', schema };

/** Where the Slack app is installed; one record per workspace, or per organisation that installed it for all of its own. */
export interface SlackInstallations<Installation extends object> {
  find(key: string): Promise<Installation | undefined>;
  save(key: string, installation: Installation): Promise<void>;
  remove(key: string): Promise<void>;
  claimRefresh(key: string, until: Date): Promise<boolean>;
}

/** Installations are the operator's, so they are kept under one tenant; tokens are sealed for their own record only. */
export function createSlackInstallations<Installation extends object>(
  database: Database,
  tenantId: string,
  cipher: FieldCipher,
  now: () => Date,
): SlackInstallations<Installation> {
  const collection = database.collection<InstallationRecord>(slackInstallationCollection, tenantId);
  const contextOf = (key: string): string => `slack-installation:${key}`;
  return {
    find: async (key) => {
      const record = await collection.findOne({ _id: key });
      return record && (cipher.open(record.sealed, contextOf(key)) as Installation);
    },
    save: async (key, installation) => {
      const sealed = cipher.seal(installation, contextOf(key));
      await collection.updateOne(
        { _id: key },
        { $set: { sealed, at: now() }, $unset: { refreshUntil: 1 } },
        { upsert: true },
      );
    },
    remove: async (key) => {
      await collection.deleteMany({ _id: key });
    },
    claimRefresh: async (key, until) => {
      const free = { $or: [{ refreshUntil: { $exists: false } }, { refreshUntil: { $lt: now() } }] };
      const claimed = await collection.findOneAndUpdate(
        { _id: key, ...free },
        { $set: { refreshUntil: until } },
      );
      return claimed !== undefined;
    },
  };
}
