/**
 * Finds the directions along which vectors of words in context are shortened: the first principal components of the words of
 * our own handbooks. `node scripts/find-word-directions.mjs` after the build writes core/knowledge/encoder/word-directions.bin;
 * every index has to be made anew then, so WORDS_READ in core/knowledge/index/vector-shelf.ts gets another number.
 */
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WORD_DIMENSIONS } from '../core/knowledge/encoder/word-directions.mjs';
import { createSentenceEncoder } from '../dist/core/knowledge/encoder/sentence-encoder.js';
import { passageText } from '../dist/core/knowledge/index/passage-index.js';
import { contentWords, createAnalyser } from '../dist/core/knowledge/index/words.js';
import { withoutBullets } from '../dist/core/knowledge/index/sentences.js';
import { documentsOf } from '../dist/tests/evals/knowledge/open-knowledge.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const FOLDERS = [
  'samples/handbook',
  ...['larkholm', 'fernhill', 'clinic', 'corran'].map((name) => `tests/evals/knowledge/${name}`),
];
const ROUNDS = 60;

const encoder = createSentenceEncoder();
const size = encoder.dimensions;
const english = createAnalyser('en');
const words = [];
for (const folder of FOLDERS) {
  for (const { passages } of await documentsOf(join(root, folder))) {
    for (const passage of passages) {
      const text = passageText({ ...passage, text: withoutBullets(passage.text) });
      // long vectors: words are read as parts here
      const parts = contentWords(text, english).map(({ start, end }) => [start, end]);
      const [{ parts: block }] = await encoder.encodePassages([{ text, parts }]);
      for (let at = 0; at < block.length; at += size) {
        const vector = block.subarray(at, at + size);
        if (vector.some((value) => value !== 0)) words.push(vector);
      }
    }
  }
}
await encoder.close();

const mean = new Float32Array(size);
for (const word of words) for (let at = 0; at < size; at += 1) mean[at] += word[at] / words.length;
const covariance = Array.from({ length: size }, () => new Float64Array(size));
for (const word of words) {
  const centred = word.map((value, at) => value - mean[at]);
  for (let row = 0; row < size; row += 1) {
    for (let at = 0; at < size; at += 1) covariance[row][at] += centred[row] * centred[at];
  }
}

/** Orthogonal iteration from the first axes. */
let directions = Array.from({ length: WORD_DIMENSIONS }, (_, row) =>
  Float64Array.from(
    { length: size },
    (__, at) => Number(at % WORD_DIMENSIONS === row) + 1e-3 * Math.cos(at * (row + 1)),
  ),
);
for (let round = 0; round < ROUNDS; round += 1) {
  directions = directions.map((one) =>
    Float64Array.from(covariance, (row) => row.reduce((sum, value, at) => sum + value * one[at], 0)),
  );
  for (const [row, one] of directions.entries()) {
    for (const before of directions.slice(0, row)) {
      const common = one.reduce((sum, value, at) => sum + value * before[at], 0);
      for (let at = 0; at < size; at += 1) one[at] -= common * before[at];
    }
    const length = Math.hypot(...one);
    for (let at = 0; at < size; at += 1) one[at] /= length;
  }
}

const rows = directions.flatMap((one) => {
  const largest = Math.max(...one.map(Math.abs));
  return [...one].map((value) => Math.round((value / largest) * 127));
});
writeFileSync(
  join(root, 'core', 'knowledge', 'encoder', 'word-directions.bin'),
  Buffer.concat([Buffer.from(mean.buffer), Buffer.from(Int8Array.from(rows).buffer)]),
);
console.log(`${words.length} words`);
