import type { Clock } from '../../core/kernel/clock.js';
import type { InboxRecord } from '../../storage/mongo/inbox.js';
import { mendedAgainMs } from './mending.js';

/** Turns that cannot be run before somebody mends what they need; each conversation keeps its order. */
export interface SetAside {
  put(record: InboxRecord): void;
  /** Whether a turn of the conversation waits here, behind which later ones have to stay. */
  holds(conversation: string): boolean;
  has(record: InboxRecord): boolean;
  readonly size: number;
}

export interface SetAsideOptions {
  /** Runs a turn again, in the order in which it is told. */
  again(record: InboxRecord): void;
  clock: Clock;
  stopping: AbortSignal;
}

export function createSetAside({ again, clock, stopping }: SetAsideOptions): SetAside {
  const waiting = new Map<string, InboxRecord[]>();

  const tryLater = async (conversation: string, since: Date): Promise<void> => {
    await clock.sleep(mendedAgainMs(clock.now().getTime() - since.getTime()), stopping);
    if (stopping.aborted) return; // the next process takes them over
    const records = waiting.get(conversation) ?? [];
    waiting.delete(conversation);
    for (const record of records) again(record);
  };

  return {
    put: (record) => {
      const before = waiting.get(record.conversation);
      if (before) {
        before.push(record);
        return;
      }
      waiting.set(record.conversation, [record]);
      void tryLater(record.conversation, record.receivedAt);
    },
    holds: (conversation) => waiting.has(conversation),
    has: (record) => waiting.get(record.conversation)?.includes(record) === true,
    get size() {
      return [...waiting.values()].reduce((sum, records) => sum + records.length, 0);
    },
  };
}
