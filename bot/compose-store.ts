import type { Clock } from '../core/kernel/clock.js';
import type { Logger } from '../core/kernel/logger.js';
import { startEmbeddedStore } from '../storage/embedded/index.js';
import { answerCollection } from '../storage/mongo/answers.js';
import { auditEntries, auditTips } from '../storage/mongo/audit-log.js';
import { conversationOwnerCollection } from '../storage/mongo/conversation-owners.js';
import { conversationReferenceCollection } from '../storage/mongo/conversation-references.js';
import { openDatabase, type CollectionDefinition, type Database } from '../storage/mongo/database.js';
import { documentStoreDefinitions } from '../storage/mongo/document-store.js';
import { onceCollection } from '../storage/mongo/once.js';
import { rateLimitCollection } from '../storage/mongo/rate-limit-store.js';
import { personCollection, scheduleCollection } from '../storage/mongo/person-repository.js';
import { inboxCollection } from '../storage/mongo/inbox.js';
import { messageCopyCollection } from '../storage/mongo/message-copies.js';
import { outcomeCollection } from '../storage/mongo/outcomes.js';
import { replicaCollection } from '../storage/mongo/replicas.js';
import {
  webConversationCollection,
  webEntryCollection,
  webUploadCollection,
} from '../storage/mongo/web-conversation-store.js';
import type { Config } from './config.js';

/** Every collection of Steward; their indexes are made when the store is opened. */
const COLLECTIONS = [
  inboxCollection,
  outcomeCollection,
  replicaCollection,
  conversationOwnerCollection,
  conversationReferenceCollection,
  messageCopyCollection,
  answerCollection,
  onceCollection,
  rateLimitCollection,
  personCollection,
  scheduleCollection,
  auditEntries,
  auditTips,
  webConversationCollection,
  webEntryCollection,
  webUploadCollection,
  ...documentStoreDefinitions,
] as unknown as CollectionDefinition<never>[];

export interface OpenStore {
  database: Database;
  /** True for the built-in store. */
  isEmbedded: boolean;
  close(): Promise<void>;
}

/**
 * Opens MongoDB, or the built-in store when no address is configured.
 * @throws Unavailable when the server does not answer; Conflict when another process holds the data folder.
 */
export async function openStore(config: Config, clock: Clock, logger: Logger): Promise<OpenStore> {
  const embedded = config.storage.mongodbUri
    ? undefined
    : await startEmbeddedStore({ dataDir: config.dataDir, clock, logger });
  try {
    const database = await openDatabase(config.storage.mongodbUri ?? embedded?.uri ?? '', COLLECTIONS);
    return {
      database,
      isEmbedded: embedded !== undefined,
      close: async () => {
        await database.close();
        await embedded?.close();
      },
    };
  } catch (error) {
    await embedded?.close();
    throw error;
  }
}
