import type { ConversationReference } from '../../core/kernel/conversation-reference.js';
import { Unavailable } from '../../core/kernel/errors.js';
import type { InboxRecord } from '../../storage/mongo/inbox.js';

/** A question waits outside of the queue when it would wait longer than this in it. */
const LONGEST_WAIT_MS = 1_500;
/** Bounds of the number of turns in the queue from which that is so, whatever was measured. */
const BUSY_AT = { least: 24, most: 256 };
/** Questions that may wait; a channel is asked to send whatever comes beyond again later. */
const MOST_WAITING = 20_000;
/** Notices that are sent at the same time. */
const NOTICES_AT_ONCE = 8;

/** A question that waits: its record stands in the inbox, only what its notice needs is kept here. */
export interface Waiting {
  turnId: string;
  tenantId: string;
  conversation: string;
  reference: ConversationReference;
  replyToActivityId: string;
  locale: string | undefined;
  /** Its place when it came, from 1. */
  place: number;
}

export interface WaitingRoomDependencies {
  /** Turns that wait or run. */
  load(): number;
  /** Tells a person that the answer comes later, once for each turn. */
  tell(waiting: Waiting): Promise<void>;
  /** Reads the records of questions whose turn it is and queues them, in this order. */
  admit(turnIds: string[]): Promise<void>;
  /** Turns in the queue from which new questions wait; unless told, as many as end in a second and a half. */
  busyAt?: number;
  /** Milliseconds since some instant. */
  now(): number;
}

/**
 * Where questions wait while there is more to do than can be done. Who asks is told their place and is answered later, in
 * order; decisions, commands and calls for a person go past. A waiting question takes a few hundred bytes of memory.
 */
export interface WaitingRoom {
  /** Takes the question in when the process is busy or an earlier one of its conversation waits. @returns whether it did. */
  take(record: InboxRecord): boolean;
  /** @throws Unavailable when the room is full, before anything was stored. */
  refuseWhenFull(): void;
  /** Called when a turn ended: learns how fast turns end, and lets the next ones in. */
  turnEnded(): void;
  /** Lets the next ones in while there is room; called from time to time. */
  letIn(): void;
  /** Whether a question of this conversation waits. */
  holds(conversation: string): boolean;
  readonly size: number;
}

export function createWaitingRoom({
  load,
  tell,
  admit,
  busyAt: fixed,
  now,
}: WaitingRoomDependencies): WaitingRoom {
  let busyAt = fixed ?? BUSY_AT.most;
  /** Turns that ended since there is enough to do, and since when that is; undefined while there is not. */
  let busy: { ended: number; since: number } | undefined;
  const waiting = new Map<string, Waiting>();
  const conversations = new Map<string, number>();
  const untold: Waiting[] = [];
  let telling = 0;
  let isAdmitting = false;

  /**
   * Sees every second how many turns end while there is enough to do. With little to do the rate tells of the demand, not of
   * what could be done, so a pause must not count; while questions wait there is enough to do, however short the queue is.
   */
  const measure = (): void => {
    if (fixed !== undefined) return;
    const isBusy = waiting.size > 0 || load() >= BUSY_AT.least;
    if (!isBusy || !busy) {
      busy = isBusy ? { ended: 0, since: now() } : undefined;
      return;
    }
    busy.ended += 1;
    const elapsed = now() - busy.since;
    if (elapsed < 1_000) return;
    const measured = Math.round((busy.ended / elapsed) * LONGEST_WAIT_MS);
    busyAt = Math.min(BUSY_AT.most, Math.max(BUSY_AT.least, measured));
    busy = { ended: 0, since: now() };
  };

  const tellNext = (): void => {
    while (telling < NOTICES_AT_ONCE && untold.length > 0) {
      const next = untold.shift();
      if (!next || !waiting.has(next.turnId)) continue; // it is being answered already
      telling += 1;
      void tell(next)
        .catch(() => undefined) // the answer itself comes all the same
        .finally(() => {
          telling -= 1;
          tellNext();
        });
    }
  };

  const leave = ({ turnId, conversation }: Waiting): void => {
    waiting.delete(turnId);
    const left = (conversations.get(conversation) ?? 1) - 1;
    if (left > 0) conversations.set(conversation, left);
    else conversations.delete(conversation);
  };

  /** Fills the queue to half of where it counts as busy, so that what is new finds room as well. */
  const admitNext = async (): Promise<void> => {
    isAdmitting = true;
    try {
      for (;;) {
        const room = Math.max(1, Math.floor(busyAt / 2)) - load();
        if (room <= 0 || waiting.size === 0) return;
        const next = [...firstOf(waiting.values(), room)];
        await admit(next.map(({ turnId }) => turnId));
        next.forEach(leave);
      }
    } finally {
      isAdmitting = false;
    }
  };

  const room: WaitingRoom = {
    take: (record) => {
      const { _id, tenantId, conversation, activity } = record;
      if (load() < busyAt && !conversations.has(conversation)) return false;
      const entry: Waiting = {
        turnId: _id,
        tenantId,
        conversation,
        reference: activity.conversation,
        replyToActivityId: activity.activityId,
        locale: activity.locale,
        place: waiting.size + 1,
      };
      waiting.set(_id, entry);
      conversations.set(conversation, (conversations.get(conversation) ?? 0) + 1);
      untold.push(entry);
      tellNext();
      room.letIn();
      return true;
    },
    refuseWhenFull: () => {
      if (waiting.size < MOST_WAITING) return;
      throw new Unavailable('bot.too-busy', `${waiting.size} questions wait already.`, {
        status: 503,
        retryAfterMs: 5_000,
      });
    },
    turnEnded: () => {
      measure();
      room.letIn();
    },
    letIn: () => {
      if (!isAdmitting) void admitNext().catch(() => undefined); // the store did not answer; the next call tries again
    },
    holds: (conversation) => conversations.has(conversation),
    get size() {
      return waiting.size;
    },
  };
  return room;
}

function* firstOf<T>(values: Iterable<T>, count: number): Iterable<T> {
  let left = count;
  for (const value of values) {
    if (left === 0) return;
    left -= 1;
    yield value;
  }
}
