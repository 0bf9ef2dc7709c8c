import type { Clock } from '../../core/kernel/clock.js';
import { digest } from '../../core/kernel/json.js';
import { type AnswerQuality, driftBetween } from '../../core/knowledge/learning/answer-drift.js';
import type { DocumentAccess, KnowledgeDocument } from '../../core/knowledge/document.js';
import type { GapDigest, OpenQuestion } from '../../core/knowledge/learning/question-gaps.js';
import { staleByOwner, staleDocuments } from '../../core/knowledge/learning/stale-documents.js';
import { overdueByOwner, type StandardAnswer } from '../../core/knowledge/learning/standard-answers.js';
import type { Logger } from '../../core/kernel/logger.js';
import type { OutboundContent } from '../../core/kernel/outbound-message.js';
import { driftLetter, gapsLetter, overdueLetter, staleLetter } from '../../dialogs/learning/letters.js';
import type { Texts } from '../../dialogs/texts.js';
import type { JobDefinition } from '../scheduler.js';

/** A letter to one reader; `mayKnow` tells which documents it may name to them. */
export type Letter = (locale: string, mayKnow: (access: DocumentAccess) => boolean) => OutboundContent;

/** What the jobs look at and do for one tenant. */
export interface TenantLearning {
  /** Questions of a time that stayed open or whose answer was voted down. */
  openQuestions(from: Date): Promise<OpenQuestion[]>;
  digests(questions: OpenQuestion[]): Promise<GapDigest[]>;
  documents(): Promise<KnowledgeDocument[]>;
  standardAnswers(): Promise<StandardAnswer[]>;
  /** How often each document was cited since. */
  citations(from: Date): Promise<Map<string, number>>;
  /** How good a sample of the answers between two times was. */
  quality(from: Date, to: Date): Promise<AnswerQuality>;
  /** Writes to an owner (mail address or person id) once per `id`; the administrators hear of what nobody owns who works here. */
  tell(owner: string, id: string, letter: Letter): Promise<void>;
  /** Makes documents agree with their articles. @returns how many did not. */
  reconcile(): Promise<number>;
}

export interface LearningJobDependencies {
  tenants(): Promise<string[]>;
  of(tenantId: string): TenantLearning;
  texts: Texts;
  clock: Clock;
  logger: Logger;
}

const WEEK_MS = 7 * 86_400_000;
const CITED_MS = 90 * 86_400_000;
/** What the last week's answers are compared with. */
const YARDSTICK_MS = 5 * WEEK_MS;
const MAX_AGE_DAYS = 365;

/** Stands for the owner of what nobody owns. */
export const NOBODY = '';

/** The weekly letters to owners, and the nightly check that articles and documents agree; of every tenant. */
export function learningJobs({
  tenants,
  of,
  texts,
  clock,
  logger,
}: LearningJobDependencies): JobDefinition[] {
  const forEachTenant = (work: (tenant: TenantLearning) => Promise<void>) => async (): Promise<void> => {
    for (const tenantId of await tenants()) await work(of(tenantId));
  };
  const ago = (ms: number): Date => new Date(clock.now().getTime() - ms);
  const day = (): string => clock.now().toISOString().slice(0, 10);
  // An owner is a mail address, which does not belong in a log.
  const letterId = (what: string, owner: string): string => `${what}:${day()}:${digest(owner).slice(0, 16)}`;
  return [
    {
      name: 'knowledge-gaps',
      about: 'Tells owners of documents once a week which questions stayed open.',
      every: '0 7 * * 1',
      handle: forEachTenant(async (tenant) => {
        const week = { from: ago(WEEK_MS), to: clock.now() };
        for (const gaps of await tenant.digests(await tenant.openQuestions(week.from))) {
          const { owner } = gaps;
          await tenant.tell(owner, letterId('gaps', owner), (locale, mayKnow) =>
            gapsLetter(texts, locale, gaps, week, mayKnow),
          );
        }
      }),
    },
    {
      name: 'stale-documents',
      about:
        'Tells owners once a week which of their documents and standard answers should be looked at again.',
      every: '0 7 * * 2',
      handle: forEachTenant(async (tenant) => {
        const citations = await tenant.citations(ago(CITED_MS));
        const stale = staleDocuments(await tenant.documents(), {
          now: clock.now(),
          maxAgeDays: MAX_AGE_DAYS,
          citations,
        });
        for (const [owner, theirs] of staleByOwner(stale, NOBODY))
          await tenant.tell(owner, letterId('stale', owner), (locale, mayKnow) =>
            staleLetter(texts, locale, theirs, mayKnow),
          );
        for (const [owner, theirs] of overdueByOwner(await tenant.standardAnswers(), clock.now()))
          await tenant.tell(owner, letterId('overdue', owner), (locale, mayKnow) =>
            overdueLetter(texts, locale, theirs, mayKnow),
          );
      }),
    },
    {
      name: 'answer-quality',
      about: 'Looks at one answer in ten and tells the administrators when answers became worse.',
      every: '30 6 * * *',
      handle: forEachTenant(async (tenant) => {
        const now = await tenant.quality(ago(WEEK_MS), clock.now());
        const before = await tenant.quality(ago(YARDSTICK_MS), ago(WEEK_MS));
        logger.info({ now, before }, 'A sample of answers was looked at.');
        const drift = driftBetween(before, now);
        if (drift.length === 0) return;
        await tenant.tell(NOBODY, `drift:${day()}`, (locale) => driftLetter(texts, locale, drift));
      }),
    },
    {
      name: 'articles-reconcile',
      about: 'Makes documents agree with the articles that they were written from.',
      every: '30 2 * * *',
      handle: forEachTenant(async (tenant) => {
        const corrected = await tenant.reconcile();
        if (corrected > 0) logger.info({ corrected }, 'Documents were made to agree with their articles.');
      }),
    },
  ];
}
