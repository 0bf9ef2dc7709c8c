import { Schema } from 'mongoose';
import type { PromptOutcome } from '../../core/gateway/prompts/registry.js';
import type { Database } from './database.js';
import type { TenantRecord } from './tenant-collection.js';

interface OutcomesRecord extends TenantRecord {
  prompt: string;
  counts: Partial<Record<PromptOutcome, number>>;
  since: Date;
}

const schema = new Schema<OutcomesRecord>(
  {
    _id: { type: String, required: true },
    tenantId: { type: String, required: true },
    prompt: String,
    counts: Schema.Types.Mixed,
    since: Date,
  },
  { versionKey: false },
);

export const promptOutcomeCollection = { name: 'prompt_outcomes', schema };

export interface PromptCounts {
  /** `name@version`. */
  prompt: string;
  counts: Partial<Record<PromptOutcome, number>>;
  since: Date;
}

/** How often replies to each version of a prompt came to what, of one tenant. */
export interface PromptOutcomeStore {
  add(prompt: string, counts: PromptCounts['counts'], at: Date): Promise<void>;
  list(): Promise<PromptCounts[]>;
}

export function createPromptOutcomeStore(database: Database, tenantId: string): PromptOutcomeStore {
  const collection = database.collection<OutcomesRecord>(promptOutcomeCollection, tenantId);
  return {
    add: async (prompt, counts, at) => {
      const $inc = Object.fromEntries(
        Object.entries(counts).map(([outcome, count]) => [`counts.${outcome}`, count]),
      );
      await collection.updateOne(
        { _id: `${tenantId}|${prompt}` },
        { $inc, $setOnInsert: { prompt, since: at } },
        { upsert: true },
      );
    },
    list: async () =>
      (await collection.find({}, { sort: { prompt: 1 } })).map(({ prompt, counts, since }) => ({
        prompt,
        counts: counts ?? {},
        since,
      })),
  };
}
