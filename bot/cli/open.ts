import type { AuditLog } from '../../core/governance/audit/audit-log.js';
import type { FullKnowledgeBase } from '../../core/knowledge/create-knowledge-base.js';
import type { DocumentStore } from '../../core/knowledge/document-store.js';
import type { SynonymGroups } from '../../core/knowledge/synonyms/synonym-groups.js';
import type { OpenStore } from '../compose-store.js';
import { screenedWords } from '../compose-guardrails.js';
import { HOME_TENANT, servedTenants } from '../tenants.js';
import { InvalidInput } from '../../core/kernel/errors.js';
import { noMetrics } from '../../core/kernel/telemetry.js';
import { readPolicies } from '../guardrail-policies.js';
import { deriveKey, loadSecretKey, TEXT_HASH_KEY } from '../secret-key.js';
import type { CliContext } from './context.js';
import type { OpenTraffic } from './guard.js';
import type { OpenedArticles } from './article.js';
import type { OpenedGraph } from './graph.js';
import type { OpenedPeople } from './people.js';
import type { OpenedPrompts } from './prompts.js';
import type { OpenedSources } from './source.js';
import type { OpenedStandardAnswers } from './standard-answer.js';

/** What commands open when they work on the installation's own data; each closes what it opened. */
export interface Openers {
  store(): Promise<OpenStore>;
  /** The store, with the tenant that the command line names. @throws InvalidInput when there is no such tenant. */
  ofTenant(): Promise<{ opened: OpenStore; tenantId: string }>;
  documents(): Promise<{ documents: DocumentStore; close(): Promise<void> }>;
  sources(): Promise<OpenedSources>;
  articles(): Promise<OpenedArticles>;
  standardAnswers(): Promise<OpenedStandardAnswers>;
  graph(): Promise<OpenedGraph>;
  prompts(): Promise<OpenedPrompts>;
  audit(): Promise<{ log: AuditLog; close(): Promise<void> }>;
  people(): Promise<OpenedPeople>;
  traffic(): Promise<OpenTraffic>;
  knowledge(synonyms: SynonymGroups): Promise<{ knowledge: FullKnowledgeBase; close(): Promise<void> }>;
}

/**
 * Opens the configured store, or the built-in one in the data folder, beside a server that runs on it. Loaded when asked for: most commands need neither the
 * driver nor the encoder.
 */
