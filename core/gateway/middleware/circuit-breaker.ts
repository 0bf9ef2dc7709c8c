import type { Clock } from '../../kernel/clock.js';
import { describeError, StewardError, Unavailable } from '../../kernel/errors.js';
import type { Model, ModelEvent, ModelTier } from '../model.js';

export interface BreakerOptions {
  /** Failures in a row that open it. */
  failures: number;
  /** ms after which one call is let through to see. */
  openMs: number;
  clock: Clock;
}

export interface EndpointHealth {
  endpoint: string;
  tier: ModelTier;
  state: 'closed' | 'open' | 'half-open';
  failuresInARow: number;
  lastFault?: { code: string; at: Date };
  lastSuccessAt?: Date;
}

export interface Breaker {
  model: Model;
  /** False while calls of this tier are refused. */
  admits(tier: ModelTier): boolean;
  health(): EndpointHealth[];
}

interface Circuit {
  failuresInARow: number;
  openUntil?: number;
  isProbing: boolean;
  lastFault?: { code: string; at: Date };
  lastSuccessAt?: Date;
}

/**
 * Stops calling an endpoint that keeps failing, per model (a tier is one model at an endpoint): after some failures in a
 * row calls are refused at once; later a single one is let through, and its outcome decides.
 */
export function createBreaker(inner: Model, { failures, openMs, clock }: BreakerOptions): Breaker {
  const circuits = new Map<ModelTier, Circuit>();
  const circuitOf = (tier: ModelTier): Circuit => {
    const circuit = circuits.get(tier) ?? { failuresInARow: 0, isProbing: false };
    circuits.set(tier, circuit);
    return circuit;
  };
  const stateOf = ({ openUntil }: Circuit): EndpointHealth['state'] => {
    if (openUntil === undefined) return 'closed';
    return clock.now().getTime() < openUntil ? 'open' : 'half-open';
  };
  const admits = (tier: ModelTier): boolean => {
    const circuit = circuitOf(tier);
    const state = stateOf(circuit);
    return state === 'closed' || (state === 'half-open' && !circuit.isProbing);
  };
  const enter = (tier: ModelTier): Circuit => {
    const circuit = circuitOf(tier);
    if (!admits(tier)) {
      const wait = Math.max(0, (circuit.openUntil ?? 0) - clock.now().getTime());
      throw new Unavailable('gateway.circuit-open', `${inner.name} kept failing and rests.`, {
        retryAfterMs: wait,
      });
    }
    circuit.isProbing = stateOf(circuit) === 'half-open';
    return circuit;
  };
  const succeeded = (circuit: Circuit): void => {
    Object.assign(circuit, { failuresInARow: 0, openUntil: undefined, lastSuccessAt: clock.now() });
  };
  const failed = (circuit: Circuit, error: unknown): void => {
    if (!tellsOfTheEndpoint(error)) return;
    const at = clock.now();
    const code = error instanceof StewardError ? error.code : describeError(error);
    const failuresInARow = circuit.failuresInARow + 1;
    const opens = circuit.isProbing || failuresInARow >= failures;
    Object.assign(circuit, { failuresInARow, lastFault: { code, at } });
    if (opens) circuit.openUntil = at.getTime() + openMs;
  };

  const model: Model = {
    name: inner.name,
    generate: async (request) => {
      const circuit = enter(request.tier);
      try {
        const result = await inner.generate(request);
        succeeded(circuit);
        return result;
      } catch (error) {
        failed(circuit, error);
        throw error;
      } finally {
        circuit.isProbing = false;
      }
    },
    async *stream(request): AsyncIterable<ModelEvent> {
      const circuit = enter(request.tier);
      try {
        yield* inner.stream(request);
        succeeded(circuit);
      } catch (error) {
        failed(circuit, error);
        throw error;
      } finally {
        circuit.isProbing = false;
      }
    },
  };
  return {
    model,
    admits,
    health: () =>
      [...circuits].map(([tier, circuit]) => ({
        endpoint: inner.name,
        tier,
        state: stateOf(circuit),
        failuresInARow: circuit.failuresInARow,
        lastFault: circuit.lastFault,
        lastSuccessAt: circuit.lastSuccessAt,
      })),
  };
}

/** A refused request and a caller that left say nothing of the endpoint; a slow-down is a sign of life. */
function tellsOfTheEndpoint(error: unknown): boolean {
  if (!(error instanceof StewardError)) return true;
  if (['gateway.credentials', 'gateway.no-such-model', 'gateway.quota'].includes(error.code)) return true;
  return error.retryable && error.code !== 'gateway.rate-limited';
}
