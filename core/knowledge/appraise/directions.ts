import { readFileSync } from 'node:fs';
import { shippedFile } from '../../kernel/package-root.js';

/** How many numbers are left of a word's vector, and of a question's or a sentence's. */
const KEPT = { word: 24, sentence: 16 };
export type Shortened = keyof typeof KEPT;

/**
 * Shortens vectors of the sentence encoder: without what all words, or sentences, have in common, along the directions in
 * which those of questions about our own handbooks differ most (`scripts/find-appraisal-directions.mjs`).
 */
export interface Directions {
  /** Size of the vectors that can be shortened. */
  size: number;
  shorten(kind: Shortened, vector: ArrayLike<number>): number[];
}

interface Basis {
  mean: Float32Array;
  rows: Float32Array;
}

let read: Directions | undefined;

/** The file holds for words and then for sentences the mean and the directions, each number in four bytes, the lowest first. */
export function appraisalDirections(): Directions {
  read ??= readDirections();
  return read;
}

function readDirections(): Directions {
  const bytes = readFileSync(shippedFile('core', 'knowledge', 'appraise', 'directions.bin'));
  const numbers = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  const size = numbers.length / (KEPT.word + KEPT.sentence + 2);
  const word: Basis = {
    mean: numbers.subarray(0, size),
    rows: numbers.subarray(size, size * (1 + KEPT.word)),
  };
  const rest = numbers.subarray(size * (1 + KEPT.word));
  const bases = { word, sentence: { mean: rest.subarray(0, size), rows: rest.subarray(size) } };
  return {
    size,
    shorten: (kind, vector) => {
      const { mean, rows } = bases[kind];
      return Array.from({ length: KEPT[kind] }, (_, row) => {
        let sum = 0;
        for (let at = 0; at < size; at += 1)
          sum += ((vector[at] as number) - (mean[at] as number)) * (rows[row * size + at] as number);
        return sum;
      });
    },
  };
}
