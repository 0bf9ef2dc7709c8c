import type { Logger } from '../../core/kernel/logger.js';
import type { SourceRun } from '../../core/knowledge/sources/source-definition.js';
import type { JobDefinition } from '../scheduler.js';

/** @param runDue takes in every tenant's sources that are due; each process claims its own. */
export function sourceJob(runDue: () => Promise<Map<string, SourceRun>>, logger: Logger): JobDefinition {
  return {
    name: 'knowledge-sources',
    about: 'Takes in the sources whose time has come.',
    every: '5 minutes',
    lockMs: 60 * 60_000,
    handle: async () => {
      for (const [sourceId, { counts, fault }] of await runDue()) {
        if (fault) logger.warn({ sourceId, fault }, 'A source could not be taken in.');
        else logger.info({ sourceId, ...counts }, 'A source was taken in.');
      }
    },
  };
}
