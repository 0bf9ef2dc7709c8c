import { Schema } from 'mongoose';
import { Conflict } from '../../core/kernel/errors.js';
import type { JsonObject } from '../../core/kernel/json.js';
import {
  activityIdAt,
  type AppendRequest,
  type WebConversation,
  type WebConversationStore,
  type WebLogEntry,
  type WebUpload,
} from '../../core/kernel/web-conversation-store.js';
import type { Database } from './database.js';
import type { FieldCipher } from './field-cipher.js';
import { isDuplicateKey, type TenantRecord } from './tenant-collection.js';

interface ConversationRecord extends TenantRecord {
  accountId?: string | null;
  accountName?: string | null;
  createdAt: Date;
}

interface EntryRecord extends TenantRecord {
  conversationId: string;
  sequence: number;
  onceKey: string;
  activityId: string;
  rewrites?: number | null;
  /** JSON as text, as a client's own members may have names that a database forbids; sealed where there is a cipher. */
  activity: string;
  at: Date;
}

interface UploadRecord extends TenantRecord {
  conversationId: string;
  name: string;
  contentType: string;
  bytes: Buffer;
  at: Date;
}

const conversationSchema = new Schema<ConversationRecord>(
  {
    _id: String,
    tenantId: { type: String, required: true },
    accountId: String,
    accountName: String,
    createdAt: Date,
  },
  { versionKey: false },
);
conversationSchema.index({ tenantId: 1, accountId: 1, createdAt: -1 });

const entrySchema = new Schema<EntryRecord>(
  {
    _id: String,
    tenantId: { type: String, required: true },
    conversationId: String,
    sequence: Number,
    onceKey: String,
    activityId: String,
    rewrites: Number,
    activity: String,
    at: Date,
  },
  { versionKey: false },
);
entrySchema.index({ tenantId: 1, conversationId: 1, sequence: 1 });
entrySchema.index({ tenantId: 1, conversationId: 1, onceKey: 1 }, { unique: true });
entrySchema.index({ tenantId: 1, conversationId: 1, activityId: 1 });

const uploadSchema = new Schema<UploadRecord>(
  {
    _id: String,
    tenantId: { type: String, required: true },
    conversationId: String,
    name: String,
    contentType: String,
    bytes: Buffer,
    at: Date,
  },
  { versionKey: false },
);
uploadSchema.index({ at: 1 }, { expireAfterSeconds: 86_400 });

export const webConversationCollection = { name: 'web-conversations', schema: conversationSchema };
export const webEntryCollection = { name: 'web-entries', schema: entrySchema };
export const webUploadCollection = { name: 'web-uploads', schema: uploadSchema };

interface Appended {
  entry: WebLogEntry;
  added: boolean;
}

/** How often an append may lose its place to another process before it gives up. */
const MAX_TRIES = 50;
/** How many conversations' last places are remembered, to spare a look-up. */
const MAX_REMEMBERED = 5_000;

/**
 * One tenant's web conversations. The place of an entry is part of its `_id`, so an entry can only follow the one
 * before it: a reader who holds a watermark never skips an entry that another process was about to write.
 * @param cipher seals what people write; without one it is stored as it is.
 */
