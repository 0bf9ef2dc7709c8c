import { personNamed, type PeopleRepository, type PersonRecord } from '../core/governance/identity/people.js';
import type { Clock } from '../core/kernel/clock.js';
import type { Logger } from '../core/kernel/logger.js';
import { createArticleDesk } from '../core/knowledge/learning/article-desk.js';
import { type GivenAnswer, isSampled, qualityOf } from '../core/knowledge/learning/answer-drift.js';
import { weeklyDigests } from '../core/knowledge/learning/weekly-digest.js';
import { NOBODY, type TenantLearning } from '../jobs/knowledge/learning-jobs.js';
import { createAnswerLessons } from '../storage/mongo/answer-lessons.js';
import { type AnswerRecord, verdictOf } from '../storage/mongo/answers.js';
import { createArticleStore } from '../storage/mongo/article-store.js';
import type { Database } from '../storage/mongo/database.js';
import type { KnowledgeRoom } from './compose-knowledge.js';
import type { Turns } from './compose-turns.js';
import { writeToPeople } from './write-to-people.js';

export interface TenantLearningOptions {
  database: Database;
  knowledge: Pick<KnowledgeRoom, 'of' | 'documents' | 'index' | 'languageOf' | 'ingest'>;
  people(tenantId: string): PeopleRepository;
  post: Turns['post'];
  clock: Clock;
  logger: Logger;
}

/** What is learned from one tenant's questions and documents, and who is told of it. */
export function createTenantLearning(
  tenantId: string,
  { database, knowledge, people, post, clock, logger }: TenantLearningOptions,
): TenantLearning {
  const documents = knowledge.documents(tenantId);
  const lessons = createAnswerLessons(database, tenantId);

  const tell: TenantLearning['tell'] = async (owner, id, letter) => {
    const known = people(tenantId);
    const person = owner ? await personNamed(known, owner) : undefined;
    const write = (readers: PersonRecord[]) =>
      writeToPeople(post, tenantId, readers, { id, content: letter });
    // A page of nobody who works here is the administrators' business.
    const reached = [...(person ? await write([person]) : [])];
    if (reached.length === 0) reached.push(...(await write(await known.byRole('admin'))));
    if (reached.length === 0)
      logger.warn({ tenantId, id }, 'Nobody who should look at documents has ever written to Steward.');
  };

  /** Looks each quote up in its passage; a passage's id is made from its words, so one that changed is not found. */
  const withChecks = async (record: AnswerRecord): Promise<GivenAnswer> => {
    const faithful: boolean[] = [];
    for (const { documentId, passageId, quote } of record.citations) {
      const stored = await documents.get(documentId);
      const passage = stored?.passages.find(({ id }) => id === passageId);
      if (passage) faithful.push(passage.text.includes(quote));
    }
    const { _id: id, answered, confidence } = record;
    const rating = verdictOf(record);
    return { id, answered, confidence, faithful, ...(rating ? { rating } : {}) };
  };

  return {
    openQuestions: (from) => lessons.openQuestions(from, clock.now()),
    digests: async (questions) =>
      questions.length === 0
        ? []
        : weeklyDigests({
            questions,
            knowledge: await knowledge.of(tenantId),
            detectLanguage: knowledge.languageOf,
            fallbackOwner: NOBODY,
          }),
    documents: () => documents.list(),
    citations: (from) => lessons.citations(from),
    quality: async (from, to) =>
      qualityOf(await Promise.all((await lessons.given(from, to, isSampled)).map(withChecks))),
    tell,
    reconcile: async () => {
      const articles = createArticleStore(database, tenantId);
      // The index of a tenant is opened when there is something to put right in it.
      if ((await articles.list(['drafted', 'published', 'retired'])).length === 0) return 0;
      const index = await knowledge.index(tenantId);
      return createArticleDesk({ articles, documents, index, clock }).reconcile();
    },
  };
}
