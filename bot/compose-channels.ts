import { createTeamsAdapter } from '../adapters/teams/index.js';
import { createWebAdapter } from '../adapters/web/index.js';
import { createCardRenderer } from '../cards/render.js';
import type { PeopleRepository } from '../core/governance/identity/people.js';
import type { Clock } from '../core/kernel/clock.js';
import { conversationKey } from '../core/kernel/conversation-reference.js';
import type { HttpModule } from '../core/kernel/http-route.js';
import type { Intake } from '../core/kernel/intake.js';
import type { Logger } from '../core/kernel/logger.js';
import { createOutboundFetch } from '../core/kernel/outbound-fetch.js';
import type { ChannelPort } from '../core/kernel/outbound-message.js';
import type { Metrics } from '../core/kernel/telemetry.js';
import type { Texts } from '../dialogs/texts.js';
import { createConversationReferences } from '../storage/mongo/conversation-references.js';
import type { Database } from '../storage/mongo/database.js';
import type { FieldCipher } from '../storage/mongo/field-cipher.js';
import { createWebConversationStore } from '../storage/mongo/web-conversation-store.js';
import type { Guards } from './compose-guardrails.js';
import type { KnowledgeRoom } from './compose-knowledge.js';
import type { Config } from './config.js';
import { viewPassage } from './passage-view.js';
import { samplePeople } from './sample-people.js';
import { deriveKey } from './secret-key.js';
import { HOME_TENANT, type Tenants } from './tenants.js';
import type { Identify } from './turn/identify.js';

export interface ChannelsOptions {
  database: Database;
  cipher: FieldCipher;
  intake: Intake;
  admit: Guards['admit'];
  tenants: Tenants;
  people(tenantId: string): PeopleRepository;
  identify: Identify;
  knowledge: KnowledgeRoom;
  texts: Texts;
  key: Buffer;
  /** Nobody else can be writing to this store. */
  isEmbedded: boolean;
  /** Where Microsoft's services are, in tests. */
  teamsCloud?: Parameters<typeof createTeamsAdapter>[0]['cloud'];
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
}

/** What an adapter gives to the rest of Steward. */
export interface Channel {
  port: ChannelPort;
  http: HttpModule;
  /** Opens a connection of its own, where the channel has one. */
  start?(): Promise<void>;
  close(): Promise<void>;
}

/** Every channel that is configured. */
export function createChannels(config: Config, options: ChannelsOptions): Channel[] {
  const {
    database,
    cipher,
    intake,
    tenants,
    people,
    identify,
    knowledge,
    texts,
    key,
    isEmbedded,
    teamsCloud,
    clock,
    logger,
    metrics,
  } = options;
  const renderCard = createCardRenderer();
  const references = (tenantId: string) => createConversationReferences(database, tenantId);
  const teams = createTeamsAdapter({
    intake,
    clock,
    logger,
    metrics,
    credentials: config.teams,
    allowedTenants:
      config.teams.allowedTenants ?? (config.teams.tenantId ? [config.teams.tenantId] : undefined),
    references: {
      save: (reference) =>
        references(tenants.ofChannel('teams', reference.channelTenantId)).save(reference, clock.now()),
      remove: (reference) =>
        references(tenants.ofChannel('teams', reference.channelTenantId)).remove(reference),
    },
    fetch: createOutboundFetch(() => true),
    renderCard,
    stillWorkingText: (locale) => texts.text('progress.title', locale ?? 'en'),
    failedText: (locale) =>
      `${texts.text('error.unexpected', locale ?? 'en')} ${texts.text('error-help.unexpected', locale ?? 'en')}`,
    cloud: { ...(config.teams.loginUrl ? { loginUrl: config.teams.loginUrl } : {}), ...teamsCloud },
  });
  const web = createWebAdapter({
    intake,
    admit: async ({ conversation, from, locale }) => {
      const tenant = await tenants.get(tenants.ofChannel('web', conversation.channelTenantId));
      const { person } = await identify(tenant, 'web', from, conversation);
      return options.admit(tenant, person.id, conversationKey(conversation), locale ?? person.locale ?? 'en');
    },
    store: createWebConversationStore(database, HOME_TENANT, cipher),
    clock,
    logger,
    tokenSecret: deriveKey(key, 'direct-line'),
    renderCard,
    people: async () => samplePeople(people(HOME_TENANT)),
    openPassage: async (documentId, passageId, accountId) => {
      const tenant = await tenants.get(HOME_TENANT);
      const { person } = await identify(tenant, 'web', { accountId });
      return viewPassage(knowledge.documents(HOME_TENANT), person, documentId, passageId);
    },
    chatPageEnabled: config.server.chatPage,
    allowAnonymous: config.environment !== 'production',
    directLineSecret: config.web.directLineSecret,
    publicUrl: config.server.publicUrl,
    botName: 'Steward',
    otherProcessesMs: isEmbedded ? undefined : 1_000,
  });
  return [teams, web];
}
