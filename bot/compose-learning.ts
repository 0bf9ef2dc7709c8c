import type { InboundAttachment } from '../core/kernel/activity.js';
import { learningJobs } from '../jobs/knowledge/learning-jobs.js';
import type { ChannelName, ConversationReference } from '../core/kernel/conversation-reference.js';
import { InvalidInput, Unavailable } from '../core/kernel/errors.js';
import type { Turn } from '../core/kernel/turn.js';
import { ingestSource } from '../core/knowledge/ingest/ingest.js';
import type { IngestLine } from '../core/knowledge/ingest/ingest-report.js';
import { DEFAULT_LIMITS } from '../core/knowledge/ingest/limits.js';
import { createGuardedFetch } from '../core/knowledge/sources/guarded-fetch.js';
import { createFactReader, type FactReaderOptions } from '../core/knowledge/graph/model-facts.js';
import { runDueSources } from '../core/knowledge/sources/run-source.js';
import { dueSources, type SourceRun } from '../core/knowledge/sources/source-definition.js';
import { sourceOfUploads, uploadPath, uploadSource } from '../core/knowledge/sources/upload-source.js';
import { changeReaders } from '../core/knowledge/sources/versions.js';
import type { DocumentAccess } from '../core/knowledge/document.js';
import type { Dialog } from '../dialogs/dialog.js';
import type { Texts } from '../dialogs/texts.js';
import { createProgressCard } from '../dialogs/ingest/progress-card.js';
import { fileActionsDialog } from '../dialogs/upload/file-actions.js';
import { uploadDialog } from '../dialogs/upload/upload-dialog.js';
import { graphJob } from '../jobs/knowledge/graph-job.js';
import { sourceJob } from '../jobs/knowledge/source-job.js';
import type { JobDefinition } from '../jobs/scheduler.js';
import { createFactStore } from '../storage/mongo/fact-store.js';
import { createSourceRegistry } from '../storage/mongo/source-registry.js';
import { createTenantLearning, type TenantLearningOptions } from './compose-tenant-learning.js';
import type { Config } from './config.js';
import { createRefresh, type RefreshOptions } from './refresh-sources.js';
import { sourceReach } from './source-reach.js';

export interface LearningOptions extends TenantLearningOptions, Pick<FactReaderOptions, 'isHostile'> {
  /** Draws facts for the graph, where STEWARD_GRAPH_MODEL says so. */
  mind: FactReaderOptions['mind'] | undefined;
  /** Every organisation that Steward serves. */
  tenants(): Promise<string[]>;
  /** How a channel whose files need its token gives them out. */
  channelFiles(channel: ChannelName): ChannelFiles | undefined;
  /** Runs a job once, as soon as may be. */
  schedule: RefreshOptions['schedule'];
  texts: Texts;
}

export type ChannelFiles = (
  conversation: ConversationReference,
  url: string,
  maxBytes: number,
) => Promise<Uint8Array>;

/** Where Teams keeps files that people send: its download links are signed and need no token. */
const TEAMS_FILES = ['*.sharepoint.com'];
const UPLOADS = 'uploads';
const FOR_COLLEAGUES: DocumentAccess = { classification: 'internal' };
const forSender = (personId: string): DocumentAccess => ({
  classification: 'restricted',
  persons: [personId],
});

