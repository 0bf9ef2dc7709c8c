import { readFileSync } from 'node:fs';
import { shippedFile } from '../../kernel/package-root.js';
import { dot } from '../index/vector-index.js';

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
  shorten(kind: Shortened, vector: Float32Array): number[];
  /** What stands for a vector that is not there. */
  unknown(kind: Shortened): number[];
}

interface Basis {
  rows: Float32Array;
  /** Of each row, what the mean has along it. */
  common: number[];
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
  const basisAt = (start: number, kept: number): Basis => {
    const mean = numbers.subarray(start, start + size);
    const rows = numbers.subarray(start + size, start + size * (1 + kept));
    return { rows, common: Array.from({ length: kept }, (_, row) => dot(mean, rows, row * size)) };
  };
  const bases = {
    word: basisAt(0, KEPT.word),
    sentence: basisAt(size * (1 + KEPT.word), KEPT.sentence),
  };
  return {
    size,
    unknown: (kind) => bases[kind].common.map(() => 0),
    shorten: (kind, vector) => {
      const { rows, common } = bases[kind];
      return common.map((shared, row) => dot(vector, rows, row * size) - shared);
    },
  };
}
