import type { EncodedText, Encoder } from '../../../core/knowledge/encoder/encoder.js';

/** Encodes each text once, for runs that build the same index several times. */
export function rememberingEncoder(encoder: Encoder): Encoder {
  const passages = new Map<string, Promise<EncodedText>>();
  return {
    ...encoder,
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
