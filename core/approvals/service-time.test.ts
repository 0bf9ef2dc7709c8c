import { describe, expect, it } from '@jest/globals';
import { chatOf, personOf } from '../../tests/fakes/approval-world.js';
import type { PersonRecord } from '../governance/identity/people.js';
import { openedApproval as opened, shownTo as shown } from '../../tests/fakes/opened-approval.js';
import { endOfQuiet } from './timers.js';

const HOUR = 3_600_000;

describe('executing', () => {
  it('waits out the time in which it can be called off', async () => {
    const { service, ask, approval, world, id } = await opened({ undoSeconds: 30 });
    await service.decide({ ...ask('ada'), verdict: 'approve' });
    await world.settle();
    expect(world.runs).toHaveLength(0);
    await service.cancel({ ...ask('mia'), mayCancelAny: false });
    world.clock.advance(31_000);
    await service.tick('t1', id);
    expect(world.runs).toHaveLength(0);
    expect(approval().state).toBe('cancelled');
  });

  it('runs by the job when that time is over, and can then not be called off', async () => {
    const { service, ask, approval, world, id } = await opened({ undoSeconds: 30 });
    await service.decide({ ...ask('ada'), verdict: 'approve' });
    world.clock.advance(30_000);
    await service.tick('t1', id);
    expect(approval().state).toBe('done');
    expect(await service.cancel({ ...ask('mia'), mayCancelAny: true })).toMatchObject({
      refusal: 'already-decided',
    });
  });

  it('runs by the job when the clock was set back an hour in that time', async () => {
    const { service, ask, approval, world, id } = await opened({ undoSeconds: 30 });
    await service.decide({ ...ask('ada'), verdict: 'approve' });
    world.clock.advance(-HOUR);
    await service.tick('t1', id);
    expect(world.runs).toHaveLength(1);
    expect(approval().state).toBe('done');
  });

  it('asks the policy again and does not run what it no longer allows', async () => {
    const { service, ask, approval, world } = await opened({ undoSeconds: 30 });
    await service.decide({ ...ask('ada'), verdict: 'approve' });
    world.policy.decide = ({ tool }) =>
      Promise.resolve({ effect: 'deny', ruleId: 'x', reason: 'Not today.', version: 'v2', risk: tool.risk });
    world.clock.advance(30_000);
    await service.tick('t1', approval().id);
    expect(world.runs).toHaveLength(0);
    expect(approval()).toMatchObject({ state: 'failed', execution: { outcome: { reason: 'Not today.' } } });
  });

  it('tells everybody when the tool fails', async () => {
    const { service, ask, world, approval } = await opened({}, undefined, {
      run: () =>
        Promise.resolve({
          outcome: { kind: 'failed', reason: 'No such queue.', mayRetry: false },
          messages: [],
        }),
    });
    await service.decide({ ...ask('ada'), verdict: 'approve' });
    await world.settle();
    expect(approval()).toMatchObject({
      state: 'failed',
      execution: { outcome: { reason: 'No such queue.' } },
    });
    for (const who of ['mia', 'ada', 'bob']) expect(shown(world, who)).toMatch(/^failed/);
  });

  it('is taken over when its process died, and the dead process cannot record any more', async () => {
    let release: () => void = () => undefined;
    const hanging = new Promise<void>((resolve) => {
      release = resolve;
    });
    const attempts: string[] = [];
    let begun: () => void = () => undefined;
    const firstBegan = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const { service, ask, world, approval, id } = await opened({}, undefined, {
      run: async ({ key }) => {
        attempts.push(key);
        begun();
        if (attempts.length === 1) await hanging;
        return { outcome: { kind: 'done', summary: 'Ticket T-1' }, messages: [] };
      },
    });
    await service.decide({ ...ask('ada'), verdict: 'approve' });
    await firstBegan;
    await service.tick('t1', id);
    expect(attempts).toHaveLength(1);
    world.clock.advance(61_000);
    await service.tick('t1', id);
    expect(approval()).toMatchObject({ state: 'done', execution: { attempt: 2 } });
    release();
    await world.settle();
    expect(approval().execution?.attempt).toBe(2);
    expect(
      world.store.effects.filter(({ audit }) => audit.some(({ action }) => action === 'tool-end')),
    ).toHaveLength(1);
  });
});

