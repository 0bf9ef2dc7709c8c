import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { changed, type Plan } from '../../core/agents/plan/plan.js';
import type { Effect } from '../../core/kernel/effect.js';
import { silentLogger } from '../../core/kernel/logger.js';
import { createTexts } from '../../dialogs/texts.js';
import { lateContent, planContent, planCopyKey } from '../../dialogs/plan/plan-content.js';
import {
  createPlanRepository,
  createPlanSweeps,
  planCollection,
} from '../../storage/mongo/plan-repository.js';
import { chatOf, personOf } from '../../tests/fakes/approval-world.js';
import { openTemporaryDatabase, type TemporaryDatabase } from '../../tests/fakes/temporary-database.js';
import { testClock } from '../../tests/fakes/test-clock.js';
import { planJobs } from './plan-jobs.js';

let store: TemporaryDatabase;
beforeAll(async () => {
  store = await openTemporaryDatabase([planCollection]);
});
afterAll(() => store.close());

const texts = createTexts();

function watch(name: string) {
  const clock = testClock('2026-11-21T09:00:00Z');
  const effects = new Map<string, Effect>();
  const plans = (tenantId: string) => createPlanRepository(store.database, tenantId);
  let loses = false;
  const [job] = planJobs({
    plans: (tenantId) => {
      const repository = plans(tenantId);
      return {
        ...repository,
        replace: (plan) => (loses ? Promise.resolve(undefined) : repository.replace(plan)),
      };
    },
    late: createPlanSweeps(store.database),
    person: (_tenantId, id) => Promise.resolve(personOf(id)),
    card: (plan, now) => planContent(texts, plan, now),
    alert: (plan, milestone) => lateContent(texts, plan, milestone),
    copyKey: planCopyKey,
    outbox: (_tenantId, effect) => {
      if (!effects.has(effect.id)) effects.set(effect.id, effect);
      return Promise.resolve();
    },
    clock,
    logger: silentLogger,
  });
  const plan: Omit<Plan, 'tenantId'> = {
    id: name,
    title: 'Move the office',
    goal: 'Move the office',
    requesterId: 'mia',
    conversation: chatOf('mia'),
    locale: 'en',
    milestones: [
      {
        number: 1,
        text: 'Order boxes',
        due: new Date('2026-11-22T23:59:59Z'),
        owner: { id: 'ana', name: 'Ana' },
        state: 'open',
      },
      { number: 2, text: 'Move', due: new Date('2026-11-30T23:59:59Z'), state: 'open' },
    ],
    isOpen: true,
    version: 1,
    createdAt: clock.now(),
  };
  return {
    clock,
    plans: plans('t1'),
    make: () => plans('t1').create(plan),
    look: () => job?.handle({}) ?? Promise.resolve(),
    loseMarks: (does: boolean) => {
      loses = does;
    },
    messages: () => [...effects.values()].flatMap(({ messages }) => messages),
    close: async () => {
      const last = await plans('t1').get(name);
      if (last) await plans('t1').replace({ ...last, isOpen: false });
    },
  };
}

describe('the watch over plans', () => {
  it('is silent while a day is not over, and then tells once, here and to the owner in person', async () => {
    const world = watch('plan-a');
    await world.make();
    world.clock.set('2026-11-22T20:00:00Z');
    await world.look();
    expect(world.messages()).toEqual([]);
    world.clock.set('2026-11-23T00:30:00Z');
    await world.look();
    await world.look();
    expect(world.messages().map(({ kind, conversation }) => [kind, conversation.conversationId])).toEqual([
      ['post', 'web-mia'],
      ['post', 'web-ana'],
      ['update', 'web-mia'],
    ]);
    expect(world.messages()[0]?.content.text).toContain('“Order boxes” was due 22 Nov 2026');
    expect(JSON.stringify(world.messages()[2]?.content)).toContain('late since');
    await world.close();
  });

  it('tells again when a milestone that was moved is late once more', async () => {
    const world = watch('plan-b');
    await world.make();
    world.clock.set('2026-11-23T00:30:00Z');
    await world.look();
    const plan = await world.plans.get('plan-b');
    const moved = plan && changed(plan, { kind: 'move', number: 1, due: new Date('2026-11-24T09:00:00Z') });
    if (moved) await world.plans.replace(moved);
    await world.look();
    const before = world.messages().length;
    world.clock.set('2026-11-25T00:30:00Z');
    await world.look();
    expect(
      world
        .messages()
        .slice(before)
        .map(({ kind }) => kind),
    ).toEqual(['post', 'post', 'update']);
    await world.close();
  });

  it('does not tell twice when the mark was lost after the telling', async () => {
    const world = watch('plan-c');
    await world.make();
    world.clock.set('2026-11-23T00:30:00Z');
    world.loseMarks(true);
    await world.look();
    world.loseMarks(false);
    await world.look();
    expect(world.messages().filter(({ kind }) => kind === 'post')).toHaveLength(2);
    await world.close();
  });

  it('leaves closed plans and what is done alone', async () => {
    const world = watch('plan-d');
    await world.make();
    const plan = await world.plans.get('plan-d');
    const done = plan && changed(plan, { kind: 'done', number: 1 });
    if (done) await world.plans.replace(done);
    world.clock.set('2026-11-23T00:30:00Z');
    await world.look();
    expect(world.messages()).toEqual([]);
    await world.close();
  });

  it('keeps a change from being lost when two are made at once', async () => {
    const world = watch('plan-e');
    await world.make();
    const plan = await world.plans.get('plan-e');
    if (!plan) throw new Error('no plan');
    const changes = [1, 2].flatMap((number) => changed(plan, { kind: 'done', number }) ?? []);
    const written = await Promise.all(changes.map((next) => world.plans.replace(next)));
    expect(written.filter(Boolean)).toHaveLength(1);
    await world.close();
  });
});
