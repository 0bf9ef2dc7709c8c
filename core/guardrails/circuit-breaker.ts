/** What a breaker remembers of one session; plain data, so that it can be stored with the session. */
export interface BreakerState {
  failuresInARow: number;
  costMicroUsd: number;
  /** Set once it opened; only a person closes it again. */
  opened?: { reason: BreakerReason; at: Date };
}

export type BreakerReason = 'failures' | 'low-confidence' | 'cost';

export interface BreakerLimits {
  failuresInARow: number;
  leastConfidence: number;
  costMicroUsd: number;
}

/** Three failures in a row, confidence under 0.5, two dollars a session. */
export const DEFAULT_BREAKER_LIMITS: BreakerLimits = {
  failuresInARow: 3,
  leastConfidence: 0.5,
  costMicroUsd: 2_000_000,
};

export const closedBreaker = (): BreakerState => ({ failuresInARow: 0, costMicroUsd: 0 });

/** What happened in a session. A failed answer and one that says "I don't know" honestly are different things. */
export type BreakerEvent =
  | { kind: 'success'; confidence?: number; costMicroUsd?: number }
  | { kind: 'failure'; costMicroUsd?: number };

/**
 * The next state of a session's breaker. Pure: `opened` newly set means that an escalation has to be opened, once.
 * @param now the instant that is noted when it opens.
 */
export function nextBreakerState(
  state: BreakerState,
  event: BreakerEvent,
  now: Date,
  limits: BreakerLimits = DEFAULT_BREAKER_LIMITS,
): BreakerState {
  const next: BreakerState = {
    ...state,
    failuresInARow: event.kind === 'failure' ? state.failuresInARow + 1 : 0,
    costMicroUsd: state.costMicroUsd + (event.costMicroUsd ?? 0),
  };
  if (state.opened) return next;
  const reason = reasonToOpen(next, event, limits);
  return reason ? { ...next, opened: { reason, at: now } } : next;
}

function reasonToOpen(
  state: BreakerState,
  event: BreakerEvent,
  limits: BreakerLimits,
): BreakerReason | undefined {
  if (state.failuresInARow >= limits.failuresInARow) return 'failures';
  if (state.costMicroUsd >= limits.costMicroUsd) return 'cost';
  if (
    event.kind === 'success' &&
    event.confidence !== undefined &&
    event.confidence < limits.leastConfidence
  ) {
    return 'low-confidence';
  }
  return undefined;
}

/** A person took over and hands back: failures are forgotten, what was spent is not, a new allowance is given. */
export const resumeBreaker = (state: BreakerState, extraCostMicroUsd = 0): BreakerState => ({
  failuresInARow: 0,
  costMicroUsd: Math.max(0, state.costMicroUsd - extraCostMicroUsd),
});
