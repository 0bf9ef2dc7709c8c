import type { Clock } from '../../core/kernel/clock.js';
import { conversationKey, type ChannelName } from '../../core/kernel/conversation-reference.js';
import { describeError, StewardError } from '../../core/kernel/errors.js';
import { newId } from '../../core/kernel/ids.js';
import type { Logger } from '../../core/kernel/logger.js';
import type { ChannelPort, LiveReplyChannel, OutboundMessage } from '../../core/kernel/outbound-message.js';
import type { Metrics } from '../../core/kernel/telemetry.js';
import type { MessageCopies, MessageCopy } from '../../storage/mongo/message-copies.js';
import {
  newOutcome,
  type DueOutcome,
  type OutcomeRecord,
  type Outcomes,
} from '../../storage/mongo/outcomes.js';
import type { Replica } from '../../storage/mongo/replicas.js';
import { mendedAgainMs, waitsForMending } from './mending.js';

const POLL_MS = 500;
/** ms until the next try after the n-th: 1 s, 2 s, 4 s … at most 5 min, 30 tries, which is about two hours. */
const backoffMs = (attempt: number): number => Math.min(1_000 * 2 ** (attempt - 1), 300_000);
const MOST_ATTEMPTS = 30;
const MOST_REPAIRS = 5;
const KEPT_ENDINGS = 10_000;
/** ms in which a channel may still take a call whose end nobody saw: its process died, or the connection broke. */
const LATEST_ARRIVAL_MS = 15_000;
/** ms until a note that the store did not take is written again. */
const noteAgainMs = (attempt: number): number => Math.min(50 * 2 ** attempt, 2_000);

export interface OutboxDependencies {
  outcomes: Outcomes;
  copies(tenantId: string): MessageCopies;
  channel(name: ChannelName): ChannelPort | undefined;
  replica: Replica;
  clock: Clock;
  logger: Logger;
  metrics: Metrics;
}

