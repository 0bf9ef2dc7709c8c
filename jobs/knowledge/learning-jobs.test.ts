import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../core/kernel/clock.js';
import { silentLogger } from '../../core/kernel/logger.js';
import { qualityOf } from '../../core/knowledge/learning/answer-drift.js';
import type { KnowledgeDocument } from '../../core/knowledge/document.js';
import type { StandardAnswer } from '../../core/knowledge/learning/standard-answers.js';
import { createTexts } from '../../dialogs/texts.js';
import { learningJobs, NOBODY, type TenantLearning } from './learning-jobs.js';

const NOW = new Date('2026-11-23T07:00:00Z');

function page(path: string, more: Partial<KnowledgeDocument>): KnowledgeDocument {
  return {
    id: path,
    collection: 'main',
    path,
    title: path,
    contentHash: path,
    version: 1,
    language: 'en',
    access: { classification: 'internal' },
    updatedAt: NOW,
    ingestedAt: NOW,
    ...more,
  };
}

async function run(name: string, more: Partial<TenantLearning> = {}, tenants = ['home']) {
  const told: { tenantId: string; owner: string; id: string; text: string }[] = [];
  const of = (tenantId: string): TenantLearning => ({
    openQuestions: () => Promise.resolve([]),
    digests: () => Promise.resolve([]),
    documents: () => Promise.resolve([]),
    standardAnswers: () => Promise.resolve([]),
    citations: () => Promise.resolve(new Map()),
    quality: () => Promise.resolve(qualityOf([])),
    tell: (owner, id, letter) =>
      Promise.resolve(void told.push({ tenantId, owner, id, text: letter('en', () => true).text })),
    reconcile: () => Promise.resolve(0),
    ...more,
  });
  const jobs = learningJobs({
    tenants: () => Promise.resolve(tenants),
    of,
    texts: createTexts(),
    clock: { ...systemClock, now: () => NOW },
    logger: silentLogger,
  });
  await jobs.find((job) => job.name === name)?.handle(undefined);
  return told;
}

describe('the letters to owners of documents', () => {
  it('tell each owner of their stale pages, and of those of nobody whoever stands in', async () => {
    const old = new Date('2025-01-01T00:00:00Z');
    const documents = [
      page('mine.md', { owner: 'ada@example.com', reviewBy: old }),
      page('fresh.md', { owner: 'ada@example.com' }),
      page('lost.md', { updatedAt: old }),
    ];
    const told = await run('stale-documents', { documents: () => Promise.resolve(documents) });
    expect(told.map(({ owner }) => owner).sort()).toEqual([NOBODY, 'ada@example.com']);
    expect(told.map(({ text }) => text).join()).not.toContain('fresh.md');
    expect(new Set(told.map(({ id }) => id)).size).toBe(2);
  });

  it('tell the owner of a standard answer when it is not given any more, and of no other', async () => {
    const answer = (question: string, reviewBy: string, enabled = true): StandardAnswer => ({
      id: question,
      phrasings: [question],
      answer: 'On deck B.',
      owner: 'ada@example.com',
      reviewBy: new Date(reviewBy),
      access: { classification: 'internal' },
      enabled,
    });
    const answers = [
      answer('Where can I park?', '2026-11-20'),
      answer('Where is the gym?', '2027-11-20'),
      answer('Who took it away?', '2026-11-20', false),
    ];
    const told = await run('stale-documents', { standardAnswers: () => Promise.resolve(answers) });
    expect(told).toMatchObject([{ owner: 'ada@example.com' }]);
    expect(told[0]?.text).toContain('1 standard answer is not given any more');
    expect(told[0]?.text).toContain('- Where can I park?: review was due on 20 Nov 2026');
    expect(told[0]?.text).not.toMatch(/gym|took/);
    expect(told[0]?.id).not.toContain('ada');
  });

  it('have the same id when the job runs twice on one day, so that they leave once', async () => {
    const digests: TenantLearning['digests'] = () =>
      Promise.resolve([{ owner: 'ada@example.com', gaps: [] }]);
    const [first] = await run('knowledge-gaps', { digests });
    const [second] = await run('knowledge-gaps', { digests });
    expect(first).toEqual(second);
    expect(first?.text).toContain('Between 16 Nov 2026 and 23 Nov 2026');
  });

  it('tell the administrators once a day when answers became worse', async () => {
    const sample = (answered: (at: number) => boolean) =>
      qualityOf(
        Array.from({ length: 80 }, (_, at) => ({
          id: `${at}`,
          answered: answered(at),
          confidence: 0.8,
          faithful: [true],
        })),
      );
    const quality: TenantLearning['quality'] = (_from, to) =>
      Promise.resolve(sample((at) => (to < NOW ? at % 10 !== 0 : at % 2 === 0)));
    const told = await run('answer-quality', { quality });
    expect(told).toMatchObject([{ owner: NOBODY, id: 'drift:2026-11-23' }]);
    expect(told[0]?.text).toContain('Questions answered: 90% before, 50% now');
    expect(await run('answer-quality', { quality: () => Promise.resolve(sample(() => true)) })).toEqual([]);
  });

  it('leave in every organisation that Steward serves', async () => {
    const documents = [page('lost.md', { updatedAt: new Date('2024-01-01T00:00:00Z') })];
    const of = { documents: () => Promise.resolve(documents) };
    const told = await run('stale-documents', of, ['home', 'slack-T1']);
    expect(told.map(({ tenantId }) => tenantId)).toEqual(['home', 'slack-T1']);
  });

  it('do not leave when there is nothing to tell', async () => {
    expect([...(await run('knowledge-gaps')), ...(await run('stale-documents'))]).toEqual([]);
  });
});
