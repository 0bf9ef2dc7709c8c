import { createGitHub } from '../core/agents/connectors/github.js';
import { gitHubTools } from '../core/agents/connectors/github-tools.js';
import { createMail } from '../core/agents/connectors/mail.js';
import { officeTools, type ArticleDrafts } from '../core/agents/tools/built-in/office-tools.js';
import {
  outgoingTools,
  webhookSignature,
  type MailPort,
} from '../core/agents/tools/built-in/outgoing-tools.js';
import { ticketTools } from '../core/agents/tools/built-in/ticket-tools.js';
import type { SaySentence } from '../core/agents/tools/tool.js';
import { createRegistry, type ToolRegistry } from '../core/agents/tools/registry.js';
import {
  emailNotifier,
  pagerDutyNotifier,
  telegramNotifier,
  webhookNotifier,
} from '../core/approvals/notify/notifiers.js';
import type { DeliverOptions } from '../core/approvals/notify/deliver.js';
import type { OutboundFetch } from '../core/kernel/outbound-fetch.js';
import type { Logger } from '../core/kernel/logger.js';
import type { ChannelPort } from '../core/kernel/outbound-message.js';
import type { Texts } from '../dialogs/texts.js';
import { createAnnouncementRepository } from '../storage/mongo/announcement-repository.js';
import { createConversationReferences } from '../storage/mongo/conversation-references.js';
import type { Database } from '../storage/mongo/database.js';
import type { FieldCipher } from '../storage/mongo/field-cipher.js';
import { createReminderRepository } from '../storage/mongo/reminder-repository.js';
import { createTicketRepository } from '../storage/mongo/ticket-repository.js';
import type { Config } from './config.js';
import { createFindChannel } from './find-channel.js';
import { deriveKey } from './secret-key.js';

export interface ToolsOptions {
  database: Database;
  cipher: FieldCipher;
  /** Where drafts of articles wait for their review. */
  drafts(tenantId: string): ArticleDrafts;
  fetch: OutboundFetch;
  key: Buffer;
  /** Where channels are looked for by their names. */
  ports: ReadonlyMap<string, ChannelPort>;
  /** Sentences of tools in other languages. */
  texts: Pick<Texts, 'tools'>;
  logger: Logger;
}

export interface ToolRoom {
  registry: ToolRegistry;
  /** Ways out that are configured. */
  notifiers: DeliverOptions['notifiers'];
  /** Absent when no mail server is configured. */
  mail?: MailPort;
  close(): void;
}

/** The built-in tools: what needs nothing outside is always there, the rest once it is configured. */
export function createTools(
  config: Config,
  { database, drafts, fetch, key, ports, texts, logger }: ToolsOptions,
): ToolRoom {
  const { mail: mailConfig, github, notify } = config;
  const mail = mailConfig.smtpUrl ? createMail(mailConfig.smtpUrl, mailConfig.from) : undefined;
  const secretOf = (tenantId: string): string => deriveKey(key, `webhook/${tenantId}`).toString('hex');
  const say: SaySentence = (english, locale) => texts.tools.sentence(english, locale ?? 'en');
  const registry = createRegistry([
    ...ticketTools((tenantId) => createTicketRepository(database, tenantId)),
    ...officeTools({
      reminders: (tenantId) => createReminderRepository(database, tenantId),
      drafts,
      announcements: (tenantId) => createAnnouncementRepository(database, tenantId),
      findChannel: createFindChannel({
        ports,
        places: (tenantId) => createConversationReferences(database, tenantId).places(),
        logger,
      }),
    }),
    ...outgoingTools({ fetch, webhookSecret: secretOf, mail, say }),
    ...(github.token
      ? gitHubTools(
          createGitHub({ token: github.token, apiUrl: github.apiUrl, fetch }),
          github.repository,
          say,
        )
      : []),
  ]);
  return {
    registry,
    mail,
    notifiers: {
      webhook: webhookNotifier(fetch, (tenantId, body, at) => webhookSignature(secretOf(tenantId), body, at)),
      ...(mail ? { email: emailNotifier(async (message) => void (await mail.send(message))) } : {}),
      ...(notify.pagerDutyKey
        ? {
            pagerduty: pagerDutyNotifier(fetch, {
              routingKey: notify.pagerDutyKey,
              url: notify.pagerDutyUrl,
            }),
          }
        : {}),
      ...(notify.telegramToken
        ? { telegram: telegramNotifier(fetch, { token: notify.telegramToken, url: notify.telegramUrl }) }
        : {}),
    },
    close: () => mail?.close(),
  };
}
