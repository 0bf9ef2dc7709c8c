import type { JsonObject } from '../../core/kernel/json.js';
import {
  activityIdAt,
  type WebConversation,
  type WebConversationStore,
  type WebLogEntry,
  type WebUpload,
} from '../../core/kernel/web-conversation-store.js';

/** Web conversations in memory; held to the same contract as the stored ones. */
export function createMemoryWebConversationStore(): WebConversationStore {
  const conversations = new Map<string, WebConversation>();
  const logs = new Map<string, WebLogEntry[]>();
  const onceKeys = new Map<string, WebLogEntry>();
  const uploads = new Map<string, WebUpload>();
  const logOf = (id: string): WebLogEntry[] => logs.get(id) ?? [];
  const copy = <T>(value: T): T => structuredClone(value);
  const original = (conversationId: string, activityId: string): WebLogEntry | undefined =>
    logOf(conversationId).find((entry) => entry.activityId === activityId && entry.rewrites === undefined);

  return {
    create: async (conversation) => {
      if (conversations.has(conversation.id)) return false;
      conversations.set(conversation.id, copy(conversation));
      return true;
    },
    find: async (id) => copy(conversations.get(id)),
    bindAccount: async (id, owner) => {
      const found = conversations.get(id);
      if (found && found.accountId === undefined) Object.assign(found, owner);
      return copy(found);
    },
    append: async ({ conversationId, onceKey, make, rewrites }) => {
      const key = `${conversationId} ${onceKey}`;
      const known = onceKeys.get(key);
      if (known) return { entry: copy(known), added: false };
      const sequence = logOf(conversationId).length + 1;
      const activityId = rewrites?.activityId ?? activityIdAt(conversationId, sequence);
      const activity = JSON.parse(JSON.stringify(make(activityId))) as JsonObject;
      const entry = { sequence, activityId, activity, ...(rewrites && { rewrites: rewrites.sequence }) };
      logs.set(conversationId, [...logOf(conversationId), entry]);
      onceKeys.set(key, entry);
      return { entry: copy(entry), added: true };
    },
    entriesAfter: async (id, sequence, limit) =>
      copy(
        logOf(id)
          .filter((entry) => entry.sequence > sequence)
          .slice(0, limit),
      ),
    lastSequence: async (id) => logOf(id).length,
    entry: async (id, activityId) => copy(original(id, activityId)),
    rewrite: async (id, activityId, activity) => {
      const found = original(id, activityId);
      if (found) found.activity = copy(activity);
    },
    keepUpload: async (upload) => {
      uploads.set(upload.id, upload);
    },
    upload: async (conversationId, id) => {
      const found = uploads.get(id);
      return found?.conversationId === conversationId ? found : undefined;
    },
  };
}
