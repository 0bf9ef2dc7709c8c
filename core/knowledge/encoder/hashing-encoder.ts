import type { Encoder } from './encoder.js';
import { words } from '../index/words.js';

const DIMENSIONS = 1_024;
export const HASHING_ENCODER_ID = `hashing-${DIMENSIONS}@1`;

/**
 * The encoder for languages that the sentence encoder does not know: words and their runs of four characters hashed into
 * 1,024 dimensions with signs (Weinberger et al., Feature Hashing, 2009), unit length. It finds inflected, compounded
 * and misspelt words, not meaning.
 */
export function createHashingEncoder(): Encoder {
  const embed = (texts: string[]): Promise<Float32Array[]> => Promise.resolve(texts.map(hashText));
  return {
    id: HASHING_ENCODER_ID,
    dimensions: DIMENSIONS,
    embed,
    encodePassages: (texts) =>
      Promise.resolve(texts.map(({ text }) => ({ vector: hashText(text), parts: new Float32Array() }))),
    close: () => Promise.resolve(),
  };
}

function hashText(text: string): Float32Array {
  const vector = new Float32Array(DIMENSIONS);
  const add = (feature: string, weight: number): void => {
    const hash = fnv1a(feature);
    const at = hash % DIMENSIONS;
    vector[at] = (vector[at] ?? 0) + (hash & 0x80000000 ? weight : -weight);
  };
  for (const { text: word } of words(text)) {
    // Longer words say more; without a corpus at hand their length stands in for their rarity.
    const weight = Math.min(word.length, 12) / 6;
    add(word, weight);
    const padded = `^${word}$`;
    for (let at = 0; at + 4 <= padded.length; at += 1) add(padded.slice(at, at + 4), weight / 3);
  }
  return toUnitLength(vector);
}

function toUnitLength(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return length > 0 ? vector.map((value) => value / length) : vector;
}

/** 32-bit FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/). */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    hash ^= text.charCodeAt(at);
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}
