import type { HomeContent, SlackAdapter, SlackInstallation } from '../adapters/slack/index.js';
import { createCardRenderer } from '../cards/render.js';
import type { Clock } from '../core/kernel/clock.js';
import type { Intake } from '../core/kernel/intake.js';
import type { Logger } from '../core/kernel/logger.js';
import { createOutboundFetch } from '../core/kernel/outbound-fetch.js';
import type { Person } from '../core/kernel/person.js';
import type { Metrics } from '../core/kernel/telemetry.js';
import type { Texts } from '../dialogs/texts.js';
import { PROMPT_STARTERS } from '../manifest/commands.js';
import { slackManifest } from '../manifest/slack.js';
import { createConversationReferences } from '../storage/mongo/conversation-references.js';
import type { Database } from '../storage/mongo/database.js';
import type { FieldCipher } from '../storage/mongo/field-cipher.js';
import { createSlackInstallations } from '../storage/mongo/slack-installations.js';
import { createSlackPayloads, createSlackThreads } from '../storage/mongo/slack-memory.js';
import type { Config } from './config.js';
import { deriveKey } from './secret-key.js';
import { HOME_TENANT, type Tenants } from './tenants.js';
import type { Identify } from './turn/identify.js';

export interface SlackOptions {
  database: Database;
  cipher: FieldCipher;
  intake: Intake;
  tenants: Tenants;
  identify: Identify;
  texts: Texts;
  key: Buffer;
  home(tenantId: string, person: Person): Promise<HomeContent>;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
}

/** What only Slack can do for the rest of Steward. */
export type SlackAbilities = Pick<
  SlackAdapter,
  'completeSender' | 'settleSender' | 'fetchFile' | 'standingOf' | 'problem'
>;

export const isSlackConfigured = ({ slack }: Config): boolean =>
  Boolean(slack.signingSecret ?? slack.appToken ?? slack.botToken);

/** The Slack channel. Its SDK is loaded by the adapter itself, and only for what is configured. */
export async function createSlack(config: Config, options: SlackOptions): Promise<SlackAdapter> {
  const { database, cipher, intake, tenants, identify, texts, key, home, clock, logger, metrics } = options;
  const { createSlackAdapter } = await import('../adapters/slack/index.js');
  const now = (): Date => clock.now();
  const tenantOf = (teamId: string): string => tenants.ofChannel('slack', teamId);
  return createSlackAdapter({
    intake,
    clock,
    logger,
    metrics,
    credentials: config.slack,
    installations: createSlackInstallations<SlackInstallation>(database, HOME_TENANT, cipher, now),
    references: {
      save: (reference) =>
        createConversationReferences(database, tenantOf(reference.channelTenantId)).save(reference, now()),
      remove: (reference) =>
        createConversationReferences(database, tenantOf(reference.channelTenantId)).remove(reference),
    },
    threads: createSlackThreads(database, HOME_TENANT, now),
    payloads: createSlackPayloads(database, HOME_TENANT, now),
    fetch: createOutboundFetch(() => true),
    renderCard: createCardRenderer(),
    texts: {
      title: 'Steward',
      stillWorking: (locale) => texts.text('progress.title', locale ?? 'en'),
      unknown: (locale) => texts.text('click.unknown', locale ?? 'en'),
      install: (outcome, locale, number) => ({
        title: texts.text(`install.${outcome}`, locale),
        text: texts.text(`install.${outcome}-text`, locale, { number }),
        link: texts.text(outcome === 'done' ? 'install.open' : 'install.again', locale),
      }),
      inMessages: (locale) => texts.text('click.in-messages', locale ?? 'en'),
      formTooLate: (locale) => texts.text('click.form-late', locale ?? 'en'),
      formHere: (locale) => texts.text('click.form-here', locale ?? 'en'),
      answeredInPrivate: (locale) => texts.text('answer.in-private', locale ?? 'en'),
      failed: (locale) =>
        `${texts.text('error.unexpected', locale ?? 'en')} ${texts.text('error-help.unexpected', locale ?? 'en')}`,
    },
    home: async (sender, conversation) => {
      const tenant = await tenants.get(tenantOf(conversation.channelTenantId));
      const { person } = await identify(tenant, 'slack', sender, conversation);
      return person.active ? home(tenant.id, person) : undefined;
    },
    prompts: PROMPT_STARTERS.map(({ title, prompt }) => ({ title: title.en, message: prompt.en })),
    stateSecret: deriveKey(key, 'slack-install').toString('base64'),
    scopes: slackManifest({ socketMode: config.slack.appToken !== undefined }).oauth_config.scopes.bot,
    apiUrl: config.slack.apiUrl && withSlash(config.slack.apiUrl),
    publicUrl: config.server.publicUrl,
  });
}

const withSlash = (url: string): string => (url.endsWith('/') ? url : `${url}/`);
