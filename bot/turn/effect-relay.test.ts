import { describe, expect, it } from '@jest/globals';
import { effectId, type Effect, type EffectSource } from '../../core/kernel/effect.js';
import { silentLogger } from '../../core/kernel/logger.js';
import type { OutcomeRecord, Outcomes } from '../../storage/mongo/outcomes.js';
import { createMovableClock } from '../../tests/support/chat-people.js';
import { eventually } from '../../tests/support/eventually.js';
import { createEffectRelay } from './effect-relay.js';

const effect = (version: number): Effect => ({
  id: effectId('thing', { id: 'd1', version }),
  messages: [],
  audit: [],
  notifications: [],
});

/** One document whose effects wait, and an outbox that takes each once. */
function world() {
  const standing = new Map<string, Effect>();
  const stored: string[] = [];
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
  const add = async ({ _id }: OutcomeRecord): Promise<boolean> => {
    stored.push(_id);
    return stored.filter((id) => id === _id).length === 1;
  };
  const relay = createEffectRelay({
    sources: [source],
    outcomes: { add } as unknown as Outcomes,
    order: async () => undefined,
    deliver: async () => undefined,
    replicaId: 'r1',
    clock: createMovableClock(),
    logger: silentLogger,
  });
  const leave = (each: Effect): Effect => {
    standing.set(each.id, each);
    return each;
  };
  return { relay, leave, stored, dropped, standing, reads: () => reads };
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
});
