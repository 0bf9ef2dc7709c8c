/**
 * Vectors of words in context, shortened: without what all words have in common, along the directions in which the words of
 * our own handbooks differ most (`scripts/find-word-directions.mjs`). An eighth of the numbers tells nearly as much.
 */
import { readFileSync } from 'node:fs';

export const WORD_DIMENSIONS = 64;
const FILE = new URL('word-directions.bin', import.meta.url);

/** @returns what turns long vectors, one after the other, into short ones of unit length; a zero stays zero. */
export function readWordDirections() {
  const bytes = readFileSync(FILE);
  const size = bytes.length / (4 + WORD_DIMENSIONS);
  const mean = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + size * 4));
  const rows = new Int8Array(bytes.buffer, bytes.byteOffset + size * 4, size * WORD_DIMENSIONS);
  const directions = Float32Array.from(rows);
  for (let row = 0; row < WORD_DIMENSIONS; row += 1) unitLength(directions, row * size, size);

  return function shorten(vectors) {
    const count = vectors.length / size;
    const short = new Float32Array(count * WORD_DIMENSIONS);
    for (let at = 0; at < count; at += 1) {
      const own = vectors.subarray(at * size, (at + 1) * size);
      if (own.every((value) => value === 0)) continue;
      for (let row = 0; row < WORD_DIMENSIONS; row += 1) {
        let sum = 0;
        for (let i = 0; i < size; i += 1) sum += (own[i] - mean[i]) * directions[row * size + i];
        short[at * WORD_DIMENSIONS + row] = sum;
      }
      unitLength(short, at * WORD_DIMENSIONS, WORD_DIMENSIONS);
    }
    return short;
  };
}

function unitLength(values, start, size) {
  let squares = 0;
  for (let at = start; at < start + size; at += 1) squares += values[at] ** 2;
  const length = Math.sqrt(squares) || 1;
  for (let at = start; at < start + size; at += 1) values[at] /= length;
}
