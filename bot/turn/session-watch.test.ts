import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../core/kernel/clock.js';
import { noMetrics } from '../../core/kernel/telemetry.js';
import type { Turn } from '../../core/kernel/turn.js';
import type { SessionBreakers } from '../../storage/mongo/session-breakers.js';
import { createSessionWatch } from './session-watch.js';

const turn = {
  tenant: { id: 'home' },
  conversation: { channel: 'web', channelTenantId: 'web', conversationId: 'c1', scope: 'personal' },
} as unknown as Turn;

function watched() {
  const states = new Map<string, object>();
  const called: string[] = [];
  let reads = 0;
  const breakers: SessionBreakers = {
    get: async (conversation: string) => {
      reads += 1;
      return states.get(conversation) as never;
    },
    put: async (conversation: string, state: object) => void states.set(conversation, state),
    clear: async (conversation: string) => void states.delete(conversation),
  } as unknown as SessionBreakers;
  const watch = createSessionWatch({
    breakers: () => breakers,
    callPerson: async (_turn, reason) => void called.push(reason),
    clock: systemClock,
    metrics: noMetrics,
  });
  return { watch, called, reads: () => reads };
}

describe('the breaker of a session', () => {
  it('calls a person once when the session has cost two dollars, however well it went', async () => {
    const { watch, called } = watched();
    for (let at = 0; at < 25; at += 1)
      await watch(turn, { kind: 'success', confidence: 0.9, costMicroUsd: 100_000 });
    expect(called).toEqual(['budget']);
  });

  it('reads nothing where all goes well and no model is paid', async () => {
    const { watch, called, reads } = watched();
    for (let at = 0; at < 5; at += 1)
      await watch(turn, { kind: 'success', confidence: 0.9, costMicroUsd: 0 });
    expect(reads()).toBe(0);
    expect(called).toEqual([]);
  });
});