export function createOpeners(
  { config, clock, logger }: CliContext,
  chosenTenant: () => string | undefined,
): Openers {
  const store = async (): Promise<OpenStore> =>
    (await import('../compose-store.js')).openStore(config, clock, logger, { mayShare: true });
  const ofTenant = async (): Promise<{ opened: OpenStore; tenantId: string }> => {
    const opened = await store();
    try {
      return { opened, tenantId: await tenantIn(opened, chosenTenant() ?? HOME_TENANT) };
    } catch (error) {
      await opened.close(); // an open store would keep the process alive
      throw error;
    }
  };
  const documentsOf = async (opened: OpenStore): Promise<(tenantId: string) => DocumentStore> => {
    const { createDocumentStore } = await import('../../storage/mongo/document-store.js');
    return (tenantId) => createDocumentStore(opened.database, tenantId);
  };
  /** A budget that a command fills is told by the server, at its next call. */
  const embeddings = async ({ database }: OpenStore) => {
    const { openBooks } = await import('../compose-books.js');
    const { readModelsFile } = await import('../read-models-file.js');
    const file = readModelsFile(config.models.file);
    const { open } = openBooks({
      file,
      database,
      onNotice: () => undefined,
      isShortLived: true,
      clock,
      logger,
    });
    return (await import('../compose-embeddings.js')).createEmbeddings(config, { open, clock, logger });
  };
  return {
    store,
    ofTenant,
    documents: async () => {
      const { opened, tenantId } = await ofTenant();
      return { documents: (await documentsOf(opened))(tenantId), close: () => opened.close() };
    },
    sources: async () => {
      const { opened, tenantId } = await ofTenant();
      const { createSourceRegistry } = await import('../../storage/mongo/source-registry.js');
      const { sourceReach } = await import('../source-reach.js');
      return {
        registry: createSourceRegistry(opened.database, tenantId),
        documents: (await documentsOf(opened))(tenantId),
        reach: sourceReach(config),
        close: () => opened.close(),
      };
    },
    articles: async () => {
      const { opened, tenantId } = await ofTenant();
      const { createArticleStore } = await import('../../storage/mongo/article-store.js');
      const { createArticleDesk } = await import('../../core/knowledge/learning/article-desk.js');
      const articles = createArticleStore(opened.database, tenantId);
      const documents = (await documentsOf(opened))(tenantId);
      // A running server follows the store; this process searches nothing.
      const index = { add: () => undefined, remove: () => undefined };
      const desk = createArticleDesk({ articles, documents, index, clock });
      return { articles, desk, close: () => opened.close() };
    },
    standardAnswers: async () => {
      const { opened, tenantId } = await ofTenant();
      const { createStandardAnswerStore } = await import('../../storage/mongo/standard-answer-store.js');
      return {
        answers: createStandardAnswerStore(opened.database, tenantId),
        close: () => opened.close(),
      };
    },
    graph: async () => {
      const { opened, tenantId } = await ofTenant();
      const { createFactStore } = await import('../../storage/mongo/fact-store.js');
      return {
        documents: (await documentsOf(opened))(tenantId),
        facts: createFactStore(opened.database, tenantId),
        close: () => opened.close(),
      };
    },
    prompts: async () => {
      const { loadPrompts } = await import('../../core/gateway/prompts/registry.js');
      const prompts = loadPrompts({ folder: config.models.prompts });
      const { opened, tenantId } = await ofTenant();
      const { createPromptOutcomeStore } = await import('../../storage/mongo/prompt-outcomes.js');
      const { createCostLog } = await import('../../storage/mongo/cost-repository.js');
      return {
        prompts,
        outcomes: createPromptOutcomeStore(opened.database, tenantId),
        costs: createCostLog(opened.database, tenantId),
        close: () => opened.close(),
      };
    },
    audit: async () => {
      const opened = await store();
      const { createAuditLog } = await import('../../storage/mongo/audit-log.js');
      return { log: createAuditLog(opened.database), close: () => opened.close() };
    },
    people: async () => {
      const opened = await store();
      const { createPeopleRepository } = await import('../../storage/mongo/person-repository.js');
      const { createPeopleSource } = await import('../compose-people.js');
      const people = createPeopleRepository(opened.database, HOME_TENANT);
      // The caller says what is wrong, and the server keeps the figures.
      const source = createPeopleSource(config, { people, clock, logger, metrics: noMetrics });
      return { people, source, close: () => opened.close() };
    },
    traffic: async () => {
      const policies = readPolicies(config.guardrails.file);
      const opened = await store();
      const { readPastTexts } = await import('../../storage/mongo/past-texts.js');
      const { openFieldCipher } = await import('../open-field-cipher.js');
      const { createPromptMarks } = await import('../../core/guardrails/output/leaks.js');
      const key = loadSecretKey(config.secretKey, config.dataDir);
      const cipher = openFieldCipher(key);
      return {
        texts: async function* (since, until) {
          for await (const past of readPastTexts(opened.database, cipher, since, until)) {
            const screened = past.direction === 'input' ? screenedWords(past.text) : past.text;
            if (screened) yield { ...past, text: screened };
          }
        },
        policies,
        canaries: createPromptMarks(deriveKey(key, 'canary').toString('hex')).of,
        hashKey: deriveKey(key, TEXT_HASH_KEY).toString('hex'),
        close: () => opened.close(),
      };
    },
    knowledge: async (synonyms) => {
      const { opened, tenantId } = await ofTenant();
      const { createKnowledgeRoom } = await import('../compose-knowledge.js');
      const embedding = config.models.embedding ? await embeddings(opened) : undefined;
      const documents = await documentsOf(opened);
      const room = await createKnowledgeRoom({ documents, embedding, clock, logger });
      const knowledge = await room.of(tenantId);
      knowledge.useSynonyms(synonyms);
      return {
        knowledge,
        close: async () => {
          await room.close();
          await opened.close();
        },
      };
    },
  };
}

/** @throws InvalidInput for a tenant that Steward never served: a typing mistake must not begin one. */
async function tenantIn(opened: OpenStore, tenantId: string): Promise<string> {
  if (tenantId === HOME_TENANT) return tenantId;
  const { createAuditLog } = await import('../../storage/mongo/audit-log.js');
  const served = await servedTenants(createAuditLog(opened.database));
  if (served.includes(tenantId)) return tenantId;
  throw new InvalidInput(
    'cli.no-such-tenant',
    `There is no tenant ${tenantId}. There are: ${served.join(', ')}.`,
  );
}