export interface Outbox {
  /** Sends a new outcome's messages in order; what cannot be sent now is tried again later by some process. */
  deliver(outcome: OutcomeRecord, live?: LiveReplyChannel): Promise<void>;
  /**
   * After the answer to a click has shown a card in a version: one that another process has begun to show in a later
   * version meanwhile shows that once more.
   */
  settle(tenantId: string, activityId: string, version: number): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

/** Delivers stored outcomes to their channels, with back-off, in each conversation's order. */
export function createOutbox({
  outcomes,
  copies,
  channel,
  replica,
  clock,
  logger,
  metrics,
}: OutboxDependencies): Outbox {
  const stopping = new AbortController();
  /** Conversations with a message that waits for another try: what comes later waits behind it. */
  const held = new Map<string, string>();
  const busy = new Set<string>();
  /** When deliveries ended here, in their order: a record that was read before is out of date. */
  const ended = new Map<string, number>();
  let endings = 0;
  let looking: Promise<void> = Promise.resolve();

  /**
   * Asks the store until it answers: what was sent and is not noted would be sent again.
   * @throws the store's error when this process has to end before.
   */
  const insist = async <T>(ask: () => Promise<T>): Promise<T> => {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await ask();
      } catch (error) {
        if (stopping.signal.aborted) throw error;
        if (attempt === 0)
          logger.warn(
            { error: describeError(error) },
            'A delivery cannot be noted; it is tried until it can.',
          );
        await clock.sleep(noteAgainMs(attempt), stopping.signal);
      }
    }
  };

  /**
   * Messages about one copy go one after the other, or an earlier state could pass the look at what is shown and reach
   * the channel behind a later one.
   */
  const lines = new Map<string, Promise<void>>();
  const inLine = ({ copyKey, conversation }: OutboundMessage, work: () => Promise<void>): Promise<void> => {
    if (copyKey === undefined) return work();
    const key = `${copyKey}|${conversationKey(conversation)}`;
    const mine = (lines.get(key) ?? Promise.resolve()).then(work);
    const settled = mine
      .catch(() => undefined) // its own caller hears of it
      .finally(() => {
        if (lines.get(key) === settled) lines.delete(key);
      });
    lines.set(key, settled);
    return mine;
  };

  /** The message by which another process shows a copy in a later state; to be sent anew, so under an id of its own. */
  const laterMessage = async (
    copyKey: string,
    place: string,
    { wanted, wantedIn }: MessageCopy,
  ): Promise<OutboundMessage | undefined> => {
    const outcome = wantedIn === undefined ? undefined : await outcomes.get(wantedIn);
    const found = outcome?.messages.find(
      (each) =>
        each.copyKey === copyKey &&
        each.copyVersion === wanted &&
        conversationKey(each.conversation) === place,
    );
    return found && again(found, clock.now());
  };

  /**
   * Rewrites a copy that counts what it shows. Another process may rewrite it as well at this moment, and nobody knows whose
   * call the channel takes last: so each says first what it is going to show, and who finds afterwards that more was wanted
   * meanwhile shows that once more. A call of which nobody noted the end may arrive even later: whoever rewrites the copy
   * after it does so once more when that is over.
   */
  const rewrite = async (
    message: OutboundMessage & { copyKey: string; copyVersion: number },
    { _id: outcomeId, tenantId, wasLeft = false }: OutcomeRecord & { wasLeft?: boolean },
    port: ChannelPort,
  ): Promise<void> => {
    const { copyKey, copyVersion, conversation } = message;
    const place = conversationKey(conversation);
    const known = await copies(tenantId).want(copyKey, place, copyVersion, {
      outcomeId,
      process: replica.id,
    });
    if (known && (known.messageId === message.id || isOld(message, known))) return;
    const now = clock.now();
    const { unsureUntil } = known ?? {};
    const isFirstUnsure = wasLeft || (known?.begun ?? 0) > 1;
    const unsure = isFirstUnsure
      ? new Date(now.getTime() + LATEST_ARRIVAL_MS)
      : unsureUntil && unsureUntil > now
        ? unsureUntil
        : undefined;
    const receipt = await port.deliver(message, known?.activityId).catch(async (error: unknown) => {
      if (isRefusal(error)) await copies(tenantId).giveUp(copyKey, place);
      throw error;
    });
    const { activityId = known?.activityId } = receipt;
    if (!activityId) return;
    if (unsure) await insist(() => showLater(message, tenantId, unsure));
    const copy = { activityId, version: copyVersion, messageId: message.id, unsureUntil: unsure };
    if (await insist(() => copies(tenantId).putWanted(copyKey, place, copy, clock.now()))) return;
    const overtaken = await insist(() => copies(tenantId).find(copyKey, place));
    const later = overtaken && (await laterMessage(copyKey, place, overtaken));
    if (later) await showAgain(later, overtaken.activityId, port);
  };

  /** Stored, so that it is done whoever dies meanwhile; by then a later state may stand there, which it leaves alone. */
  const showLater = async (message: OutboundMessage, tenantId: string, dueAt: Date): Promise<void> => {
    const now = clock.now();
    const messages = [again(message, now)];
    const outcome = newOutcome(newId(now), tenantId, { messages, audit: [] }, replica.id, now);
    await outcomes.add({ ...outcome, dueAt });
  };

  const settle: Outbox['settle'] = async (tenantId, activityId, version) => {
    if ((await replica.living()).length < 2) return;
    for (const { copyKey, place, ...copy } of await copies(tenantId).ofActivity(activityId)) {
      // What this process shows waits in its line until the answer has left.
      if (copy.wantedBy === replica.id || (copy.wanted ?? version) <= version) continue;
      const later = await laterMessage(copyKey, place, copy);
      const port = later && channel(later.conversation.channel);
      if (port) await inLine(later, () => showAgain(later, copy.activityId, port));
    }
  };

  /** The other process has done with it, so nobody else tries this once more. */
  const showAgain = async (
    message: OutboundMessage,
    activityId: string,
    port: ChannelPort,
  ): Promise<void> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return void (await port.deliver(message, activityId));
      } catch (error) {
        const isLast = attempt === MOST_REPAIRS || stopping.signal.aborted;
        logger.warn(
          { messageId: message.id, isLast, error: describeError(error) },
          'A card may show an old state.',
        );
        if (isLast) return;
        await clock.sleep(Math.max(backoffMs(attempt), retryAfterMs(error) ?? 0), stopping.signal);
      }
    }
  };

  /** @param isLate it may have been sent before, by a process that ended before it noted that. */
  const send = async (
    message: OutboundMessage,
    outcome: OutcomeRecord,
    isLate: boolean,
    live?: LiveReplyChannel,
  ): Promise<void> => {
    const { conversation, kind, copyKey, copyVersion } = message;
    const { tenantId } = outcome;
    const port = channel(conversation.channel);
    if (!port)
      throw new StewardError('bot.no-channel', `${conversation.channel} is not configured any more.`);
    if (kind === 'update' && copyKey !== undefined && copyVersion !== undefined)
      return rewrite({ ...message, copyKey, copyVersion }, outcome, port);
    const place = conversationKey(conversation);
    const known =
      copyKey && (kind === 'update' || isLate) ? await copies(tenantId).find(copyKey, place) : undefined;
    if (known && (known.messageId === message.id || isOld(message, known))) return;
    const finished = kind === 'post' ? await live?.finish(message) : undefined;
    const receipt =
      finished ?? (await port.deliver(message, kind === 'update' ? known?.activityId : undefined));
    const activityId = receipt.activityId ?? known?.activityId;
    const isNews = receipt.activityId !== known?.activityId || copyVersion !== known?.version;
    const copy = { activityId, version: copyVersion, messageId: message.id };
    if (copyKey && activityId && isNews)
      await insist(() => copies(tenantId).put(copyKey, place, { ...copy, activityId }, clock.now()));
  };

  const giveUpOrWait = async (
    outcome: OutcomeRecord,
    message: OutboundMessage,
    error: unknown,
  ): Promise<boolean> => {
    const code = error instanceof StewardError ? error.code : 'bot.unexpected';
    const retryable = !(error instanceof StewardError) || error.retryable;
    const fields = {
      correlationId: outcome.correlationId,
      messageId: message.id,
      code,
      error: describeError(error),
    };
    const ageMs = clock.now().getTime() - outcome.createdAt.getTime();
    const isKept = waitsForMending(error, ageMs);
    if (!isKept) outcome.attempts += 1;
    if (isKept || (retryable && outcome.attempts < MOST_ATTEMPTS)) {
      const waitMs = isKept
        ? mendedAgainMs(ageMs)
        : Math.max(backoffMs(outcome.attempts), retryAfterMs(error) ?? 0);
      logger.warn({ ...fields, waitMs }, 'A message could not be sent and is tried again.');
      metrics.count('deliveries_total', { channel: message.conversation.channel, result: 'retry' });
      await outcomes.progress(outcome._id, {
        sent: outcome.sent,
        attempts: outcome.attempts,
        ...waitFrom(clock.now(), waitMs),
      });
      held.set(conversationKey(message.conversation), outcome._id);
      return false;
    }
    logger.error(fields, 'A message was given up.');
    metrics.count('deliveries_total', { channel: message.conversation.channel, result: 'given-up' });
    outcome.failures.push({ messageId: message.id, code });
    return true;
  };

  /** After a long silence another process may have taken the outcome over. */
  const isMine = async ({ _id }: OutcomeRecord): Promise<boolean> =>
    replica.isSure() || insist(() => outcomes.isOwed(_id, replica.id));

  /** Whether a message has to wait for an earlier one of its conversation, which may be another process's by now. */
  const isHeld = async ({ conversation }: OutboundMessage, outcomeId: string): Promise<boolean> => {
    const place = conversationKey(conversation);
    const holder = held.get(place);
    if (holder === undefined || holder === outcomeId) return false;
    if (await insist(() => outcomes.isOwed(holder))) return true;
    held.delete(place);
    return false;
  };

  const deliver = async (outcome: OutcomeRecord, live?: LiveReplyChannel, isLate = false): Promise<void> => {
    if (busy.has(outcome._id)) return;
    busy.add(outcome._id);
    let usableLive = live;
    try {
      while (outcome.sent < outcome.messages.length) {
        const message = outcome.messages[outcome.sent];
        if (!message || !(await isMine(outcome))) return;
        if (await isHeld(message, outcome._id)) {
          await outcomes.progress(outcome._id, { sent: outcome.sent, ...waitFrom(clock.now(), 1_000) });
          return;
        }
        try {
          await inLine(message, () => send(message, outcome, isLate, usableLive));
          if (message.kind === 'post') usableLive = undefined;
          metrics.count('deliveries_total', { channel: message.conversation.channel, result: 'sent' });
        } catch (error) {
          if (!(await giveUpOrWait(outcome, message, error))) return;
        }
        held.delete(conversationKey(message.conversation));
        outcome.sent += 1;
        const { sent, attempts, failures } = outcome;
        const delivered = sent === outcome.messages.length;
        // Its copy tells that a rewriting was done: one that is met again is left out.
        if (!delivered && message.kind === 'update' && message.copyKey) continue;
        await insist(() => outcomes.progress(outcome._id, { sent, delivered, attempts, failures }));
      }
      await usableLive?.abandon();
    } finally {
      busy.delete(outcome._id);
      endings += 1;
      ended.set(outcome._id, endings);
    }
  };

  /** The one case in which a channel may show a message twice is to be recognised by who looks for it. */
  const noteHeritage = ({ correlationId, messages, sent }: DueOutcome): void => {
    const message = messages[sent];
    if (!message) return;
    logger.warn(
      { correlationId, messageId: message.id },
      'A message is sent that a dead process may have sent already.',
    );
    metrics.count('deliveries_total', { channel: message.conversation.channel, result: 'perhaps-again' });
  };

  /** A conversation's in their order; of conversations none waits for a channel that is slow with another. */
  const deliverLate = async (due: DueOutcome[], before: number): Promise<void> => {
    for (const outcome of due) {
      // One from the future was made before the clock was set back.
      const isLate = Math.abs(clock.now().getTime() - outcome.createdAt.getTime()) > POLL_MS;
      const isOutOfDate = (ended.get(outcome._id) ?? 0) > before;
      if (!isLate || isOutOfDate || busy.has(outcome._id)) continue;
      if (outcome.wasLeft) noteHeritage(outcome);
      await deliver(outcome, undefined, true);
    }
  };

  const look = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await clock.sleep(POLL_MS, stopping.signal);
      try {
        const before = endings;
        for (const [id, ending] of ended) if (ending < before - KEPT_ENDINGS) ended.delete(id);
        const due = await outcomes.takeDue(replica, clock.now(), 100, (id) => busy.has(id));
        await Promise.all(byPlace(due).map((ofOnePlace) => deliverLate(ofOnePlace, before)));
      } catch (error) {
        logger.warn({ error: describeError(error) }, 'The outbox could not be looked through.');
      }
    }
  };

  return {
    settle,
    deliver: async (outcome, live) => {
      // The look-out may have been faster, on a busy machine.
      if (ended.has(outcome._id)) await live?.abandon();
      else await deliver(outcome, live);
    },
    start: () => {
      looking = look();
    },
    stop: async () => {
      stopping.abort();
      await looking;
    },
  };
}

