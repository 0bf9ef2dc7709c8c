import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Article } from '../../core/knowledge/learning/article.js';
import { changedAnswer, type StandardAnswer } from '../../core/knowledge/learning/standard-answers.js';
import { type KnowledgeSource, sourceInputSchema } from '../../core/knowledge/sources/source-definition.js';
import { createAnswerLessons } from '../../storage/mongo/answer-lessons.js';
import { type AnswerRecord, answerCollection, createAnswerLog } from '../../storage/mongo/answers.js';
import { articleDefinition, createArticleStore } from '../../storage/mongo/article-store.js';
import type { CollectionDefinition } from '../../storage/mongo/database.js';
import { createFactStore, factDefinition } from '../../storage/mongo/fact-store.js';
import { createSourceRegistry, sourceDefinition } from '../../storage/mongo/source-registry.js';
import {
  createStandardAnswerStore,
  standardAnswerDefinition,
} from '../../storage/mongo/standard-answer-store.js';
import { type TestDatabase, openTestDatabase } from '../support/test-database.js';

const AT = new Date('2026-03-02T09:00:00Z');
const day = (number: number): Date => new Date(Date.UTC(2026, 2, number));

let test: TestDatabase;
let tenant = '';
let tenants = 0;
beforeAll(async () => {
  test = await openTestDatabase([
    sourceDefinition,
    articleDefinition,
    standardAnswerDefinition,
    factDefinition,
    answerCollection,
  ] as unknown as CollectionDefinition<never>[]);
});
afterAll(() => test?.close());
beforeEach(() => {
  tenants += 1;
  tenant = `tenant-${tenants}`;
});

describe('sources', () => {
  const source = (changes: Partial<KnowledgeSource> = {}): KnowledgeSource => ({
    ...sourceInputSchema.parse({
      name: 'Docs',
      place: { kind: 'folder', path: '/docs' },
      schedule: '0 3 * * *',
    }),
    id: 's1',
    nextRunAt: AT,
    ...changes,
  });

  it('are kept, changed, listed and removed', async () => {
    const registry = createSourceRegistry(test.database, tenant);
    await registry.put(source());
    await registry.put(source({ id: 's2', nextRunAt: undefined, schedule: undefined }));
    expect(await registry.get('s1')).toEqual(source());
    await registry.put(source({ name: 'Renamed' }));
    expect((await registry.list()).map((one) => one.name)).toEqual(['Renamed', 'Docs']);
    await registry.remove('s1');
    expect(await registry.get('s1')).toBeUndefined();
    expect((await registry.get('s2'))?.nextRunAt).toBeUndefined();
  });

  it('are claimed by one of many', async () => {
    const registry = createSourceRegistry(test.database, tenant);
    await registry.put(source());
    const claims = await Promise.all(Array.from({ length: 8 }, () => registry.claim(source(), day(3))));
    expect(claims.filter(Boolean)).toHaveLength(1);
    await registry.finish('s1', { startedAt: AT, endedAt: AT, fault: 'no network' });
    expect(await registry.get('s1')).toMatchObject({
      nextRunAt: day(3),
      lastRun: { fault: 'no network', endedAt: AT },
    });
  });
});

describe('articles', () => {
  const article = (changes: Partial<Article> = {}): Article => ({
    id: `${tenant}-a1`,
    state: 'requested',
    revision: 1,
    question: 'May I bring my dog?',
    askedBy: ['p1'],
    access: { classification: 'internal' },
    createdAt: AT,
    updatedAt: AT,
    ...changes,
  });

  it('are kept, and replaced only on top of what they were made from', async () => {
    const store = createArticleStore(test.database, tenant);
    await store.insert(article());
    const written = article({
      state: 'drafted',
      revision: 2,
      title: 'Dogs',
      body: 'Yes.',
      reason: undefined,
    });
    const race = await Promise.all([store.replace(written), store.replace({ ...written, title: 'Other' })]);
    expect(race.filter(Boolean)).toHaveLength(1);
    const kept = await store.get(`${tenant}-a1`);
    expect(kept?.revision).toBe(2);
    expect(kept).not.toHaveProperty('reason');
    expect(await store.list(['requested'])).toEqual([]);
    expect(await store.list(['drafted', 'published'])).toHaveLength(1);
  });
});

