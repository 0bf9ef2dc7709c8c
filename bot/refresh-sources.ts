import { z } from 'zod';
import type { Clock } from '../core/kernel/clock.js';
import { CHANNELS, type ConversationReference } from '../core/kernel/conversation-reference.js';
import { describeError, StewardError } from '../core/kernel/errors.js';
import type { Logger } from '../core/kernel/logger.js';
import type { Turn } from '../core/kernel/turn.js';
import type { IngestEvent } from '../core/knowledge/ingest/ingest-report.js';
import { runRecorded } from '../core/knowledge/sources/run-source.js';
import { createProgressCard } from '../dialogs/ingest/progress-card.js';
import { type RefreshedSource, refreshProgress, refreshReport } from '../dialogs/ingest/refresh-content.js';
import { sayFault } from '../dialogs/ingest/reasons.js';
import { refreshCopyKey, refreshDialog } from '../dialogs/ingest/refresh-dialog.js';
import type { Dialog } from '../dialogs/dialog.js';
import type { Texts } from '../dialogs/texts.js';
import { REFRESH_JOB, refreshJob } from '../jobs/knowledge/refresh-job.js';
import type { JobDefinition } from '../jobs/scheduler.js';
import type { Database } from '../storage/mongo/database.js';
import { createSourceRegistry } from '../storage/mongo/source-registry.js';
import { HANDBOOK_COLLECTION, type KnowledgeRoom } from './compose-knowledge.js';
import type { Turns } from './compose-turns.js';
import type { Config } from './config.js';
import { sourceReach } from './source-reach.js';
import { HOME_TENANT } from './tenants.js';

export interface RefreshOptions {
  database: Database;
  knowledge: Pick<KnowledgeRoom, 'documents' | 'index' | 'ingest'>;
  post: Turns['post'];
  /** Runs a job once, as soon as may be. */
  schedule(name: string, data: Record<string, unknown>): Promise<void>;
  texts: Texts;
  clock: Clock;
  logger: Logger;
}

/** What the job is told; it may run in another process, after a restart. */
const orderSchema = z.object({
  tenantId: z.string(),
  turnId: z.string(),
  locale: z.string(),
  conversation: z.object({
    channel: z.enum(CHANNELS),
    channelTenantId: z.string(),
    conversationId: z.string(),
    scope: z.enum(['personal', 'group', 'channel']),
    threadId: z.string().optional(),
    serviceUrl: z.string().optional(),
    botId: z.string().optional(),
    accountId: z.string().optional(),
    extra: z.record(z.string(), z.string()).optional(),
  }),
});
type Order = Omit<z.output<typeof orderSchema>, 'conversation'> & { conversation: ConversationReference };

/** A source as it is taken in now: its name and what the intake tells. */
interface OpenedSource {
  name: string;
  events(): AsyncIterable<IngestEvent>;
}

/** "refresh the sources" in chat: a job takes them in, a card in the conversation shows how far it is. */
export function createRefresh(
  config: Config,
  options: RefreshOptions,
): { dialog: Dialog; job: JobDefinition } {
  const { texts, schedule, post, clock } = options;

  const refresh = async (order: Order): Promise<void> => {
    const { tenantId, turnId, locale, conversation } = order;
    const card = createProgressCard({
      send: (message) => post(tenantId, { id: message.id, messages: [message], audit: [] }),
      now: () => clock.now().getTime(),
      id: turnId,
      conversation,
      copyKey: refreshCopyKey(turnId),
    });
    const opened = await sourcesOf(config, order, options);
    const sources = opened.map(({ name }): RefreshedSource => ({
      name,
      state: 'waiting',
      done: 0,
      total: 0,
      lines: [],
    }));
    const show = (): void => card.show(() => refreshProgress(texts, locale, sources));
    for (const [at, { events }] of opened.entries()) {
      const source = sources[at] as RefreshedSource;
      source.state = 'active';
      show();
      try {
        for await (const event of events()) {
          note(source, event);
          show();
        }
        source.state = 'done';
      } catch (error) {
        if (!(error instanceof StewardError))
          options.logger.error({ error: describeError(error) }, 'A source could not be taken in.');
        source.state = 'failed';
        // A reason names servers and folders, which is nobody else's business.
        source.fault =
          conversation.scope === 'personal'
            ? sayFault(texts, locale, error)
            : texts.text('refresh.fault', locale);
      }
    }
    await card.finish(refreshReport(texts, locale, sources, conversation.scope));
  };

  return {
    dialog: refreshDialog({
      texts,
      begin: ({ tenant, id, locale, conversation }: Turn) =>
        schedule(REFRESH_JOB, { tenantId: tenant.id, turnId: id, locale, conversation }),
    }),
    job: refreshJob((order) => refresh(orderSchema.parse(order))),
  };
}

function note(source: RefreshedSource, event: IngestEvent): void {
  if (event.kind === 'end') {
    source.counts = event.report.counts;
    source.lines = event.report.lines;
    return;
  }
  source.total = event.total;
  if (event.kind === 'file') source.done = event.done;
}

/** The knowledge folder, where it is this tenant's, and every source that is not switched off. */
async function sourcesOf(
  config: Config,
  { tenantId, locale }: Order,
  { database, knowledge, texts, clock }: RefreshOptions,
): Promise<OpenedSource[]> {
  const { folder } = config.knowledge;
  const own =
    folder !== undefined && tenantId === HOME_TENANT
      ? [
          {
            name: texts.text('refresh.folder', locale),
            events: () => knowledge.ingest(tenantId, HANDBOOK_COLLECTION, [folder]),
          },
        ]
      : [];
  const registry = createSourceRegistry(database, tenantId);
  const enabled = (await registry.list()).filter((source) => source.enabled);
  if (enabled.length === 0) return own;
  const index = await knowledge.index(tenantId);
  const tools = { ...sourceReach(config), store: knowledge.documents(tenantId), index, clock };
  return [
    ...own,
    ...enabled.map((source) => ({
      name: source.name,
      events: () => runRecorded(registry, source, tools),
    })),
  ];
}
