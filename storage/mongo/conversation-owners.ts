import { Schema } from 'mongoose';
import type { Database } from './database.js';
import { isDuplicateKey } from './tenant-collection.js';

interface OwnerRecord {
  _id: string;
  tenantId: string;
  owner: string;
}

const schema = new Schema<OwnerRecord>(
  { _id: String, tenantId: { type: String, required: true }, owner: String },
  { versionKey: false },
);

export const conversationOwnerCollection = { name: 'conversation-owners', schema };

/** Finds the dead among processes; see `Replica.dead`. */
export type FindDead = (owners: string[]) => Promise<string[]>;

/** Which process runs the turns of which conversation, so that they run one after the other. */
export interface ConversationOwners {
  /**
   * Takes a free conversation, or one whose owner died.
   * @param dead those of the given processes that are dead.
   * @returns the owner, which may be another living process.
   */
  claim(tenantId: string, conversation: string, owner: string, dead: FindDead): Promise<string>;
  release(conversations: string[], owner: string): Promise<void>;
  /** Lets go of what processes held that have died. */
  releaseDead(known: string[], dead: FindDead): Promise<void>;
}

export function createConversationOwners(database: Database): ConversationOwners {
  const model = database.acrossTenants<OwnerRecord>(conversationOwnerCollection);
  return {
    claim: async (tenantId, conversation, owner, dead) => {
      let mayTakeFrom = [owner];
      for (;;) {
        const free = { _id: conversation, owner: { $in: mayTakeFrom } };
        try {
          await model.updateOne(free, { $set: { owner, tenantId } }, { upsert: true });
          return owner;
        } catch (error) {
          if (!isDuplicateKey(error)) throw error;
        }
        const taken = await model.findById(conversation).lean<OwnerRecord>();
        if (!taken) continue; // let go of just now
        const gone = await dead([taken.owner]);
        if (gone.length === 0) return taken.owner;
        mayTakeFrom = [owner, ...gone];
      }
    },
    release: async (conversations, owner) => {
      if (conversations.length > 0) await model.deleteMany({ _id: { $in: conversations }, owner });
    },
    releaseDead: async (known, dead) => {
      const gone = await dead(await model.distinct('owner', { owner: { $nin: known } }).exec());
      if (gone.length > 0) await model.deleteMany({ owner: { $in: gone } });
    },
  };
}
