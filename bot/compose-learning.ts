import type { InboundAttachment } from '../core/kernel/activity.js';
import type { Clock } from '../core/kernel/clock.js';
import { InvalidInput, Unavailable } from '../core/kernel/errors.js';
import type { Logger } from '../core/kernel/logger.js';
import { ingestSource } from '../core/knowledge/ingest/ingest.js';
import type { IngestLine } from '../core/knowledge/ingest/ingest-report.js';
import { DEFAULT_LIMITS } from '../core/knowledge/ingest/limits.js';
import { createGuardedFetch } from '../core/knowledge/sources/guarded-fetch.js';
import { runDueSources } from '../core/knowledge/sources/run-source.js';
import { uploadSource } from '../core/knowledge/sources/upload-source.js';
import type { Dialog } from '../dialogs/dialog.js';
import type { Texts } from '../dialogs/texts.js';
import { uploadDialog } from '../dialogs/upload/upload-dialog.js';
import { sourceJob } from '../jobs/knowledge/source-job.js';
import type { JobDefinition } from '../jobs/scheduler.js';
import type { Database } from '../storage/mongo/database.js';
import { createSourceRegistry } from '../storage/mongo/source-registry.js';
import type { KnowledgeRoom } from './compose-knowledge.js';
import type { Config } from './config.js';
import { sourceReach } from './source-reach.js';
import { HOME_TENANT } from './tenants.js';

export interface LearningOptions {
  database: Database;
  knowledge: Pick<KnowledgeRoom, 'documents' | 'index'>;
  texts: Texts;
  clock: Clock;
  logger: Logger;
}

/** Where Teams keeps files that people send: its download links are signed and need no token. */
const TEAMS_FILES = ['*.sharepoint.com'];
const UPLOADS = 'uploads';

/** What brings documents beside the knowledge folder: sources on a schedule and files sent in chat. */
export function createLearning(
  config: Config,
  { database, knowledge, texts, clock, logger }: LearningOptions,
): { dialogs: Dialog[]; jobs: JobDefinition[] } {
  const fetchAttached = createGuardedFetch({
    ...config.knowledge,
    hosts: [...config.knowledge.hosts, ...TEAMS_FILES],
  });

  const fetchFile = async ({ url = '' }: InboundAttachment): Promise<Uint8Array> => {
    if (url.startsWith('data:')) return bytesOfDataUrl(url);
    const { status, body } = await fetchAttached(url, { maxBytes: DEFAULT_LIMITS.maxFileBytes });
    if (status !== 200) throw new Unavailable('knowledge.no-upload', `A file was answered with ${status}.`);
    return body;
  };

  const upload = uploadDialog({
    texts,
    fetchFile,
    takeIn: async ({ tenant, person }, name, bytes) => {
      let line: IngestLine | undefined;
      const source = uploadSource({ name, bytes, personId: person.id, at: clock.now() });
      const events = ingestSource(source, {
        collection: UPLOADS,
        store: knowledge.documents(tenant.id),
        index: await knowledge.index(tenant.id),
        clock,
        defaultAccess: { classification: 'restricted', persons: [person.id] },
      });
      for await (const event of events) if (event.kind === 'file') line = event.line;
      const isIn = line && line.outcome !== 'refused' && line.outcome !== 'ignored';
      return isIn && line?.documentId ? { documentId: line.documentId } : { refused: line?.note ?? '' };
    },
  });

  const runDue = async () =>
    runDueSources(createSourceRegistry(database, HOME_TENANT), {
      ...sourceReach(config),
      store: knowledge.documents(HOME_TENANT),
      index: await knowledge.index(HOME_TENANT),
      clock,
    });
  return { dialogs: [upload], jobs: [sourceJob(runDue, logger)] };
}

function bytesOfDataUrl(url: string): Uint8Array {
  const [, encoded] = /^data:[^,]*;base64,(.*)$/s.exec(url) ?? [];
  if (encoded === undefined) throw new InvalidInput('knowledge.bad-upload', 'An upload is not in base64.');
  return Buffer.from(encoded, 'base64');
}
