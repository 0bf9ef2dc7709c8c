import type { AuditLog } from '../../core/governance/audit/audit-log.js';
import type { FullKnowledgeBase } from '../../core/knowledge/create-knowledge-base.js';
import type { DocumentStore } from '../../core/knowledge/document-store.js';
import type { OpenStore } from '../compose-store.js';
import { HOME_TENANT } from '../tenants.js';
import { readPolicies } from '../guardrail-policies.js';
import { deriveKey, loadSecretKey, TEXT_HASH_KEY } from '../secret-key.js';
import type { CliContext } from './context.js';
import type { OpenTraffic } from './guard.js';
import type { OpenedArticles } from './article.js';
import type { OpenedGraph } from './graph.js';
import type { OpenedPrompts } from './prompts.js';
import type { OpenedSources } from './source.js';
import type { OpenedStandardAnswers } from './standard-answer.js';

/** What commands open when they work on the installation's own data; each closes what it opened. */
export interface Openers {
  store(): Promise<OpenStore>;
  documents(): Promise<{ documents: DocumentStore; close(): Promise<void> }>;
  sources(): Promise<OpenedSources>;
  articles(): Promise<OpenedArticles>;
  standardAnswers(): Promise<OpenedStandardAnswers>;
  graph(): Promise<OpenedGraph>;
  prompts(): Promise<OpenedPrompts>;
  audit(): Promise<{ log: AuditLog; close(): Promise<void> }>;
  traffic(): Promise<OpenTraffic>;
  knowledge(): Promise<{ knowledge: FullKnowledgeBase; close(): Promise<void> }>;
}

/**
 * Opens the configured store, or the built-in one in the data folder, beside a server that runs on it. Loaded when asked for: most commands need neither the
 * driver nor the encoder.
 */
export function createOpeners({ config, clock, logger }: CliContext): Openers {
  const store = async (): Promise<OpenStore> =>
    (await import('../compose-store.js')).openStore(config, clock, logger, { mayShare: true });
  const documentsOf = async (opened: OpenStore): Promise<(tenantId: string) => DocumentStore> => {
    const { createDocumentStore } = await import('../../storage/mongo/document-store.js');
    return (tenantId) => createDocumentStore(opened.database, tenantId);
  };
  return {
    store,
    documents: async () => {
      const opened = await store();
      return { documents: (await documentsOf(opened))(HOME_TENANT), close: () => opened.close() };
    },
    sources: async () => {
      const opened = await store();
      const { createSourceRegistry } = await import('../../storage/mongo/source-registry.js');
      const { sourceReach } = await import('../source-reach.js');
      return {
        registry: createSourceRegistry(opened.database, HOME_TENANT),
        documents: (await documentsOf(opened))(HOME_TENANT),
        reach: sourceReach(config),
        close: () => opened.close(),
      };
    },
    articles: async () => {
      const opened = await store();
      const { createArticleStore } = await import('../../storage/mongo/article-store.js');
      const { createArticleDesk } = await import('../../core/knowledge/learning/article-desk.js');
      const articles = createArticleStore(opened.database, HOME_TENANT);
      const documents = (await documentsOf(opened))(HOME_TENANT);
      // A running server follows the store; this process searches nothing.
      const index = { add: () => undefined, remove: () => undefined };
      const desk = createArticleDesk({ articles, documents, index, clock });
      return { articles, desk, close: () => opened.close() };
    },
    standardAnswers: async () => {
      const opened = await store();
      const { createStandardAnswerStore } = await import('../../storage/mongo/standard-answer-store.js');
      return {
        answers: createStandardAnswerStore(opened.database, HOME_TENANT),
        close: () => opened.close(),
      };
    },
    graph: async () => {
      const opened = await store();
      const { createFactStore } = await import('../../storage/mongo/fact-store.js');
      return {
        documents: (await documentsOf(opened))(HOME_TENANT),
        facts: createFactStore(opened.database, HOME_TENANT),
        close: () => opened.close(),
      };
    },
    prompts: async () => {
      const { loadPrompts } = await import('../../core/gateway/prompts/registry.js');
      const prompts = loadPrompts({ folder: config.models.prompts });
      const opened = await store();
      const { createPromptOutcomeStore } = await import('../../storage/mongo/prompt-outcomes.js');
      const { createCostLog } = await import('../../storage/mongo/cost-repository.js');
      return {
        prompts,
        outcomes: createPromptOutcomeStore(opened.database, HOME_TENANT),
        costs: createCostLog(opened.database, HOME_TENANT),
        close: () => opened.close(),
      };
    },
    audit: async () => {
      const opened = await store();
      const { createAuditLog } = await import('../../storage/mongo/audit-log.js');
      return { log: createAuditLog(opened.database), close: () => opened.close() };
    },
    traffic: async () => {
      const policies = readPolicies(config.guardrails.file);
      const opened = await store();
      const { readPastTexts } = await import('../../storage/mongo/past-texts.js');
      const key = loadSecretKey(config.secretKey, config.dataDir);
      return {
        texts: (since, until) => readPastTexts(opened.database, since, until),
        policies,
        hashKey: deriveKey(key, TEXT_HASH_KEY).toString('hex'),
        close: () => opened.close(),
      };
    },
    knowledge: async () => {
      const opened = await store();
      const { createKnowledgeRoom } = await import('../compose-knowledge.js');
      const embedding = config.models.embedding
        ? await (await import('../compose-embeddings.js')).createEmbeddings(config, { clock, logger })
        : undefined;
      const documents = await documentsOf(opened);
      const room = await createKnowledgeRoom({ documents, embedding, clock, logger });
      return {
        knowledge: await room.of(HOME_TENANT),
        close: async () => {
          await room.close();
          await opened.close();
        },
      };
    },
  };
}
