import { describe, expect, it } from '@jest/globals';
import type { InboxRecord } from '../../storage/mongo/inbox.js';
import { createWaitingRoom } from './waiting-room.js';

const record = (turnId: string, conversation: string): InboxRecord =>
  ({
    _id: turnId,
    tenantId: 'home',
    conversation,
    activity: { conversation: { channel: 'teams', conversationId: conversation }, activityId: `a-${turnId}` },
  }) as InboxRecord;

function room(busyAt: number) {
  const state = { load: 0, told: [] as string[], admitted: [] as string[] };
  const waiting = createWaitingRoom({
    busyAt,
    now: () => 0,
    load: () => state.load,
    tell: async ({ turnId, place }) => void state.told.push(`${turnId}:${place}`),
    admit: async (turnIds) => {
      state.admitted.push(...turnIds);
      state.load += turnIds.length;
    },
  });
  const settle = async (): Promise<void> => {
    for (let round = 0; round < 20; round += 1) await Promise.resolve();
  };
  return { state, waiting, settle };
}

describe('the waiting room', () => {
  it('learns how fast turns end, and takes in who would wait longer than a second and a half', async () => {
    let now = 0;
    let load = 100;
    const waiting = createWaitingRoom({
      load: () => load,
      now: () => now,
      tell: async () => {},
      admit: async () => {},
    });
    expect(waiting.take(record('1', 'a'))).toBe(false);
    for (let ended = 0; ended < 41; ended += 1) {
      now += 25; // 40 turns a second
      waiting.turnEnded();
    }
    load = 59;
    expect(waiting.take(record('2', 'b'))).toBe(false);
    load = 62;
    expect(waiting.take(record('3', 'c'))).toBe(true);
  });

  /** A room that learns, whose turns and clock the test moves. */
  function learningRoom() {
    const state = { now: 0, load: 0 };
    const waiting = createWaitingRoom({
      load: () => state.load,
      now: () => state.now,
      tell: async () => {},
      admit: async (turnIds) => void (state.load += turnIds.length),
    });
    const end = (turns: number, everyMs: number): void => {
      for (let ended = 0; ended < turns; ended += 1) {
        state.now += everyMs;
        waiting.turnEnded();
      }
    };
    return { state, waiting, end };
  }

  it('does not take a pause before many questions for slowness', () => {
    const { state, waiting, end } = learningRoom();
    end(10, 10); // little to do
    state.now += 60_000;
    state.load = 64;
    end(110, 10); // 100 turns a second
    expect(waiting.take(record('1', 'a'))).toBe(false);
  });

  it('learns that turns end faster again while questions wait, though the queue is short', () => {
    const { state, waiting, end } = learningRoom();
    state.load = 100;
    end(20, 200); // 5 turns a second
    for (let count = 0; count < 200; count += 1)
      expect(waiting.take(record(String(count), `c${count}`))).toBe(true);
    state.load = 20;
    end(250, 10); // 100 turns a second, few of them in the queue at any time
    state.load = 100;
    const { size } = waiting;
    expect(waiting.take(record('next', 'next'))).toBe(false);
    expect(waiting.size).toBe(size);
  });

  it('takes nobody in while there is room in the queue', () => {
    const { waiting, state } = room(4);
    state.load = 3;
    expect(waiting.take(record('1', 'a'))).toBe(false);
    expect(waiting.size).toBe(0);
  });

  it('tells each its place and lets them in by order as turns end', async () => {
    const { waiting, state, settle } = room(4);
    state.load = 4;
    for (const id of ['1', '2', '3', '4', '5']) expect(waiting.take(record(id, `c${id}`))).toBe(true);
    await settle();
    expect(state.told).toEqual(['1:1', '2:2', '3:3', '4:4', '5:5']);
    expect(state.admitted).toEqual([]);
    state.load = 1;
    waiting.letIn();
    await settle();
    expect(state.admitted).toEqual(['1']);
    state.load = 0;
    waiting.letIn();
    await settle();
    expect(state.admitted).toEqual(['1', '2', '3']);
    expect(waiting.size).toBe(2);
  });

  it('keeps what is said later in a conversation behind what waits there already', async () => {
    const { waiting, state, settle } = room(2);
    state.load = 2;
    waiting.take(record('1', 'a'));
    state.load = 1;
    expect(waiting.take(record('2', 'a'))).toBe(true);
    expect(waiting.take(record('3', 'b'))).toBe(false);
    state.load = 0;
    waiting.letIn();
    await settle();
    state.load = 0;
    waiting.letIn();
    await settle();
    expect(state.admitted).toEqual(['1', '2']);
    expect(waiting.take(record('4', 'a'))).toBe(false);
  });

  it('refuses more than it can hold, so that the channel sends it again later', () => {
    const { waiting, state } = room(1);
    state.load = 1_000_000;
    for (let count = 0; count < 20_000; count += 1) {
      waiting.refuseWhenFull();
      waiting.take(record(String(count), String(count)));
    }
    expect(() => waiting.refuseWhenFull()).toThrow('wait already');
  });
});
