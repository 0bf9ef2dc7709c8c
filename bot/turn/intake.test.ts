import { describe, expect, it } from '@jest/globals';
import type { Activity } from '../../core/kernel/activity.js';
import type { Inbox, InboxRecord } from '../../storage/mongo/inbox.js';
import { intakeDependencies } from '../../tests/support/intake-dependencies.js';
import { createIntake } from './intake.js';
import type { FinishedTurn } from './pipeline.js';

const click = {
  kind: 'card-action',
  dedupeKey: 'click-1',
  conversation: { channel: 'teams', channelTenantId: 'acme', conversationId: 'a:1', scope: 'personal' },
} as unknown as Activity;

/** An inbox whose write can be seen in the store before it is confirmed, as every batched write can. */
function slowInbox(): { inbox: Inbox; confirm: () => void; seen: () => Promise<void> } {
  let stored: InboxRecord | undefined;
  let confirm = (): void => {};
  const looks: (() => void)[] = [];
  const inbox = {
    add: (record: InboxRecord) => {
      stored = record;
      return new Promise<boolean>((resolve) => (confirm = () => resolve(true)));
    },
    finish: () => Promise.resolve(),
    ownersBeside: () => Promise.resolve([]),
    takeOver: () => Promise.resolve([]),
    takeEarlier: () => Promise.resolve([]),
    given: (_owner: string, known: (id: string) => boolean) => {
      for (const look of looks.splice(0)) look();
      return Promise.resolve(stored && !known(stored._id) ? [stored] : []);
    },
  } as unknown as Inbox;
  const look = (): Promise<void> => new Promise((resolve) => looks.push(resolve));
  return { inbox, confirm: () => confirm(), seen: () => look().then(look) };
}

describe('the intake', () => {
  it('runs a click once and answers it, though the look-out sees it before its write is confirmed', async () => {
    const { inbox, confirm, seen } = slowInbox();
    let runs = 0;
    const intake = createIntake({
      ...intakeDependencies(),
      inbox,
      run: () => {
        runs += 1;
        const finished = { response: { kind: 'message', text: 'done' } } as unknown as FinishedTurn;
        return Promise.resolve(runs === 1 ? finished : undefined);
      },
    });
    await intake.start();
    const answered = intake.respond(click);
    await seen();
    confirm();
    expect(await answered).toEqual({ kind: 'message', text: 'done' });
    expect(runs).toBe(1);
    await intake.stop(1_000);
  });

  it.each([
    ['is written', () => new Promise<void>((resolve) => setTimeout(resolve, 1_200))],
    ['could not be written', () => Promise.reject(new Error('the store is away'))],
  ])('runs a click once, though it is seen as not done until its end %s', async (_when, finish) => {
    const { inbox, confirm, seen } = slowInbox();
    const ended = new Set<string>();
    let runs = 0;
    const intake = createIntake({
      ...intakeDependencies(),
      inbox: { ...inbox, finish },
      hasEnded: (id) => Promise.resolve(ended.has(id)),
      run: ({ _id }) => {
        runs += 1;
        ended.add(_id);
        return Promise.resolve({ response: { kind: 'message', text: 'done' } } as unknown as FinishedTurn);
      },
    });
    await intake.start();
    const answered = intake.respond(click);
    confirm();
    expect(await answered).toEqual({ kind: 'message', text: 'done' });
    await seen();
    await seen();
    expect(runs).toBe(1);
    await intake.stop(1_000);
  });
});