/** What brings documents beside the knowledge folder, and what owners are told of theirs. */
export function createLearning(
  config: Config,
  {
    database,
    knowledge,
    people,
    tenants,
    post,
    channelFiles,
    schedule,
    mind,
    isHostile,
    texts,
    clock,
    logger,
  }: LearningOptions,
): { dialogs: Dialog[]; jobs: JobDefinition[] } {
  const fetchAttached = createGuardedFetch({
    ...config.knowledge,
    hosts: [...config.knowledge.hosts, ...TEAMS_FILES],
  });

  const fetchFile = async ({ conversation }: Turn, { url = '' }: InboundAttachment): Promise<Uint8Array> => {
    if (url.startsWith('data:')) return bytesOfDataUrl(url);
    const ofChannel = channelFiles(conversation.channel);
    if (ofChannel) return ofChannel(conversation, url, DEFAULT_LIMITS.maxFileBytes);
    const { status, body } = await fetchAttached(url, { maxBytes: DEFAULT_LIMITS.maxFileBytes });
    if (status !== 200) throw new Unavailable('knowledge.no-upload', `A file was answered with ${status}.`);
    return body;
  };

  const upload = uploadDialog({
    texts,
    fetchFile,
    progressCard: ({ id, tenant, conversation, activity }, copyKey) =>
      createProgressCard({
        send: (message) => post(tenant.id, { id: message.id, messages: [message], audit: [] }),
        now: () => clock.now().getTime(),
        id,
        conversation,
        copyKey,
        replyToActivityId: activity.activityId,
      }),
    takeIn: async ({ tenant, person }, name, bytes) => {
      let line: IngestLine | undefined;
      const source = uploadSource({ name, bytes, personId: person.id, at: clock.now() });
      const documents = knowledge.documents(tenant.id);
      const path = uploadPath(person.id, name);
      // A new version of what colleagues read already stays theirs.
      const earlier = (await documents.list(UPLOADS)).find((document) => document.path === path);
      const events = ingestSource(source, {
        collection: UPLOADS,
        store: documents,
        index: await knowledge.index(tenant.id),
        clock,
        defaultAccess: earlier?.access ?? forSender(person.id),
      });
      for await (const event of events) if (event.kind === 'file') line = event.line;
      const isIn = line && line.outcome !== 'refused' && line.outcome !== 'ignored';
      if (!isIn || !line?.documentId) return { refused: line?.reasons ?? [] };
      const { documentId } = line;
      const readers = (await documents.get(documentId))?.document.access.persons ?? [];
      return { documentId, isShared: !readers.includes(person.id) };
    },
  });

  const ownUpload = async ({ tenant, person }: Turn, documentId: string): Promise<boolean> => {
    const stored = await knowledge.documents(tenant.id).get(documentId);
    return stored?.document.source === sourceOfUploads(person.id);
  };
  const fileActions = fileActionsDialog(texts, {
    share: async (turn, documentId, withWhom) => {
      if (!(await ownUpload(turn, documentId))) return false;
      const access = withWhom === 'everybody' ? FOR_COLLEAGUES : forSender(turn.person.id);
      const stored = await changeReaders(knowledge.documents(turn.tenant.id), documentId, access, clock);
      (await knowledge.index(turn.tenant.id)).add(stored);
      return true;
    },
    remove: async (turn, documentId) => {
      if (!(await ownUpload(turn, documentId))) return false;
      await knowledge.documents(turn.tenant.id).remove(documentId, clock.now());
      (await knowledge.index(turn.tenant.id)).remove(documentId);
      return true;
    },
  });

  const runDue = async () => {
    const runs = new Map<string, SourceRun>();
    for (const tenantId of await tenants()) {
      const registry = createSourceRegistry(database, tenantId);
      // The index of a tenant is opened when there is something to add to it.
      if (dueSources(await registry.list(), clock.now()).length === 0) continue;
      const tools = { ...sourceReach(config), store: knowledge.documents(tenantId), clock };
      const index = await knowledge.index(tenantId);
      for (const [id, run] of await runDueSources(registry, { ...tools, index })) runs.set(id, run);
    }
    return runs;
  };
  const jobs = learningJobs({
    tenants,
    of: (tenantId) => createTenantLearning(tenantId, { database, knowledge, people, post, clock, logger }),
    texts,
    clock,
    logger,
  });
  const graph = graphJob({
    tenants,
    of: (tenantId) => ({
      documents: knowledge.documents(tenantId),
      facts: createFactStore(database, tenantId),
      ...(mind && config.knowledge.graphModel
        ? { reader: createFactReader({ mind, tenantId, isHostile, clock, logger }) }
        : {}),
    }),
    clock,
    logger,
  });
  const refresh = createRefresh(config, { database, knowledge, post, schedule, texts, clock, logger });
  return {
    dialogs: [upload, fileActions, refresh.dialog],
    jobs: [sourceJob(runDue, logger), refresh.job, graph, ...jobs],
  };
}

function bytesOfDataUrl(url: string): Uint8Array {
  const [, encoded] = /^data:[^,]*;base64,(.*)$/s.exec(url) ?? [];
  if (encoded === undefined) throw new InvalidInput('knowledge.bad-upload', 'An upload is not in base64.');
  return Buffer.from(encoded, 'base64');
}
