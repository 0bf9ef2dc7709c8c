import { ENDED, type Clock } from '../../core/kernel/clock.js';
import { conversationKey } from '../../core/kernel/conversation-reference.js';
import type { Effect, EffectSource, NotificationOrder, StoredEffect } from '../../core/kernel/effect.js';
import { describeError } from '../../core/kernel/errors.js';
import type { Logger } from '../../core/kernel/logger.js';
import type { OutboundMessage } from '../../core/kernel/outbound-message.js';
import { asRead } from '../../storage/mongo/effects.js';
import { newOutcome, type OutcomeRecord, type Outcomes } from '../../storage/mongo/outcomes.js';

const SWEEP_MS = 1_000;
const MOST_AT_ONCE = 100;
/** For so long effects that were moved stay on their document, so that those of one click are forgotten in one write. */
const FORGET_AFTER_MS = 200;
/** So long each effect waits for the one that is about to follow, so that cards are rewritten once and not twice. */
const GATHER_MS = 250;
/** The same while the effects of many documents wait: in a burst what follows comes later, and rewriting twice would make it later still. */
const GATHER_IN_BURST_MS = 1_000;
const BURST = 8;

export interface EffectRelayDependencies {
  sources: EffectSource[];
  outcomes: Outcomes;
  /** Keeps orders that leave by mail, webhook and the like; the same order again changes nothing. */
  order(tenantId: string, orders: NotificationOrder[]): Promise<void>;
  deliver(outcome: OutcomeRecord): Promise<void>;
  replicaId: string;
  clock: Clock;
  logger: Logger;
}

export interface EffectRelay {
  /**
   * Moves the effects of one document now; what fails is left to the sweep.
   * @param stored the effect that was just stored with it, which then need not be read.
   * @param moreFollows another effect of the document is about to come: for a moment this one waits for it, and rewrites no
   * card that the other one rewrites.
   */
  poke(
    sourceName: string,
    tenantId: string,
    documentId: string,
    stored?: Effect,
    moreFollows?: boolean,
  ): void;
  start(): void;
  stop(): Promise<void>;
}

/**
 * Moves effects from the documents that decided them into the outbox: insert the outcome under the effect's id, then
 * forget the effect. Any process may do it, twice or half; the ids make it once.
 */
