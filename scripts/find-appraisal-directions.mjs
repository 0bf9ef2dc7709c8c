/**
 * Finds the directions along which vectors are shortened before the appraisal network reads them: the first principal
 * components of the words of questions, and of questions and sentences, of our own handbooks and books.
 * `node scripts/find-appraisal-directions.mjs` after the build writes core/knowledge/appraise/directions.bin; the network has to
 * be taught anew then (tests/evals/knowledge/teach-appraisal.ts).
 */
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createSentenceEncoder } from '../dist/core/knowledge/encoder/sentence-encoder.js';
import { passageText } from '../dist/core/knowledge/index/passage-index.js';
import { sentencesOf, withoutBullets } from '../dist/core/knowledge/index/sentences.js';
import { contentWords, createAnalyser } from '../dist/core/knowledge/index/words.js';
import { documentsOf } from '../dist/tests/evals/knowledge/open-knowledge.js';
import { bookSets, ownQuestionSets } from '../dist/tests/evals/knowledge/refusal.js';
import { principalDirections } from './principal-directions.mjs';

/** As many as core/knowledge/appraise/directions.ts keeps. */
const OF_WORDS = 24;
const OF_SENTENCES = 16;
/** Texts handed to the encoder at once. */
const BATCH = 64;

const root = dirname(dirname(fileURLToPath(import.meta.url)));
// what is only asked must stay unseen, and the encoder reads English
const sets = [...(await ownQuestionSets()), ...(await bookSets(true))].filter(
  ({ name, isOnlyAsked }) => !isOnlyAsked && !name.endsWith('-foreign'),
);
const questions = distinct(sets.flatMap((set) => set.questions.map(({ question }) => question)));
const english = createAnalyser('en');
const words = distinct(
  questions.flatMap((question) => contentWords(question, english).map(({ word }) => word)),
);

const encoder = createSentenceEncoder();
const wordVectors = await inBatches(words, (some) => encoder.embed(some));
const questionVectors = await inBatches(questions, (some) => encoder.embed(some));
const sentenceVectors = [];
for (const folder of distinct(sets.map((set) => set.folder))) {
  const passages = (await documentsOf(folder)).flatMap((document) => document.passages);
  const encoded = await inBatches(passages.map(withSentences), (some) => encoder.encodePassages(some));
  for (const { parts } of encoded) sentenceVectors.push(...rowsOf(parts, encoder.dimensions));
}
await encoder.close();

const found = [
  principalDirections(wordVectors, OF_WORDS),
  principalDirections([...questionVectors, ...sentenceVectors], OF_SENTENCES),
];
const numbers = found.flatMap(({ mean, directions }) => [mean, ...directions].flatMap((row) => [...row]));
const bytes = Buffer.alloc(4 * numbers.length);
for (const [at, number] of numbers.entries()) bytes.writeFloatLE(number, 4 * at);
writeFileSync(join(root, 'core', 'knowledge', 'appraise', 'directions.bin'), bytes);
console.log(`${words.length} words, ${questions.length} questions, ${sentenceVectors.length} sentences`);

function distinct(list) {
  return [...new Set(list)];
}

async function inBatches(list, encode) {
  const made = [];
  for (let at = 0; at < list.length; at += BATCH) made.push(...(await encode(list.slice(at, at + BATCH))));
  return made;
}

/** A passage with the places of its sentences, as the index has it read. */
function withSentences(passage) {
  const own = withoutBullets(passage.text);
  const text = passageText({ ...passage, text: own });
  const offset = text.length - own.length;
  return { text, parts: sentencesOf(own).map(({ start, end }) => [start + offset, end + offset]) };
}

/** Vectors that stand one after the other; one that the encoder did not come to is zero, and left out. */
function rowsOf(block, size) {
  return Array.from({ length: block.length / size }, (_, at) =>
    block.subarray(at * size, (at + 1) * size),
  ).filter((row) => row.some((value) => value !== 0));
}