describe('time', () => {
  it('reminds after a quarter, brings the managers in at half time, and expires', async () => {
    const { service, world, approval, id } = await opened();
    world.clock.advance(6 * HOUR);
    await service.tick('t1', id);
    const texts = world.store.effects.at(-1)?.messages.map(({ content }) => content.text);
    expect(texts).toEqual(['waiting: Ticket "Laptop"', 'waiting: Ticket "Laptop"']);
    world.clock.advance(6 * HOUR);
    await service.tick('t1', id);
    expect(approval().approvers.find(({ id }) => id === 'max')).toMatchObject({
      via: 'escalated',
      forId: 'ada',
    });
    expect(shown(world, 'max')).toBe('pending r1');
    world.clock.advance(12 * HOUR);
    await service.tick('t1', id);
    expect(approval()).toMatchObject({ state: 'expired', decision: { outcome: 'expired' } });
    for (const who of ['mia', 'ada', 'bob', 'max']) expect(shown(world, who)).toMatch(/^expired/);
    expect(approval().dueAt).toBeUndefined();
  });

  it('expires at once when the clock jumps past everything', async () => {
    const { service, world, approval, id } = await opened();
    world.clock.advance(400 * HOUR);
    await service.tick('t1', id);
    expect(approval().state).toBe('expired');
  });

  it('keeps quiet at night and reminds in the morning', async () => {
    const { service, world, approval, id } = await opened();
    world.context.quietHours = { fromHour: 15, untilHour: 20 };
    world.clock.advance(6 * HOUR);
    await service.tick('t1', id);
    expect(approval().timers.remindAt).toEqual(new Date('2026-11-18T20:00:00Z'));
    expect(world.store.effects.at(-1)?.messages).toEqual([]);
  });

  it('wakes nobody: reminders and nudges follow each approver’s own clock', async () => {
    const { world, service, id, approval } = await opened({}, [
      personOf('mia'),
      personOf('ada', ['approver'], { timeZone: 'UTC' }),
      personOf('bob', ['approver'], { timeZone: 'Asia/Tokyo' }),
    ]);
    world.context.quietHours = { fromHour: 22, untilHour: 7 };
    const remindersTo = (who: string): number =>
      world.store.effects
        .flatMap(({ messages }) => messages)
        .filter(
          (message) =>
            message.id.includes(':remind:') && message.conversation.conversationId === `web-${who}`,
        ).length;
    world.clock.advance(6 * HOUR); // afternoon for Ada, past midnight for Bob
    await service.tick('t1', id);
    expect([remindersTo('ada'), remindersTo('bob')]).toEqual([1, 0]);
    expect(approval().timers).toMatchObject({ remind: ['bob'], remindAt: new Date('2026-11-18T22:00:00Z') });
    expect(await service.nudge('t1', id, 'mia')).toEqual({ told: ['Ada'], later: ['Bob'] });
    expect([remindersTo('ada'), remindersTo('bob')]).toEqual([2, 0]);
    world.clock.advance(approval().timers.remindAt!.getTime() - world.clock.now().getTime());
    await service.tick('t1', id); // half of the time may be over as well, which comes first
    await service.tick('t1', id);
    expect([remindersTo('ada'), remindersTo('bob')]).toEqual([2, 1]);
    expect(approval().timers.remindAt).toBeUndefined();
  });

  it('lets the requester ask for a reminder, once an hour', async () => {
    const { service, world, id } = await opened();
    expect(await service.nudge('t1', id, 'mia')).toEqual({ told: ['Ada', 'Bob'], later: [] });
    expect(await service.nudge('t1', id, 'mia')).toBe('too-soon');
    world.clock.advance(HOUR);
    expect(await service.nudge('t1', id, 'mia')).toEqual({ told: ['Ada', 'Bob'], later: [] });
    expect(await service.nudge('t1', id, 'tom')).toBe('not-found');
  });

  it('finds a substitute when all approvers have left', async () => {
    const { service, world, approval } = await opened();
    for (const who of ['ada', 'bob']) Object.assign(world.people.get(who) ?? {}, { active: false });
    expect(await service.refreshApprovers(approval())).toBe(true);
    expect(approval().approvers.at(-1)).toMatchObject({ id: 'zoe', via: 'escalated' });
    expect(shown(world, 'zoe')).toBe('pending r1');
  });

  it.each([
    ['2026-11-18T23:30:00Z', '2026-11-19T07:00:00.000Z'],
    ['2026-11-18T06:00:00Z', '2026-11-18T07:00:00.000Z'],
    ['2026-11-18T07:00:00Z', undefined],
    ['2026-11-18T12:00:00Z', undefined],
  ])('knows when quiet hours that began at 22 end: %s', (now, end) => {
    expect(endOfQuiet(new Date(now), { fromHour: 22, untilHour: 7 }, 'UTC')?.toISOString()).toBe(end);
  });
});

