import type { Clock } from '../core/kernel/clock.js';
import type { Logger } from '../core/kernel/logger.js';
import type { JobDefinition } from '../jobs/scheduler.js';
import type { KnowledgeRoom } from './compose-knowledge.js';
import type { Turns } from './compose-turns.js';
import { HOME_TENANT } from './tenants.js';

const DAY_MS = 86_400_000;

export interface HousekeepingOptions {
  knowledge: Pick<KnowledgeRoom, 'ingest'>;
  /** The folder that is kept fresh and the collection it goes into. */
  source: { folder: string; collection: string };
  turns: Pick<Turns, 'inbox' | 'outcomes'>;
  clock: Clock;
  logger: Logger;
}

/** Keeps the knowledge folder fresh and the store small. */
export function housekeepingJobs({
  knowledge,
  source,
  turns,
  clock,
  logger,
}: HousekeepingOptions): JobDefinition[] {
  return [
    {
      name: 'knowledge-refresh',
      about: 'Takes in what changed in the knowledge folder.',
      every: '0 3 * * *',
      handle: async () => {
        for await (const event of knowledge.ingest(HOME_TENANT, source.collection, [source.folder])) {
          if (event.kind === 'end')
            logger.info({ ...event.report.counts }, 'The knowledge folder was taken in.');
        }
      },
    },
    {
      name: 'inbox-sweep',
      about: 'Deletes finished messages after two days and delivered outcomes after seven.',
      every: '1 hour',
      handle: async () => {
        const now = clock.now().getTime();
        const messages = await turns.inbox.sweep(new Date(now - 2 * DAY_MS));
        const outcomes = await turns.outcomes.sweep(new Date(now - 7 * DAY_MS));
        logger.info({ messages, outcomes }, 'Old records were deleted.');
      },
    },
  ];
}
