import { describe, expect, it } from '@jest/globals';
import type { Activity } from '../../core/kernel/activity.js';
import { systemClock } from '../../core/kernel/clock.js';
import { silentLogger } from '../../core/kernel/logger.js';
import { noMetrics } from '../../core/kernel/telemetry.js';
import type { Inbox, InboxRecord } from '../../storage/mongo/inbox.js';
import type { Replica } from '../../storage/mongo/replicas.js';
import { createConversationQueue } from './conversation-queue.js';
import { createIntake, type IntakeDependencies } from './intake.js';
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
      inbox,
      ownership: {
        ownerOf: () => Promise.resolve('me'),
        releaseIdle: () => Promise.resolve(),
        releaseAll: () => Promise.resolve(),
        releaseDead: () => Promise.resolve(),
      },
      queue: createConversationQueue(4),
      replica: {
        id: 'me',
        living: () => Promise.resolve(['me']),
        dead: () => Promise.resolve([]),
      } as unknown as Replica,
      tenantOf: () => 't1',
      overtakes: () => false,
      sortOut: (activity) => Promise.resolve(activity),
      stopWriting: () => Promise.resolve(),
      run: () => {
        runs += 1;
        const finished = { response: { kind: 'message', text: 'done' } } as unknown as FinishedTurn;
        return Promise.resolve(runs === 1 ? finished : undefined);
      },
      hasEnded: () => Promise.resolve(false),
      deliver: () => Promise.resolve(),
      settle: () => Promise.resolve(),
      mayWait: () => false,
      tellBusy: () => Promise.resolve(),
      clock: systemClock,
      logger: silentLogger,
      metrics: noMetrics,
    } satisfies IntakeDependencies);
    await intake.start();
    const answered = intake.respond(click);
    await seen();
    confirm();
    expect(await answered).toEqual({ kind: 'message', text: 'done' });
    expect(runs).toBe(1);
    await intake.stop(1_000);
  });
});
