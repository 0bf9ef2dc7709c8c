import type { EmbeddingModel } from '../../gateway/model.js';
import type { Clock } from '../../kernel/clock.js';
import { StewardError, Unavailable } from '../../kernel/errors.js';
import type { Encoder } from './encoder.js';

/** How many texts one call to an endpoint carries. */
const BATCH = 64;
/** A question is answered by words when its vector is not there by then, */
const QUESTION_MS = 3_000;
/** and for so long after such a fault no question waits for one. */
const DOWN_MS = 30_000;
const MOST_REFUSED = 1_000;

/** An endpoint's embeddings as the encoder of every language; sentences get no vectors of their own. */
export function encoderOf(model: EmbeddingModel, clock: Clock): Encoder {
  let downUntil = 0;
  /** A question is read several times: a refusal holds for a while, so that it is in the books once. */
  const refused = new Map<string, { until: number; refusal: StewardError }>();
  const isRefusal = (error: unknown): error is StewardError =>
    error instanceof StewardError && error.code === 'gateway.budget';
  return {
    id: model.id,
    dimensions: model.dimensions,
    embed: async (texts, { signal, ...how } = {}) => {
      const now = clock.now().getTime();
      if (now < downUntil) throw new Unavailable('knowledge.embedding-down', `${model.id} did not answer.`);
      const payer = `${how.origin?.personId}|${how.origin?.sessionId}`;
      const known = refused.get(payer);
      if (known && now < known.until) throw known.refusal;
      const patience = AbortSignal.timeout(QUESTION_MS);
      try {
        return await model.embed(texts, {
          ...how,
          signal: signal ? AbortSignal.any([signal, patience]) : patience,
        });
      } catch (error) {
        if (isRefusal(error)) {
          if (refused.size >= MOST_REFUSED) refused.clear();
          refused.set(payer, { until: clock.now().getTime() + DOWN_MS, refusal: error });
        } else if (!signal?.aborted) downUntil = clock.now().getTime() + DOWN_MS;
        throw error;
      }
    },
    async encodePassages(texts) {
      const encoded = [];
      for (let at = 0; at < texts.length; at += BATCH) {
        const batch = texts.slice(at, at + BATCH).map(({ text }) => text);
        const vectors = await model.embed(batch, { isPatient: true });
        encoded.push(...vectors.map((vector) => ({ vector, parts: new Float32Array() })));
      }
      return encoded;
    },
    close: () => Promise.resolve(),
  };
}