/** Each conversation's outcomes in the order in which they were found. */
function byPlace(outcomes: DueOutcome[]): DueOutcome[][] {
  const places = new Map<string, DueOutcome[]>();
  for (const outcome of outcomes) {
    const next = outcome.messages[outcome.sent];
    const place = next ? conversationKey(next.conversation) : '';
    places.set(place, [...(places.get(place) ?? []), outcome]);
  }
  return [...places.values()];
}

/** A plain no: the channel did not take it, and will not. */
const isRefusal = (error: unknown): boolean =>
  error instanceof StewardError && error.status >= 400 && error.status < 500;

/** A message that is shown a second time. */
const again = (message: OutboundMessage, now: Date): OutboundMessage => ({
  ...message,
  id: `${message.id}:${newId(now)}`,
  kind: 'update',
});

/** A wait that begins now. */
const waitFrom = (now: Date, ms: number): { waitsSince: Date; dueAt: Date } => ({
  waitsSince: now,
  dueAt: new Date(now.getTime() + ms),
});

/** True for a message whose copy shows as much already, or more. */
const isOld = ({ kind, copyVersion }: OutboundMessage, { version, wanted }: MessageCopy): boolean => {
  const shown = Math.max(version ?? -1, kind === 'post' ? -1 : (wanted ?? -1));
  return copyVersion !== undefined && (kind === 'post' ? copyVersion <= shown : copyVersion < shown);
};

function retryAfterMs(error: unknown): number | undefined {
  const cause = error instanceof Error ? (error.cause as { retryAfterMs?: unknown } | undefined) : undefined;
  return typeof cause?.retryAfterMs === 'number' ? cause.retryAfterMs : undefined;
}
