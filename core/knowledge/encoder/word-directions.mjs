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
  const centred = new Float64Array(size);

  return function shorten(vectors) {
    const count = vectors.length / size;
    const short = new Float32Array(count * WORD_DIMENSIONS);
    for (let at = 0; at < count; at += 1) {
      const own = vectors.subarray(at * size, (at + 1) * size);
      if (own.every((value) => value === 0)) continue;
      for (let i = 0; i < size; i += 1) centred[i] = own[i] - mean[i];
      for (let row = 0; row < WORD_DIMENSIONS; row += 1)
        short[at * WORD_DIMENSIONS + row] = productOf(centred, directions, row * size);
      unitLength(short, at * WORD_DIMENSIONS, WORD_DIMENSIONS);
    }
    return short;
  };
}

/** Four sums side by side, which a processor adds up at once; the length is a multiple of four. */
function productOf(vector, block, offset) {
  let one = 0;
  let two = 0;
  let three = 0;
  let four = 0;
  for (let at = 0; at < vector.length; at += 4) {
    const there = offset + at;
    one += vector[at] * block[there];
    two += vector[at + 1] * block[there + 1];
    three += vector[at + 2] * block[there + 2];
    four += vector[at + 3] * block[there + 3];
  }
  return one + two + three + four;
}

function unitLength(values, start, size) {
  let squares = 0;
  for (let at = start; at < start + size; at += 1) squares += values[at] ** 2;
  const length = Math.sqrt(squares) || 1;
  for (let at = start; at < start + size; at += 1) values[at] /= length;
}
