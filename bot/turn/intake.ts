import type { Activity } from '../../core/kernel/activity.js';
import { ENDED, type Clock } from '../../core/kernel/clock.js';
import { conversationKey, type ConversationReference } from '../../core/kernel/conversation-reference.js';
import { describeError } from '../../core/kernel/errors.js';
import { newId } from '../../core/kernel/ids.js';
import type { Intake } from '../../core/kernel/intake.js';
import type { Logger } from '../../core/kernel/logger.js';
import type { ActionResponse } from '../../core/kernel/outbound-message.js';
import type { Metrics } from '../../core/kernel/telemetry.js';
import type { Inbox, InboxRecord } from '../../storage/mongo/inbox.js';
import type { Replica } from '../../storage/mongo/replicas.js';
import type { ConversationQueue } from './conversation-queue.js';
import type { Ownership } from './ownership.js';
import { TurnHasToWait, type FinishedTurn } from './pipeline.js';
import { createSetAside } from './set-aside.js';
import { createWaitingRoom, type Waiting } from './waiting-room.js';

const POLL_MS = 500;
const RETRY_MS = 1_000;
/** Between two looks for conversations that dead processes held. */
const RELEASE_MS = 5_000;
/** ms in which a click has its answer; Slack wants one in 3 s and Teams in 10 s. */
const RESPONSE_MS = { slack: 2_500, teams: 8_000, web: 8_000 };

export interface IntakeDependencies {
  inbox: Inbox;
  ownership: Ownership;
  queue: ConversationQueue;
  replica: Replica;
  tenantOf(activity: Activity): string;
  /** Finds out what an unsorted activity is; undefined for what is not for Steward. */
  sortOut(activity: Activity): Promise<Activity | undefined>;
  /** True for what cannot wait for the turn before it, since it is to stop that one. */
  overtakes(activity: Activity): boolean;
  /** Ends early what runs for a conversation, in all processes. */
  stopWriting(conversation: ConversationReference): Promise<void>;
  run(record: InboxRecord, signal: AbortSignal): Promise<FinishedTurn | undefined>;
  /** Whether the turn ended already, in a process that died before it noted that. */
  hasEnded(turnId: string): Promise<boolean>;
  /** Sends what a finished turn says; resolves when it was tried. */
  deliver(finished: FinishedTurn): Promise<void>;
  /** Shows a card's newest state again where another process has rewritten it since this version. */
  settle(tenantId: string, activityId: string, version: number): Promise<void>;
  /** Whether an activity is a new question, which waits when there is too much to do. */
  mayWait(activity: Activity): boolean;
  /** Tells who asked that the answer comes later, once for each turn. */
  tellBusy(waiting: Waiting): Promise<void>;
  /** Turns in the queue from which new questions wait. */
  busyAt?: number;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
}

export interface RunningIntake extends Intake {
  /** Begins to look for work that other processes left or handed over. */
  start(): Promise<void>;
  /** Takes nothing new and waits for running turns, at most `graceMs`. */
  stop(graceMs: number): Promise<void>;
  /** Turns that wait or run here. */
  readonly load: number;
  /** Questions that wait because there is too much to do. */
  readonly waiting: number;
  /** Turns that wait until somebody mends what they need. */
  readonly setAside: number;
}

/**
 * The front of the pipeline: an activity is stored once, then its turn runs in its conversation's order in the process
 * that owns the conversation. What a dead process left is taken over.
 */
