import type { InboundAttachment } from '../core/kernel/activity.js';
import type { PeopleRepository } from '../core/governance/identity/people.js';
import type { Effect } from '../core/kernel/effect.js';
import { type GivenAnswer, isSampled, qualityOf } from '../core/knowledge/learning/answer-drift.js';
import { createArticleDesk } from '../core/knowledge/learning/article-desk.js';
import { weeklyDigests } from '../core/knowledge/learning/weekly-digest.js';
import { learningJobs, NOBODY } from '../jobs/knowledge/learning-jobs.js';
import { createAnswerLessons } from '../storage/mongo/answer-lessons.js';
import type { AnswerLog, AnswerRecord } from '../storage/mongo/answers.js';
import { createArticleStore } from '../storage/mongo/article-store.js';
import type { Clock } from '../core/kernel/clock.js';
import type { ChannelName, ConversationReference } from '../core/kernel/conversation-reference.js';
import { InvalidInput, Unavailable } from '../core/kernel/errors.js';
import type { Logger } from '../core/kernel/logger.js';
import type { Turn } from '../core/kernel/turn.js';
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
  knowledge: Pick<KnowledgeRoom, 'of' | 'documents' | 'index' | 'languageOf'>;
  people(tenantId: string): PeopleRepository;
  answers(tenantId: string): AnswerLog;
  post(tenantId: string, effect: Pick<Effect, 'id' | 'messages' | 'audit'>): Promise<void>;
  /** How a channel whose files need its token gives them out. */
  channelFiles(channel: ChannelName): ChannelFiles | undefined;
  texts: Texts;
  clock: Clock;
  logger: Logger;
}

export type ChannelFiles = (
  conversation: ConversationReference,
  url: string,
  maxBytes: number,
) => Promise<Uint8Array>;

/** Where Teams keeps files that people send: its download links are signed and need no token. */
const TEAMS_FILES = ['*.sharepoint.com'];
const UPLOADS = 'uploads';

/** What brings documents beside the knowledge folder, and what owners are told of theirs. */
export function createLearning(
  config: Config,
  { database, knowledge, people, answers, post, channelFiles, texts, clock, logger }: LearningOptions,
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
  const tell = async (owner: string, id: string, text: string): Promise<void> => {
    const known = people(HOME_TENANT);
    const person = owner ? ((await known.get(owner)) ?? (await known.byEmail(owner))) : undefined;
    // A page of nobody whom we know is the administrators' business.
    const readers = person ? [person] : await known.byRole('admin');
    const messages = readers.flatMap(({ id: personId, conversations }) => {
      const conversation = conversations.find(({ scope }) => scope === 'personal');
      if (!conversation) return [];
      return [{ id: `${id}:${personId}`, conversation, kind: 'post' as const, content: { text } }];
    });
    if (messages.length > 0) await post(HOME_TENANT, { id, messages, audit: [] });
    else logger.warn({ id }, 'Nobody who should look at documents has ever written to Steward.');
  };

  /** Looks each quote up in its passage; a passage's id is made from its words, so one that changed is not found. */
  const withChecks = async (record: AnswerRecord): Promise<GivenAnswer> => {
    const faithful: boolean[] = [];
    for (const { documentId, passageId, quote } of record.citations) {
      const stored = await knowledge.documents(HOME_TENANT).get(documentId);
      const passage = stored?.passages.find(({ id }) => id === passageId);
      if (passage) faithful.push(passage.text.includes(quote));
    }
    const { _id: id, answered, confidence, feedback } = record;
    return { id, answered, confidence, faithful, ...(feedback ? { rating: feedback.rating } : {}) };
  };

  const jobs = learningJobs({
    openQuestions: async (from) =>
      (await answers(HOME_TENANT).openSince(from)).map(({ _id, question, personId, at, answered }) => ({
        id: _id,
        question,
        personId,
        at,
        why: answered ? 'voted-down' : 'unanswered',
      })),
    digests: async (questions, from, to) =>
      weeklyDigests({
        questions,
        knowledge: await knowledge.of(HOME_TENANT),
        detectLanguage: knowledge.languageOf,
        fallbackOwner: NOBODY,
        from,
        to,
      }),
    documents: () => knowledge.documents(HOME_TENANT).list(),
    citations: (from) => answers(HOME_TENANT).citedSince(from),
    quality: async (from, to) =>
      qualityOf(
        await Promise.all(
          (await createAnswerLessons(database, HOME_TENANT).given(from, to, isSampled)).map(withChecks),
        ),
      ),
    tell,
    desk: async () =>
      createArticleDesk({
        articles: createArticleStore(database, HOME_TENANT),
        documents: knowledge.documents(HOME_TENANT),
        index: await knowledge.index(HOME_TENANT),
        clock,
      }),
    clock,
    logger,
  });
  return { dialogs: [upload], jobs: [sourceJob(runDue, logger), ...jobs] };
}

function bytesOfDataUrl(url: string): Uint8Array {
  const [, encoded] = /^data:[^,]*;base64,(.*)$/s.exec(url) ?? [];
  if (encoded === undefined) throw new InvalidInput('knowledge.bad-upload', 'An upload is not in base64.');
  return Buffer.from(encoded, 'base64');
}