export function createEffectRelay(deps: EffectRelayDependencies): EffectRelay {
  const { sources, outcomes, clock, logger } = deps;
  const stopping = new AbortController();
  const moving = new Set<Promise<void>>();
  const tails = new Map<string, Promise<void>>();
  let sweeping: Promise<void> = Promise.resolve();
  /** What was moved and still stands on its document, by document. */
  const moved = new Map<
    string,
    { source: EffectSource; tenantId: string; documentId: string; ids: string[] }
  >();
  let isForgetting = false;

  /** Where this fails, or the process ends before, the sweep moves the effect again, which changes nothing. */
  const forget = async (): Promise<void> => {
    const all = [...moved.values()];
    moved.clear();
    await Promise.all(
      all.map(({ source, tenantId, documentId, ids }) => source.drop(tenantId, documentId, ids)),
    );
  };
  const forgetSoon = async (): Promise<void> => {
    if (isForgetting) return;
    isForgetting = true;
    await clock.sleep(FORGET_AFTER_MS, stopping.signal);
    isForgetting = false;
    await forget().catch((error: unknown) =>
      logger.warn({ error: describeError(error) }, 'Effects that were moved are forgotten later.'),
    );
  };
  const forgetLater = (source: EffectSource, tenantId: string, documentId: string, id: string): void => {
    const key = `${source.name}|${documentId}`;
    const known = moved.get(key);
    if (known) known.ids.push(id);
    else moved.set(key, { source, tenantId, documentId, ids: [id] });
    track(forgetSoon());
  };

  const deliver = (outcome: OutcomeRecord): void =>
    track(
      deps
        .deliver(outcome)
        .catch((error: unknown) =>
          logger.warn(
            { effect: outcome._id, error: describeError(error) },
            'A delivery is left to the outbox.',
          ),
        ),
    );

  /** Moves effects of one document: their outcomes are stored in one command, and delivered in their order. */
  const move = async (source: EffectSource, effects: readonly StoredEffect[]): Promise<void> => {
    for (const { tenantId, effect } of effects) await deps.order(tenantId, effect.notifications);
    const added = await Promise.allSettled(
      effects.map(async ({ tenantId, documentId, effect }) => {
        const outcome = newOutcome(effect.id, tenantId, effect, deps.replicaId, clock.now());
        const isFirst = await outcomes.add(outcome);
        forgetLater(source, tenantId, documentId, effect.id);
        return isFirst ? outcome : undefined;
      }),
    );
    for (const each of added) {
      // What comes after one that could not be stored is left to the outbox, by when that one most likely is.
      if (each.status === 'rejected') throw each.reason;
      if (each.value && each.value.messages.length > 0) deliver(each.value);
    }
  };

  /** One document's effects are moved in order, so that its cards are posted before they are rewritten. */
  const inOrder = (key: string, work: () => Promise<void>): Promise<void> => {
    const mine = (tails.get(key) ?? Promise.resolve()).then(work, work);
    const settled = mine.catch(() => undefined);
    tails.set(key, settled);
    void settled.then(() => {
      if (tails.get(key) === settled) tails.delete(key);
    });
    return mine;
  };
  /** Effects of one document that wait for more, by document. */
  const gathering = new Map<string, { effects: Effect[]; end(): void }>();
  const gather = async (key: string, first: Effect): Promise<Effect[]> => {
    const effects = [first];
    const over = new AbortController();
    const own = {
      effects,
      end: (): void => {
        if (gathering.get(key) === own) gathering.delete(key);
        over.abort(ENDED);
      },
    };
    gathering.set(key, own);
    for (let seen = 0; seen < effects.length && !over.signal.aborted;) {
      seen = effects.length;
      await clock.sleep(gathering.size > BURST ? GATHER_IN_BURST_MS : GATHER_MS, over.signal);
    }
    own.end();
    return withoutOvertaken(effects);
  };
  const track = (work: Promise<void>): void => {
    moving.add(work);
    void work.finally(() => moving.delete(work));
  };

  const sweep = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await clock.sleep(SWEEP_MS, stopping.signal);
      await forget().catch(() => undefined); // they are found again below
      for (const source of sources) {
        try {
          for (const stored of await source.waiting(MOST_AT_ONCE)) {
            await inOrder(`${source.name}|${stored.documentId}`, () => move(source, [stored]));
          }
        } catch (error) {
          logger.warn(
            { source: source.name, error: describeError(error) },
            'Effects wait to enter the outbox.',
          );
        }
      }
    }
  };

  return {
    poke: (sourceName, tenantId, documentId, effect, moreFollows = false) => {
      const source = sources.find(({ name }) => name === sourceName);
      if (!source || stopping.signal.aborted) return;
      const key = `${source.name}|${documentId}`;
      const open = gathering.get(key);
      if (open && effect) {
        open.effects.push(effect);
        if (effect.messages.some(isRewriting)) open.end();
        return;
      }
      open?.end();
      const gathered = effect && (moreFollows ? gather(key, effect) : Promise.resolve([effect]));
      const work = inOrder(key, async () => {
        const waiting = gathered
          ? (await gathered).map((each) => ({ tenantId, documentId, effect: asRead(each) }))
          : await source.waitingOf(tenantId, documentId);
        await move(source, waiting);
      });
      track(
        work.catch((error: unknown) =>
          logger.warn({ source: sourceName, error: describeError(error) }, 'An effect is left to the sweep.'),
        ),
      );
    },
    start: () => {
      sweeping = sweep();
    },
    stop: async () => {
      stopping.abort();
      for (const { end } of [...gathering.values()]) end();
      await sweeping;
      await Promise.all(moving);
      await forget().catch(() => undefined); // the next process moves them again, which changes nothing
    },
  };
}

const isRewriting = ({ kind, copyKey }: OutboundMessage): boolean =>
  kind === 'update' && copyKey !== undefined;

const copyOf = ({ copyKey, conversation }: OutboundMessage): string =>
  `${copyKey}|${conversationKey(conversation)}`;

/** Of the effects of one document, in order: none rewrites a card that a later one rewrites. */
function withoutOvertaken(effects: readonly Effect[]): Effect[] {
  return effects.map((effect, at) => {
    const later = new Set(
      effects.slice(at + 1).flatMap(({ messages }) => messages.filter(isRewriting).map(copyOf)),
    );
    const messages = effect.messages.filter(
      (message) => !isRewriting(message) || !later.has(copyOf(message)),
    );
    return { ...effect, messages };
  });
}
