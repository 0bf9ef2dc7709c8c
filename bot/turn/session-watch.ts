import {
  closedBreaker,
  nextBreakerState,
  type BreakerEvent,
  type BreakerState,
} from '../../core/guardrails/circuit-breaker.js';
import type { EscalationReason } from '../../core/approvals/escalation.js';
import type { Clock } from '../../core/kernel/clock.js';
import { conversationKey } from '../../core/kernel/conversation-reference.js';
import type { Metrics } from '../../core/kernel/telemetry.js';
import type { Turn } from '../../core/kernel/turn.js';
import type { SessionBreakers } from '../../storage/mongo/session-breakers.js';

export interface SessionWatchOptions {
  breakers(tenantId: string): SessionBreakers;
  /** Calls a person into the turn's conversation. */
  callPerson(turn: Turn, reason: EscalationReason): Promise<void>;
  clock: Clock;
  metrics: Metrics;
}

/** Notes what came of a turn; calls a person when the session's breaker opens. */
export type SessionWatch = (turn: Turn, event: BreakerEvent) => Promise<void>;

const REASONS = { failures: 'failures', 'low-confidence': 'confidence', cost: 'budget' } as const;
const MOST_KNOWN = 10_000;

/**
 * A circuit breaker per conversation: three failures in a row or an answer of low confidence hand it to a person. Sessions in
 * which all goes well and no model is paid cost neither a read nor a write.
 */
export function createSessionWatch({
  breakers,
  callPerson,
  clock,
  metrics,
}: SessionWatchOptions): SessionWatch {
  /** Conversations that have a stored state. */
  const troubled = new Set<string>();
  return async (turn, event) => {
    const conversation = conversationKey(turn.conversation);
    const key = `${turn.tenant.id}|${conversation}`;
    const quiet = nextBreakerState(closedBreaker(), event, clock.now());
    const isFree = (event.costMicroUsd ?? 0) === 0;
    if (!troubled.has(key) && event.kind === 'success' && isFree && !quiet.opened) return;
    const store = breakers(turn.tenant.id);
    const before = ((await store.get(conversation)) as BreakerState | undefined) ?? closedBreaker();
    const next = nextBreakerState(before.opened ? closedBreaker() : before, event, clock.now());
    if (event.kind === 'success' && !next.opened && next.costMicroUsd === 0) {
      troubled.delete(key);
      return store.clear(conversation);
    }
    if (troubled.size >= MOST_KNOWN) troubled.clear();
    troubled.add(key);
    await store.put(conversation, { ...next }, clock.now());
    if (next.opened) {
      metrics.count('breakers_opened_total', { reason: next.opened.reason });
      await callPerson(turn, REASONS[next.opened.reason]);
    }
  };
}
