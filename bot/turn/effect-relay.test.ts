import { describe, expect, it } from '@jest/globals';
import type { Clock } from '../../core/kernel/clock.js';
import type { ConversationReference } from '../../core/kernel/conversation-reference.js';
import { effectId, type Effect, type EffectSource } from '../../core/kernel/effect.js';
import { silentLogger } from '../../core/kernel/logger.js';
import type { OutboundMessage } from '../../core/kernel/outbound-message.js';
import type { OutcomeRecord, Outcomes } from '../../storage/mongo/outcomes.js';
import { createMovableClock } from '../../tests/support/chat-people.js';
import { eventually } from '../../tests/support/eventually.js';
import { createEffectRelay } from './effect-relay.js';

const conversation: ConversationReference = {
  channel: 'teams',
  channelTenantId: 't1',
  conversationId: 'a:1',
  scope: 'personal',
};
const rewriting = (version: number, copyKey = 'card'): OutboundMessage => ({
  id: `${copyKey}:${version}`,
  kind: 'update',
  conversation,
  copyKey,
  copyVersion: version,
  content: { text: `version ${version}` },
});

const effect = (version: number, messages: OutboundMessage[] = []): Effect => ({
  id: effectId('thing', { id: 'd1', version }),
  messages,
  audit: [],
  notifications: [],
});

/** One document whose effects wait, and an outbox that takes each once. */
function world(clock: Clock = createMovableClock()) {
  const standing = new Map<string, Effect>();
  const stored: string[] = [];
  const told: string[][] = [];
  const dropped: string[][] = [];
  let reads = 0;
  const read = async () => {
    reads += 1;
    return [...standing.values()].map((each) => ({ tenantId: 't', documentId: 'd1', effect: each }));
  };
  const source: EffectSource = {
    name: 'things',
    waiting: read,
    waitingOf: read,
    drop: async (_tenant, _document, ids) => {
      dropped.push(ids);
      for (const id of ids) standing.delete(id);
    },
  };
  const refused = new Set<string>();
  const delivered: string[] = [];
  const add = async ({ _id, messages }: OutcomeRecord): Promise<boolean> => {
    if (refused.delete(_id)) throw new Error('The disk is full.');
    stored.push(_id);
    told.push(messages.map(({ id }) => id));
    return stored.filter((id) => id === _id).length === 1;
  };
  const relay = createEffectRelay({
    sources: [source],
    outcomes: { add } as unknown as Outcomes,
    order: async () => undefined,
    deliver: async ({ _id }) => void delivered.push(_id),
    replicaId: 'r1',
    clock,
    logger: silentLogger,
  });
  const leave = (each: Effect): Effect => {
    standing.set(each.id, each);
    return each;
  };
  return { relay, leave, stored, told, dropped, standing, refused, delivered, reads: () => reads };
}

/** A clock whose waits end when the test says so, or are aborted. */
function handClock(): { clock: Clock; waits: { ms: number; end(): void }[] } {
  const waits: { ms: number; end(): void }[] = [];
  const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      waits.push({ ms, end: resolve });
      signal?.addEventListener('abort', () => resolve());
    });
  return { clock: { ...createMovableClock(), sleep }, waits };
}

describe('the relay of effects', () => {
  it('moves what it is handed without reading it, and forgets the effects of one document together', async () => {
    const { relay, leave, stored, dropped, standing, reads } = world();
    relay.poke('things', 't', 'd1', leave(effect(1)));
    relay.poke('things', 't', 'd1', leave(effect(2)));
    await eventually(async () => expect(standing.size).toBe(0));
    await relay.stop();
    expect(stored).toEqual([effect(1).id, effect(2).id]);
    expect(dropped).toEqual([[effect(1).id, effect(2).id]]);
    expect(reads()).toBe(0);
  });

  it('reads what it is only told of, and forgets all that it moved before it stops', async () => {
    const { relay, leave, stored, standing } = world();
    leave(effect(1));
    relay.poke('things', 't', 'd1');
    await relay.stop();
    expect(stored).toEqual([effect(1).id]);
    expect(standing.size).toBe(0);
  });

  it('rewrites a card once when another rewriting follows at once, and keeps all else', async () => {
    const { relay, leave, stored, told } = world();
    const ring: OutboundMessage = { ...rewriting(1, 'ring'), kind: 'post' };
    relay.poke('things', 't', 'd1', leave(effect(1, [rewriting(1), rewriting(1, 'other'), ring])), true);
    relay.poke('things', 't', 'd1', leave(effect(2)));
    relay.poke('things', 't', 'd1', leave(effect(3, [rewriting(3)])));
    await eventually(async () => expect(stored).toEqual([1, 2, 3].map((version) => effect(version).id)));
    await relay.stop();
    expect(told).toEqual([['other:1', 'ring:1'], [], ['card:3']]);
  });

  it('delivers nothing ahead of an effect that could not be stored, which stays for the next look', async () => {
    const { relay, leave, stored, standing, refused, delivered } = world();
    const [first, second] = [effect(1, [rewriting(1, 'other')]), effect(2, [rewriting(2)])];
    refused.add(first.id);
    relay.poke('things', 't', 'd1', leave(first), true);
    relay.poke('things', 't', 'd1', leave(second));
    await eventually(async () => expect([...standing.keys()]).toEqual([first.id]));
    await relay.stop();
    expect(stored).toEqual([second.id]);
    expect(delivered).toEqual([]);
  });

  it('waits for the rewriting anew from each effect that comes before it', async () => {
    const { clock, waits } = handClock();
    const { relay, leave, told } = world(clock);
    relay.poke('things', 't', 'd1', leave(effect(1, [rewriting(1)])), true);
    relay.poke('things', 't', 'd1', leave(effect(2)));
    waits.shift()?.end();
    await eventually(async () => expect(waits).toHaveLength(1));
    expect(told).toEqual([]);
    relay.poke('things', 't', 'd1', leave(effect(3, [rewriting(3)])));
    await eventually(async () => expect(told).toEqual([[], [], ['card:3']]));
    await relay.stop();
  });

  it('waits longer while the effects of many documents wait', async () => {
    const { clock, waits } = handClock();
    const { relay } = world(clock);
    for (let document = 1; document <= 10; document += 1)
      relay.poke('things', 't', `d${document}`, effect(1, [rewriting(1)]), true);
    const [first, ...others] = waits.map(({ ms }) => ms);
    expect(others.at(-1)).toBeGreaterThan(first ?? Infinity);
    await relay.stop();
  });

  it('waits only a moment for what was to follow', async () => {
    const { relay, leave, told } = world();
    relay.poke('things', 't', 'd1', leave(effect(1, [rewriting(1)])), true);
    expect(told).toEqual([]);
    await eventually(async () => expect(told).toEqual([['card:1']]));
    await relay.stop();
  });

  it('moves what waits for more before it stops', async () => {
    const { relay, leave, told } = world();
    relay.poke('things', 't', 'd1', leave(effect(1, [rewriting(1)])), true);
    await relay.stop();
    expect(told).toEqual([['card:1']]);
  });
});