describe('standard answers', () => {
  it('are kept, changed and removed, per tenant', async () => {
    const answer: StandardAnswer = {
      id: `${tenant}-1`,
      phrasings: ['May I bring my dog?', 'Dogs?'],
      answer: 'On **Tuesdays**.',
      owner: 'a@x.example',
      reviewBy: AT,
      access: { classification: 'confidential', groups: ['hr'] },
      enabled: true,
    };
    const store = createStandardAnswerStore(test.database, tenant);
    await store.put(answer);
    expect(await store.list()).toEqual([answer]);
    await store.put({ ...answer, enabled: false });
    expect((await store.list())[0]?.enabled).toBe(false);
    expect(await createStandardAnswerStore(test.database, 'somebody-else').list()).toEqual([]);
    await store.remove(answer.id);
    expect(await store.list()).toEqual([]);
  });

  it('are changed in chat on top of what was seen, by one of two people, and taken back', async () => {
    const store = createStandardAnswerStore(test.database, tenant);
    const kept: StandardAnswer = {
      id: `${tenant}-2`,
      phrasings: ['Where can I park?'],
      answer: 'On deck A.',
      owner: 'a@x.example',
      reviewBy: AT,
      access: { classification: 'internal' },
      enabled: true,
    };
    // As the command line keeps it, without a revision.
    await store.put(kept);
    const { id: _id, ...content } = kept;
    const mine = changedAnswer(kept, { ...content, answer: 'On deck B.' });
    const theirs = changedAnswer(kept, { ...content, answer: 'On deck C.' });
    const won = await Promise.all([store.replace(mine), store.replace(theirs)]);
    expect(won.filter(Boolean)).toHaveLength(1);
    const now = await store.get(kept.id);
    expect(now).toEqual(won[0] ? mine : theirs);
    expect(await store.replace(changedAnswer(now as StandardAnswer, content))).toBe(true);
    expect(await store.get(kept.id)).toMatchObject({ answer: 'On deck A.', revision: 2 });
    expect(await store.add(kept)).toBe(false);
    expect(await createStandardAnswerStore(test.database, 'somebody-else').get(kept.id)).toBeUndefined();
    await store.remove(kept.id);
  });
});

describe('facts', () => {
  it('are replaced and removed by document', async () => {
    const store = createFactStore(test.database, tenant);
    const fact = { subject: 'A', relation: 'is', object: 'B', passageId: 'd1:p', documentId: 'd1' };
    const one = { documentId: 'd1', version: 1, rules: 1, facts: [fact] };
    await store.put({ ...one, facts: [fact, { ...fact, object: 'C' }] });
    await store.put(one);
    await store.put({ documentId: 'd2', version: 3, rules: 1, facts: [] });
    const all = async () => {
      const found = [];
      for await (const kept of store.all()) found.push(kept);
      return found.sort((a, b) => (a.documentId < b.documentId ? -1 : 1));
    };
    expect(await all()).toEqual([one, { documentId: 'd2', version: 3, rules: 1, facts: [] }]);
    expect(await createFactStore(test.database, `${tenant}-other`).states()).toEqual([]);
    await store.remove('d1');
    expect((await all()).map(({ documentId }) => documentId)).toEqual(['d2']);
    expect(await store.get('d1')).toBeUndefined();
  });

  it('by a model are found from an instant on, with what it has read', async () => {
    const store = createFactStore(test.database, `${tenant}-model`);
    const byModel = (documentId: string, at: Date) => ({
      documentId,
      version: 1,
      rules: 1,
      model: { version: 'facts@1', read: [`${documentId}:p`], whole: true, at },
      facts: [
        { subject: 'A', relation: 'is', object: 'B', passageId: 'x:p', documentId, by: 'model' as const },
      ],
    });
    await store.put({ documentId: 'rules', version: 1, rules: 1, facts: [] });
    await store.put(byModel('early', day(1)));
    await store.put(byModel('late', day(3)));
    const found = [];
    for await (const kept of store.readByModelSince(day(2))) found.push(kept);
    expect(found).toEqual([byModel('late', day(3))]);
    expect((await store.states()).find(({ documentId }) => documentId === 'early')).toEqual({
      documentId: 'early',
      version: 1,
      rules: 1,
      model: { version: 'facts@1', whole: true },
    });
  });
});

