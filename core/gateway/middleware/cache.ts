import type { Clock } from '../../kernel/clock.js';
import { digest } from '../../kernel/json.js';
import type { Model, ModelEvent, ModelRequest, ModelResult } from '../model.js';

/** Answers kept for exactly the same request of the same tenant. */
export interface AnswerCache {
  get(key: string): Promise<ModelResult | undefined>;
  set(key: string, result: ModelResult): Promise<void>;
}

/** Answers a request that allows it (`cacheable`) from an earlier answer to exactly the same one, at no cost. */
export function withCache(inner: Model, cache: AnswerCache): Model {
  return {
    name: inner.name,
    generate: async (request) => {
      if (!request.cacheable) return inner.generate(request);
      const key = keyOf(request);
      const known = await cache.get(key);
      if (known) return reused(known);
      const result = await inner.generate(request);
      if (isComplete(result)) await cache.set(key, result);
      return result;
    },
    async *stream(request): AsyncIterable<ModelEvent> {
      if (!request.cacheable) {
        yield* inner.stream(request);
        return;
      }
      const key = keyOf(request);
      const known = await cache.get(key);
      if (known) {
        if (known.text) yield { kind: 'text', text: known.text };
        yield { kind: 'end', result: reused(known) };
        return;
      }
      for await (const event of inner.stream(request)) {
        if (event.kind === 'end' && isComplete(event.result)) await cache.set(key, event.result);
        yield event;
      }
    },
  };
}

/** The tenant is part of the key: nobody is answered from what another tenant asked. */
function keyOf({
  origin,
  messages,
  tier,
  tools,
  responseSchema,
  maxOutputTokens,
  temperature,
}: ModelRequest) {
  const asked = { messages, tier, tools, responseSchema, maxOutputTokens, temperature };
  return digest({ tenantId: origin.tenantId, ...asked });
}

const isComplete = ({ finishReason }: ModelResult): boolean =>
  finishReason === 'stop' || finishReason === 'tool-calls';

const reused = (result: ModelResult): ModelResult => ({
  ...result,
  cached: true,
  costMicroUsd: 0,
  fellBackFrom: undefined,
});

/** A cache in memory that forgets by age, and the oldest beyond `entries`. */
export function createMemoryCache(options: { clock: Clock; ttlMs: number; entries: number }): AnswerCache {
  const { clock, ttlMs, entries } = options;
  const kept = new Map<string, { result: ModelResult; until: number }>();
  return {
    get: (key) => {
      const found = kept.get(key);
      if (found && found.until > clock.now().getTime()) return Promise.resolve(found.result);
      kept.delete(key);
      return Promise.resolve(undefined);
    },
    set: (key, result) => {
      kept.delete(key);
      kept.set(key, { result, until: clock.now().getTime() + ttlMs });
      const [oldest] = kept.keys();
      if (kept.size > entries && oldest !== undefined) kept.delete(oldest);
      return Promise.resolve();
    },
  };
}
