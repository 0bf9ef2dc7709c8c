import type { CallOutcome, OpenAccount } from '../account.js';
import { StewardError } from '../../kernel/errors.js';
import type { CallOrigin, Embedded, EmbeddingEndpoint, EmbeddingModel } from '../model.js';

export interface EmbeddingAccountOptions {
  open: OpenAccount;
  /** Whom texts are charged to that nobody in particular asked for. */
  origin: CallOrigin;
  /** The most that texts can cost, in micro-dollars. */
  highestPrice(texts: string[]): number;
}

export interface AccountedEmbeddings extends EmbeddingModel {
  /** Resolves when all that was done is in the books. */
  settled(): Promise<void>;
}

/**
 * One entry in the books per call, as for chat. The vectors do not wait for it: what they cost stays reserved until it is
 * settled, and the entries of many small calls go together.
 */
export function withEmbeddingAccount(
  inner: EmbeddingEndpoint,
  { open, origin: usual, highestPrice }: EmbeddingAccountOptions,
): AccountedEmbeddings {
  const closing = new Set<Promise<unknown>>();
  return {
    id: inner.id,
    dimensions: inner.dimensions,
    embed: async (texts, { origin = usual, ...how } = {}) => {
      const account = await open(
        { ...origin, purpose: 'embed', prompt: undefined, besides: undefined },
        highestPrice(texts),
        how.signal,
      );
      const close = (outcome: CallOutcome): void => {
        const closed = account.close(outcome).finally(() => closing.delete(closed));
        closing.add(closed);
      };
      try {
        const embedded = await inner.embed(texts, how);
        close(outcomeOf(inner.model, embedded));
        return embedded.vectors;
      } catch (error) {
        close(outcomeOf(inner.model, undefined, error));
        throw error;
      }
    },
    settled: async () => void (await Promise.all(closing)),
  };
}

const outcomeOf = (model: string, embedded: Embedded | undefined, error?: unknown): CallOutcome => ({
  model,
  inputTokens: embedded?.usage.inputTokens ?? 0,
  outputTokens: 0,
  cachedInputTokens: 0,
  reported: embedded?.usage.reported ?? true,
  costMicroUsd: embedded?.costMicroUsd ?? 0,
  cached: false,
  fellBackFrom: [],
  fault: error === undefined ? undefined : error instanceof StewardError ? error.code : 'gateway.defect',
});
