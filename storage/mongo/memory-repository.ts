import mongoose from 'mongoose';
import { z } from 'zod';
import {
  EMPTY_MEMORY,
  type ConversationMemory,
  type MemoryStore,
  type PersonFact,
} from '../../core/agents/memory/conversation-memory.js';
import { Conflict } from '../../core/kernel/errors.js';
import type { CollectionDefinition, Database } from './database.js';
import type { FieldCipher } from './field-cipher.js';
import type { TenantCollection, TenantRecord } from './tenant-collection.js';

interface MemoryRecord extends TenantRecord {
  version: number;
  /** Sealed. */
  body: string;
  /** A conversation that nobody goes on with is forgotten; facts stay until their person deletes them. */
  expiresAt?: Date;
}

const schema = new mongoose.Schema<MemoryRecord>(
  {
    _id: { type: String, required: true },
    tenantId: { type: String, required: true },
    version: { type: Number, required: true },
    body: { type: String, required: true },
    expiresAt: Date,
  },
  { versionKey: false },
);
schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

export const memoryCollection: CollectionDefinition<MemoryRecord> = { name: 'memories', schema };

const KEPT_MS = 90 * 86_400_000;
const MOST_ATTEMPTS = 5;

const at = z.date();
const conversationSchema = z.object({
  notes: z.array(z.object({ kind: z.enum(['decision', 'open', 'figure', 'name']), text: z.string(), at })),
  turns: z.array(z.object({ id: z.string(), by: z.enum(['person', 'steward']), text: z.string(), at })),
  personal: z.array(z.object({ type: z.string(), value: z.string() })).default([]),
  foldedLength: z.number(),
});
const factsSchema = z.object({ facts: z.array(z.object({ text: z.string(), at })) });

/** What is remembered of conversations and people, sealed, on MongoDB; a change is one write on the version it was made from. */
export function createMemoryStore(database: Database, cipher: FieldCipher, tenantId: string): MemoryStore {
  const memories = database.collection(memoryCollection, tenantId);
  const idOf = (kind: 'conversation' | 'person', key: string): string => `${tenantId}|${kind}|${key}`;

  const load = async (id: string): Promise<{ version: number; value: unknown } | undefined> => {
    const record = await memories.findOne({ _id: id });
    return record && { version: record.version, value: cipher.open(record.body, id) };
  };
  const loadFacts = async (id: string): Promise<{ version: number; facts: PersonFact[] }> => {
    const record = await load(id);
    return { version: record?.version ?? 0, facts: record ? factsSchema.parse(record.value).facts : [] };
  };

  return {
    async conversation(key): Promise<ConversationMemory> {
      const record = await load(idOf('conversation', key));
      if (!record) return EMPTY_MEMORY;
      return { ...conversationSchema.parse(record.value), version: record.version };
    },
    saveConversation(key, { version, ...memory }) {
      const _id = idOf('conversation', key);
      const latest = memory.turns.at(-1)?.at ?? new Date(0);
      const expiresAt = new Date(latest.getTime() + KEPT_MS);
      return write(memories, { _id, version, body: cipher.seal(memory, _id), expiresAt });
    },
    async forgetConversation(key) {
      await memories.deleteMany({ _id: idOf('conversation', key) });
    },
    facts: async (personId) => (await loadFacts(idOf('person', personId))).facts,
    async changeFacts(personId, change) {
      const _id = idOf('person', personId);
      for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
        const { version, facts } = await loadFacts(_id);
        const changed = change(facts);
        const body = cipher.seal({ facts: changed }, _id);
        if (await write(memories, { _id, version: version + 1, body })) return changed;
      }
      throw new Conflict('storage.facts-changed', 'What is known of a person was changed by somebody else.');
    },
  };
}

/** Writes version n only on version n - 1. */
async function write(
  memories: TenantCollection<MemoryRecord>,
  { _id, ...record }: Omit<MemoryRecord, 'tenantId'>,
): Promise<boolean> {
  const changed = await memories.updateOne({ _id, version: record.version - 1 }, { $set: record });
  return changed === 1 || (record.version === 1 && (await memories.insertIfAbsent({ _id, ...record })));
}
