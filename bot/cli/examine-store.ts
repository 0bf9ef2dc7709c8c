import type { CliContext } from './context.js';
import type { Finding } from './doctor.js';
import type { Openers } from './open.js';

/** What only an opened store can tell: whether it answers, what it holds, when its jobs run. */
export async function examineStore({ clock, logger }: CliContext, open: Openers): Promise<Finding[]> {
  const store = await open.store();
  try {
    const { createDocumentStore } = await import('../../storage/mongo/document-store.js');
    const { HOME_TENANT } = await import('../tenants.js');
    const documents = await createDocumentStore(store.database, HOME_TENANT).list();
    const { readJobStates } = await import('../../jobs/scheduler.js');
    const jobs = await readJobStates(store.database.connection.db as never);
    const now = clock.now().getTime();
    const overdue = jobs.filter(
      ({ nextRunAt, lockedAt }) => nextRunAt && !lockedAt && nextRunAt.getTime() < now - 3_600_000,
    );
    logger.debug({ jobs: jobs.length, documents: documents.length }, 'The store was examined.');
    return [
      documents.length > 0
        ? { part: 'Knowledge', state: 'on', detail: `${documents.length} documents` }
        : {
            part: 'Knowledge',
            state: 'off',
            detail: 'no documents',
            fix: 'Start the server once, or run: steward ingest FOLDER',
          },
      jobs.length === 0
        ? { part: 'Jobs', state: 'off', detail: 'none were scheduled yet', fix: 'Start the server once.' }
        : {
            part: 'Jobs',
            state: overdue.some(({ failedAt }) => failedAt) ? 'problem' : 'on',
            detail: jobs
              .map(
                ({ name, nextRunAt, failReason }) =>
                  `${name}${nextRunAt ? ` next ${nextRunAt.toISOString()}` : ''}${failReason ? ` (failed: ${failReason})` : ''}`,
              )
              .join('; '),
            fix: 'Look at the log of the last run.',
          },
    ];
  } finally {
    await store.close();
  }
}