describe('what answers teach', () => {
  const record = (id: string, changes: Partial<AnswerRecord> = {}): Omit<AnswerRecord, 'tenantId'> => ({
    _id: `${tenant}-${id}`,
    personId: 'p1',
    conversation: 'c1',
    question: `Question ${id}`,
    text: 'Text',
    answered: true,
    confidence: 0.5,
    model: 'offline',
    citations: [1, 2].map((number) => ({
      documentId: 'd1',
      passageId: `d1:${number}`,
      path: 'a.md',
      title: 'A',
      quote: 'q',
      number,
    })),
    at: day(2),
    ...changes,
  });

  it('is a thumb with its reason, whichever of the two clicks is written last, until the vote changes', async () => {
    const log = createAnswerLog(test.database, tenant);
    await log.add(record('voted', { at: day(1) }));
    const vote = { personId: 'p2', at: day(1) };
    const voteOf = async () => (await log.get(`${tenant}-voted`))?.votes?.[0];
    await log.rate(`${tenant}-voted`, { ...vote, rating: 'down', reason: 'too old' });
    expect(await log.rate(`${tenant}-voted`, { ...vote, rating: 'down' })).toBeDefined();
    expect(await voteOf()).toMatchObject({ rating: 'down', reason: 'too old' });
    await log.rate(`${tenant}-voted`, { ...vote, rating: 'up' });
    expect((await voteOf())?.rating).toBe('up');
    expect((await voteOf())?.reason ?? undefined).toBeUndefined();
    expect((await log.get(`${tenant}-voted`))?.votes).toHaveLength(1);
    expect(await log.rate(`${tenant}-unknown`, { ...vote, rating: 'up' })).toBeUndefined();
  });

  it('are kept for each person, so that nobody’s vote takes another’s away', async () => {
    const log = createAnswerLog(test.database, tenant);
    await log.add(record('shared', { at: day(6) }));
    const of = (personId: string, rating: 'up' | 'down') => ({ personId, rating, at: day(6) });
    await Promise.all(['p1', 'p2', 'p3'].map((who) => log.rate(`${tenant}-shared`, of(who, 'up'))));
    await log.rate(`${tenant}-shared`, of('p4', 'down'));
    await Promise.all(
      Array.from({ length: 20 }, () =>
        log.rate(`${tenant}-shared`, { ...of('p5', 'down'), isOutsider: true }),
      ),
    );
    const lessons = createAnswerLessons(test.database, tenant);
    const counted = (await lessons.votes(day(6))).map(({ personId, rating }) => `${personId} ${rating}`);
    expect(counted.sort()).toEqual(['p1 up', 'p2 up', 'p3 up', 'p4 down']);
    expect((await log.get(`${tenant}-shared`))?.votes).toHaveLength(5);
    expect(await lessons.openQuestions(day(6), day(7))).toEqual([]);
    await log.rate(`${tenant}-shared`, of('p1', 'down'));
    await log.rate(`${tenant}-shared`, of('p2', 'down'));
    expect(await lessons.openQuestions(day(6), day(7))).toMatchObject([{ why: 'voted-down' }]);
  });

  it('is votes with the passages they are about, open questions and citations', async () => {
    const log = createAnswerLog(test.database, tenant);
    await log.add(record('good'));
    await log.add(record('bad', { at: day(3) }));
    await log.add(record('none', { answered: false, citations: [], at: day(4) }));
    await log.add(record('old', { answered: false, citations: [], at: day(1) }));
    await log.rate(`${tenant}-good`, { rating: 'up', personId: 'p2', at: day(3) });
    await log.rate(`${tenant}-bad`, { rating: 'down', personId: 'p3', at: day(3) });
    const lessons = createAnswerLessons(test.database, tenant);
    const votes = (await lessons.votes(day(2))).sort((a, b) => (a.answerId < b.answerId ? -1 : 1));
    expect(votes).toEqual([
      { answerId: `${tenant}-bad`, personId: 'p3', rating: 'down', passageIds: ['d1:1', 'd1:2'], at: day(3) },
      { answerId: `${tenant}-good`, personId: 'p2', rating: 'up', passageIds: ['d1:1', 'd1:2'], at: day(3) },
    ]);
    expect((await lessons.openQuestions(day(2), day(5))).map((one) => [one.question, one.why])).toEqual([
      ['Question bad', 'voted-down'],
      ['Question none', 'unanswered'],
    ]);
    expect(await lessons.citations(day(2))).toEqual(new Map([['d1', 2]]));
    expect(await createAnswerLessons(test.database, 'somebody-else').votes(day(0))).toEqual([]);
  });
});