export function createWebConversationStore(
  database: Database,
  tenantId: string,
  cipher?: FieldCipher,
): WebConversationStore {
  const conversations = database.collection<ConversationRecord>(webConversationCollection, tenantId);
  const entries = database.collection<EntryRecord>(webEntryCollection, tenantId);
  const uploads = database.collection<UploadRecord>(webUploadCollection, tenantId);
  const lastPlaces = new Map<string, number>();

  const lastSequence = async (conversationId: string): Promise<number> => {
    const [last] = await entries.find(
      { conversationId },
      { sort: { sequence: -1 }, limit: 1, fields: ['sequence'] },
    );
    return last?.sequence ?? 0;
  };
  const remember = (conversationId: string, sequence: number): void => {
    if (lastPlaces.size >= MAX_REMEMBERED) lastPlaces.clear();
    lastPlaces.set(conversationId, sequence);
  };

  const tails = new Map<string, Promise<unknown>>();
  /** One after the other within this process, so that only other processes can take a place away. */
  const inTurn = <T>(conversationId: string, work: () => Promise<T>): Promise<T> => {
    const turn = (tails.get(conversationId) ?? Promise.resolve()).then(work, work);
    const tail = turn.catch(() => undefined); // the caller hears of it
    tails.set(conversationId, tail);
    void tail.then(() => tails.get(conversationId) === tail && tails.delete(conversationId));
    return turn;
  };
  const toText = (activity: JsonObject, conversationId: string): string => {
    const json = JSON.stringify(activity);
    return cipher ? cipher.seal({ json }, `web|${tenantId}|${conversationId}`) : json;
  };
  const toEntry = ({
    sequence,
    activityId,
    conversationId,
    activity,
    rewrites,
  }: EntryRecord): WebLogEntry => {
    const isSealed = cipher !== undefined && !activity.startsWith('{');
    const opened = isSealed
      ? (cipher.open(activity, `web|${tenantId}|${conversationId}`) as { json: string })
      : null;
    return {
      sequence,
      activityId,
      activity: JSON.parse(opened?.json ?? activity) as JsonObject,
      ...(typeof rewrites === 'number' && { rewrites }),
    };
  };

  const append = async ({
    conversationId,
    onceKey,
    at,
    make,
    rewrites,
  }: AppendRequest): Promise<Appended> => {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const sequence = (lastPlaces.get(conversationId) ?? (await lastSequence(conversationId))) + 1;
      const _id = activityIdAt(conversationId, sequence);
      const activityId = rewrites?.activityId ?? _id;
      const activity = make(activityId);
      const record = {
        conversationId,
        sequence,
        onceKey,
        activityId,
        activity: toText(activity, conversationId),
        at,
      };
      try {
        await entries.insert({ _id, ...record, ...(rewrites && { rewrites: rewrites.sequence }) });
        remember(conversationId, sequence);
        const entry = { sequence, activityId, activity, ...(rewrites && { rewrites: rewrites.sequence }) };
        return { entry, added: true };
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        lastPlaces.delete(conversationId);
        const known = await entries.findOne({ conversationId, onceKey });
        if (known) return { entry: toEntry(known), added: false };
      }
    }
    throw new Conflict('storage.busy-conversation', 'A web conversation is written by too many at once.', {
      retryable: true,
    });
  };

  return {
    create: (conversation) =>
      conversations.insertIfAbsent({
        _id: conversation.id,
        createdAt: conversation.createdAt,
        ...(conversation.accountId !== undefined && { accountId: conversation.accountId }),
        ...(conversation.accountName !== undefined && { accountName: conversation.accountName }),
      }),
    find: async (conversationId) => toConversation(await conversations.findOne({ _id: conversationId })),
    bindAccount: async (conversationId, { accountId, accountName }) => {
      const owner = { accountId, ...(accountName !== undefined && { accountName }) };
      await conversations.updateOne({ _id: conversationId, accountId: null }, { $set: owner });
      return toConversation(await conversations.findOne({ _id: conversationId }));
    },
    append: (request) => inTurn(request.conversationId, () => append(request)),
    entriesAfter: async (conversationId, sequence, limit) => {
      const found = await entries.find(
        { conversationId, sequence: { $gt: sequence } },
        { sort: { sequence: 1 }, limit },
      );
      return found.map(toEntry);
    },
    lastSequence,
    entry: async (conversationId, activityId) => {
      const found = await entries.findOne({ conversationId, activityId, rewrites: null });
      return found && toEntry(found);
    },
    rewrite: async (conversationId, activityId, activity) => {
      const content = { activity: toText(activity, conversationId) };
      await entries.updateOne({ conversationId, activityId, rewrites: null }, { $set: content });
    },
    keepUpload: async ({ id, ...upload }) => {
      await uploads.insert({ _id: id, ...upload });
    },
    upload: async (conversationId, uploadId) => {
      const found = await uploads.findOne({ _id: uploadId, conversationId });
      return found && toUpload(found);
    },
  };
}

function toConversation(record: ConversationRecord | undefined): WebConversation | undefined {
  return (
    record && {
      id: record._id,
      createdAt: record.createdAt,
      ...(record.accountId && { accountId: record.accountId }),
      ...(record.accountName && { accountName: record.accountName }),
    }
  );
}

function toUpload({ _id, conversationId, name, contentType, bytes, at }: UploadRecord): WebUpload {
  // A lean read gives the driver's Binary.
  const { buffer } = bytes as unknown as { buffer: Uint8Array };
  return {
    id: _id,
    conversationId,
    name,
    contentType,
    at,
    bytes: Buffer.isBuffer(bytes) ? bytes : Buffer.from(buffer),
  };
}
