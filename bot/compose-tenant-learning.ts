import type { PeopleRepository } from '../core/governance/identity/people.js';
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
import { createStandardAnswerStore } from '../storage/mongo/standard-answer-store.js';
import { createTellOwner } from './tell-owner.js';

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
    standardAnswers: () => createStandardAnswerStore(database, tenantId).list(),
    citations: (from) => lessons.citations(from),
    quality: async (from, to) =>
      qualityOf(await Promise.all((await lessons.given(from, to, isSampled)).map(withChecks))),
    tell: createTellOwner({ tenantId, people: people(tenantId), post, logger }),
    reconcile: async () => {
      const articles = createArticleStore(database, tenantId);
      // The index of a tenant is opened when there is something to put right in it.
      if ((await articles.list(['drafted', 'published', 'retired'])).length === 0) return 0;
      const index = await knowledge.index(tenantId);
      return createArticleDesk({ articles, documents, index, clock }).reconcile();
    },
  };
}
