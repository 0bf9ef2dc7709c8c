import type { EmbeddingModel } from '../../gateway/model.js';
import type { Encoder } from './encoder.js';

/** How many texts one call to an endpoint carries. */
const BATCH = 64;

/** An endpoint's embeddings as the encoder of every language; sentences get no vectors of their own. */
export function encoderOf(model: EmbeddingModel): Encoder {
  return {
    id: model.id,
    dimensions: model.dimensions,
    embed: (texts, signal) => model.embed(texts, signal),
    async encodePassages(texts) {
      const encoded = [];
      for (let at = 0; at < texts.length; at += BATCH) {
        const vectors = await model.embed(texts.slice(at, at + BATCH).map(({ text }) => text));
        encoded.push(...vectors.map((vector) => ({ vector, parts: new Float32Array() })));
      }
      return encoded;
    },
    close: () => Promise.resolve(),
  };
}
