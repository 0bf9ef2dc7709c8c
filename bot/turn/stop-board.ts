import type { Clock } from '../../core/kernel/clock.js';
import { conversationKey, type ConversationReference } from '../../core/kernel/conversation-reference.js';
import { describeError } from '../../core/kernel/errors.js';
import type { Logger } from '../../core/kernel/logger.js';
import type { Replica } from '../../storage/mongo/replicas.js';
import type { Stops } from '../../storage/mongo/stops.js';

const LOOK_MS = 400;

/** Stops what is being done for a conversation, in whichever process that is. */
export interface StopBoard {
  /** Somebody said stop: turns of the conversation that run now end early; those that come later do not. Never throws. */
  press(conversation: ConversationReference): Promise<void>;
  /** @returns ends the watch. */
  watch(conversation: ConversationReference, stop: () => void): () => void;
  start(): void;
  end(): Promise<void>;
}

export interface StopBoardOptions {
  stops: Stops;
  replica: Replica;
  clock: Clock;
  logger: Logger;
}

interface Watch {
  names: string[];
  since: Date;
  stop: () => void;
}

/**
 * A stop that finds nobody in this process is stored, and the others look for it while they have turns to stop. One
 * process alone stores and looks for nothing.
 */
export function createStopBoard({ stops, replica, clock, logger }: StopBoardOptions): StopBoard {
  const watches = new Set<Watch>();
  const ending = new AbortController();
  let looking: Promise<void> = Promise.resolve();

  const isAlone = async (): Promise<boolean> => (await replica.living()).length < 2;
  const fire = (name: string, at: Date): boolean => {
    const meant = [...watches].filter(({ names, since }) => names.includes(name) && since <= at);
    for (const watch of meant) {
      watches.delete(watch);
      watch.stop();
    }
    return meant.length > 0;
  };

  const look = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      await clock.sleep(LOOK_MS, ending.signal);
      if (watches.size === 0) continue;
      try {
        if (await isAlone()) continue;
        const names = [...watches].flatMap((watch) => watch.names);
        for (const { name, at } of await stops.among([...new Set(names)])) fire(name, at);
      } catch (error) {
        logger.warn({ error: describeError(error) }, 'It could not be looked up whether somebody said stop.');
      }
    }
  };

  return {
    press: async (conversation) => {
      const name = conversationKey(conversation);
      const at = clock.now();
      try {
        if (fire(name, at) || (await isAlone())) return;
        await stops.put(name, at);
      } catch (error) {
        logger.warn({ error: describeError(error) }, 'Other processes could not be told of a stop.');
      }
    },
    watch: (conversation, stop) => {
      const watch = { names: namesOf(conversation), since: clock.now(), stop };
      watches.add(watch);
      return () => void watches.delete(watch);
    },
    start: () => {
      looking = look();
    },
    end: async () => {
      ending.abort();
      await looking;
    },
  };
}

/** A conversation with one person is also stopped as a whole, whatever the thread. */
function namesOf(conversation: ConversationReference): string[] {
  const { threadId, scope } = conversation;
  const whole = conversationKey({ ...conversation, threadId: undefined });
  const own = conversationKey(conversation);
  return threadId !== undefined && scope === 'personal' ? [own, whole] : [own];
}
