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
import { principalDirections } from './principal-directions.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const FOLDERS = [
  'samples/handbook',
  ...['larkholm', 'fernhill', 'clinic', 'corran'].map((name) => `tests/evals/knowledge/${name}`),
];

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

const { mean, directions } = principalDirections(words, WORD_DIMENSIONS);
const rows = directions.flatMap((one) => {
  const largest = Math.max(...one.map(Math.abs));
  return [...one].map((value) => Math.round((value / largest) * 127));
});
writeFileSync(
  join(root, 'core', 'knowledge', 'encoder', 'word-directions.bin'),
  Buffer.concat([Buffer.from(mean.buffer), Buffer.from(Int8Array.from(rows).buffer)]),
);
console.log(`${words.length} words`);
