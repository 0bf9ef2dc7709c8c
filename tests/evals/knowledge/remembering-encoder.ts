import type { EncodedText, Encoder } from '../../../core/knowledge/encoder/encoder.js';

/** Encodes each text once, for runs that build the same index several times. */
export function rememberingEncoder(encoder: Encoder): Encoder {
  const passages = new Map<string, Promise<EncodedText>>();
  const questions = new Map<string, Promise<Float32Array>>();
  return {
    ...encoder,
    embed: (texts) =>
      Promise.all(
        texts.map((text) => {
          const made =
            questions.get(text) ?? encoder.embed([text]).then(([vector]) => vector as Float32Array);
          questions.set(text, made);
          return made;
        }),
      ),
    encodePassages: (texts) =>
      Promise.all(
        texts.map((text) => {
          const key = JSON.stringify(text);
          const known = passages.get(key);
          if (known) return known;
          const made = encoder.encodePassages([text]).then(([encoded]) => encoded as EncodedText);
          passages.set(key, made);
          return made;
        }),
      ),
  };
}