describe('handing over and asking back', () => {
  it('lets a delegate decide and shows them the card, but never the requester', async () => {
    const { service, ask, approval, world } = await opened();
    const to = { id: 'tom', name: 'Tom' };
    expect((await service.delegate({ ...ask('ada'), to })).ok).toBe(true);
    expect(shown(world, 'tom')).toBe('pending r1');
    await service.decide({ ...ask('tom'), verdict: 'approve' });
    expect(approval().decision?.by).toMatchObject({ id: 'tom' });
    const { service: other, ask: otherAsk } = await opened();
    expect(await other.delegate({ ...otherAsk('ada'), to: { id: 'mia', name: 'Mia' } })).toMatchObject({
      refusal: 'own-request',
    });
  });

  it('lets a stand-in decide no longer than the other is away, and not after the other has left', async () => {
    const away = { from: new Date('2026-11-16'), until: new Date('2026-11-19'), delegateId: 'tom' };
    const people = (): PersonRecord[] => [
      personOf('mia'),
      personOf('ada', ['approver'], { absences: [away] }),
      personOf('tom'),
    ];
    const back = await opened({}, people());
    const ada = back.world.people.get('ada');
    if (!ada) throw new Error('ada');
    ada.absences = [];
    expect(await back.service.decide({ ...back.ask('tom'), verdict: 'approve' })).toMatchObject({
      refusal: 'not-an-approver',
    });
    ada.absences = [away];
    ada.active = false;
    expect(await back.service.decide({ ...back.ask('tom'), verdict: 'approve' })).toMatchObject({
      refusal: 'not-an-approver',
    });
    ada.active = true;
    expect(await back.service.decide({ ...back.ask('tom'), verdict: 'approve' })).toMatchObject({ ok: true });
  });

  it('keeps a question and its answer with the request', async () => {
    const { service, ask, approval } = await opened();
    await service.note({ ...ask('ada'), text: 'Which colour?' });
    await service.note({ ...ask('mia'), text: 'Grey.' });
    expect(approval().notes).toMatchObject([
      { kind: 'question', text: 'Which colour?' },
      { kind: 'answer', text: 'Grey.' },
    ]);
    expect(await service.note({ ...ask('tom'), text: 'Me too' })).toMatchObject({
      refusal: 'not-an-approver',
    });
  });

  it('is shown to an approver who joins a channel later', async () => {
    const { service, world, approval } = await opened();
    expect(await service.personReachable('t1', 'ada', chatOf('ada', 'teams'))).toBe(1);
    expect(approval().copies.map(({ conversation }) => conversation.conversationId)).toContain('teams-ada');
    expect(world.store.effects.at(-1)?.messages[0]).toMatchObject({ kind: 'post' });
  });
});
