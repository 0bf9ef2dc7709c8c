import type { Clock } from '../core/kernel/clock.js';
import type { Logger } from '../core/kernel/logger.js';
import { startEmbeddedStore, StoreInUse } from '../storage/embedded/index.js';
import { answerCollection } from '../storage/mongo/answers.js';
import { budgetCollection } from '../storage/mongo/budget-repository.js';
import { costCollection } from '../storage/mongo/cost-repository.js';
import { auditEntries, auditTips } from '../storage/mongo/audit-log.js';
import { conversationOwnerCollection } from '../storage/mongo/conversation-owners.js';
import { conversationReferenceCollection } from '../storage/mongo/conversation-references.js';
import { openDatabase, type CollectionDefinition, type Database } from '../storage/mongo/database.js';
import { documentStoreDefinitions } from '../storage/mongo/document-store.js';
import { onceCollection } from '../storage/mongo/once.js';
import { planCollection } from '../storage/mongo/plan-repository.js';
import { runCollection, stepCollection } from '../storage/mongo/run-repository.js';
import { sharedContextCollection } from '../storage/mongo/shared-context-repository.js';
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
import { announcementCollection } from '../storage/mongo/announcement-repository.js';
import { approvalCollection } from '../storage/mongo/approval-repository.js';
import { decisionLogCollection } from '../storage/mongo/decision-log-repository.js';
import { delegationCollection } from '../storage/mongo/delegation-repository.js';
import { escalationCollection } from '../storage/mongo/escalation-repository.js';
import { notificationCollection } from '../storage/mongo/notification-repository.js';
import { reminderCollection } from '../storage/mongo/reminder-repository.js';
import { ticketCollection } from '../storage/mongo/ticket-repository.js';
import { toolExecutionCollection } from '../storage/mongo/tool-execution-repository.js';
import { totpCollection } from '../storage/mongo/totp-repository.js';
import { sourceDefinition } from '../storage/mongo/source-registry.js';
import { factDefinition } from '../storage/mongo/fact-store.js';
import { articleDefinition } from '../storage/mongo/article-store.js';
import { standardAnswerDefinition } from '../storage/mongo/standard-answer-store.js';
import { memoryCollection } from '../storage/mongo/memory-repository.js';
import { slackInstallationCollection } from '../storage/mongo/slack-installations.js';
import { slackPayloadCollection, slackThreadCollection } from '../storage/mongo/slack-memory.js';
import { sessionBreakerCollection } from '../storage/mongo/session-breakers.js';
import { stopCollection } from '../storage/mongo/stops.js';
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
  budgetCollection,
  costCollection,
  memoryCollection,
  runCollection,
  stepCollection,
  sharedContextCollection,
  planCollection,
  personCollection,
  scheduleCollection,
  auditEntries,
  auditTips,
  webConversationCollection,
  webEntryCollection,
  webUploadCollection,
  announcementCollection,
  approvalCollection,
  decisionLogCollection,
  delegationCollection,
  escalationCollection,
  notificationCollection,
  reminderCollection,
  ticketCollection,
  toolExecutionCollection,
  totpCollection,
  sourceDefinition,
  factDefinition,
  articleDefinition,
  standardAnswerDefinition,
  slackInstallationCollection,
  slackThreadCollection,
  slackPayloadCollection,
  sessionBreakerCollection,
  stopCollection,
  ...documentStoreDefinitions,
] as unknown as CollectionDefinition<never>[];

export interface OpenStore {
  database: Database;
  /** Where it is served, for further processes. */
  uri: string;
  /** True for the built-in store. */
  isEmbedded: boolean;
  close(): Promise<void>;
}

/**
 * Opens MongoDB, or the built-in store when no address is configured.
 * @param mayShare true: when another process holds the data folder, its store is used beside it (commands).
 * @throws Unavailable when the server does not answer; Conflict when another process holds the data folder.
 */
export async function openStore(
  config: Config,
  clock: Clock,
  logger: Logger,
  { mayShare = false }: { mayShare?: boolean } = {},
): Promise<OpenStore> {
  const { mongodbUri } = config.storage;
  if (mongodbUri) {
    const database = await openDatabase(mongodbUri, COLLECTIONS);
    return { database, uri: mongodbUri, isEmbedded: false, close: () => database.close() };
  }
  try {
    return await openEmbedded(config, clock, logger);
  } catch (error) {
    if (!mayShare || !(error instanceof StoreInUse) || !error.uri) throw error;
    const database = await openDatabase(error.uri, []);
    return { database, uri: error.uri, isEmbedded: true, close: () => database.close() };
  }
}

async function openEmbedded({ dataDir }: Config, clock: Clock, logger: Logger): Promise<OpenStore> {
  const embedded = await startEmbeddedStore({ dataDir, clock, logger });
  try {
    const database = await openDatabase(embedded.uri, COLLECTIONS, embedded.command);
    return {
      database,
      uri: embedded.uri,
      isEmbedded: true,
      close: async () => {
        await database.close();
        await embedded.close();
      },
    };
  } catch (error) {
    await embedded.close();
    throw error;
  }
}