export function createIntake(deps: IntakeDependencies): RunningIntake {
  const { inbox, ownership, queue, replica, clock, logger, metrics } = deps;
  const known = new Set<string>();
  /** Found in the inbox by the look-out: they may have ended here between its look and its turn to run them. */
  const foundLate = new WeakSet<InboxRecord>();
  const stopping = new AbortController();
  let looking: Promise<void> = Promise.resolve();

  const recordOf = (activity: Activity): InboxRecord => ({
    _id: newId(clock.now()),
    tenantId: deps.tenantOf(activity),
    channel: activity.conversation.channel,
    key: activity.dedupeKey,
    conversation: conversationKey(activity.conversation),
    activity,
    receivedAt: clock.now(),
    done: false,
    owner: replica.id,
    attempts: 1,
  });

  /** @returns the record as it is to be worked on; undefined for what is not for Steward. */
  const sort = async (stored: InboxRecord): Promise<InboxRecord | undefined> => {
    if (!stored.activity.unsorted) return stored;
    const activity = await deps.sortOut(stored.activity);
    if (!activity) {
      await inbox.discard(stored._id);
      return undefined;
    }
    const conversation = conversationKey(activity.conversation);
    const record = { ...stored, activity, conversation, tenantId: deps.tenantOf(activity) };
    await inbox.sorted(record);
    return record;
  };

  /** @returns the record, where it turned out to belong into another conversation's order. */
  const work = async (stored: InboxRecord): Promise<InboxRecord | undefined> => {
    let record = stored;
    for (let tries = 0; ; tries += 1) {
      if (aside.holds(record.conversation)) {
        aside.put(record);
        return undefined;
      }
      try {
        const sorted = await sort(record);
        if (!sorted || sorted.conversation !== record.conversation) return sorted;
        record = sorted;
        // The outcome is what counts: a record that is not marked yet finds it and says nothing again.
        const mayHaveEnded = record.attempts + tries > 1 || foundLate.has(stored);
        const hasEnded = mayHaveEnded && (await deps.hasEnded(record._id));
        const finished = hasEnded ? undefined : await deps.run(record, stopping.signal);
        finish(record._id);
        if (finished) await deliver(record, finished);
        return undefined;
      } catch (error) {
        if (error instanceof TurnHasToWait) {
          await setAside(record, error);
          return undefined;
        }
        logger.warn(
          { correlationId: record._id, error: describeError(error) },
          'A turn will be tried again.',
        );
        if (stopping.signal.aborted) return undefined;
        await clock.sleep(RETRY_MS, stopping.signal);
      }
    }
  };

  /** It frees its place in the queue; that it was begun does not count, since no process died of it. */
  const setAside = async (record: InboxRecord, error: TurnHasToWait): Promise<void> => {
    logger.warn(
      { correlationId: record._id, channel: record.channel, error: describeError(error) },
      'A message is kept, and is answered when somebody has mended what it needs.',
    );
    metrics.count('turns_set_aside_total', { channel: record.channel });
    record.attempts = 1;
    aside.put(record);
    await inbox.beginAnew(record._id).catch(() => undefined); // then it only counts as begun once more
  };

  /** The marks of finished records that are not written yet. */
  const marks = new Map<string, Promise<void>>();
  /** One that cannot be marked is found again by the look-out, and is then seen to have ended. */
  const finish = (id: string): void => {
    const marked = inbox
      .finish(id)
      .catch(() => undefined) // found done later
      .finally(() => marks.delete(id));
    marks.set(id, marked);
  };

  /** One that waits, or is not marked yet, stays known, or the look-out would queue it again. */
  const release = (record: InboxRecord): void => {
    const marked = marks.get(record._id);
    if (marked) void marked.then(() => release(record));
    else if (!aside.has(record)) known.delete(record._id);
  };

  const deliver = (record: InboxRecord, finished: FinishedTurn): Promise<void> =>
    deps
      .deliver(finished)
      .catch((error: unknown) =>
        logger.warn(
          { correlationId: record._id, error: describeError(error) },
          'A delivery is left to the outbox.',
        ),
      );

  const run = async (record: InboxRecord): Promise<void> => {
    const moved = await queue
      .run(record.conversation, () => work(record), deps.mayWait(record.activity))
      .finally(() => {
        release(record);
        room.turnEnded();
      });
    if (moved) dispatchLater(moved);
  };
  const enqueue = async (record: InboxRecord): Promise<void> => {
    if (known.has(record._id)) return;
    known.add(record._id);
    if (deps.mayWait(record.activity) && room.take(record)) {
      metrics.count('turns_put_off_total', { channel: record.channel });
      return;
    }
    await run(record);
  };
  const runLater = (record: InboxRecord): void => {
    run(record).catch((error: unknown) =>
      logger.error({ correlationId: record._id, error: describeError(error) }, 'A turn could not be run.'),
    );
  };
  const aside = createSetAside({ again: runLater, clock, stopping: stopping.signal });
  const room = createWaitingRoom({
    load: () => queue.size,
    now: () => clock.now().getTime(),
    tell: deps.tellBusy,
    admit: async (turnIds) => {
      if (stopping.signal.aborted) return; // the next process takes them over
      const records = new Map((await inbox.unfinished(turnIds)).map((record) => [record._id, record]));
      for (const id of turnIds) {
        const record = records.get(id);
        if (record) runLater(record);
        else known.delete(id);
      }
    },
    ...(deps.busyAt === undefined ? {} : { busyAt: deps.busyAt }),
  });

  /** Queues a stored activity here, or hands it to the process that runs its conversation. */
  const dispatch = async (record: InboxRecord): Promise<void> => {
    if (known.has(record._id)) return;
    const owner = await ownership.ownerOf(record.tenantId, record.conversation);
    if (owner !== replica.id) return inbox.giveTo(record._id, owner);
    // Another process may have stored an earlier message of this conversation and not handed it over yet.
    const earlier = (await replica.living()).length > 1 ? await inbox.takeEarlier({ ...record, owner }) : [];
    await Promise.all([...earlier, record].map(enqueue));
  };

  const dispatchLater = (record: InboxRecord): void => {
    dispatch(record).catch((error: unknown) =>
      logger.error(
        { correlationId: record._id, error: describeError(error) },
        'A turn could not be queued; it is taken up again.',
      ),
    );
  };

  /** Runs beside the conversation's own order, in the process that took it in. */
  const overtake = async (stored: InboxRecord): Promise<void> => {
    known.add(stored._id);
    try {
      const record = await sort(stored);
      if (!record) return;
      void deps.stopWriting(record.activity.conversation);
      await work(record);
    } finally {
      release(stored);
    }
  };

  /** Takes up what dead processes left. */
  const takeOver = async (limit: number): Promise<void> => {
    const dead = await replica.dead(await inbox.ownersBeside(await replica.living()));
    for (const record of await inbox.takeOver(replica.id, dead, limit)) dispatchLater(record);
  };

  const look = async (): Promise<void> => {
    for (let round = 0; !stopping.signal.aborted; round += 1) {
      try {
        await takeOver(100);
        if (round % (RELEASE_MS / POLL_MS) === 0) await ownership.releaseDead();
        for (const record of await inbox.given(replica.id, (id) => known.has(id))) {
          foundLate.add(record);
          dispatchLater(record);
        }
        room.letIn();
        await ownership.releaseIdle((key) => queue.isBusy(key) || room.holds(key) || aside.holds(key));
      } catch (error) {
        logger.warn({ error: describeError(error) }, 'The inbox could not be looked through.');
      }
      await clock.sleep(POLL_MS, stopping.signal);
    }
  };

  return {
    accept: async (activity) => {
      if (deps.mayWait(activity)) room.refuseWhenFull();
      const record = recordOf(activity);
      known.add(record._id); // so that the look-out does not take it for somebody else's before it is queued
      const isNew = await inbox.add(record).finally(() => known.delete(record._id));
      metrics.count('activities_total', {
        channel: record.channel,
        result: isNew ? 'accepted' : 'duplicate',
      });
      if (!isNew) return 'duplicate';
      // Whether it is addressed may still have to be found out.
      const addressed = activity.addressed || activity.unsorted !== undefined;
      if (deps.overtakes({ ...activity, addressed })) {
        overtake(record).catch((error: unknown) =>
          logger.warn({ correlationId: record._id, error: describeError(error) }, 'It is taken up again.'),
        );
      } else dispatchLater(record);
      return 'accepted';
    },

    respond: async (activity, { stored, withinMs } = {}) => {
      const record = recordOf(activity);
      known.add(record._id); // before it is stored, or the look-out runs it a second time and this answer is lost
      const isNew =
        activity.kind === 'card-refresh' ||
        (await inbox.add(record).catch((error: unknown) => {
          known.delete(record._id);
          throw error;
        }));
      if (!isNew) {
        known.delete(record._id);
        metrics.count('activities_total', { channel: record.channel, result: 'duplicate' });
        return { kind: 'none' };
      }
      stored?.();
      metrics.count('activities_total', { channel: record.channel, result: 'accepted' });
      const turn = answerClick(record);
      const late = new AbortController();
      const response = await Promise.race([
        turn,
        clock
          .sleep(withinMs ?? RESPONSE_MS[activity.conversation.channel], late.signal)
          .then((): ActionResponse => ({ kind: 'none' })),
      ]);
      late.abort(ENDED);
      return response;
    },

    shown: ({ conversation, action, ...activity }, response) => {
      const card = action?.cardActivityId;
      if (response.kind !== 'card' || response.copyVersion === undefined || !card) return;
      const tenantId = deps.tenantOf({ conversation, action, ...activity });
      deps.settle(tenantId, card, response.copyVersion).catch((error: unknown) => {
        logger.warn({ error: describeError(error) }, 'A clicked card may show an old state.');
      });
    },

    stopWriting: deps.stopWriting,

    start: async () => {
      await takeOver(500);
      looking = look();
    },
    stop: async (graceMs) => {
      const over = new AbortController();
      await Promise.race([queue.idle(), clock.sleep(graceMs, over.signal)]);
      over.abort();
      stopping.abort();
      await looking;
      await ownership.releaseAll();
    },
    get load() {
      return queue.size;
    },
    get waiting() {
      return room.size;
    },
    get setAside() {
      return aside.size;
    },
  };

  /** Clicks do not wait for their conversation: a decision never queues behind a dialog. */
  async function answerClick(stored: InboxRecord): Promise<ActionResponse> {
    let record = stored;
    try {
      const sorted = await sort(stored);
      if (!sorted) return { kind: 'none' };
      record = sorted;
      const finished = await deps.run(record, stopping.signal);
      if (!finished) return { kind: 'none' };
      if (record.activity.kind !== 'card-refresh') finish(record._id);
      void deliver(record, finished);
      return finished.response;
    } catch (error) {
      logger.error(
        { correlationId: record._id, error: describeError(error) },
        'A click could not be handled; it is taken up again.',
      );
      return { kind: 'none' };
    } finally {
      release(stored);
    }
  }
}
